import Testing
import TwineCore
import TwineDNS

/// The stub resolver against nsd.
@Suite(.serialized, .timeLimit(.minutes(1)))
@Reactor
struct NameServerTests {
    @Test("addresses, aliases, wildcards and long answers come as nsd has them, absences as errors")
    func lookups() async throws {
        let server = try await LoopbackServer.nsd()
        let resolver = DNSResolver(
            configuration: ResolverConfiguration(
                servers: [.ip(.loopback4, port: server.ports[0])], timeout: 2, attempts: 2))
        func found(_ name: String) async throws -> [String] {
            try await resolver.lookup(name).value.map { "\($0)" }
        }
        #expect(try await found("www.example.test") == ["::1", "127.0.0.1"])
        #expect(try await found("alias.example.test") == ["::1", "127.0.0.1"])
        #expect(try await found("chain1.example.test") == ["2001:db8::80", "192.0.2.80"])
        #expect(try await found("any.wild.example.test") == ["192.0.2.81"])
        #expect(try await found("bücher.example.test") == ["192.0.2.82"])
        // More than a datagram holds: over TCP.
        #expect(try await found("many.example.test").count == 200)
        for name in ["nowhere", "mail", "circle", "dangling"] {
            await #expect(throws: LookupError.self, "\(name)") {
                try await found("\(name).example.test")
            }
        }
        try await server.stop()
    }
}
