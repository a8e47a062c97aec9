import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct WebSocketTests {
    private let clock = ManualClock()
    private let key: [UInt8] = [1, 2, 3, 250]
    private static let handshake =
        "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    /// A site with an echo at /echo.
    private func site(
        _ options: WebSocket.Options = .init(),
        closed: @escaping @Reactor (UInt16, String) -> Void = { _, _ in }
    ) -> Site {
        let root = Resource()
        root.putChild(
            "echo",
            WebSocketResource(options: options, clock: clock) { socket in
                socket.onMessage = { [unowned socket] in socket.send($0) }
                socket.onClose = closed
            })
        return Site(root, clock: clock)
    }

    private func open(_ site: Site, _ more: String = "") -> MemoryTransport {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        transport.receive(Self.handshake + "\r\n" + more)
        return transport
    }

    private func frame(_ opcode: WebSocketParser.Opcode, _ text: String) -> [UInt8] {
        WebSocketParser.frame(opcode, Array(text.utf8), key: key)
    }

    @Test("the handshake of RFC 6455 §1.3, and an echo for every cut of the frames")
    func echo() throws {
        let site = site()
        let messages = [
            "", "hello", "ü€😀", String(repeating: "x", count: 126),
            String(repeating: "y", count: 70_000),
        ]
        let octets = messages.flatMap { frame(.text, $0) } + frame(.binary, "\u{0}")
        let expected =
            messages.flatMap { WebSocketParser.frame(.text, Array($0.utf8)) }
            + WebSocketParser.frame(.binary, [0])
        for size in [1, 2, 3, 7, 1000, octets.count] {
            let client = open(site)
            let head = client.text
            #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(head.hasSuffix("Connection: Upgrade\r\n\r\n"))
            for start in stride(from: 0, to: octets.count, by: size) {
                client.receive(Array(octets[start..<min(octets.count, start + size)]))
            }
            #expect(client.takeWritten() == expected, "\(size)")
            client.lose()
        }
        #expect(site.connectionCount == 0 && clock.delayedCalls.isEmpty)
    }

    @Test("what comes with the handshake in one piece counts")
    func early() {
        let transport = MemoryTransport()
        let site = site()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        transport.receive(Array((Self.handshake + "\r\n").utf8) + frame(.text, "hi"))
        #expect(transport.takeWritten().suffix(4) == [0x81, 2, 104, 105])
    }

    @Test("fragments make one message, with pings between; a pong has the ping's octets")
    func fragments() {
        let client = open(site())
        _ = client.takeWritten()
        var first = frame(.text, "hel")
        first[0] &= 0x7f
        var last = frame(.continuation, "lo")
        client.receive(first + frame(.ping, "p") + last)
        #expect(
            client.takeWritten()
                == WebSocketParser.frame(.pong, [112])
                + WebSocketParser.frame(.text, Array("hello".utf8)))
        last = frame(.pong, "")
        client.receive(last)
        #expect(client.takeWritten().isEmpty)
    }

    @Test("a close is answered by one, and the connection is closed")
    func close() {
        var ends: [String] = []
        let client = open(site { ends.append("\($0) \($1)") })
        _ = client.takeWritten()
        client.receive(WebSocketParser.frame(.close, [3, 232] + Array("bye".utf8), key: key))
        #expect(client.takeWritten() == [0x88, 2, 3, 232] && client.isClosing)
        client.receive(frame(.text, "late"))
        #expect(client.takeWritten().isEmpty && ends == ["1000 bye"])
        let lost = open(site { code, _ in ends.append("\(code)") })
        lost.lose()
        #expect(ends.last == "1006")
    }

    @Test("a site that closes says 1001, and cuts a peer that does not answer")
    func siteCloses() {
        let site = site()
        let client = open(site)
        _ = client.takeWritten()
        site.close(grace: 30)
        #expect(client.takeWritten() == [0x88, 2, 3, 233])
        clock.advance(6)
        #expect(client.isAborted)
    }

    @Test("a peer that says nothing is pinged, and then given up")
    func idle() {
        var options = WebSocket.Options()
        options.pingInterval = 10
        let client = open(site(options))
        _ = client.takeWritten()
        clock.advance(10.1)
        #expect(client.takeWritten() == [0x89, 0])
        client.receive(frame(.pong, ""))
        clock.advance(10.1)
        #expect(client.takeWritten() == [0x89, 0] && !client.isAborted)
        clock.advance(10.1)
        #expect(client.isAborted)
    }

    @Test(
        "what breaks the protocol is closed with the code that RFC 6455 §7.4 gives it",
        arguments: [
            ([0x81, 0x02, 104, 105], 1002), ([0xc1, 0x80, 0, 0, 0, 0], 1002),
            ([0x83, 0x80, 0, 0, 0, 0], 1002), ([0x09, 0x80, 0, 0, 0, 0], 1002),
            ([0x89, 0xfe, 0, 126], 1002), ([0x80, 0x80, 0, 0, 0, 0], 1002),
            ([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0], 1002),
            ([0x81, 0x81, 0, 0, 0, 0, 0xff], 1007), ([0x88, 0x81, 0, 0, 0, 0, 3], 1002),
            ([0x88, 0x82, 0, 0, 0, 0, 3, 0xed], 1002), ([0x88, 0x82, 0, 0, 0, 0, 0, 1], 1002),
            ([0x88, 0x83, 0, 0, 0, 0, 3, 0xe8, 0xff], 1007),
            ([0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1], 1009),
            ([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002), ([0x82, 0xfe, 0, 5], 1002),
            ([0x82, 0xff, 0, 0, 0, 0, 0, 0, 1, 0], 1002),
        ] as [([UInt8], UInt16)])
    func violations(_ octets: [UInt8], _ code: UInt16) {
        var ends: [UInt16] = []
        let client = open(site { code, _ in ends.append(code) })
        _ = client.takeWritten()
        client.receive(octets)
        let answer = client.takeWritten()
        #expect(answer.count >= 4 && answer[0] == 0x88)
        #expect(UInt16(answer[2]) << 8 | UInt16(answer[3]) == code && ends == [code])
        #expect(client.isClosing)
    }

    @Test("fragments together are held to the limit")
    func limit() {
        var options = WebSocket.Options()
        options.messageLimit = 10
        let client = open(site(options))
        _ = client.takeWritten()
        var part = frame(.binary, "123456")
        part[0] &= 0x7f
        client.receive(part + frame(.continuation, "78901"))
        #expect(client.takeWritten().dropFirst(2).prefix(2) == [3, 241])
    }

    @Test(
        "a request that is no handshake is told what is missing",
        arguments: [
            ("Upgrade: websocket\r\n", "", 426),
            ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 400),
            ("dGhlIHNhbXBsZSBub25jZQ==", "short", 400), ("HTTP/1.1", "HTTP/1.0", 426),
            ("GET", "POST", 405),
        ])
    func refused(_ part: String, _ other: String, _ status: Int) {
        let transport = MemoryTransport()
        let site = site()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        transport.receive(Self.handshake.replacingOccurrences(of: part, with: other) + "\r\n")
        #expect(transport.text.hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test("the first subprotocol of the server that the client offers is spoken")
    func subprotocols() {
        var options = WebSocket.Options()
        options.subprotocols = ["b", "c"]
        let transport = MemoryTransport()
        let site = site(options)
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        transport.receive(Self.handshake + "Sec-WebSocket-Protocol: a, c, b\r\n\r\n")
        #expect(transport.text.contains("Sec-WebSocket-Protocol: b\r\n"))
    }

    @Test("random octets never trap, and end in a close or in waiting")
    func random() {
        var random = SeededRandom(seed: 6455)
        for _ in 0..<2000 {
            let client = open(site())
            _ = client.takeWritten()
            var octets = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                octets[0] = [0x81, 0x82, 0x01, 0x80, 0x88, 0x89].randomElement(using: &random) ?? 0
            }
            client.receive(octets)
            client.receive(octets)
            client.lose()
        }
    }
}
