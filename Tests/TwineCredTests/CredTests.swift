import Foundation
import Testing
import TwineCore

@testable import TwineCred

/// A kind that nobody here takes.
private final class Smile: Credentials, @unchecked Sendable {}

/// Credentials that hold no password, as a digest does.
private final class Reversed: PasswordCredentials, @unchecked Sendable {
    let proof: String
    init(_ username: String, proof: String) {
        self.proof = proof
        super.init(username: username)
    }
    override func matches(password: String) -> Bool { String(password.reversed()) == proof }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct CredTests {
    private func file(_ content: String) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func login(_ checker: any CredentialsChecker, _ name: String, _ password: String) async
        -> String?
    {
        try? await checker.check(UsernamePassword(username: name, password: password)).value
    }

    @Test("Q230, Q231, Q233: a portal finds the checker, and the realm gives avatar and logout")
    func portal() async throws {
        var left: [String] = []
        let portal = Portal<String>([InMemoryChecker(["ann": "secret"])]) { name in
            succeed(Login("avatar of \(name)") { left.append(name) })
        }
        #expect(portal.kinds.map { "\($0)" } == ["PasswordCredentials"])
        let login = try await portal.login(UsernamePassword(username: "ann", password: "secret"))
            .value
        #expect(login.avatar == "avatar of ann")
        login.logout()
        #expect(left == ["ann"])
        let derived = try await portal.login(Reversed("ann", proof: "terces")).value
        #expect(derived.avatar == "avatar of ann")
        await #expect(throws: LoginError.unhandledCredentials(kind: "Smile")) {
            _ = try await portal.login(Smile(username: "ann")).value
        }
        portal.register(FunctionChecker { _ in succeed(true) })
        #expect(portal.kinds.count == 2)
    }

    @Test("Q232, Q235: the wrong password and the unknown name are refused alike")
    func refused() async throws {
        let file = try file("ann:secret\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let checkers: [any CredentialsChecker] = [
            InMemoryChecker(["ann": "secret"]),
            FunctionChecker { succeed($0.username == "ann" && $0.password == "secret") },
            PasswordFileChecker(file, isHashed: false),
        ]
        for checker in checkers {
            #expect(await login(checker, "ann", "secret") == "ann")
            for (name, password) in [
                ("ann", "Secret"), ("ann", ""), ("ann", "\u{0}"), ("bob", "secret"), ("", ""),
                ("bob", "\u{0}"), ("ANN", "secret"),
            ] {
                await #expect(throws: LoginError.unauthorized) {
                    try await checker.check(
                        UsernamePassword(username: name, password: password)
                    ).value
                }
            }
        }
    }

    @Test("Q234: a file that is missing lets nobody in; one that changes counts at once")
    func missing() async throws {
        let path = try file("")
        try FileManager.default.removeItem(atPath: path)
        let checker = PasswordFileChecker(path, isHashed: false)
        #expect(await login(checker, "ann", "x") == nil)
        try "# names\n\nann:x:rest\r\nbob:y\nbad line\n:z\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(await login(checker, "ann", "x") == "ann")
        #expect(await login(checker, "bob", "y") == "bob")
        #expect(await login(checker, "", "z") == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(await login(checker, "ann", "x") == nil)
    }

    @Test("Q234: names with the case ignored, when that is wanted")
    func caseless() async throws {
        let path = try file("Ann:x\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let checker = PasswordFileChecker(path, ignoresCase: true, isHashed: false)
        #expect(await login(checker, "ANN", "x") == "ann")
        #expect(await login(checker, "ann", "X") == nil)
    }

    @Test(
        "Q235: hashes of every kind that htpasswd and passwd write",
        arguments: [
            "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
            "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/",
            "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1",
            "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.",
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
            "$2b$04$l.bCpkUdiZ2f0q6emuO2WOT4TbDb.f03MWgCgHeEs5RYsWbWPjJbm",
        ])
    func hashes(_ hash: String) async throws {
        let path = try file("ann:\(hash)\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let checker = PasswordFileChecker(path)
        #expect(await login(checker, "ann", "secret") == "ann", "\(hash)")
        #expect(await login(checker, "ann", "Secret") == nil)
        // What holds no password cannot be checked against a hash.
        #expect(!checker.kinds.contains { $0.covers(Reversed("ann", proof: "terces")) })
    }

    @Test(
        "entries that no password fits let nobody in",
        arguments: ["*", "!", "", "x", "$9$a$b", "*0"])
    func locked(_ hash: String) async throws {
        let path = try file("ann:\(hash)\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        for password in ["", "*", "!", "x", hash] {
            #expect(await login(PasswordFileChecker(path), "ann", password) == nil)
        }
    }
}
