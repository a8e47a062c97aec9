import Testing
import TwineCore
import TwineTLS
import TwineTesting

/// What both sides agree on: version, application protocol, certificate by name, session.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct NegotiationTests {
    @Test(
        "the newest version that both have",
        arguments: [
            (TLSOptions.Version.tls12, TLSOptions.Version.tls13, "TLSv1.3"),
            (.tls12, .tls12, "TLSv1.2"), (.tls13, .tls13, "TLSv1.3"),
        ])
    func versions(
        _ oldest: TLSOptions.Version, _ newest: TLSOptions.Version, _ expected: String
    ) async throws {
        var options = try client()
        options.oldest = oldest
        options.newest = newest
        let pair = try Pair(options, server())
        try await pair.run()
        #expect(pair.client.engine.version == expected)
        #expect(pair.server.engine.version == expected)
        #expect(!pair.client.engine.cipher.isEmpty)
    }

    @Test("without a version in common both sides say so")
    func noVersion() async throws {
        var (old, new) = (try client(), try server())
        old.newest = .tls12
        new.oldest = .tls13
        let pair = try Pair(old, new)
        try await pair.run()
        guard case .noCommonVersion("localhost", _)? = pair.clientError else {
            Issue.record("\(String(describing: pair.clientError))")
            return
        }
        guard case .noCommonVersion("the peer", _)? = pair.serverError else {
            Issue.record("\(String(describing: pair.serverError))")
            return
        }
    }

    @Test(
        "the server's preference among the application protocols",
        arguments: [
            (["h2", "http/1.1"], ["http/1.1", "h2"], "http/1.1"), (["h2"], ["h2"], "h2"),
            ([], ["h2"], nil), (["h2"], [], nil),
            (["", String(repeating: "x", count: 256), "dot"], ["dot"], "dot"),
        ] as [([String], [String], String?)])
    func protocols(_ offered: [String], _ known: [String], _ chosen: String?) async throws {
        var (asks, answers) = (try client(), try server())
        asks.applicationProtocols = offered
        answers.applicationProtocols = known
        let pair = try Pair(asks, answers)
        try await pair.run()
        #expect(pair.atClient.transport != nil)
        #expect(pair.client.engine.applicationProtocol == chosen)
        #expect(pair.server.engine.applicationProtocol == chosen)
    }

    @Test("none in common is refused by the server (RFC 7301 §3.2)")
    func noProtocol() async throws {
        var (asks, answers) = (try client(), try server())
        asks.applicationProtocols = ["h2"]
        answers.applicationProtocols = ["http/1.1"]
        let pair = try Pair(asks, answers)
        try await pair.run()
        guard case .refused("localhost", let alert)? = pair.clientError else {
            Issue.record("\(String(describing: pair.clientError))")
            return
        }
        #expect(alert.contains("application protocol"))
        #expect(pair.atServer.transport == nil)
    }

    @Test("L171: a server has the certificate of the name that is asked for")
    func byName() async throws {
        let context = try TLSContext(.server, server())
        let other = try Certificates.selfSigned("DNS:other.test,DNS:a.wild.test,DNS:wild.test")
        let otherContext = try TLSContext(.server, other)
        context.use(otherContext, forName: "Other.test")
        context.use(otherContext, forName: "*.wild.test")
        var options = try client()
        options.authorities += other.certificate
        let clientContext = try TLSContext(.client, options)
        for (host, isOther) in [
            ("other.test", true), ("OTHER.test.", true), ("a.wild.test", true),
            ("localhost", false),
            ("127.0.0.1", false), ("::1", false),
        ] {
            let pair = try Pair(clientContext, context, host: host)
            try await pair.run()
            #expect(pair.clientError == nil, "\(host)")
            let names = pair.client.engine.peerCertificate?.names ?? []
            #expect(names.contains("other.test") == isOther, "\(host): \(names)")
        }
        // One level, as in certificates; the domain itself is not below itself.
        for host in ["b.a.wild.test", "wild.test"] {
            let pair = try Pair(clientContext, context, host: host)
            try await pair.run()
            guard case .wrongHost? = pair.clientError else {
                Issue.record("\(host): \(String(describing: pair.clientError))")
                continue
            }
        }
    }

    @Test(
        "a session is resumed with its own server and no other",
        arguments: [TLSOptions.Version.tls12, .tls13])
    func resumption(_ version: TLSOptions.Version) async throws {
        var options = try client()
        options.newest = version
        let clientContext = try TLSContext(.client, options)
        let serverContext = try TLSContext(.server, server())
        func resumes(host: String = "localhost", port: UInt16 = 443) async throws -> Bool {
            let pair = try Pair(clientContext, serverContext, host: host, port: port)
            pair.atServer.onMade = { $0.write(Array("ticket".utf8)) }
            try await pair.run()
            #expect(pair.atClient.received == Array("ticket".utf8))
            pair.atClient.transport?.loseConnection()
            try await pair.carry()
            return pair.client.engine.isResumed
        }
        #expect(try await resumes() == false)
        #expect(try await resumes() == true)
        #expect(try await resumes() == true)
        #expect(try await resumes(port: 8443) == false)
        #expect(try await resumes(host: "127.0.0.1") == false)
    }
}
