import Testing
import TwineCore
import TwineTLS
import TwineTesting

@testable import TwineDNS

@Suite("the resolver's connections", .timeLimit(.minutes(1)))
@Reactor
struct ResolverChannelTests {
    private typealias Server = ScriptedDNSServer

    private static let anything: Server.Script = { query, _ in [.message(good(query))] }

    nonisolated private static func good(_ query: DNSMessage) -> DNSMessage {
        let question = query.question[0]
        // The number in the name is the address.
        let number = UInt32(question.name.text.prefix { $0 != "." }.dropFirst()) ?? 0
        return Fixture.response(
            question, id: query.header.id,
            answer: [DNSRecord(name: question.name, timeToLive: 60, data: .a(number))])
    }

    private func ask(_ resolver: DNSResolver, _ number: Int) -> Deferred<[IPAddress]> {
        resolver.addresses(of: "n\(number).example", family: .ipv4)
    }

    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<5000 where !condition() { try await deferLater(0.001).value }
        #expect(condition())
    }

    // MARK: TCP

    @Test("one connection carries all questions, one after the other and at once")
    func reused() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver { $0.usesTCP = true }
        for number in 0..<10 {
            #expect(try await ask(resolver, number).value == [.v4(UInt32(number))])
        }
        let many = (10..<300).map { ask(resolver, $0) }
        for (place, answer) in many.enumerated() {
            #expect(try await answer.value == [.v4(UInt32(10 + place))])
        }
        #expect(server.connections == 1)
        #expect(server.streamCount == 300)
        server.stop()
    }

    @Test("it is closed when nothing was asked for ten seconds")
    func idle() async throws {
        let server = try await Server.start(Self.anything)
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) { $0.usesTCP = true }
        _ = try await ask(resolver, 1).value
        clock.advance(9)
        _ = try await ask(resolver, 2).value
        clock.advance(9)
        #expect(server.openConnections == 1)
        clock.advance(1)
        try await until { server.openConnections == 0 }
        #expect(clock.delayedCalls.isEmpty)
        _ = try await ask(resolver, 3).value
        #expect(server.connections == 2)
        server.stop()
    }

    @Test("the idle connection of a resolver that is gone is closed as well")
    func released() async throws {
        let server = try await Server.start(Self.anything)
        let clock = ManualClock()
        _ = try await ask(server.resolver(clock: clock) { $0.usesTCP = true }, 1).value
        #expect(server.openConnections == 1)
        clock.advance(10)
        try await until { server.openConnections == 0 }
        server.stop()
    }

    @Test("a question that meets a connection just closed by the server is asked on a new one")
    func closedWhenIdle() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver { $0.usesTCP = true }
        for number in 0..<5 {
            #expect(try await ask(resolver, number).value == [.v4(UInt32(number))])
            server.closeConnections()
        }
        #expect(server.connections == 5)
        server.stop()
    }

    @Test("a server that closes after each reply still answers all that came at once")
    func closedOften() async throws {
        let server = try await Server.start { query, _ in [.message(Self.good(query)), .close] }
        let resolver = server.resolver { $0.usesTCP = true }
        let many = (0..<10).map { ask(resolver, $0) }
        for (number, answer) in many.enumerated() {
            #expect(try await answer.value == [.v4(UInt32(number))])
        }
        #expect(server.connections <= 10)
        server.stop()
    }

    @Test("a truncated reply fetches the rest over a connection that the next one uses, too")
    func truncated() async throws {
        let server = try await Server.start { query, isStream in
            var reply = Self.good(query)
            if !isStream {
                reply.header.isTruncated = true
                reply.answer = []
            }
            return [.message(reply)]
        }
        let resolver = server.resolver()
        for number in 1...3 {
            #expect(try await ask(resolver, number).value == [.v4(UInt32(number))])
        }
        #expect(server.streamCount == 3)
        #expect(server.connections == 1)
        server.stop()
    }

    @Test("a server that closes instead of replying is not asked without end")
    func closedAlways() async throws {
        let server = try await Server.start { _, _ in [.close] }
        let resolver = server.resolver { $0.usesTCP = true }
        let many = (0..<10).map { ask(resolver, $0) }
        for answer in many {
            await #expect(throws: LookupError.self) { try await answer.value }
        }
        #expect(server.connections <= 10)
        #expect(resolver.questions.pendingCount == 0)
        server.stop()
    }

    @Test("replies may come in another order")
    func order() async throws {
        var held: [DNSMessage] = []
        let server = try await Server.start { query, _ in
            held.append(query)
            guard held.count == 3 else { return [] }
            return held.reversed().map { .octets((try? Self.good($0).serialize()) ?? []) }
        }
        let resolver = server.resolver { $0.usesTCP = true }
        let many = (1...3).map { ask(resolver, $0) }
        for (place, answer) in many.enumerated() {
            #expect(try await answer.value == [.v4(UInt32(place + 1))])
        }
        server.stop()
    }

    @Test("a reply with the id of another question is none")
    func swapped() async throws {
        var held: [DNSMessage] = []
        let server = try await Server.start { query, _ in
            held.append(query)
            guard held.count == 2 else { return [] }
            return [(0, 1), (1, 0)].map { place, other in
                var reply = Self.good(held[place])
                reply.header.id = held[other].header.id
                return .octets((try? reply.serialize()) ?? [])
            }
        }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) {
            $0.usesTCP = true
            $0.attempts = 1
        }
        let many = (1...2).map { ask(resolver, $0) }
        try await until { server.streamCount == 2 }
        for _ in 0..<20 { try await deferLater(0.001).value }
        #expect(many.allSatisfy { !$0.isFired })
        clock.advance(5)
        for answer in many {
            await #expect(throws: LookupError.self) { try await answer.value }
        }
        #expect(clock.delayedCalls.isEmpty)
        server.stop()
    }

    @Test("a connection that has fallen silent is not used for the next attempt")
    func silent() async throws {
        var queries = 0
        let server = try await Server.start { query, _ in
            queries += 1
            return queries == 2 ? [] : [.message(Self.good(query))]
        }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) { $0.usesTCP = true }
        _ = try await ask(resolver, 1).value
        let waiting = ask(resolver, 2)
        try await until { server.streamCount == 2 }
        clock.advance(5)
        #expect(try await waiting.value == [.v4(2)])
        #expect(server.connections == 2)
        try await until { server.openConnections == 1 }
        server.stop()
    }

    @Test("who gives up disturbs nobody else on the connection")
    func cancelled() async throws {
        var held: DNSMessage?
        let server = try await Server.start { query, _ in
            guard query.question[0].name.text != "n1.example" else {
                held = query
                return []
            }
            return held == nil ? [] : [.message(Self.good(query))]
        }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) { $0.usesTCP = true }
        let first = ask(resolver, 1)
        try await until { held != nil }
        let second = ask(resolver, 2)
        first.cancel()
        await #expect(throws: CancelledError.self) { try await first.value }
        #expect(try await second.value == [.v4(2)])
        #expect(server.connections == 1)
        clock.advance(10)
        #expect(clock.delayedCalls.isEmpty)
        server.stop()
    }

    // MARK: TLS

    private func trusting(_ certificate: SelfSignedCertificate) -> TLSOptions {
        var options = TLSOptions()
        options.trustsSystem = false
        options.authorities = certificate.certificate
        return options
    }

    @Test("by TLS with a name: one padded connection, and no datagram")
    func strict() async throws {
        let certificate = try SelfSignedCertificate(names: ["dns.example"])
        let server = try await Server.start(
            certificate: certificate, host: "dns.example", Self.anything)
        let resolver = server.resolver(tls: trusting(certificate))
        for number in 0..<3 {
            #expect(try await ask(resolver, number).value == [.v4(UInt32(number))])
        }
        #expect(server.connections == 1)
        #expect(server.sources.isEmpty)
        for query in server.asked {
            #expect(try query.serialize().count == 128)
        }
        server.stop()
    }

    @Test("a certificate for another name, or of nobody who is trusted, ends it, and says so")
    func distrusted() async throws {
        let certificate = try SelfSignedCertificate(names: ["other.example"])
        let server = try await Server.start(
            certificate: certificate, host: "dns.example", Self.anything)
        var nobody = TLSOptions()
        nobody.trustsSystem = false
        for options in [trusting(certificate), nobody] {
            do {
                _ = try await ask(server.resolver(tls: options), 1).value
                Issue.record("it was trusted")
            } catch let error as LookupError {
                guard case .noServer(_, let tried) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(tried.hasPrefix("tls://127.0.0.1"))
                #expect(tried.contains("certificate"))
            }
        }
        #expect(server.asked.isEmpty)
        server.stop()
    }

    @Test("by TLS without a name any certificate will do")
    func opportunistic() async throws {
        let server = try await Server.start(
            certificate: SelfSignedCertificate(names: ["other.example"]), Self.anything)
        var nobody = TLSOptions()
        nobody.trustsSystem = false
        #expect(try await ask(server.resolver(tls: nobody), 1).value == [.v4(1)])
        #expect(server.sources.isEmpty)
        server.stop()
    }

    @Test("a server that does not speak TLS is never asked in the clear")
    func noTLS() async throws {
        let server = try await Server.start(Self.anything)
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) {
            $0.servers = [.tls(server.address, host: nil)]
            $0.attempts = 1
        }
        let waiting = ask(resolver, 1)
        try await until { server.connections == 1 }
        clock.advance(5)
        await #expect(throws: LookupError.self) { try await waiting.value }
        #expect(server.asked.isEmpty)
        #expect(clock.delayedCalls.isEmpty)
        try await until { server.openConnections == 0 }
        server.stop()
    }

    @Test("who gives up during the handshake leaves no connection and no timer behind")
    func cancelledHandshake() async throws {
        let server = try await Server.start(Self.anything)
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) {
            $0.servers = [.tls(server.address, host: nil)]
        }
        let waiting = ask(resolver, 1)
        try await until { server.connections == 1 }
        waiting.cancel()
        await #expect(throws: CancelledError.self) { try await waiting.value }
        #expect(clock.delayedCalls.isEmpty)
        try await until { server.openConnections == 0 }
        server.stop()
    }

    /// Says something else than TLS, or nothing at all, and hangs up.
    private final class Rude: StreamProtocol {
        let octets: [UInt8]
        init(_ octets: [UInt8]) { self.octets = octets }
        func connectionMade(_ transport: any StreamTransport) {
            transport.write(octets)
            transport.loseConnection()
        }
        func dataReceived(_ bytes: Span<UInt8>) {}
        func connectionLost(_ reason: ConnectionLost) {}
    }

    @Test("a handshake that is cut off or answered by nonsense ends the question at once")
    func brokenHandshake() async throws {
        for octets in [[], Array("SSH-2.0-dns\r\n".utf8), [0x16, 0x03, 0x03, 0xff, 0xff, 2, 0]] {
            let listener = try await TCPServerEndpoint.loopback().listen { _ in Rude(octets) }.value
            let server = NameServer.tls(listener.address, host: nil)
            let clock = ManualClock()
            let resolver = DNSResolver(
                configuration: ResolverConfiguration(servers: [server]), clock: clock)
            await #expect(throws: LookupError.self) { try await ask(resolver, 1).value }
            #expect(clock.delayedCalls.isEmpty)
            listener.stopListening()
        }
    }

    @Test("behind a server by TLS that is not there stands a plain one, if it is named")
    func fallback() async throws {
        let gone = try await Server.start(Self.anything)
        gone.stop()
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver {
            $0.servers = [.tls(gone.address, host: "dns.example"), .plain(server.address)]
        }
        #expect(try await ask(resolver, 1).value == [.v4(1)])
        server.stop()
    }

    // MARK: Channels of others

    /// A channel that replies, or fails, while the query is being sent.
    private final class Echo: DNSChannel {
        let peer = SocketAddress.unix(path: "")
        let local: SocketAddress? = nil
        var error: DNSChannelError?
        private(set) var queries = 0

        func send(_ query: [UInt8], timeout: Double, to receiver: any DNSReplyReceiver) {
            queries += 1
            if let error { return receiver.exchangeFailed(error) }
            guard let message = try? parsed(query),
                let reply = try? ResolverChannelTests.good(message).serialize()
            else { return }
            _ = receiver.messageReceived(reply.span)
        }
        func forget(_ receiver: any DNSReplyReceiver) {}
        func close() {}
    }

    @Test("a channel of the caller's is made once, and may reply at once")
    func channel() async throws {
        let echo = Echo()
        var made = 0
        let server = NameServer.channel(name: "https://dns.example/dns-query") { _ in
            made += 1
            return echo
        }
        let resolver = DNSResolver(configuration: ResolverConfiguration(servers: [server]))
        for number in 0..<3 {
            #expect(try await ask(resolver, number).value == [.v4(UInt32(number))])
        }
        #expect(made == 1)
        #expect(echo.queries == 3)
    }

    @Test("one that fails, or cannot be made, is told by its name")
    func channelFails() async throws {
        let echo = Echo()
        echo.error = .broken("HTTP 503")
        let failing = NameServer.channel(name: "https://a.example/") { _ in echo }
        let missing = NameServer.channel(name: "https://b.example/") { _ throws(DNSChannelError) in
            throw .broken("no HTTP here")
        }
        let resolver = DNSResolver(
            configuration: ResolverConfiguration(servers: [failing, missing]))
        await #expect(
            throws: LookupError.noServer(
                "n1.example",
                tried: "https://a.example/: HTTP 503, https://b.example/: no HTTP here")
        ) { try await ask(resolver, 1).value }
        #expect(echo.queries == 1)
    }
}
