import HTTPTypes
import Testing
import TwineCore
import TwineDNS
import TwineTLS
import TwineTesting

@testable import TwineHTTP

@Suite("DNS over HTTPS: connections that end, and HTTP/1.1", .timeLimit(.minutes(1)))
@Reactor
struct HTTPSChannelConnectionTests {
    private typealias Net = HTTPSChannelNet
    private let net = HTTPSChannelNet()
    private let query = HTTPSChannelTests.query

    private func message(_ first: UInt8) -> [UInt8] {
        [first] + [UInt8](repeating: 0, count: 11)
    }

    @Test("what the server has not looked at is sent again, over another connection")
    func goAway() {
        let channel = net.channel()
        let receivers = [NotedReplies(), NotedReplies()]
        for receiver in receivers { channel.send(query, timeout: 5, to: receiver) }
        net.answer(HTTP2Wire.settings() + HTTP2Wire.goAway(1, 0))
        #expect(net.transports.count == 2 && net.requests(1).map(\.body) == [query])
        net.answer(Net.reply(1, message(1)))
        #expect(net.transports[0].isClosing && receivers[0].notes == ["sent", "message 12 1"])
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(2)), 1)
        #expect(receivers[1].notes == ["sent", "message 12 2"])
    }

    @Test(
        "a connection that ends before anything is asked is not made again",
        arguments: [
            (Array("220 ftp.example ready\r\n".utf8), "the peer does not speak HTTP/2"),
            (
                HTTP2Wire.settings() + HTTP2Wire.goAway(0, 0),
                "the server does not take the HTTP request"
            ),
        ])
    func greeting(_ octets: [UInt8], _ text: String) {
        net.greeting = octets
        let receiver = NotedReplies()
        net.channel().send(query, timeout: 5, to: receiver)
        #expect(receiver.error == .broken(text) && receiver.notes == ["failed"])
        #expect(net.transports.count == 1 && net.transports[0].isClosing)
    }

    @Test("a query is not sent a third time")
    func refusedTwice() {
        let channel = net.channel()
        let receiver = NotedReplies()
        channel.send(query, timeout: 5, to: receiver)
        net.answer(HTTP2Wire.settings() + HTTP2Wire.reset(1, 7))
        #expect(net.requests().map(\.stream) == [1, 3] && receiver.notes == ["sent"])
        net.answer(HTTP2Wire.reset(3, 7))
        #expect(receiver.error == .broken("the server does not take the HTTP request"))
        channel.close()
    }

    @Test("an idle connection that ends when a query is sent is made anew")
    func reused() {
        let channel = net.channel()
        let receivers = [NotedReplies(), NotedReplies(), NotedReplies()]
        channel.send(query, timeout: 5, to: receivers[0])
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(1)))
        channel.send(query, timeout: 5, to: receivers[1])
        net.transports[0].lose(.lost(SystemError(errno: 104)))
        #expect(net.transports.count == 2)
        net.answer(HTTP2Wire.settings() + Net.reply(1, message(2)), 1)
        #expect(receivers[1].notes == ["sent", "message 12 2"])
        net.transports[1].lose()
        channel.send(query, timeout: 5, to: receivers[2])
        #expect(net.transports.count == 3)
    }

    @Test(
        "a fresh connection that ends is an error",
        arguments: [
            (.done, .ended), (.lost(SystemError(errno: 104)), .lost(SystemError(errno: 104))),
            (.layer(TLSError.truncated.description), .ended),
            (.layer("TLS protocol error: x"), .broken("TLS protocol error: x")),
        ] as [(ConnectionLost, DNSChannelError)])
    func lost(_ reason: ConnectionLost, _ error: DNSChannelError) {
        let channel = net.channel()
        let receiver = NotedReplies()
        channel.send(query, timeout: 5, to: receiver)
        net.answer(HTTP2Wire.settings())
        net.transports[0].lose(reason)
        #expect(receiver.error == error && net.transports.count == 1)
    }

    @Test("a receiver that closes the channel, or asks again, does so in the middle of anything")
    func reentrant() {
        let channel = net.channel()
        let last = NotedReplies()
        let second = NotedReplies()
        let first = NotedReplies()
        first.whenTold = { channel.send(query, timeout: 5, to: second) }
        second.whenTold = { channel.close() }
        channel.send(query, timeout: 5, to: first)
        channel.send(query, timeout: 5, to: last)
        net.answer(
            HTTP2Wire.settings() + Net.reply(1, message(1))
                + HTTP2Wire.headers(
                    3, [(":status", "200"), ("content-type", "application/dns-message")]))
        #expect(net.requests().map(\.stream) == [1, 3, 5])
        net.answer(HTTP2Wire.reset(5, 8) + HTTP2Wire.data(3, "late", isEnd: true))
        #expect(net.transports[0].isClosing && net.clock.delayedCalls.isEmpty)
        #expect(
            [first, second, last].map(\.notes) == [
                ["sent", "message 12 1"], ["sent", "failed"], ["sent"],
            ])
    }

    @Test("a server that does not read what it asks for is given up")
    func unreadReplies() {
        let transport = MemoryTransport()
        var hasEnded = false
        let connection = HTTP2Connection { hasEnded = true }
        transport.attach(Stuck(connection))
        connection.send(HTTP2Talk.get, body: nil, to: Nobody())
        transport.receive(HTTP2Wire.settings() + HTTP2Wire.headers(1, [(":status", "200")]))
        let ping = HTTP2Wire.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])
        let pings = [[UInt8]](repeating: ping, count: 1000).flatMap { $0 }
        var rounds = 0
        while !transport.isAborted, !transport.isClosing, rounds < 100 {
            // Something useful each time, so that it is not the idle frames that end it.
            transport.receive(HTTP2Wire.data(1, "x") + pings)
            rounds += 1
        }
        #expect(rounds == 62 && hasEnded)
    }

    // MARK: HTTP/1.1

    private func response(_ body: [UInt8], _ fields: String = "") -> [UInt8] {
        Array(
            "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
                .utf8) + body
    }

    @Test("a server that did not choose h2 is spoken to in HTTP/1.1, one query after the other")
    func http1() {
        let channel = net.channel(isSecure: true)
        let receivers = [NotedReplies(), NotedReplies()]
        for receiver in receivers { channel.send(query, timeout: 5, to: receiver) }
        let expected =
            Array(
                """
                POST /dns-query HTTP/1.1\r\nHost: dns.example\r\nAccept: application/dns-message\r
                Content-Type: application/dns-message\r\nContent-Length: 33\r\n\r\n
                """.utf8) + query
        #expect(net.transports[0].takeWritten() == expected)
        #expect(receivers.map(\.notes) == [["sent"], []])
        net.transports[0].receive(response(message(1)))
        #expect(net.transports[0].takeWritten() == expected)
        net.transports[0].receive(response(message(2)))
        #expect(
            receivers.map(\.notes) == [["sent", "message 12 1"], ["sent", "message 12 2"]])
        #expect(net.transports.count == 1)
    }

    @Test("a server of HTTP/1.1 that closes is connected to again for the next query")
    func http1Closes() {
        let channel = net.channel(isSecure: true)
        let receivers = [NotedReplies(), NotedReplies()]
        for receiver in receivers { channel.send(query, timeout: 5, to: receiver) }
        net.transports[0].receive(response(message(1), "Connection: close\r\n"))
        #expect(net.transports.count == 2 && net.transports[0].isClosing)
        net.transports[1].receive(response(message(2)))
        #expect(
            receivers.map(\.notes) == [["sent", "message 12 1"], ["sent", "message 12 2"]])
    }

    @Test("a body that ends with the connection is whole")
    func http1UntilClose() {
        let channel = net.channel(isSecure: true)
        let receiver = NotedReplies()
        channel.send(query, timeout: 5, to: receiver)
        net.transports[0].receive(
            Array("HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n\r\n".utf8)
                + message(7))
        net.transports[0].lose()
        #expect(receiver.notes == ["sent", "message 12 7"])
    }

    @Test("a query of HTTP/1.1 that is forgotten costs its connection, not the others")
    func http1Forgets() {
        let channel = net.channel(isSecure: true)
        let receivers = [NotedReplies(), NotedReplies()]
        for receiver in receivers { channel.send(query, timeout: 5, to: receiver) }
        channel.forget(receivers[0])
        #expect(net.transports[0].isAborted && net.transports.count == 2)
        net.transports[1].receive(response(message(2)))
        #expect(receivers.map(\.notes) == [["sent"], ["sent", "message 12 2"]])
    }

    @Test("what is wrong in HTTP/1.1 is named")
    func http1Errors() {
        for (input, error) in [
            ("SSH-2.0\r\n", .broken("the peer does not speak HTTP/1")),
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", .broken("HTTP status 404")),
        ] as [(String, DNSChannelError)] {
            let channel = net.channel(isSecure: true)
            let receiver = NotedReplies()
            channel.send(query, timeout: 5, to: receiver)
            net.transports.last?.receive(input)
            #expect(receiver.error == error)
            channel.close()
        }
        #expect(net.clock.delayedCalls.isEmpty)
    }
}

/// A connection whose peer reads nothing.
private final class Stuck: ProtocolWrapper {
    override var bufferedCount: Int { 1 }
}

/// Hears everything and says nothing.
private final class Nobody: HTTPSessionReceiver {
    func requestSent() {}
    func headReceived(_ response: HTTPResponse) {}
    func bodyReceived(_ octets: Span<UInt8>) {}
    func responseEnded(_ trailers: HTTPFields) {}
    func responseFailed(_ failure: HTTPSessionFailure) {}
}
