import Testing
import TwineHTTP

@Suite("HTTP Strict Transport Security")
struct HSTSTests {
    @Test(
        "a field has an age and perhaps names below",
        arguments: [
            ("max-age=31536000", 31_536_000, false), ("MAX-AGE=7;includeSubDomains", 7, true),
            ("includesubdomains ; max-age = 8 ;", 8, true), ("max-age=\"50\"", 50, false),
            ("max-age=\"\\5\\0\"", 50, false), (";; max-age=0;", 0, false),
            ("foo; bar=baz; qux=\"a;b=c\"; max-age=14; preload", 14, false),
            ("max-age=99999999999999999999", .max, false), ("\tmax-age=1\t", 1, false),
        ])
    func fields(text: String, maxAge: Int, includesSubdomains: Bool) {
        #expect(
            HSTSField(parsing: text)
                == HSTSField(maxAge: maxAge, includesSubdomains: includesSubdomains))
    }

    @Test(
        "a malformed field is none",
        arguments: [
            "", ";", "max-age", "max-age=", "max-age=-5", "max-age=1x", "max-age=1.5",
            "max-age=\"1",
            "max-age=1 includeSubDomains", "max-age=1, max-age=2", "max-age=1; max-age=2",
            "max-age=1; Max-Age=1", "max-age=1; includeSubDomains; includeSubDomains",
            "max-age=1; includeSubDomains=x", "max-age=1; =x", "max-age==1", "max-age=\"1\"x",
            "max-age=1; foo=", "max-age=\u{e4}", "includeSubDomains", "max-age=1; a=1; a=2",
        ])
    func malformed(text: String) {
        #expect(HSTSField(parsing: text) == nil)
    }

    @Test("a field with thousands of directives ends soon")
    func manyDirectives() {
        let text = (0..<100_000).map { "d\($0)" }.joined(separator: ";") + ";max-age=1"
        #expect(HSTSField(parsing: text) == nil)
    }

    private func known(
        _ field: String, from url: String = "https://example.com/", at now: Int = 1000
    ) throws -> HSTSDatabase {
        var hosts = HSTSDatabase()
        hosts.receive(field, from: try WebURL.parse(url), at: now)
        return hosts
    }

    private func upgraded(_ url: String, by hosts: HSTSDatabase, at now: Int = 1000) throws
        -> String?
    {
        hosts.upgraded(try WebURL.parse(url), at: now)?.serialization
    }

    @Test(
        "a known host is asked over TLS, with all else as it was",
        arguments: [
            ("http://example.com/", "https://example.com/"),
            ("http://EXAMPLE.com:80/a?b#c", "https://example.com/a?b#c"),
            ("http://u:p@example.com/", "https://u:p@example.com/"),
            ("http://example.com:8080/", nil), ("http://www.example.com/", nil),
            ("http://com/", nil), ("http://notexample.com/", nil), ("https://example.com/", nil),
            ("ftp://example.com/", nil), ("ws://example.com/", nil),
        ] as [(String, String?)])
    func upgrades(url: String, expected: String?) throws {
        #expect(try upgraded(url, by: known("max-age=9")) == expected)
    }

    @Test(
        "names below a host are meant if it says so",
        arguments: [
            ("http://example.com/", true), ("http://a.b.example.com/", true),
            ("http://notexample.com/", false), ("http://com/", false),
        ])
    func subdomains(url: String, isMeant: Bool) throws {
        let hosts = try known("max-age=9; includeSubDomains")
        #expect(try (upgraded(url, by: hosts) != nil) == isMeant)
    }

    @Test("a nearer host that is not so strict does not undo what one above it wants")
    func nearer() throws {
        var hosts = try known("max-age=9; includeSubDomains")
        hosts.receive("max-age=9", from: try WebURL.parse("https://a.example.com/"), at: 1000)
        #expect(try upgraded("http://b.a.example.com/", by: hosts) != nil)
    }

    @Test("what a host says on one port holds for that port")
    func ports() throws {
        let hosts = try known("max-age=9", from: "https://example.com:8443/")
        #expect(try upgraded("http://example.com:8443/", by: hosts) == "https://example.com:8443/")
        #expect(try upgraded("http://example.com/", by: hosts) == nil)
        #expect(hosts.isKnown(.init(name: "example.com", port: 8443), at: 1000))
    }

    @Test(
        "what comes without TLS, from an address or malformed is not taken",
        arguments: [
            ("http://example.com/", "max-age=9"), ("https://127.0.0.1/", "max-age=9"),
            ("https://[::1]/", "max-age=9"), ("https://example.com/", "max-age"),
            ("file:///", "max-age=9"),
        ])
    func notTaken(url: String, field: String) throws {
        var hosts = HSTSDatabase()
        #expect(!hosts.receive(field, from: try WebURL.parse(url), at: 1000))
        #expect(hosts == HSTSDatabase())
    }

    @Test("a wish lasts as long as it says, from when it was said last")
    func lasts() throws {
        var hosts = try known("max-age=10")
        #expect(try upgraded("http://example.com/", by: hosts, at: 1010) != nil)
        #expect(try upgraded("http://example.com/", by: hosts, at: 1011) == nil)
        hosts.receive("max-age=10", from: try WebURL.parse("https://example.com/"), at: 1005)
        #expect(try upgraded("http://example.com/", by: hosts, at: 1015) != nil)
        let forEver = try known("max-age=99999999999999999999")
        #expect(try upgraded("http://example.com/", by: forEver, at: .max) != nil)
    }

    @Test("an age of 0 takes the wish back")
    func withdrawn() throws {
        var hosts = try known("max-age=10; includeSubDomains")
        hosts.receive("max-age=0", from: try WebURL.parse("https://example.com/"), at: 1001)
        #expect(hosts.policies.isEmpty)
        #expect(hosts.hasChanged)
        #expect(try !known("max-age=0").hasChanged)
    }

    @Test("there are 100,000 hosts at most, and those that are over soonest go")
    func bounds() throws {
        var hosts = HSTSDatabase()
        for number in 0...HSTSDatabase.maxCount {
            hosts.receive(
                "max-age=\(number + 1)", from: try WebURL.parse("https://h\(number).test/"), at: 0)
        }
        #expect(hosts.policies.count == HSTSDatabase.maxCount * 9 / 10)
        #expect(hosts.isKnown(.init(name: "h\(HSTSDatabase.maxCount).test"), at: 0))
    }

    // MARK: The file

    static let head = """
        # HSTS 1.0 Known Hosts database for GNU Wget.
        # Edit at your own risk.
        # <hostname>\t<port>\t<incl. subdomains>\t<created>\t<max-age>

        """

    @Test("the file is wget's")
    func writes() throws {
        var hosts = try known("max-age=31536000; includeSubDomains")
        hosts.receive("max-age=5", from: try WebURL.parse("https://a.test:8443/"), at: 1000)
        #expect(
            text(hosts.serialize(at: 1000)) == Self.head + """
                a.test\t8443\t0\t1000\t5
                example.com\t0\t1\t1000\t31536000

                """)
        #expect(
            text(hosts.serialize(at: 1006)) == Self.head
                + "example.com\t0\t1\t1000\t31536000\n")
    }

    @Test("what wget reads is read, and the first of two counts")
    func reads() {
        let hosts = HSTSDatabase(
            parsing: bytes(
                """
                # a comment
                  # another
                a.test 0 1 1000 5 more
                \tB.test\t443\t1\t1000\t5\r
                c.test\t8443\t2\t1000\t99999999999999999999
                a.test 0 0 2000 6
                bad\t1\t2
                d.test 65536 0 1000 5
                e.test -1 0 1000 5
                f.test 0 0 1000 -5
                g.test 0 0 x 5
                1.2.3.4 0 0 1000 5
                [::1] 0 0 1000 5
                h<.test 0 0 1000 5
                \u{e4}.test 0 0 1000 5
                """))
        typealias Policy = HSTSDatabase.Policy
        #expect(
            hosts.policies == [
                .init(name: "a.test"): Policy(includesSubdomains: true, created: 1000, maxAge: 5),
                .init(name: "b.test"): Policy(includesSubdomains: true, created: 1000, maxAge: 5),
                .init(name: "c.test", port: 8443): Policy(
                    includesSubdomains: true, created: 1000, maxAge: .max),
                .init(name: "xn--4ca.test"): Policy(
                    includesSubdomains: false, created: 1000, maxAge: 5),
            ])
        #expect(!hosts.hasChanged)
    }

    @Test("of two databases what is newer counts, and what was taken back does not come back")
    func merges() throws {
        var ours = HSTSDatabase(parsing: bytes("gone.test 0 0 1000 9\nsame.test 0 0 1500 9\n"))
        ours.receive("max-age=0", from: try WebURL.parse("https://gone.test/"), at: 2000)
        ours.merge(
            HSTSDatabase(
                parsing: bytes(
                    "gone.test 0 0 1000 9\nsame.test 0 1 1400 8\nnew.test 0 0 900 9\n")),
            at: 1000)
        #expect(Set(ours.policies.keys.map(\.name)) == ["same.test", "new.test"])
        #expect(ours.policies[.init(name: "same.test")]?.created == 1500)
        ours.merge(HSTSDatabase(parsing: bytes("gone.test 0 0 2001 9")), at: 1000)
        #expect(ours.policies[.init(name: "gone.test")]?.created == 2001)
    }

    @Test("any octets are a database, and what is written of it is read the same")
    func survivesAnything() {
        let tokens = [
            "a.test", "\t", "\t", " ", "\n", "0", "443", "65536", "1", "1000", "-", "#", "\u{e4}",
            "\r",
            "a.test\t0\t1\t1000\t5\n", "99999999999999999999", "xn--", ".", "127.1",
        ]
        var random = SplitMix(seed: 44)
        for _ in 0..<20_000 {
            let file = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                tokens.randomElement(using: &random) ?? ""
            }.joined()
            let hosts = HSTSDatabase(parsing: bytes(file))
            let again = HSTSDatabase(parsing: hosts.serialize(at: 0))
            #expect(again == hosts, "\(file.debugDescription)")
            _ = HSTSField(parsing: file)
        }
    }
}
