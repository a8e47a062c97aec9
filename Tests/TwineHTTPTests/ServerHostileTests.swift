import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite("Server: hostile requests get the status that the RFCs ask for", .timeLimit(.minutes(1)))
@Reactor
struct ServerHostileTests {
    nonisolated private static let post = "POST /echo HTTP/1.1\r\nHost: a\r\n"

    @Test(
        "what two recipients could read differently is refused, and the connection closed",
        arguments: [
            (post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            (post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
            (post + "Content-Length: +3\r\n\r\nabc", 400),
            (post + "Content-Length: 0x3\r\n\r\nabc", 400),
            (post + "Content-Length: 99999999999999999999\r\n\r\n", 400),
            (post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
            (post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
            (post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
            (post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            (post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
            (post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400),
            (post + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n", 400),
            (post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 413),
            ("GET /hello HTTP/1.1\nHost: a\n\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
            ("GET /he\u{0}llo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /hello\r\n\r\n", 400),
            ("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("GET /hello HTTP/0.9\r\nHost: a\r\n\r\n", 505),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", 400),
        ])
    func refused(_ request: String, _ status: Int) {
        everyChunking(of: Array(request.utf8), rounds: 3) { pieces in
            let client = TestSite().connect()
            for piece in pieces { client.receive(piece) }
            #expect(client.statuses == [status], "\(request.debugDescription)")
            #expect(client.isWriteEnded || client.isClosing, "\(request.debugDescription)")
            // A second request smuggled behind is never looked at.
            client.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.written.isEmpty, "\(request.debugDescription)")
        }
    }

    @Test("a head that is too long or has too many fields gets 431")
    func oversizedHead() {
        for request in [
            "GET /" + String(repeating: "a", count: 40_000),
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 40_000),
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 200),
        ] {
            let client = TestSite().connect()
            client.receive(request)
            #expect(client.statuses == [431])
        }
    }

    @Test("a body beyond the limit gets 413: announced before it comes, or when it has come")
    func oversizedBody() {
        var options = Site.Options()
        options.bodyLimit = 10
        let announced = TestSite(options).connect()
        announced.receive(Self.post + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n")
        #expect(announced.statuses == [413])
        let chunked = TestSite(options).connect()
        chunked.receive(Self.post + "Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n")
        #expect(chunked.written.isEmpty)
        chunked.receive("2\r\nab\r\n")
        #expect(chunked.statuses == [413])
        let exact = TestSite(options).connect()
        exact.receive(Self.post + "Content-Length: 10\r\n\r\n1234567890")
        #expect(exact.statuses == [200])
    }

    @Test("a head that comes one octet at a time is cut off by the clock with 408")
    func slowHead() {
        let site = TestSite()
        let client = site.connect()
        for octet in "GET /hello HTTP/1.1\r\nHost: a".utf8 {
            client.receive([octet])
            site.clock.advance(1)
        }
        site.clock.advance(5)
        #expect(client.statuses == [408])
        #expect(client.isWriteEnded)
        site.clock.advance(6)
        #expect(client.isClosing)
        #expect(site.site.connectionCount == 0)
        #expect(site.clock.delayedCalls.isEmpty)
    }

    @Test("a body that trickles is cut off; one that flows is not")
    func slowBody() {
        let site = TestSite()
        let slow = site.connect()
        slow.receive(Self.post + "Content-Length: 100000\r\n\r\n")
        for _ in 0..<40 {
            slow.receive("x")
            site.clock.advance(1)
        }
        #expect(slow.statuses == [408])
        let flowing = site.connect()
        flowing.receive(Self.post + "Content-Length: 100000\r\n\r\n")
        for _ in 0..<100 {
            flowing.receive(String(repeating: "x", count: 1000))
            site.clock.advance(1)
        }
        #expect(flowing.statuses == [200])
    }

    @Test("a connection without a request is closed without a word")
    func idle() {
        let site = TestSite()
        let silent = site.connect()
        let kept = site.connect()
        kept.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = kept.takeWritten()
        site.clock.advance(31)
        #expect(silent.isClosing)
        #expect(!kept.isClosing)
        site.clock.advance(30)
        #expect(kept.isClosing)
        #expect(silent.written.isEmpty && kept.written.isEmpty)
        #expect(site.clock.delayedCalls.isEmpty)
    }

    @Test("a request cut off in the middle is not answered")
    func truncated() {
        let site = TestSite()
        for request in ["GET /hel", Self.post + "Content-Length: 3\r\n\r\nab"] {
            let client = site.connect()
            client.receive(request)
            client.receiveEnd()
            #expect(client.written.isEmpty)
            #expect(client.isClosing)
        }
    }

    @Test("random octets never trap and never make a connection stay")
    func random() {
        var generator = SeededRandom(seed: 7)
        let pieces = [
            "GET", "POST", " ", "/", "/hello", "/echo", " HTTP/1.1\r\n", "Host: a\r\n", "\r\n",
            "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "3\r\n", "abc", "0\r\n\r\n",
            "\u{0}", "%", ":", "\r", "\n", "Expect: 100-continue\r\n", "/later",
        ]
        for _ in 0..<3_000 {
            let site = TestSite()
            let client = site.connect()
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                client.receive(pieces[Int.random(in: 0..<pieces.count, using: &generator)])
            }
            site.later?.callback(.text("late"))
            client.receiveEnd()
            site.clock.advance(1_000)
            #expect(site.site.connectionCount == 0)
            #expect(site.clock.delayedCalls.isEmpty)
        }
    }
}
