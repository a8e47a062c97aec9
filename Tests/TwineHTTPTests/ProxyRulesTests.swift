import Testing
import TwineHTTP

@Suite("Which proxy for which URL")
struct ProxyRulesTests {
    @Test(
        "a proxy is read from its text",
        arguments: [
            ("proxy", "http://proxy:80", nil, nil), ("proxy:3128", "http://proxy:3128", nil, nil),
            ("http://proxy:80/path", "http://proxy:80", nil, nil),
            ("HTTPS://Proxy", "https://proxy:443", nil, nil),
            ("https://proxy:80", "https://proxy:80", nil, nil),
            ("socks5://127.0.0.1", "socks5://127.0.0.1:1080", nil, nil),
            ("socks5h://[::1]:9/", "socks5h://[::1]:9", nil, nil),
            ("socks4a://p:80", "socks4a://p:80", nil, nil),
            ("http://u%40x:p%3A@proxy:1", "http://proxy:1", "u@x", "p:"),
            ("socks4://me@proxy", "socks4://proxy:1080", "me", ""),
        ] as [(String, String, String?, String?)])
    func reads(_ text: String, _ description: String, _ user: String?, _ password: String?) throws {
        let proxy = try HTTPProxy(text)
        #expect(proxy.description == description)
        #expect(proxy.userName == user)
        #expect(proxy.password == password)
    }

    @Test(
        "a text that names no proxy is refused",
        arguments: ["", "ftp://p", "http://", "a:0", "a b", "p:99999"])
    func refuses(_ text: String) {
        #expect(throws: HTTPError.self) { try HTTPProxy(text) }
    }

    @Test("the field that says who asks")
    func authorizes() throws {
        #expect(try HTTPProxy("p").basicAuthorization == nil)
        #expect(try HTTPProxy("u%40x:p@p").basicAuthorization == "Basic dUB4OnA=")
    }

    @Test("each scheme has its proxy, or that of all")
    func environment() throws {
        let variables = [
            "http_proxy": "one", "all_proxy": "socks5h://two", "https_proxy": "",
            "no_proxy": " a , .b,,c", "HTTPS_PROXY": "three",
        ]
        let rules = try ProxyRules { variables[$0] }
        #expect(rules.exceptions == ["a", ".b", "c"])
        #expect(rules.proxy(for: try WebURL.parse("http://x/"))?.host == "one")
        #expect(rules.proxy(for: try WebURL.parse("https://x/"))?.host == "two")
        #expect(rules.proxy(for: try WebURL.parse("http://A:99/")) == nil)
        #expect(throws: HTTPError.self) { try ProxyRules { _ in "ftp://x" } }
        #expect(try ProxyRules { _ in nil } == ProxyRules())
    }

    /// As wget 1.21 has it, but for `*`.
    @Test(
        "a host is excepted by its name, or a domain above it",
        arguments: [
            ("example.test", "example.test", true), ("example.test", "a.example.test", true),
            ("EXAMPLE.test", "a.Example.TEST", true), (".example.test", "example.test", false),
            (".example.test", "a.example.test", true), ("xample.test", "example.test", false),
            ("test", "example.test", true), ("*", "anything", true),
            ("*.example.test", "a.example.test", false), ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.0/8", "127.0.0.1", false), ("::1", "::1", true), ("", "a", false),
            ("a,b", "b", true), ("b.a", "a", false),
        ])
    func excepts(_ list: String, _ host: String, _ isExcepted: Bool) {
        var rules = ProxyRules()
        rules.exceptions = ProxyRules.list(list)
        #expect(rules.excepts(host) == isExcepted)
    }
}
