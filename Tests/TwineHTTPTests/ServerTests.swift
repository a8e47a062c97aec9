import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite("Server: a site answers requests", .timeLimit(.minutes(1)))
@Reactor
struct ServerTests {
    private let plain = "Content-Type: text/plain; charset=utf-8\r\n"

    @Test("a request is answered by the resource at its path, with length and date")
    func get() {
        let client = TestSite().connect()
        client.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        let text = client.takeText()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n" + plain + "Date: "))
        #expect(text.hasSuffix(" GMT\r\nContent-Length: 5\r\n\r\nhello"))
        #expect(!client.isClosing)
    }

    @Test("HEAD gets the head alone")
    func head() {
        #expect(
            TestSite().answer("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                == "HTTP/1.1 200 OK\r\n\(plain)Content-Length: 5\r\n\r\n")
    }

    @Test("a connection is kept for the next request, and closed when the client asks")
    func keepAlive() {
        let client = TestSite().connect()
        for _ in 0..<3 {
            client.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.statuses == [200])
        }
        client.receive("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(client.text.contains("\r\nConnection: close\r\n"))
        #expect(client.isClosing)
    }

    @Test("HTTP/1.0 closes, unless the client wants the connection kept")
    func http10() {
        let client = TestSite().connect()
        client.receive("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(client.text.contains("\r\nConnection: keep-alive\r\n"))
        client.receive("GET /hello HTTP/1.0\r\n\r\n")
        #expect(client.text.contains("\r\nConnection: close\r\n"))
        #expect(client.isClosing)
    }

    @Test("trailers are told apart from the fields of the head")
    func trailers() {
        let site = TestSite()
        site.connect().receive(
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nETag: \"1\"\r\n\r\n"
                + "2\r\nxy\r\n0\r\nETag: \"2\"\r\n\r\n")
        #expect(site.received.map(\.headerFields[.eTag]) == ["\"1\""])
        #expect(site.received.map(\.trailers[.eTag]) == ["\"2\""])
    }

    @Test("pipelined requests are answered in order, in every cut of the input")
    func pipelining() throws {
        let requests =
            "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            + "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\nxy\r\n1;a=b\r\nz\r\n0\r\nX-Trailer: 1\r\n\r\n"
            + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        everyChunking(of: Array(requests.utf8)) { pieces in
            let client = TestSite().connect()
            for piece in pieces { client.receive(piece) }
            let text = client.text
            #expect(
                text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) } == [
                    "200", "200", "404", "200", "200",
                ])
            #expect(text.contains("\r\n\r\nabcHTTP"))
            #expect(text.contains("\r\n\r\nxyzHTTP"))
            #expect(text.hasSuffix("root"))
            #expect(client.isClosing)
        }
    }

    @Test("what follows a request that is being answered waits its turn, and is held back")
    func pipeliningLater() {
        let site = TestSite()
        let client = site.connect()
        client.receive(
            "GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        client.receive("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.isReadingPaused)
        #expect(client.statuses.isEmpty)
        site.later?.callback(.text("done", status: .accepted))
        #expect(client.statuses == [202, 200, 404])
        #expect(!client.isReadingPaused)
    }

    @Test("a delayed response comes when its time has come")
    func delayed() {
        let site = TestSite()
        let client = site.connect()
        client.receive("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        site.clock.advance(2.9)
        #expect(client.written.isEmpty)
        site.clock.advance(0.2)
        #expect(client.text.hasSuffix("\r\n\r\nslow"))
    }

    @Test("a client that goes away cancels the work for it, without a report")
    func cancelled() {
        let site = TestSite()
        let client = site.connect()
        client.receive("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        client.lose(.lost(SystemError(errno: 104)))
        #expect(site.later?.isFired == true)
        #expect(site.site.connectionCount == 0)
        #expect(site.clock.delayedCalls.isEmpty)
    }

    @Test("a client that has ended its sending side still gets its answer")
    func halfClosed() {
        let site = TestSite()
        let client = site.connect()
        client.receive("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        client.receiveEnd()
        #expect(!client.isClosing)
        site.later?.callback(.text("done"))
        #expect(client.text.hasSuffix("Connection: close\r\n\r\ndone"))
        #expect(client.isClosing)
    }

    @Test("requests that had come before the client ended its sending side are all answered")
    func halfClosedPipelined() {
        let site = TestSite()
        let client = site.connect()
        client.receive(
            "GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        client.receiveEnd()
        site.later?.callback(.text("done"))
        #expect(client.statuses == [200, 200])
        #expect(client.isClosing)
    }

    @Test("a redirect names its location, and its page escapes it")
    func redirect() {
        let text = TestSite().answer("GET /moved/x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 302 Found\r\n"))
        #expect(text.contains("\r\nLocation: /hello?a=1&b=\"2\"\r\n"))
        #expect(text.contains("href=\"/hello?a=1&amp;b=&quot;2&quot;\""))
    }

    @Test("what a resource throws is answered with 500, and the connection lives on")
    func thrown() {
        let client = TestSite().connect()
        client.receive("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.statuses == [500])
        client.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.statuses == [200])
    }

    @Test(
        "a method that the resource does not know gets 405 and the list; one that nobody knows 501")
    func methods() {
        let site = TestSite()
        let refused = site.answer("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(refused.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(site.answer("BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 501 "))
        #expect(site.answer("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 501 "))
        let options = site.answer("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(options.hasPrefix("HTTP/1.1 204 No Content\r\n"))
        #expect(options.contains("\r\nAllow: GET, POST, PUT, OPTIONS\r\n"))
        #expect(!options.contains("Content-Length"))
        #expect(site.answer("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 204 "))
        #expect(site.answer("GET * HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 400 "))
    }

    @Test("100 Continue is sent when the body is wanted, and not when it is refused")
    func expectContinue() {
        let site = TestSite()
        let client = site.connect()
        client.receive(
            "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
        #expect(client.text == "HTTP/1.1 100 Continue\r\n\r\n")
        client.receive("ok")
        #expect(client.text.hasSuffix("\r\n\r\nok"))
        for (line, status) in [
            ("PUT /none", 404), ("PUT /hello", 405), ("PUT /echo/../..", 400),
        ] {
            let refused = site.connect()
            refused.receive(
                "\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(refused.statuses == [status])
        }
        let other = site.connect()
        other.receive("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: tea\r\n\r\n")
        #expect(other.statuses == [417])
    }

    @Test("a site that closes lets idle connections go and busy ones finish")
    func closing() async throws {
        let site = TestSite()
        let idle = site.connect()
        let busy = site.connect()
        let stuck = site.connect()
        busy.receive("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = site.later
        stuck.receive("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let closed = site.site.close(grace: 10)
        #expect(idle.isClosing)
        #expect(!busy.isClosing)
        answer?.callback(.text("last"))
        #expect(busy.text.contains("Connection: close"))
        busy.receiveEnd()
        #expect(busy.isClosing)
        #expect(!closed.isFired)
        site.clock.advance(10)
        #expect(stuck.isAborted)
        try await closed.value
        #expect(site.site.connection(from: idle.peer) == nil)
        #expect(site.clock.delayedCalls.isEmpty)
    }
}
