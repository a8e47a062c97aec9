import Foundation
import Testing
import TwineCore
import TwineTesting

@testable import TwineTLS

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Authorities that are found when a server names them, and lists of what was withdrawn.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TrustStoreTests {
    private let folder = Certificates.temporaryFolder()

    /// A file with a hundred certificates before the given ones, and a hundred behind.
    private func bundle(with middle: [UInt8]) throws -> String {
        var text: [UInt8] = []
        let other = try SelfSignedCertificate(names: ["other.test"]).certificate
        for _ in 0..<100 { text += other + Array("\n# a comment\n".utf8) }
        text += middle
        for _ in 0..<100 { text += other }
        let path = folder.appendingPathComponent("bundle-\(text.count).pem")
        try Data(text).write(to: path)
        return path.path
    }

    private func result(_ change: (inout TLSOptions) throws -> Void) async throws -> TLSError? {
        var options = TLSOptions()
        options.trustsSystem = false
        try change(&options)
        let pair = try Pair(options, server())
        try await pair.run()
        #expect((pair.clientError == nil) == (pair.atClient.transport != nil))
        return pair.clientError
    }

    private func isUnknown(_ error: TLSError?) -> Bool {
        if case .unknownIssuer? = error { true } else { false }
    }

    @Test("of a large file the authority is found that the server names, or none")
    func largeFile() async throws {
        let good = try bundle(with: Certificates.bytes("ca.pem"))
        #expect(try FileManager.default.attributesOfItem(atPath: good)[.size] as? Int ?? 0 > 65_536)
        #expect(try await result { $0.authoritiesFile = good } == nil)
        let bad = try bundle(with: [])
        #expect(isUnknown(try await result { $0.authoritiesFile = bad }))
    }

    @Test("a folder of authorities, by hash")
    func hashedFolder() async throws {
        try Data(Certificates.bytes("ca.pem")).write(to: folder.appendingPathComponent("x.pem"))
        #expect(isUnknown(try await result { $0.authoritiesFolder = folder.path }))
        Certificates.run("openssl", "rehash", folder.path)
        #expect(try await result { $0.authoritiesFolder = folder.path } == nil)
        var options = TLSOptions()
        options.authoritiesFolder = "/nowhere"
        #expect(
            throws: TLSError.unusableFile(path: "/nowhere", reason: "No such file or directory")
        ) {
            try TLSContext(.client, options)
        }
    }

    private func set(_ name: String, _ value: String?) {
        if let value { _ = unsafe setenv(name, value, 1) } else { _ = unsafe unsetenv(name) }
    }

    @Test("the system's authorities are those that its variables name")
    func systemVariables() async throws {
        let file = try bundle(with: Certificates.bytes("ca.pem"))
        let names = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        let former = names.map { ProcessInfo.processInfo.environment[$0] }
        defer { for (name, value) in zip(names, former) { set(name, value) } }
        set("SSL_CERT_DIR", "/nowhere")
        set("SSL_CERT_FILE", file)
        #expect(try await result { $0.trustsSystem = true } == nil)
        set("SSL_CERT_FILE", "/nowhere.pem")
        #expect(isUnknown(try await result { $0.trustsSystem = true }))
        try Data(Certificates.bytes("ca.pem")).write(to: folder.appendingPathComponent("y.pem"))
        Certificates.run("openssl", "rehash", folder.path)
        set("SSL_CERT_DIR", folder.path)
        #expect(try await result { $0.trustsSystem = true } == nil)
    }

    @Test("subjects are found in a text, whatever else is in it")
    func findsSubjects() throws {
        let one = try SelfSignedCertificate(names: ["one.test"]).certificate
        let text = Array("junk\n-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n".utf8)
        let certificates = PEMCertificates(text + one + Array("\r\n".utf8) + one)
        #expect(certificates.count == 2)
        #expect(certificates.hasOthers)
        #expect(!PEMCertificates(one).hasOthers)
        // SEQUENCE { SET { SEQUENCE { 2.5.4.3, UTF8String "self-signed" } } }
        let subject: [UInt8] =
            [0x30, 0x16, 0x31, 0x14, 0x30, 0x12, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x0b]
            + Array("self-signed".utf8)
        #expect(certificates.certificates(of: subject).count == 2)
        #expect(certificates.certificates(of: [0x30, 0]).isEmpty)
    }

    @Test("any text is read, and what is broken left out")
    func survives() throws {
        let good = try SelfSignedCertificate(names: ["one.test"]).certificate
        for _ in 0..<3000 {
            var text = good
            for _ in 0..<Int.random(in: 1...4) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count)
                switch Int.random(in: 0...2) {
                case 0: text[place] = UInt8.random(in: 0...255)
                case 1: text.removeSubrange(place..<min(text.count, place + 5))
                default: text.insert(contentsOf: Array("-----BEGIN ".utf8), at: place)
                }
            }
            #expect(PEMCertificates(text).count <= 1)
        }
        for count in 0..<200 {
            let noise = (0..<count).map { _ -> UInt8 in
                [0x30, 0x82, 0x81, 2, 0xa0, 0].randomElement() ?? 0
            }
            if let range = DERScanner.subject(of: noise.span) { #expect(range.upperBound <= count) }
        }
    }

    // MARK: Revocation

    /// The list of what the intermediate authority has withdrawn.
    private func revocations(of kinds: [String]) throws -> String {
        let copy = folder.appendingPathComponent("ca-\(kinds.count)")
        try FileManager.default.copyItem(at: Certificates.folder, to: copy)
        let authority = ["-config", "ca.cnf", "-cert", "between.crt", "-keyfile", "between.key"]
        let command = "openssl ca " + authority.joined(separator: " ")
        for kind in kinds {
            Certificates.run("sh", "-c", "\(command) -revoke \(kind).crt", in: copy)
        }
        Certificates.run("sh", "-c", "\(command) -gencrl -crldays 9 -out crl.pem", in: copy)
        return copy.appendingPathComponent("crl.pem").path
    }

    @Test(
        "a certificate on the list is revoked; one that is not is good, though the root has no list"
    )
    func revoked() async throws {
        let authorities = try Certificates.bytes("ca.pem")
        let other = try revocations(of: ["expired"])
        #expect(
            try await result {
                $0.authorities = authorities
                $0.revocationFile = other
            } == nil)
        let own = try revocations(of: ["expired", "good"])
        #expect(
            try await result {
                $0.authorities = authorities
                $0.revocationFile = own
            } == .revoked(host: "localhost"))
        var options = TLSOptions()
        options.revocationFile = Certificates.folder.appendingPathComponent("good.key").path
        #expect(throws: TLSError.self) { try TLSContext(.client, options) }
    }
}
