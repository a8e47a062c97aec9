import Testing

@testable import TwineHTTP

@Suite("URL: parts, joining, origins and hostile input")
struct URLTests {
    @Test("the parts of a URL that has all of them")
    func parts() throws {
        let url = try WebURL.parse("HTTPS://user:p%40ss@Example.COM:8443/a/../b%20c?q=1#top")
        #expect(url.description == "https://user:p%40ss@example.com:8443/b%20c?q=1#top")
        #expect(url.scheme == "https")
        #expect(url.userName == "user")
        #expect(url.password == "p%40ss")
        #expect(url.hasCredentials)
        #expect(url.host == .domain("example.com"))
        #expect(url.hostAndPort == "example.com:8443")
        #expect(url.port == 8_443)
        #expect(url.effectivePort == 8_443)
        #expect(url.path == "/b%20c")
        #expect(url.query == "q=1")
        #expect(url.fragment == "top")
        #expect(url.requestTarget == "/b%20c?q=1")
        #expect(url.withoutFragment.description.hasSuffix("?q=1"))
        #expect(url.withoutFragment.fragment == nil)
        #expect(url.origin?.description == "https://example.com:8443")
    }

    @Test("hosts are told apart")
    func hosts() throws {
        #expect(WebURL("http://0x7f.1/")?.host == .ipv4(0x7F00_0001))
        #expect(WebURL("http://[1:0::0:2]/")?.host == .ipv6(1 << 112 | 2))
        #expect(WebURL("http://[1:0::0:2]/")?.hostName == "[1::2]")
        #expect(WebURL("http://[1:0::0:2]/")?.bareHostName == "1::2")
        #expect(WebURL("http://[::ffff:1.2.3.4]/")?.hostName == "[::ffff:102:304]")
        #expect(WebURL("irc://Some.Host/x")?.host == .opaque("Some.Host"))
        #expect(WebURL("file:///etc/hosts")?.host == .empty)
        #expect(WebURL("mailto:a@b")?.host == nil)
        #expect(WebURL("http://[1::2]/")?.host?.description == "[1::2]")
    }

    @Test("the scheme's own port is left out and used")
    func ports() {
        #expect(WebURL("http://a:80/")?.port == nil)
        #expect(WebURL("http://a:80/")?.effectivePort == 80)
        #expect(WebURL("https://a")?.effectivePort == 443)
        #expect(WebURL("http://a:00080/")?.description == "http://a/")
        #expect(WebURL("http://a:0/")?.port == 0)
        #expect(WebURL("foo://a/")?.effectivePort == nil)
    }

    @Test(
        "the examples of RFC 3986 §5.4, as browsers resolve them",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"), ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"), (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
            ("../..", "http://a/"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"),
            ("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("http:g", "http://a/b/c/g"), ("g:h", "g:h"),
        ])
    func joining(_ reference: String, _ expected: String) throws {
        let base = try WebURL.parse("http://a/b/c/d;p?q")
        #expect(try base.join(reference).description == expected)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("example.com", .schemeMissing), ("http://", .hostMissing),
            ("http://user@/", .hostMissing), ("http://a b/", .hostForbidsOctet(0x20)),
            ("http://a%00b/", .hostForbidsOctet(0)), ("http://1.2.3.256/", .ipv4Malformed),
            ("http://[::1/", .ipv6Malformed), ("http://[1::2::3]/", .ipv6Malformed),
            ("http://a:b/", .portNotANumber), ("http://a:65536/", .portTooLarge),
            ("http://a:99999999999999999999/", .portTooLarge),
        ] as [(String, WebURLError)])
    func failures(_ text: String, _ expected: WebURLError) {
        #expect(throws: expected) { try WebURL.parse(text) }
    }

    @Test("a reference cannot be joined to an opaque path, but a fragment can")
    func opaqueBase() throws {
        let base = try WebURL.parse("mailto:a@b?subject=x")
        #expect(throws: WebURLError.baseCannotBeJoined) { try base.join("c") }
        #expect(try base.join("#f").description == "mailto:a@b?subject=x#f")
        #expect(base.hasOpaquePath)
    }

    @Test(
        "each percent-encode set holds what the standard lists, the controls and what is not ASCII",
        arguments: [
            (PercentEncodeSet.c0Control, ""), (.fragment, " \"<>`"), (.query, " \"#<>"),
            (.specialQuery, " \"#<>'"), (.path, " \"#<>?^`{}"),
            (.userInfo, " \"#<>?^`{}/:;=@[\\]|"), (.component, " \"#<>?^`{}/:;=@[\\]|$%&+,"),
        ])
    func percentEncodeSets(_ set: PercentEncodeSet, _ listed: String) {
        for octet in UInt8.min...UInt8.max {
            let expected = octet < 0x20 || octet > 0x7E || listed.utf8.contains(octet)
            #expect(set.contains(octet) == expected, "\(octet)")
        }
    }

    @Test("every octet that no host may have is refused, as it stands and percent-encoded")
    func forbiddenInHosts() {
        for octet in UInt8.min...0x7F {
            let character = Character(Unicode.Scalar(octet))
            let hex = String(octet, radix: 16)
            let encoded = "http://a%\(octet < 16 ? "0" : "")\(hex)b/"
            let isForbidden = octet <= 0x20 || "#/:<>?@[\\]^|%\u{7F}".contains(character)
            #expect((WebURL(encoded) == nil) == isForbidden, "\(octet)")
            let opaque = octet == 0 || octet == 0x20 || "#/:<>?@[\\]^|".contains(character)
            // Some of them end the host instead; tabs and line ends are dropped.
            if "\t\n\r#/:?@\\".contains(character) { continue }
            #expect((WebURL("foo://a\(character)b/") == nil) == opaque, "\(octet)")
        }
    }

    @Test("only http, https, ws, wss and ftp have an origin that others can share")
    func origins() {
        #expect(WebURL("http://a:80/x")?.origin == WebURL("http://a/y")?.origin)
        #expect(WebURL("http://a/")?.origin != WebURL("https://a/")?.origin)
        #expect(WebURL("file:///x")?.origin == nil)
        #expect(WebURL("data:,x")?.origin == nil)
        #expect(WebURL("blob:https://a.b/c")?.origin?.description == "https://a.b")
    }

    @Test("a URL longer than 4 MiB is refused, before and after encoding")
    func tooLong() {
        let long = "http://a/" + String(repeating: "x", count: WebURL.maxLength)
        #expect(WebURL(long) == nil)
        let grows = "http://a/" + String(repeating: " x", count: WebURL.maxLength / 3)
        #expect(WebURL(grows) == nil)
    }

    @Test("a path of many dots and slashes takes linear time")
    func manyDots() throws {
        let up = try WebURL.parse("http://a/" + String(repeating: "x/../", count: 100_000))
        #expect(up.path == "/")
        let slashes = try WebURL.parse("foo:" + String(repeating: "/.//..", count: 50_000))
        #expect(slashes.path.utf8.count > 0)
    }

    @Test("random texts made of what matters never trap, and what parses is a fixed point")
    func random() throws {
        let pieces = [
            "http", "https", "file", "foo", "mailto", ":", "/", "//", "\\", "?", "#", "@", "[", "]",
            ".", "..", "%2e", "%", "%41", "C:", "C|", "localhost", "a", "é", "ß", "xn--", "0x7f",
            "1", "::", "65536", " ", "\t", "\u{0}", "🍔", "\u{202E}", "<", "\"", "'", "^", "&",
        ]
        var generator = SystemRandomNumberGenerator()
        var bases: [WebURL?] = [
            "http://u:p@h:1/a/b?q#f", "file:///C:/x/y", "foo:/.//p", "foo:o", "foo://h",
        ]
        .map { WebURL($0) }
        bases.append(nil)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...9, using: &generator)
            let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count)] }.joined()
            let base = bases[Int.random(in: 0..<bases.count)]
            guard var url = WebURL(text, base: base) else { continue }
            check(url, text)
            let value = pieces[Int.random(in: 0..<pieces.count)]
            switch Int.random(in: 0..<9, using: &generator) {
            case 0: url.setScheme(value)
            case 1: url.setUserName(value)
            case 2: url.setPassword(value)
            case 3: url.setHostAndPort(value)
            case 4: url.setHostName(value)
            case 5: url.setPort(value)
            case 6: url.setPath(value)
            case 7: url.setQuery(value)
            default: url.setFragment(value)
            }
            check(url, "\(text) and \(value)")
        }
    }

    private func check(_ url: WebURL, _ text: String) {
        guard let again = WebURL(url.serialization) else {
            Issue.record("\(url) made of \(text.debugDescription) does not parse")
            return
        }
        #expect(again == url, "\(text.debugDescription)")
        #expect(again.host == url.host, "\(text.debugDescription)")
        #expect(again.path == url.path, "\(text.debugDescription)")
        #expect(again.query == url.query, "\(text.debugDescription)")
        #expect(again.fragment == url.fragment, "\(text.debugDescription)")
        #expect(again.port == url.port && again.userName == url.userName)
        #expect(again.password == url.password && again.origin == url.origin)
        #expect(url.serialization.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F })
    }
}
