import Foundation
import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("robots.txt")
struct RobotsTests {
    struct Case: Decodable {
        let test: String
        let robots: String
        let agent: String
        let url: String
        let allowed: Bool

        enum CodingKeys: String, CodingKey {
            case test
            case robots = "robots_txt"
            case agent = "user_agent"
            case url
            case allowed
        }
    }

    private func allows(_ text: String, _ target: String, agent: String = "wget") -> Bool {
        RobotsText(Array(text.utf8).span, agent: agent).allows(target)
    }

    @Test(
        "the decisions of google/robotstxt, but for one",
        .enabled(
            if: WireData.has("robots/google-robotstxt.json"), "../shared/data/robots is absent"))
    func conformance() throws {
        let data = try WireData.read("robots/google-robotstxt.json")
        let cases = try JSONDecoder().decode([Case].self, from: data)
        var passed = 0
        for each in cases {
            // The texts have one octet a character.
            let octets = each.robots.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            var target = each.url
            if let scheme = target.range(of: "://") {
                target = String(target[scheme.upperBound...].drop { $0 != "/" })
            }
            // `%62%61%7A` is `baz`: RFC 9309 §2.2.2 says so, and wget takes it so; Google's parser
            // compares the octets.
            if each.robots.contains("%62%61%7A"), target == "/foo/bar/baz" {
                #expect(RobotsText(octets.span, agent: each.agent).allows(target))
                continue
            }
            let robots = RobotsText(octets.span, agent: each.agent)
            #expect(robots.allows(target) == each.allowed, "\(each)")
            passed += 1
        }
        #expect(passed == 141)
    }

    @Test("lines end by LF, CR or both; a mark at the beginning and comments do not count")
    func lines() {
        for end in ["\n", "\r", "\r\n"] {
            let text = "\u{feff}User-agent: Wget # me\(end)\(end)Disallow: /a#b\(end)Allow: /ab"
            #expect(!allows(text, "/a") && allows(text, "/ab"))
        }
    }

    @Test(
        "which group is a robot's",
        arguments: [
            ("User-agent: wget\nDisallow: /", false), ("User-agent: WGET/1.21\nDisallow: /", false),
            ("User-agent: *\nDisallow: /", false), ("User-agent: wget2\nDisallow: /", true),
            ("User-agent: wge\nDisallow: /", true), ("Disallow: /", true),
            ("User-agent: *\nDisallow: /\nUser-agent: wget\nDisallow:", true),
            ("User-agent: wget\nUser-agent: other\nDisallow: /", false),
            ("User-agent: wget\nAllow: /\nUser-agent: other\nDisallow: /", true),
            ("User-agent: a\nAllow: /x\nUser-agent: wget\nCrawl-delay: 1\nDisallow: /", false),
        ])
    func groups(_ text: String, _ expected: Bool) {
        #expect(allows(text, "/page") == expected)
    }

    @Test(
        "which paths a rule means",
        arguments: [
            ("/a*c", "/abc", true), ("/a*c", "/ac", true), ("/a*c", "/ab", false),
            ("/a*b*c$", "/axbxbxc", true), ("/a*b*c$", "/abcd", false), ("*.gif$", "/x.gif", true),
            ("*.gif$", "/x.gif?y", false), ("/*", "/", true), ("/**//a", "/x//a", true),
            ("/a$", "/a", true), ("/a$", "/ab", false), ("/a$b", "/a$bc", true), ("/$", "/", true),
            ("/a%2A", "/a*b", true), ("/a%24", "/a$b", true), ("/a%2fb", "/a/b", false),
            ("/a%2fb", "/a%2Fb", true), ("/%7ejoe/", "/~joe/index", true),
            ("/\u{e4}", "/%C3%a4x", true), ("/a b", "/a%20b", true), ("/a?b", "/a?bc", true),
            ("/aab*aab", "/aaab", false), ("*aab", "/aaaab", true), ("*ababc", "/abababc", true),
            ("a", "/a", false),
        ])
    func patterns(_ pattern: String, _ target: String, _ matches: Bool) {
        #expect(allows("User-agent: *\nDisallow: \(pattern)", target) == !matches)
    }

    @Test("the file itself may always be read, and of a URL path and query count")
    func targets() throws {
        let text = "User-agent: *\nDisallow: /\nAllow: /a?b"
        #expect(allows(text, "/robots.txt"))
        let robots = RobotsText(Array(text.utf8).span, agent: "wget")
        #expect(robots.allows(try WebURL.parse("https://a.example/a?b=c#d")))
        #expect(!robots.allows(try WebURL.parse("https://a.example/a")))
        #expect(!robots.allows(""))
    }

    @Test("sitemaps, wherever they stand")
    func sitemaps() {
        let text = "Sitemap: https://a.example/1\nUser-agent: x\nsitemap:/2\nDisallow: /\nSitemap:"
        let robots = RobotsText(Array(text.utf8).span, agent: "wget")
        #expect(robots.sitemaps == ["https://a.example/1", "/2"])
    }

    @Test("what is behind 500 KiB is not read, and the line that is cut there neither")
    func isBounded() {
        let head = "User-agent: *\nDisallow: /a\n"
        let filler = String(
            repeating: "#\n", count: (RobotsText.sizeLimit - head.utf8.count) / 2 - 6)
        let text = head + filler + "Disallow: /long/path/of/it\nDisallow: /b\n"
        #expect(text.utf8.count > RobotsText.sizeLimit)
        #expect(!allows(text, "/a") && allows(text, "/b") && allows(text, "/long"))
    }

    @Test("a hostile file and target take no more than linear time for each rule")
    func isQuick() {
        let pattern = "/*" + String(repeating: "a", count: 4000) + "b*c"
        let text = "User-agent: *\n" + String(repeating: "Disallow: \(pattern)\n", count: 100)
        let target = "/" + String(repeating: "a", count: 8000)
        let duration = ContinuousClock().measure { #expect(allows(text, target)) }
        // By trying each place it would be 1.6 billion steps.
        #expect(duration < .seconds(5))
    }

    @Test("what a meta or a field asks of robots")
    func directives() throws {
        #expect(RobotsDirectives(content: "NOINDEX, nofollow") == [.noIndex, .noFollow])
        #expect(RobotsDirectives(content: "none") == [.noIndex, .noFollow])
        #expect(RobotsDirectives(content: "index,follow, nofollowing").isEmpty)
        var fields = HTTPFields()
        let name = try #require(HTTPField.Name("X-Robots-Tag"))
        for value in [
            "unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", "otherbot: none",
            "Wget: nofollow",
        ] { fields.append(HTTPField(name: name, value: value)) }
        #expect(RobotsDirectives(fields, agent: "wget") == [.noIndex, .noFollow])
        #expect(RobotsDirectives(fields, agent: "x") == .noIndex)
        #expect(RobotsDirectives(HTTPFields(), agent: "x").isEmpty)
    }
}
