import Foundation
import Testing
import TwineCore
import TwineDNS
import TwineTLS

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

    @Test("by TLS the records come from nsd as well, all over one connection")
    func overTLS() async throws {
        let server = try await LoopbackServer.nsd()
        var tls = TLSOptions()
        tls.trustsSystem = false
        tls.authoritiesFile = try await Situation.certificates.value
            .appendingPathComponent("ca.pem").path
        func resolver(_ host: String) throws -> DNSResolver {
            let text = "tls://127.0.0.1:\(server.ports[1])#\(host)"
            return DNSResolver(
                configuration: ResolverConfiguration(
                    servers: [try #require(NameServer(text))], timeout: 2, attempts: 1),
                tls: tls)
        }
        let strict = try resolver("localhost")
        #expect(
            try await strict.query("example.test", .mx).value.map { $0.rdataText() } == [
                "10 mail.example.test."
            ])
        let many = (0..<100).map { strict.lookup("n\($0).wild.example.test") }
        for answer in many { #expect(try await answer.value.map { "\($0)" } == ["192.0.2.81"]) }
        await #expect(throws: LookupError.noRecord("www.example.test", type: "MX")) {
            try await strict.query("www.example.test", .mx).value
        }
        await #expect(throws: LookupError.self) {
            try await resolver("other.example").lookup("www.example.test").value
        }
        try await server.stop()
    }
}
