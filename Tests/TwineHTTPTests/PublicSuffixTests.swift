import Foundation
import Testing
import TwineHTTP

@Suite("The public suffix list")
struct PublicSuffixTests {
    @Test(
        "the system's list tells suffixes from names",
        arguments: [
            ("com", true), ("COM", true), ("co.uk", true), ("github.io", true), ("unlisted", true),
            ("kobe.jp", true), ("example.com", false), ("city.kobe.jp", false),
            ("me.github.io", false),
            ("com.", true), ("example.com.", false), ("\u{4e2d}\u{56fd}", true),
            ("xn--fiqs8s", true),
            ("", true), (".", true), (".com", true), ("a..com", true), ("a\u{0}.com", true),
        ])
    func system(domain: String, isSuffix: Bool) {
        #expect(PublicSuffixes.system.isPublicSuffix(domain) == isSuffix)
    }

    @Test("what somebody has registered is a suffix and one label")
    func registrable() {
        #expect(PublicSuffixes.system.registrableDomain(of: "a.B.example.co.uk") == "example.co.uk")
        #expect(PublicSuffixes.system.registrableDomain(of: "co.uk") == nil)
        #expect(PublicSuffixes.system.registrableDomain(of: ".example.com") == nil)
    }

    @Test("a file that is none gives no list")
    func noFile() {
        #expect(PublicSuffixes(file: "/nonexistent/list") == nil)
        #expect(PublicSuffixes(file: "/etc/passwd\u{0}") == nil)
    }

    @Test("a list of one's own counts in place of the system's")
    func ownList() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "suffixes-\(UInt64.random(in: 0 ... .max)).dat").path
        try "// ===BEGIN ICANN DOMAINS===\ntest\nown.test\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let list = try #require(PublicSuffixes(file: path))
        var jar = CookieJar(publicSuffixes: list)
        let url = try WebURL.parse("http://a.own.test/")
        let refused = jar.receive(["a=1; Domain=own.test"], from: url, at: 0)
        #expect(refused.map(\.refusal) == [.publicSuffix("own.test")])
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/psl")

    @Test(
        "the list's own checks hold",
        .enabled(if: WireData.has("psl/test_psl.txt"), "../shared/data/psl is absent"))
    func checks() throws {
        let list = try #require(
            PublicSuffixes(file: Self.folder.appending(path: "public_suffix_list.dat").path))
        let text = String(decoding: try WireData.read("psl/test_psl.txt"), as: UTF8.self)
        var count = 0
        for line in text.split(separator: "\n") {
            guard
                let match = line.wholeMatch(
                    of: /checkPublicSuffix\('([^']*)', (?:null|'([^']*)')\);/)
            else { continue }
            count += 1
            let domain = String(match.output.1)
            #expect(
                list.registrableDomain(of: domain) == match.output.2.map(String.init), "\(domain)")
            #expect(list.isPublicSuffix(domain) == (match.output.2 == nil), "\(domain)")
        }
        // All but the one that asks for no domain at all, which no String is.
        #expect(count == 77)
    }
}
