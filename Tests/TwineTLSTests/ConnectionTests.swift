import Testing
import TwineCore
import TwineTLS
import TwineTesting

/// A connection's life over a transport without a socket: data, ends, and what an attacker does.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ConnectionTests {
    private let text = Array("what was written".utf8)

    @Test("octet by octet is the same as all at once, in both directions")
    func cuts() async throws {
        for size in [1, 2, 5, 1000] {
            let pair = try Pair(client(), server())
            let cut = { (bytes: [UInt8]) in
                stride(from: 0, to: bytes.count, by: size).map {
                    Array(bytes[$0..<min($0 + size, bytes.count)])
                }
            }
            pair.toClient = cut
            pair.toServer = cut
            let sent = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            pair.atServer.onMade = { $0.write(sent) }
            pair.atClient.onMade = { $0.write(sent) }
            try await pair.run()
            #expect(pair.atClient.received == sent && pair.atServer.received == sent, "\(size)")
        }
    }

    @Test("what was written in one callback is encrypted together")
    func coalescing() async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        let transport = try #require(pair.atClient.transport)
        for octet in text { transport.write([octet]) }
        #expect(pair.clientLower.written.isEmpty)
        #expect(transport.bufferedCount == text.count)
        try await deferLater(0).value
        // One record: 5 octets of header, 1 of type, 16 of tag.
        #expect(pair.clientLower.written.count == text.count + 22)
        try await pair.carry()
        #expect(pair.atServer.received == text)
    }

    @Test("a farewell is an end in order; what was written before it arrives")
    func closing() async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        pair.atServer.transport?.write(text)
        pair.atServer.transport?.loseConnection()
        pair.atServer.transport?.write(Array("too late".utf8))
        try await pair.carry()
        // Memory closes at once: the client still has its end of the line.
        #expect(pair.atServer.lost == [.done])
        #expect(pair.atClient.received == text)
        pair.clientLower.lose(.done)
        #expect(pair.atClient.lost == [.done])
    }

    @Test("without a farewell the end is an error: an attacker may have cut the rest off")
    func truncation() async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        pair.atServer.transport?.write(text)
        try await pair.carry()
        pair.clientLower.lose(.done)
        #expect(pair.atClient.received == text)
        #expect(pair.atClient.lost == [.layer(TLSError.truncated.description)])
        // And a reset is what it is.
        let other = try Pair(client(), server())
        try await other.run()
        other.clientLower.lose(.lost(SystemError(errno: 104)))
        #expect(other.atClient.lost == [.lost(SystemError(errno: 104))])
    }

    @Test("what is written in one callback is one record, unless it is ended in between")
    func records() async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        var lengths: [Int] = []
        pair.toServer = { bytes in
            // Type, version, length (RFC 8446 §5.1).
            var offset = 0
            while offset + 5 <= bytes.count {
                let length = Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4])
                lengths.append(length)
                offset += 5 + length
            }
            return [bytes]
        }
        pair.client.endRecord()
        for word in ["ab", "cd"] { pair.client.write(Array(word.utf8)) }
        pair.client.endRecord()
        pair.client.endRecord()
        pair.client.write(Array("efg".utf8))
        try await pair.carry()
        #expect(pair.atServer.received == Array("abcdefg".utf8))
        // 1 octet of type and 16 of tag are added to each.
        #expect(lengths == [4 + 17, 3 + 17])
    }

    @Test("an end in the middle of the handshake is its error")
    func cutHandshake() async throws {
        let pair = try Pair(client(), server())
        pair.toClient = { [Array($0.prefix($0.count / 2))] }
        try await pair.run()
        #expect(pair.clientResult == nil)
        pair.clientLower.lose(.done)
        #expect(pair.clientError == .truncated)
        let reset = try Pair(client(), server())
        reset.clientLower.attach(reset.client)
        reset.clientLower.lose(.lost(SystemError(errno: 104)))
        guard case .failure(let error)? = reset.clientResult else {
            Issue.record("no result")
            return
        }
        #expect(error as? ConnectionLost == .lost(SystemError(errno: 104)))
    }

    @Test(
        "a peer that does not speak TLS is said not to",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n",
            String(repeating: "\u{0}", count: 100),
        ])
    func notTLS(_ greeting: String) async throws {
        let pair = try Pair(client(), server())
        pair.clientLower.attach(pair.client)
        pair.clientLower.receive(greeting)
        #expect(pair.clientError == .notTLS(host: "localhost"))
        #expect(pair.clientLower.isClosing)
    }

    @Test("a client that speaks plain HTTP to a TLS server is cut off")
    func plainClient() async throws {
        let pair = try Pair(client(), server())
        pair.serverLower.attach(pair.server)
        pair.serverLower.receive("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(pair.serverError == .notTLS(host: "the peer"))
        #expect(pair.serverLower.isClosing && pair.atServer.transport == nil)
    }

    @Test("a record that was changed on the way is refused, and nothing of it delivered")
    func tampering() async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        pair.toClient = { bytes in
            var bytes = bytes
            bytes[bytes.count / 2] ^= 1
            return [bytes]
        }
        pair.atServer.transport?.write(text)
        try await pair.carry()
        #expect(pair.atClient.received.isEmpty)
        #expect(pair.atClient.lost.count == 1)
        guard case .layer(let reason)? = pair.atClient.lost.first else {
            Issue.record("\(pair.atClient.lost)")
            return
        }
        #expect(reason.contains("bad record mac") || reason.contains("decryption failed"))
        // The alert told the server.
        guard case .layer? = pair.atServer.lost.first else {
            Issue.record("\(pair.atServer.lost)")
            return
        }
    }

    @Test("a record that is repeated or left out is refused", arguments: [true, false])
    func replay(_ repeats: Bool) async throws {
        let pair = try Pair(client(), server())
        try await pair.run()
        pair.toClient = { repeats ? [$0, $0] : [] }
        pair.atServer.transport?.write(text)
        try await pair.carry()
        pair.toClient = { [$0] }
        pair.atServer.transport?.write(Array("next".utf8))
        try await pair.carry()
        #expect(pair.atClient.received == (repeats ? text : []))
        guard case .layer? = pair.atClient.lost.first else {
            Issue.record("\(pair.atClient.lost)")
            return
        }
    }

    @Test("whatever is done to the handshake, it fails or goes on, and trust is never given away")
    func fuzz() async throws {
        let clientContext = try TLSContext(.client, client())
        let serverContext = try TLSContext(.server, server("wronghost"))
        for seed in 0..<400 {
            var random = SeededRandom(seed: UInt64(seed))
            let pair = try Pair(clientContext, serverContext)
            let mutate = { (bytes: [UInt8]) -> [[UInt8]] in
                var bytes = bytes
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 2: bytes.insert(bytes[index], at: index)
                    default: bytes.removeSubrange(index..<min(bytes.count, index + 3))
                    }
                    if bytes.isEmpty { return [] }
                }
                let cut = Int.random(in: 0...bytes.count, using: &random)
                return [Array(bytes[..<cut]), Array(bytes[cut...])]
            }
            pair.toClient = mutate
            pair.toServer = mutate
            try await pair.run()
            #expect(pair.atClient.transport == nil, "seed \(seed)")
            pair.clientLower.lose(.done)
            pair.serverLower.lose(.done)
            #expect(pair.client.handshake.isFired && pair.server.handshake.isFired, "seed \(seed)")
        }
    }

    @Test("whatever is done to data, only a beginning of what was sent arrives")
    func fuzzData() async throws {
        let (clientContext, serverContext) = (
            try TLSContext(.client, client()), try TLSContext(.server, server())
        )
        let sent = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for seed in 0..<60 {
            var random = SeededRandom(seed: UInt64(seed))
            let pair = try Pair(clientContext, serverContext)
            try await pair.run()
            pair.toClient = { bytes in
                var bytes = bytes
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 0x10
                return [bytes]
            }
            pair.atServer.transport?.write(sent)
            try await pair.carry()
            pair.clientLower.lose(.done)
            let received = pair.atClient.received
            #expect(received.count < sent.count && received == Array(sent[..<received.count]))
            #expect(pair.atClient.lost.count == 1 && pair.atClient.lost != [.done])
        }
    }

    @Test(
        "reading that is paused holds what has come, and loses nothing",
        arguments: [100_000, 400_000])
    func pausing(_ count: Int) async throws {
        let pair = try Pair(client(), server())
        pair.atClient.onData = { $0.pauseReading() }
        try await pair.run()
        let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        pair.atServer.transport?.write(sent)
        try await pair.carry()
        #expect(pair.clientLower.isReadingPaused)
        #expect((1..<sent.count).contains(pair.atClient.received.count))
        var before = -1
        while pair.atClient.received.count > before {
            before = pair.atClient.received.count
            pair.atClient.transport?.resumeReading()
            try await pair.carry()
        }
        #expect(pair.atClient.received == sent)
    }

    @Test("a half that is closed leaves the other open (RFC 8446 §6.1)")
    func halfClose() async throws {
        let half = HalfCloser()
        let clientContext = try TLSContext(.client, client())
        let serverContext = try TLSContext(.server, server())
        let client = TLSConnection(try TLSEngine(clientContext, host: "localhost"))
        let atClient = HalfCloser()
        client.handshake.addCallback { $0.attach(atClient) }
        let server = TLSConnection(try TLSEngine(serverContext)) { half }
        let (up, down) = (MemoryTransport(), MemoryTransport())
        func carry() async throws {
            while true {
                try await deferLater(0).value
                let (a, b) = (up.takeWritten(), down.takeWritten())
                guard !a.isEmpty || !b.isEmpty else { return }
                down.receive(a)
                up.receive(b)
            }
        }
        down.attach(server)
        up.attach(client)
        try await carry()
        client.write(text)
        client.loseWriteConnection()
        try await carry()
        #expect(half.received == text && half.events == ["read ended"])
        server.write(text)
        try await carry()
        #expect(atClient.received == text)
        server.loseConnection()
        try await carry()
        #expect(half.events == ["read ended", "write ended", "lost"])
        #expect(atClient.events.prefix(2) == ["write ended", "read ended"])
    }

    @Test("a client that never finishes the handshake is cut off after its time")
    func silence() async throws {
        let clock = ManualClock()
        let factory = serveTLS(
            try TLSContext(.server, server()), timeout: 30, clock: clock
        ) { _ in Recorder() }
        let lower = MemoryTransport()
        lower.attach(try #require(factory(lower.peer)))
        clock.advance(29)
        #expect(!lower.isAborted && !lower.isClosing)
        clock.advance(1)
        #expect(lower.isAborted || lower.isClosing)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("over TCP: a megabyte goes and comes back, and the second connection resumes")
    func overTCP() async throws {
        var answers = try server()
        answers.applicationProtocols = ["http/1.1"]
        let port = try await TCPServerEndpoint.loopback().listen(
            serveTLS(try TLSContext(.server, answers)) { _ in
                Echo()
            }
        ).value
        var asks = try client()
        asks.applicationProtocols = ["h2", "http/1.1"]
        let context = try TLSContext(.client, asks)
        let sent = [UInt8](repeating: 7, count: 1 << 20)
        for round in 0..<2 {
            let ended = Deferred<[UInt8]>()
            let user = try await TLSClientEndpoint(
                TCPClientEndpoint(port.address), context, host: "localhost", port: 443
            ).connect { Collector(wanted: sent.count, ended) }.value
            let connection = try #require(user.transport as? TLSConnection)
            #expect(connection.engine.applicationProtocol == "http/1.1")
            #expect(connection.engine.isResumed == (round == 1))
            #expect(
                connection.engine.peerCertificate?.names
                    == ["localhost", "www.example.test", "127.0.0.1", "::1"])
            connection.write(sent)
            #expect(try await ended.value == sent)
            connection.loseConnection()
            #expect(try await user.lost.value == .done)
        }
        port.stopListening()
    }
}

@Reactor
private final class HalfCloser: HalfCloseableProtocol {
    var received: [UInt8] = []
    var events: [String] = []
    func connectionMade(_ transport: any StreamTransport) {}
    func dataReceived(_ bytes: Span<UInt8>) {
        for index in bytes.indices { received.append(bytes[index]) }
    }
    func readConnectionLost() { events.append("read ended") }
    func writeConnectionLost() { events.append("write ended") }
    func connectionLost(_ reason: ConnectionLost) { events.append("lost") }
}

@Reactor
private final class Echo: StreamProtocol {
    private var transport: (any StreamTransport)?
    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ bytes: Span<UInt8>) { transport?.write(bytes) }
    func connectionLost(_ reason: ConnectionLost) {}
}

@Reactor
private final class Collector: StreamProtocol {
    private var bytes: [UInt8] = []
    private let wanted: Int
    private let ended: Deferred<[UInt8]>
    private(set) var transport: (any StreamTransport)?
    let lost = Deferred<ConnectionLost>()

    init(wanted: Int, _ ended: Deferred<[UInt8]>) {
        self.wanted = wanted
        self.ended = ended
    }
    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ new: Span<UInt8>) {
        for index in new.indices { bytes.append(new[index]) }
        if bytes.count >= wanted, !ended.isFired { ended.callback(bytes) }
    }
    func connectionLost(_ reason: ConnectionLost) { lost.callback(reason) }
}
