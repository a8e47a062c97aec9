import Foundation
import Testing
import TwineCore
import TwineTLS
import TwineTesting

/// Keys of one's own and of the peer, and what is told of a peer that is not checked.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct IdentityTests {
    private let folder = Certificates.temporaryFolder()

    private func path(_ name: String) -> String {
        Certificates.folder.appendingPathComponent(name).path
    }

    private func made(_ name: String) -> String { folder.appendingPathComponent(name).path }

    // MARK: One's own key

    @Test("a certificate and its key are read in either form")
    func forms() async throws {
        Certificates.run(
            "openssl", "x509", "-in", path("selfsigned.pem"), "-outform", "DER", "-out", made("c"))
        Certificates.run(
            "openssl", "pkey", "-in", path("selfsigned.key"), "-outform", "DER", "-out", made("k"))
        var served = TLSOptions()
        served.certificateFile = made("c")
        served.certificateForm = .der
        served.privateKeyFile = made("k")
        served.privateKeyForm = .der
        var options = TLSOptions()
        options.trustsSystem = false
        options.authoritiesFile = path("selfsigned.pem")
        let pair = try Pair(options, served)
        try await pair.run()
        #expect(pair.clientError == nil && pair.atClient.transport != nil)
        served.certificateForm = .pem
        #expect(throws: TLSError.self) { try TLSContext(.server, served) }
    }

    @Test("an encrypted key is read with its password, and asks nobody for one")
    func passwords() throws {
        Certificates.run(
            "openssl", "pkey", "-in", path("good.key"), "-aes256", "-passout", "pass:secret",
            "-out",
            made("k"))
        var options = TLSOptions()
        options.certificateFile = path("good.pem")
        options.privateKeyFile = made("k")
        options.privateKeyPassword = "secret"
        _ = try TLSContext(.client, options)
        for wrong in [nil, "", "wrong", String(repeating: "x", count: 5000)] {
            options.privateKeyPassword = wrong
            #expect(throws: TLSError.wrongKeyPassword(path: made("k"))) {
                try TLSContext(.client, options)
            }
        }
        options.privateKeyFile = path("unknown.key")
        #expect(throws: TLSError.self) { try TLSContext(.client, options) }
    }

    // MARK: The peer's key

    /// The text that pins the key of a certificate.
    private func pin(_ kind: String) throws -> String {
        let file = made("\(kind).b64")
        Certificates.run(
            "sh", "-c",
            "openssl x509 -in \(path(kind + ".pem")) -pubkey -noout | openssl pkey -pubin -outform DER"
                + " | openssl dgst -sha256 -binary | openssl base64 > \(file)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return "sha256//" + text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func error(_ pin: TLSPin, verifies: Bool = true) async throws -> TLSError? {
        var options = try client()
        options.pinnedKeys = pin
        options.verifies = verifies
        let pair = try Pair(options, server())
        try await pair.run()
        return pair.clientError
    }

    @Test("a server may have one of the keys that are pinned, and no other, trusted or not")
    func pins() async throws {
        let (good, other) = (try pin("good"), try pin("unknown"))
        #expect(try await error(TLSPin(good)) == nil)
        #expect(try await error(TLSPin("\(other);\(good)")) == nil)
        #expect(try await error(TLSPin(other)) == .wrongKey(host: "localhost"))
        #expect(try await error(TLSPin(other), verifies: false) == .wrongKey(host: "localhost"))
        #expect(TLSError.wrongKey(host: "a").isDistrust)
    }

    @Test("a pinned key is read from a file in either form")
    func pinFiles() async throws {
        Certificates.run(
            "sh", "-c", "openssl pkey -in \(path("good.key")) -pubout -out \(made("p"))")
        Certificates.run(
            "sh", "-c",
            "openssl pkey -in \(path("good.key")) -pubout -outform DER -out \(made("d"))")
        #expect(try await error(TLSPin(made("p"))) == nil)
        #expect(try await error(TLSPin(made("d"))) == nil)
        Certificates.run(
            "sh", "-c", "openssl pkey -in \(path("unknown.key")) -pubout -out \(made("u"))")
        #expect(try await error(TLSPin(made("u"))) == .wrongKey(host: "localhost"))
    }

    @Test(
        "a pin that is none is refused",
        arguments: ["sha256//", "sha256//AAAA", "sha256//%%%%", "/nowhere", "sha256//AAAA;x", ""])
    func badPins(_ text: String) {
        #expect(throws: TLSError.self) { try TLSPin(text) }
    }

    // MARK: A peer that is not checked

    @Test("what is wrong with a peer is told where it does not end the connection")
    func distrust() async throws {
        var options = try client()
        options.verifies = false
        options.tellsDistrust = true
        let expected: [(String, [String])] = [
            ("good", []), ("expired", ["expired on"]), ("wronghost", ["not for localhost"]),
            ("selfsigned", ["self-signed"]), ("unknown", ["not known here"]),
        ]
        for (kind, words) in expected {
            let pair = try Pair(options, server(kind))
            try await pair.run()
            let told = pair.client.engine.agreement.distrust
            #expect(pair.clientError == nil, "\(kind)")
            #expect(told.count == words.count, "\(kind): \(told)")
            for (error, word) in zip(told, words) { #expect("\(error)".contains(word)) }
        }
        options.trustsSystem = false
        options.authorities = []
        let pair = try Pair(options, server("wronghost"))
        try await pair.run()
        #expect(pair.client.engine.agreement.distrust.count == 2)
    }

    @Test("the certificates that a server sent are told as PEM, its own first")
    func chain() async throws {
        let pair = try Pair(client(), server("good"))
        try await pair.run()
        let chain = pair.client.engine.agreement.chain
        let file = try String(contentsOfFile: path("good.pem"), encoding: .utf8)
        let own = try #require(chain.first)
        #expect(own.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(file.contains(own))
        #expect(pair.server.engine.agreement.chain.isEmpty)
    }

    @Test("a common name counts only where that is wanted, and where there are no other names")
    func commonName() async throws {
        for (names, accepts, isGood) in [
            ("", true, true), ("", false, false), ("DNS:other.test", true, false),
        ] {
            let identity = try Certificates.selfSigned(names, subject: "/CN=common.test")
            var options = TLSOptions()
            options.trustsSystem = false
            options.authorities = identity.certificate
            options.acceptsCommonName = accepts
            let pair = try Pair(options, identity, host: "common.test")
            try await pair.run()
            #expect((pair.clientError == nil) == isGood, "\(names) \(accepts)")
        }
    }

    // MARK: Versions and ciphers

    @Test(
        "old versions are spoken where they are wanted",
        arguments: [TLSOptions.Version.tls10, .tls11])
    func oldVersions(_ version: TLSOptions.Version) async throws {
        var served = try server()
        served.oldest = version
        served.newest = version
        var options = try client()
        let modern = try Pair(options, served)
        try await modern.run()
        #expect(modern.clientError != nil)
        options.oldest = .tls10
        let pair = try Pair(options, served)
        try await pair.run()
        #expect(pair.client.engine.version == (version == .tls10 ? "TLSv1" : "TLSv1.1"))
    }

    @Test("cipher suites of TLS 1.3 are chosen by their own list")
    func suites() async throws {
        var options = try client()
        options.cipherSuites = "TLS_CHACHA20_POLY1305_SHA256"
        let pair = try Pair(options, server())
        try await pair.run()
        #expect(pair.client.engine.agreement.cipher == "TLS_CHACHA20_POLY1305_SHA256")
        options.cipherSuites = "NO-SUCH"
        #expect(
            throws: TLSError.unusableFile(
                path: "cipher suites \"NO-SUCH\"", reason: "no such suite")
        ) {
            try TLSContext(.client, options)
        }
    }
}
