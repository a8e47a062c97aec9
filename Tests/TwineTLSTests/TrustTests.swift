import Foundation
import Testing
import TwineCore
import TwineTLS
import TwineTesting

/// Whom a client trusts, and how it says why not.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TrustTests {
    @Test(
        "each defect of a certificate has its own error, which names the host",
        arguments: ["expired", "early", "wronghost", "unknown", "selfsigned", "incomplete"])
    func defects(_ kind: String) async throws {
        let pair = try Pair(client(), server(kind))
        try await pair.run()
        let error = try #require(pair.clientError)
        switch (kind, error) {
        case ("expired", .expired("localhost", let on)): #expect(on.hasPrefix("2021-01-01"))
        case ("early", .notYetValid("localhost", _)): break
        case ("wronghost", .wrongHost("localhost", ["wrong.example.test"])): break
        case ("unknown", .unknownIssuer("localhost", let issuer)):
            #expect(issuer.contains("A Root That Nobody Trusts"))
        case ("selfsigned", .selfSigned("localhost")): break
        case ("incomplete", .unknownIssuer("localhost", let issuer)):
            #expect(issuer.contains("Test Intermediate"))
        default: Issue.record("\(kind): \(error)")
        }
        #expect(error.isDistrust)
        #expect(error.description.contains("localhost"))
        // The server is told by an alert, and nobody's data went anywhere.
        guard case .refused(_, let alert)? = pair.serverError else {
            return #expect(pair.server.engine.version == "TLSv1.3" && !pair.atServer.lost.isEmpty)
        }
        #expect(!alert.isEmpty)
        #expect(pair.atServer.received.isEmpty && pair.atClient.transport == nil)
    }

    @Test("a chain to a trusted root is good, and without verification everything is")
    func trusted() async throws {
        let good = try Pair(client(), server())
        try await good.run()
        #expect(good.atClient.transport != nil)
        #expect(good.client.engine.peerCertificate?.issuer.contains("Test Intermediate") == true)
        var careless = try client()
        careless.verifies = false
        for kind in ["expired", "wronghost", "unknown", "selfsigned"] {
            let pair = try Pair(careless, server(kind))
            try await pair.run()
            #expect(pair.clientError == nil && pair.atClient.transport != nil, "\(kind)")
        }
    }

    @Test("the system's authorities do not know the test's, and a file of authorities adds it")
    func authorities() async throws {
        let system = try Pair(TLSOptions(), server())
        try await system.run()
        guard case .unknownIssuer? = system.clientError else {
            Issue.record("\(String(describing: system.clientError))")
            return
        }
        var options = TLSOptions()
        options.authoritiesFile = Certificates.folder.appendingPathComponent("ca.pem").path
        let added = try Pair(options, server())
        try await added.run()
        #expect(added.clientError == nil && added.atClient.transport != nil)
    }

    @Test(
        "names are compared as RFC 9525 says",
        arguments: [
            ("DNS:a.example.test", "a.example.test", true),
            ("DNS:a.example.test", "A.Example.TEST", true),
            ("DNS:a.example.test", "a.example.test.", true),
            ("DNS:a.example.test", "b.example.test", false),
            ("DNS:a.example.test", "example.test", false),
            ("DNS:a.example.test", "xa.example.test", false),
            ("DNS:*.example.test", "a.example.test", true),
            ("DNS:*.example.test", "example.test", false),
            ("DNS:*.example.test", "a.b.example.test", false),
            ("DNS:a*.example.test", "ab.example.test", false),
            ("DNS:*", "test", false),
            ("DNS:*.test", "a.b.test", false),
            ("DNS:127.0.0.1", "127.0.0.1", false),
            ("IP:127.0.0.1", "127.0.0.1", true),
            ("IP:127.0.0.1", "127.0.0.2", false),
            ("IP:2001:db8::1", "2001:db8::1", true),
            ("IP:2001:db8::1", "2001:db8:0:0::1", true),
            ("IP:2001:db8::1", "2001:db8::2", false),
            ("", "common.example.test", false),
        ])
    func names(_ names: String, _ host: String, _ matches: Bool) async throws {
        let identity = try Certificates.selfSigned(names, subject: "/CN=common.example.test")
        var options = TLSOptions()
        options.trustsSystem = false
        options.authorities = identity.certificate
        let pair = try Pair(options, identity, host: host)
        try await pair.run()
        if matches {
            #expect(pair.clientError == nil && pair.atClient.transport != nil)
        } else {
            guard case .wrongHost? = pair.clientError else {
                Issue.record("\(String(describing: pair.clientError))")
                return
            }
        }
    }

    @Test("files that cannot be used are errors which name them")
    func files() throws {
        func path(of error: some Error) -> String? {
            guard case .unusableFile(let path, _)? = error as? TLSError else { return nil }
            return path
        }
        func failure(_ role: TLSContext.Role, _ set: (inout TLSOptions) throws -> Void) -> String? {
            var options = TLSOptions()
            do {
                try set(&options)
                _ = try TLSContext(role, options)
                return nil
            } catch {
                return path(of: error)
            }
        }
        let key = Certificates.folder.appendingPathComponent("good.key").path
        #expect(failure(.client) { $0.authoritiesFile = "/nowhere.pem" } == "/nowhere.pem")
        #expect(failure(.client) { $0.authoritiesFile = key } == key)
        #expect(failure(.client) { $0.authorities = [1, 2, 3] } == "the authorities given")
        #expect(failure(.server) { $0.certificateFile = "/nowhere.pem" } == "/nowhere.pem")
        #expect(failure(.server) { $0.certificateFile = key } == key)
        #expect(failure(.server) { $0.certificate = [1] } == "the certificate given")
        #expect(
            failure(.server) {
                $0.certificate = try Certificates.bytes("good.pem")
                $0.privateKey = try Certificates.bytes("unknown.key")
            } == "the private key given")
        #expect(failure(.client) { $0.ciphers = "NO-SUCH" } == "cipher list \"NO-SUCH\"")
    }
}
