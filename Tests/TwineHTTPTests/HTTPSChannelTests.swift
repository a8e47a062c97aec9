import HTTPTypes
import Testing
import TwineCore
import TwineDNS
import TwineTLS
import TwineTesting

@testable import TwineHTTP

@Suite("DNS over HTTPS", .timeLimit(.minutes(1)))
@Reactor
struct HTTPSChannelTests {
    private typealias Net = HTTPSChannelNet
    private let net = HTTPSChannelNet()

    /// The query of RFC 8484 §4.1.1: www.example.com A.
    nonisolated static let query = hexOctets(
        "0000 0100 0001 0000 0000 0000 03777777 07 6578616d706c65 03 636f6d 00 0001 0001")

    private func message(_ first: UInt8, count: Int = 12) -> [UInt8] {
        [first] + [UInt8](repeating: 0, count: count - 1)
    }

    @Test("a POST has the query as its body, and its reply is told")
    func post() {
        let channel = net.channel(isSecure: false)
        let receiver = NotedReplies()
        channel.send(Self.query, timeout: 5, to: receiver)
        let requests = net.requests()
        #expect(requests.map(\.stream) == [1] && requests.first?.body == Self.query)
        #expect(
            requests.first?.fields == [
                ":method=POST", ":scheme=http", ":path=/dns-query", ":authority=dns.example",
                "accept=application/dns-message", "content-type=application/dns-message",
                "content-length=33",
            ])
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(9, count: 20)))
        #expect(receiver.notes == ["sent", "message 20 9"])
        #expect(net.clock.delayedCalls.isEmpty)
        #expect(channel.peer == Net.address && channel.local == net.transports[0].host)
    }

    @Test(
        "a GET has the query in its path",
        arguments: [
            ("/dns-query", "/dns-query?dns="), ("dns-query{?dns}", "/dns-query?dns="),
            ("/q?a=b", "/q?a=b&dns="), ("/q?a=b{&dns}", "/q?a=b&dns="), ("/q/{dns}", "/q/"),
            ("/", "/?dns="), ("", "/?dns="),
        ])
    func get(_ path: String, _ expected: String) {
        let channel = net.channel(.get, path: path)
        channel.send(Self.query, timeout: 5, to: NotedReplies())
        let text = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"
        let request = net.requests().first
        #expect(request?.fields.prefix(3).last == ":path=" + expected + text)
        #expect(request?.fields.first == ":method=GET" && request?.fields.count == 5)
        channel.close()
    }

    @Test(
        "a POST goes to the path without the variable",
        arguments: [("/dns-query{?dns}", "/dns-query"), ("/q?a=b{&dns}", "/q?a=b"), ("/q", "/q")])
    func template(_ path: String, _ expected: String) {
        let channel = net.channel(path: path)
        channel.send(Self.query, timeout: 5, to: NotedReplies())
        #expect(net.requests().first?.fields.contains(":path=" + expected) == true)
        channel.close()
    }

    @Test(
        "the text of octets in a URL has neither padding nor signs to be escaped",
        arguments: [([0xfb, 0xff, 0xfe], "-__-"), ([0xff], "_w"), ([], "")] as [([UInt8], String)])
    func base64(_ octets: [UInt8], _ text: String) {
        #expect(DNSOverHTTPS.base64URL(octets) == text)
    }

    @Test(
        "the authority tells a port that is not the scheme's, and has brackets around IPv6",
        arguments: [
            (true, "a.example", 443, "a.example"), (true, "a.example", 80, "a.example:80"),
            (false, "::1", 80, "[::1]"), (false, "::1", 443, "[::1]:443"),
        ] as [(Bool, String, UInt16, String)])
    func authority(_ isSecure: Bool, _ host: String, _ port: UInt16, _ expected: String) {
        let http = DNSOverHTTPS(
            isSecure: isSecure, host: host, port: port, path: "/", method: .post)
        #expect(http.authority == expected)
    }

    @Test("all queries share a connection, and are answered in any order")
    func sharing() {
        net.holds = true
        let channel = net.channel()
        let receivers = (0..<3).map { _ in NotedReplies() }
        for receiver in receivers { channel.send(Self.query, timeout: 5, to: receiver) }
        #expect(receivers.allSatisfy(\.notes.isEmpty) && channel.local == nil)
        net.admit()
        #expect(net.requests().map(\.stream) == [1, 3, 5])
        net.answer(
            HTTP2Wire.settings() + Net.reply(5, message(3)) + Net.reply(1, message(1))
                + Net.reply(3, message(2)))
        let last = NotedReplies()
        channel.send(Self.query, timeout: 5, to: last)
        #expect(net.requests().map(\.stream) == [7] && net.transports.count == 1)
        #expect(
            receivers.map(\.notes) == [
                ["sent", "message 12 1"], ["sent", "message 12 2"], ["sent", "message 12 3"],
            ])
        #expect(last.notes == ["sent"])
    }

    @Test("queries beyond what the server takes at once wait their turn")
    func streamLimit() {
        let channel = net.channel()
        let receivers = (0..<2).map { _ in NotedReplies() }
        channel.send(Self.query, timeout: 5, to: receivers[0])
        net.answer(HTTP2Wire.settings([(3, 1)]))
        channel.send(Self.query, timeout: 5, to: receivers[1])
        #expect(net.requests().map(\.stream) == [1] && receivers[1].notes.isEmpty)
        net.answer(Net.reply(1, message(1)))
        #expect(net.requests().map(\.stream) == [3] && receivers[1].notes == ["sent"])
    }

    // MARK: Failures

    /// Responses that are no answer.
    nonisolated static let bad: [(String, [UInt8], String)] = [
        (
            "a status", HTTP2Wire.headers(1, [(":status", "404")], isEnd: true),
            "HTTP status 404"
        ),
        (
            "a redirect",
            HTTP2Wire.headers(1, [(":status", "301"), ("location", "/")], isEnd: true),
            "HTTP status 301"
        ),
        (
            "no type", HTTP2Wire.headers(1, [(":status", "200")]),
            "the HTTP response has no Content-Type"
        ),
        (
            "another type",
            HTTP2Wire.headers(1, [(":status", "200"), ("content-type", "text/html; x=y")]),
            "the HTTP response is of type text/html; x=y"
        ),
        (
            "a coding",
            HTTP2Wire.headers(
                1,
                [
                    (":status", "200"), ("content-type", "application/dns-message"),
                    ("content-encoding", "br"),
                ]), "the HTTP response is coded as br"
        ),
        (
            "too short", HTTPSChannelNet.reply(1, [1, 2, 3]),
            "the HTTP response has 3 octets, too few for a DNS message"
        ),
        (
            "too long",
            HTTP2Wire.headers(1, [(":status", "200"), ("content-type", "application/dns-message")])
                + [[UInt8]](
                    repeating: HTTP2Wire.frame(0, 0, 1, [UInt8](repeating: 0, count: 16_384)),
                    count: 4
                ).flatMap { $0 },
            "the HTTP response is longer than a DNS message"
        ),
        (
            "a reset", HTTP2Wire.reset(1, 8),
            "the HTTP/2 stream was ended by the server: error 8"
        ),
        (
            "a malformed head", HTTP2Wire.headers(1, [("a", "b")]),
            "a malformed HTTP/2 message: no status"
        ),
        (
            "a broken connection", HTTP2Wire.frame(6, 0, 0, [1]),
            "an HTTP/2 frame PING with 1 octets"
        ),
    ]

    @Test("a response that is no answer is named", arguments: bad)
    func failures(_ what: String, _ octets: [UInt8], _ text: String) {
        let channel = net.channel()
        let receiver = NotedReplies()
        channel.send(Self.query, timeout: 5, to: receiver)
        net.answer(HTTP2Wire.settings() + HTTP2Wire.frame(4, 1) + octets)
        #expect(receiver.error == .broken(text), "\(what)")
        #expect(receiver.notes == ["sent", "failed"] && net.clock.delayedCalls.isEmpty)
        channel.close()
    }

    @Test("a server of HTTP/1.1 without TLS is named")
    func notHTTP2() {
        let receiver = NotedReplies()
        let channel = net.channel()
        channel.send(Self.query, timeout: 5, to: receiver)
        net.transports[0].receive("HTTP/1.1 400 Bad Request\r\n\r\n")
        #expect(receiver.error == .broken("the peer speaks HTTP/1, not HTTP/2"))
        channel.close()
    }

    @Test("no connection, and nobody to be trusted, are told as they are")
    func notConnected() {
        for (failure, error) in [
            (ConnectError.refused(Net.address), .notConnected(.refused(Net.address))),
            (TLSError.selfSigned(host: "a"), .notSecure(.selfSigned(host: "a"))),
        ] as [(any Error, DNSChannelError)] {
            net.failure = failure
            let receiver = NotedReplies()
            net.channel().send(Self.query, timeout: 5, to: receiver)
            #expect(receiver.error == error && receiver.notes == ["failed"])
        }
        #expect(net.clock.delayedCalls.isEmpty)
    }

    @Test("the time for connecting and that for the message are two")
    func timeouts() {
        net.holds = true
        let channel = net.channel()
        let receiver = NotedReplies()
        channel.send(Self.query, timeout: 5, to: receiver)
        net.clock.advance(4)
        net.admit()
        net.clock.advance(4.5)
        #expect(receiver.notes == ["sent"])
        net.clock.advance(1)
        #expect(receiver.error == .timedOut(seconds: 5))
        #expect(net.frames().contains(.reset(stream: 1, .cancel)))
        // The late reply is nobody's; the connection is still good.
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(1)))
        #expect(receiver.notes.count == 2 && !net.transports[0].isClosing)
        channel.close()
    }

    @Test("an attempt that takes too long is given up when nobody waits any more")
    func connectTimeout() {
        net.holds = true
        let channel = net.channel()
        let receivers = [NotedReplies(), NotedReplies()]
        channel.send(Self.query, timeout: 2, to: receivers[0])
        channel.send(Self.query, timeout: 3, to: receivers[1])
        net.clock.advance(2.5)
        #expect(receivers[0].error == .timedOut(seconds: 2))
        #expect(net.cancelled == 0)
        net.clock.advance(1)
        #expect(receivers[1].error == .timedOut(seconds: 3))
        #expect(net.cancelled == 1 && net.clock.delayedCalls.isEmpty)
        channel.close()
    }

    @Test("a forgotten receiver hears nothing; the server hears of it")
    func forgets() {
        let channel = net.channel()
        let receivers = [NotedReplies(), NotedReplies()]
        for receiver in receivers { channel.send(Self.query, timeout: 5, to: receiver) }
        channel.forget(receivers[0])
        #expect(net.frames().last == .reset(stream: 1, .cancel))
        net.answer(
            HTTP2Wire.settings() + Net.reply(1, message(1)) + Net.reply(3, message(2)))
        net.clock.advance(10)
        #expect(receivers.map(\.notes) == [["sent"], ["sent", "message 12 2"]])
    }

    @Test(
        "a receiver that waits for more than HTTP gives is told of the end",
        arguments: [DNSReceipt.awaitsMore, .ignored])
    func wantsMore(_ receipt: DNSReceipt) {
        let channel = net.channel()
        let receiver = NotedReplies()
        receiver.receipt = receipt
        channel.send(Self.query, timeout: 5, to: receiver)
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(1)))
        #expect(receiver.notes == ["sent", "message 12 1", "failed"] && receiver.error == .ended)
    }

    @Test("closing tells the server, and nobody else; a further query connects again")
    func closes() {
        let channel = net.channel()
        let receiver = NotedReplies()
        channel.send(Self.query, timeout: 5, to: receiver)
        channel.close()
        #expect(net.transports[0].isClosing && net.clock.delayedCalls.isEmpty)
        #expect(net.frames().last == .goAway(lastStream: 0, .noError, debug: []))
        let late = NotedReplies()
        channel.send(Self.query, timeout: 5, to: late)
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(1)), 1)
        #expect(receiver.notes == ["sent"] && late.notes == ["sent", "message 12 1"])
    }

    @Test("a connection that stands only after the channel was closed is closed too")
    func closesEarly() {
        net.holds = true
        let channel = net.channel()
        channel.send(Self.query, timeout: 5, to: NotedReplies())
        channel.close()
        net.admit()
        #expect(net.cancelled == 1 && net.transports.isEmpty)
    }

    @Test("a channel that is dropped closes its connection")
    func dropped() {
        var channel: HTTPSChannel? = net.channel()
        channel?.send(Self.query, timeout: 5, to: NotedReplies())
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(1)))
        channel = nil
        #expect(net.transports[0].isClosing)
    }
}
