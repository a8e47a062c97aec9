import Testing
import TwineHTTP

/// A jar that has been told something.
private func filled(
    _ fields: [String], from url: String, rules: CookieRules = .standard
) throws -> CookieJar {
    var jar = CookieJar(rules: rules)
    jar.receive(fields, from: try WebURL.parse(url), at: 1000)
    return jar
}

extension CookieJar {
    /// What goes to a URL.
    fileprivate func field(_ url: String, at now: Int = 1000) throws -> String? {
        var copy = self
        return copy.cookieField(for: try WebURL.parse(url), at: now)
    }
}

@Suite("The cookie jar")
struct CookieJarTests {
    @Test(
        "a cookie without a domain goes to its host only, on any port",
        arguments: [
            ("http://example.com/", "a=1"), ("http://EXAMPLE.com:8080/x?y", "a=1"),
            ("https://example.com/", "a=1"), ("http://www.example.com/", nil),
            ("http://com/", nil), ("http://myexample.com/", nil), ("ftp://example.com/", nil),
            ("ws://example.com/", "a=1"), ("file:///", nil), ("data:,", nil),
        ] as [(String, String?)])
    func hostOnly(url: String, field: String?) throws {
        let jar = try filled(["a=1"], from: "http://example.com/")
        #expect(try jar.field(url) == field)
    }

    @Test(
        "a cookie with a domain goes to all names in it",
        arguments: [
            ("http://example.com/", true), ("http://a.b.example.com/", true),
            ("http://myexample.com/", false), ("http://example.com.evil.net/", false),
            ("http://com/", false),
        ])
    func domain(url: String, goes: Bool) throws {
        let jar = try filled(["a=1; Domain=.Example.com"], from: "http://www.example.com/")
        #expect(try jar.field(url) == (goes ? "a=1" : nil))
    }

    @Test(
        "a domain that is not the sender's is refused",
        arguments: [
            (
                "http://www.example.com/", "ww.example.com",
                CookieRefusal.foreignDomain("ww.example.com")
            ),
            ("http://www.example.com/", "a.www.example.com", .foreignDomain("a.www.example.com")),
            ("http://www.example.com/", "le.com", .foreignDomain("le.com")),
            ("http://www.example.com/", "com", .publicSuffix("com")),
            ("http://a.co.uk/", "co.uk", .publicSuffix("co.uk")),
            ("http://me.github.io/", "github.io", .publicSuffix("github.io")),
            ("http://a.unlisted/", "unlisted", .publicSuffix("unlisted")),
            ("http://127.0.0.1/", "0.0.1", .foreignDomain("0.0.1")),
            ("http://127.0.0.1/", "1", .foreignDomain("1")),
            ("http://[::1]/", "[::1]", .foreignDomain("[::1]")),
            ("http://example.com/", "ex\u{e4}mple.com", .foreignDomain("ex\u{e4}mple.com")),
            ("http://example.com/", "example.com.", .foreignDomain("example.com.")),
            ("http://example.com/", "..example.com", .foreignDomain(".example.com")),
            ("file:///a", "a", .notHTTP), ("ftp://example.com/", "example.com", .notHTTP),
        ])
    func foreignDomains(url: String, domain: String, refusal: CookieRefusal) throws {
        var jar = CookieJar()
        let refused = jar.receive(
            ["a=1; Domain=\(domain)"], from: try WebURL.parse(url), at: 0)
        #expect(refused.map(\.refusal) == [refusal])
        #expect(jar.count == 0)
    }

    @Test(
        "a host that is a public suffix itself, or an address, may name itself",
        arguments: [
            ("http://localhost/", "localhost", true), ("http://github.io/", "github.io", true),
            ("http://127.0.0.1/", ".127.0.0.1", false), ("http://[::1]/", "::1", false),
        ])
    func itself(url: String, domain: String, isHostOnly: Bool) throws {
        let jar = try filled(["a=1; Domain=\(domain)"], from: url)
        #expect(jar.cookies.map(\.isHostOnly) == [isHostOnly])
        #expect(try jar.field(url) == "a=1")
    }

    @Test(
        "a cookie goes to its path and below",
        arguments: [
            ("/a/b", "/a/b", true), ("/a/b", "/a/b/c", true), ("/a/b", "/a/bc", false),
            ("/a/b", "/a", false), ("/a/", "/a/x", true), ("/a/", "/a", false), ("/", "/x", true),
            ("/a", "/A", false), ("/a", "/a?b", true),
        ])
    func paths(path: String, requested: String, goes: Bool) throws {
        let jar = try filled(["a=1; Path=\(path)"], from: "http://x.test/elsewhere")
        #expect(try jar.field("http://x.test\(requested)") == (goes ? "a=1" : nil))
    }

    @Test(
        "a cookie without a path is for the folder of the request",
        arguments: [
            ("http://x.test", "/", "/"), ("http://x.test/a", "/", "/"),
            ("http://x.test/a/", "/a", "/a/"), ("http://x.test/a/b?c/d", "/a", "/a/"),
            ("http://x.test/a/b/c", "/a/b", "/a/b/"),
        ])
    func defaultPaths(url: String, path: String, wgets: String) throws {
        #expect(try filled(["a=1"], from: url).cookies.map(\.path) == [path])
        #expect(try filled(["a=1"], from: url, rules: .wget).cookies.map(\.path) == [wgets])
    }

    @Test("Secure goes over TLS only, and is taken over TLS only")
    func secure() throws {
        let jar = try filled(["a=1; Secure"], from: "https://x.test/")
        #expect(try jar.field("https://x.test/") == "a=1")
        #expect(try jar.field("wss://x.test/") == "a=1")
        #expect(try jar.field("http://x.test/") == nil)
        var other = CookieJar()
        let refused = other.receive(
            ["a=1; Secure"], from: try WebURL.parse("http://x.test/"), at: 0)
        #expect(refused.map(\.refusal) == [.insecure])
    }

    @Test(
        "without TLS no cookie takes the place of a secure one, nor stands before it",
        arguments: [
            ("http://x.test/", "a=2; Path=/s", true), ("http://x.test/", "a=2; Path=/s/t", true),
            ("http://x.test/", "a=2; Path=/", false), ("http://x.test/", "b=2; Path=/s", false),
            ("http://w.x.test/", "a=2; Path=/s", true),
            ("http://w.x.test/", "a=2; Path=/st", false),
            ("http://w.x.test/", "a=2; Path=/s; Domain=x.test", true),
            ("http://y.test/", "a=2; Path=/s", false), ("https://x.test/", "a=2; Path=/s", false),
        ])
    func leavesSecureAlone(url: String, field: String, isRefused: Bool) throws {
        var jar = try filled(["a=1; Secure; Path=/s; Domain=x.test"], from: "https://x.test/")
        let refused = jar.receive([field], from: try WebURL.parse(url), at: 1000)
        #expect(refused.map(\.refusal) == (isRefused ? [.shadowsSecure] : []))
    }

    @Test(
        "prefixes promise, and broken promises are refused",
        arguments: [
            ("__Secure-a=1; Secure", nil), ("__Secure-a=1", .brokenPromise(.secure)),
            ("__secure-a=1; Path=/", .brokenPromise(.secure)),
            ("__Host-a=1; Secure; Path=/", nil), ("__Host-a=1; Path=/", .brokenPromise(.host)),
            ("__Host-a=1; Secure", .brokenPromise(.host)),
            ("__Host-a=1; Secure; Path=/x", .brokenPromise(.host)),
            ("__hOST-a=1; Secure; Path=/; Domain=x.test", .brokenPromise(.host)),
            ("a=1; SameSite=None", .crossSiteInsecure), ("a=1; SameSite=None; Secure", nil),
        ] as [(String, CookieRefusal?)])
    func prefixes(field: String, refusal: CookieRefusal?) throws {
        var jar = CookieJar()
        let refused = jar.receive([field], from: try WebURL.parse("https://x.test/"), at: 0)
        #expect(refused.map(\.refusal) == (refusal.map { [$0] } ?? []))
    }

    @Test("what the field says of scripts and sites is kept")
    func keepsFlags() throws {
        let cookie = try filled(["a=1; HttpOnly; SameSite=Strict"], from: "http://x.test/").cookies
            .first
        #expect(cookie?.isHTTPOnly == true)
        #expect(cookie?.sameSite == .strict)
    }

    @Test("longer paths go first, and then what came first, though it has changed since")
    func order() throws {
        var jar = try filled(
            ["a=1; Path=/", "b=1; Path=/x", "c=1; Path=/", "d=1; Path=/x/y; Domain=x.test", "e"],
            from: "http://w.x.test/")
        jar.receive(["a=2; Path=/"], from: try WebURL.parse("http://w.x.test/"), at: 1000)
        #expect(try jar.field("http://w.x.test/x/y") == "d=1; b=1; a=2; c=1; e")
    }

    @Test("by wget's rules longer domains go first, then longer paths, then names; doubles go once")
    func wgetOrder() throws {
        let jar = try filled(
            [
                "d=1; Path=/x/y; Domain=x.test", "z=1; Path=/", "b=1; Path=/", "c=1; Path=/x",
                "z=1; Path=/; Domain=x.test", "a=2; Path=/; Domain=x.test",
                "a=1; Path=/; Domain=x.test",
            ], from: "http://w.x.test/", rules: .wget)
        #expect(try jar.field("http://w.x.test/x/y") == "c=1; b=1; d=1; a=1; z=1")
    }

    @Test("by wget's rules a cookie of an unusual port goes there only, unless it names a domain")
    func ports() throws {
        let fields = ["a=1", "b=2; Domain=x.test"]
        let jar = try filled(fields, from: "http://x.test:8080/", rules: .wget)
        #expect(try jar.field("http://x.test:8080/") == "a=1; b=2")
        #expect(try jar.field("https://x.test:8080/") == "a=1; b=2")
        #expect(try jar.field("http://x.test/") == "b=2")
        let usual = try filled(fields, from: "https://x.test/", rules: .wget)
        #expect(try usual.field("http://x.test:9/") == "a=1; b=2")
    }

    // MARK: Time

    @Test("Max-Age counts from now, and for more than Expires")
    func maxAge() throws {
        let jar = try filled(
            ["a=1; Max-Age=10; Expires=Sun, 06 Nov 1994 08:49:37 GMT"], from: "http://x.test/")
        #expect(try jar.field("http://x.test/", at: 1010) == "a=1")
        #expect(try jar.field("http://x.test/", at: 1011) == nil)
    }

    @Test("a cookie goes until the second that Expires names")
    func expires() throws {
        let jar = try filled(["a=1; Expires=Thu, 01 Jan 1970 00:20:00 GMT"], from: "http://x.test/")
        #expect(try jar.field("http://x.test/", at: 1200) == "a=1")
        #expect(try jar.field("http://x.test/", at: 1201) == nil)
    }

    @Test(
        "a cookie that is over takes the one before it away",
        arguments: ["Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
    func removal(attribute: String) throws {
        var jar = try filled(["a=1", "b=1"], from: "http://x.test/")
        jar.receive(["a=; \(attribute)"], from: try WebURL.parse("http://x.test/"), at: 1000)
        #expect(try jar.field("http://x.test/") == "b=1")
        #expect(jar.count == 1)
    }

    @Test("nothing is kept for more than 400 days, except by wget's rules")
    func longLives() throws {
        let fields = ["a=1; Max-Age=99999999999999999999", "b=1; Expires=1 Jan 9999 00:00:00"]
        let limit = 1000 + 400 * 86_400
        #expect(
            try filled(fields, from: "http://x.test/").cookies.map(\.expires) == [limit, limit])
        #expect(
            try filled(fields, from: "http://x.test/", rules: .wget).cookies.map(\.expires)
                == [.max, 253_370_764_800])
    }

    @Test("the end of a session takes what has no expiry")
    func sessions() throws {
        var jar = try filled(["a=1", "b=1; Max-Age=5"], from: "http://x.test/")
        jar.removeSessionCookies()
        #expect(jar.cookies.map(\.name) == ["b"])
        #expect(jar.count == 1)
    }

    // MARK: Bounds

    @Test(
        "a domain has 180 cookies at most: the one that was not used for longest goes, secure ones last"
    )
    func perDomain() throws {
        let url = try WebURL.parse("https://x.test/")
        var jar = CookieJar()
        jar.receive(["s=1; Secure", "old=1; Path=/used", "gone=1; Path=/gone"], from: url, at: 0)
        _ = jar.cookieField(for: try WebURL.parse("https://x.test/used"), at: 0)
        jar.receive((0..<178).map { "c\($0)=1" }, from: url, at: 0)
        let names = Set(jar.cookies.map(\.name))
        #expect(jar.count == CookieJar.maxPerDomain)
        #expect(names.isSuperset(of: ["s", "old", "c0", "c177"]) && !names.contains("gone"))
        jar.receive(["c178=1"], from: url, at: 0)
        #expect(jar.count == CookieJar.maxPerDomain)
        #expect(!jar.cookies.map(\.name).contains("old"))
    }

    @Test("what is over goes before anything else")
    func expiredFirst() throws {
        let url = try WebURL.parse("http://x.test/")
        var jar = CookieJar()
        jar.receive(["old=1", "short=1; Max-Age=5"], from: url, at: 0)
        jar.receive((0..<178).map { "c\($0)=1" }, from: url, at: 0)
        jar.receive(["new=1"], from: url, at: 6)
        let names = Set(jar.cookies.map(\.name))
        #expect(names.contains("old") && !names.contains("short"))
    }

    @Test("there are 10,000 cookies at most, whatever servers do")
    func inAll() throws {
        var jar = CookieJar()
        for number in 0..<25_000 {
            jar.insert(
                Cookie(name: "a", value: "\(number)", domain: "h\(number).test"), at: 0)
            #expect(jar.count <= CookieJar.maxCount)
        }
        #expect(jar.count == jar.cookies.count)
        #expect(try jar.field("http://h24999.test/") == "a=24999")
        #expect(try jar.field("http://h0.test/") == nil)
    }

    @Test("a host with a million dots is asked about quickly")
    func manyDots() throws {
        let jar = try filled(["a=1; Domain=x.test"], from: "http://x.test/")
        let host = String(repeating: "a.", count: 1_000_000) + "x.test"
        #expect(try jar.field("http://\(host)/") == nil)
    }

    @Test("the count is right whatever comes, and what goes to a host is for it")
    func survivesAnything() throws {
        let hosts = ["x.test", "w.x.test", "y.test", "127.0.0.1", "localhost"]
        let attributes = [
            "Path=/", "Path=/a", "Domain=x.test", "Domain=.w.x.test", "Secure", "Max-Age=0",
            "Max-Age=9",
            "Domain=127.0.0.1", "SameSite=None", "Path=/a/b", "Expires=1 Jan 2000 00:00:00",
        ]
        var random = SplitMix(seed: 42)
        var jar = CookieJar()
        for round in 0..<20_000 {
            let scheme = Bool.random(using: &random) ? "http" : "https"
            let host = hosts.randomElement(using: &random) ?? ""
            let url = try WebURL.parse("\(scheme)://\(host)/a/b")
            let names = ["a", "b", "__Host-c", "__Secure-d", ""]
            var field = (names.randomElement(using: &random) ?? "") + "=\(round)"
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                field += "; " + (attributes.randomElement(using: &random) ?? "")
            }
            jar.receive([field], from: url, at: round)
            for cookie in jar.cookies(for: url, at: round) {
                #expect(!cookie.isSecure || scheme == "https")
                #expect(cookie.domain == host || host.hasSuffix("." + cookie.domain))
                #expect(!cookie.isExpired(at: round))
            }
        }
        #expect(jar.count == jar.cookies.count)
    }
}
