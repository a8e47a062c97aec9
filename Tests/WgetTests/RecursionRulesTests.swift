import Testing
import TwineHTML

@testable import swift_wget

/// A link as it stands on a page at `page`.
private func link(_ text: String, on page: WgetURL, tag: String = "a href") throws -> FoundLink {
    let source = Array("<\(tag)=\"\(text)\">".utf8)
    var links = LinkFinder(Settings()).links(of: source.span, .html, at: page, charset: nil)
    let first = links.next()
    return try #require(first)
}

/// Why a link on `http://h/a/b.html` is not followed, at a depth and from a start.
private func refusal(
    _ text: String, _ change: (inout Settings) -> Void, tag: String = "a href", depth: Int = 0,
    start: String = "http://h/a/b.html"
) throws -> RejectReason? {
    var settings = Settings()
    settings.recursion.isRecursive = true
    change(&settings)
    let page = try wgetURL("http://h/a/b.html")
    return try FollowRules(settings).refusal(
        of: link(text, on: page, tag: tag), on: page, depth: depth, start: wgetURL(start))
}

@Suite(.tags(.wget))
struct RecursionRulesTests {
    @Test("without options a link to the same host is followed, over HTTP")
    func plain() throws {
        #expect(try refusal("c.html") { _ in } == nil)
        #expect(try refusal("https://h/c") { _ in } == nil)
        #expect(try refusal("http://h:81/c") { _ in } == nil)
        #expect(try refusal("http://other/c") { _ in } == .host)
        #expect(try refusal("ftp://h/c") { _ in } == .notHTTP)
    }

    @Test("schemes and hosts are as the options say")
    func schemes() throws {
        #expect(try refusal("c") { $0.tls.httpsOnly = true } == .notHTTPS)
        #expect(try refusal("https://h/c") { $0.tls.httpsOnly = true } == nil)
        #expect(try refusal("ftp://h/c") { $0.rules.followsFTP = true } == nil)
        #expect(try refusal("http://other/c") { $0.rules.spansHosts = true } == nil)
    }

    @Test(
        "-L follows what is written without host and leading slash",
        arguments: [
            ("c", true), ("../c", true), ("?x", true), ("#x", true), ("/c", false),
            ("//h/c", false), ("http://h/c", false),
        ])
    func relative(_ text: String, _ isFollowed: Bool) throws {
        let reason = try refusal(text) { $0.rules.relativeOnly = true }
        #expect(reason == (isFollowed ? nil : .absolute))
    }

    @Test(
        "-D takes a domain and what is below it, and with a dot any end",
        arguments: [
            ("h", "h", true), ("h", "x.h", true), ("h", "xh", false), ("h", "H", true),
            (".h", "x.h", true), (".h", "h", false), ("x.h", "h", false), ("127.0.0.1", "h", false),
        ])
    func domains(_ domain: String, _ host: String, _ isFollowed: Bool) throws {
        let accepted = try refusal("http://\(host)/") {
            $0.rules.spansHosts = true
            $0.rules.domains = ["none.example", domain]
        }
        #expect(accepted == (isFollowed ? nil : .domain))
        let excluded = try refusal("http://\(host)/") {
            $0.rules.spansHosts = true
            $0.rules.excludeDomains = [domain]
        }
        #expect(excluded == (isFollowed ? .domain : nil))
    }

    @Test(
        "-np keeps to the folder of the start, on its host",
        arguments: [
            ("c", nil), ("d/c", nil), ("../c", .parent), ("/ax/c", .parent), ("/", .parent),
            ("https://h/c", .parent), ("http://h:81/c", nil), ("/%61/c", nil),
        ] as [(String, RejectReason?)])
    func parents(_ text: String, _ reason: RejectReason?) throws {
        #expect(try refusal(text) { $0.rules.noParent = true } == reason)
    }

    @Test("-np does not hold for requisites with -p, nor for other hosts")
    func parentsOfRequisites() throws {
        let requisites = { (settings: inout Settings) in
            settings.rules.noParent = true
            settings.recursion.getsRequisites = true
        }
        #expect(try refusal("/i.png", requisites, tag: "img src") == nil)
        #expect(try refusal("/i.html", requisites) == .parent)
        #expect(try refusal("/i.png", { $0.rules.noParent = true }, tag: "img src") == .parent)
        let spans = { (settings: inout Settings) in
            settings.rules.noParent = true
            settings.rules.spansHosts = true
        }
        #expect(try refusal("http://other/", spans) == nil)
    }

    @Test(
        "-I and -X are folders or patterns, with or without slashes",
        arguments: [
            ("/s/dir", "/s/dir/f", true), ("/s/dir", "/s/dir/", true),
            ("/s/dir", "/s/dirx/f", false),
            ("s/", "/s/a/b/f", true), ("/s/dir", "/s/dir", false), ("/s*", "/sx/y", true),
            ("/s*", "/s/dir/y", false), ("/s/*", "/s/dir/y", true), ("/S", "/s/f", false),
            ("/*/x", "/a/x/f", true), ("/*/x", "/a/b/x/f", false), ("/", "/f", true),
            ("/s dir", "/s%20dir/f", true),
        ])
    func folders(_ folder: String, _ path: String, _ isMatched: Bool) throws {
        let included = try refusal(path) { $0.rules.includeDirectories = ["/none", folder] }
        #expect(included == (isMatched ? nil : .directory))
        let excluded = try refusal(path) { $0.rules.excludeDirectories = [folder] }
        #expect(excluded == (isMatched ? .directory : nil))
    }

    @Test("letters are as they are written, unless that is ignored")
    func ignoresCase() throws {
        let include = { (ignores: Bool) in
            { (settings: inout Settings) in
                settings.rules.includeDirectories = ["/S", "/T*"]
                settings.rules.accept = ["PNG", "*.J?G"]
                settings.rules.ignoresCase = ignores
            }
        }
        #expect(try refusal("/s/f.png", include(false)) == .directory)
        #expect(try refusal("/S/f.png", include(false)) == .name)
        #expect(try refusal("/s/f.png", include(true)) == nil)
        #expect(try refusal("/tt/f.jpg", include(true)) == nil)
        #expect(
            try refusal(
                "../B/c",
                {
                    $0.rules.noParent = true
                    $0.rules.ignoresCase = true
                }, start: "http://h/b/") == nil)
    }

    @Test(
        "-A and -R look at the last part of the path, without its query",
        arguments: [
            ("png", "a.png", true), ("png", "apng", true), ("png", "a.png?x=1", true),
            ("png", "a?x.png", false), ("png", "png/a", false), ("a*", "a.png", true),
            ("a*", "ba", false), ("*a*", "xay", true), ("?.png", "a.png", true),
            ("[ab].png", "b.png", true), ("x]", "x]", true), ("a b", "a%20b", true),
        ])
    func names(_ pattern: String, _ name: String, _ isMatched: Bool) throws {
        #expect(
            try refusal(name) { $0.rules.accept = ["zzz", pattern] } == (isMatched ? nil : .name))
        #expect(try refusal(name) { $0.rules.reject = [pattern] } == (isMatched ? .name : nil))
    }

    @Test("a folder has no name to be rejected, and pages on the way are passed through")
    func passedThrough() throws {
        let rejects = { (settings: inout Settings) in settings.rules.accept = ["zip"] }
        #expect(try refusal("d/", rejects) == nil)
        #expect(try refusal("c.html", rejects) == nil)
        #expect(try refusal("c.HTM", rejects) == nil)
        #expect(try refusal("c.xhtml?q", rejects) == nil)
        #expect(try refusal("c.php", rejects) == .name)
        #expect(try refusal("c.html", rejects, depth: 3) == nil)
        #expect(try refusal("c.html", rejects, depth: 4) == .name)
        let endless = { (settings: inout Settings) in
            settings.rules.accept = ["zip"]
            settings.recursion.level = nil
        }
        #expect(try refusal("c.html", endless, depth: 1000) == nil)
        let requisites = { (settings: inout Settings) in
            settings.rules.accept = ["zip"]
            settings.recursion.getsRequisites = true
        }
        #expect(try refusal("c.html", requisites, depth: 4) == nil)
    }

    @Test("both lists hold, and a saved file is judged by its name alone")
    func files() throws {
        var settings = Settings()
        settings.rules.accept = ["html", "png"]
        settings.rules.reject = ["b*"]
        settings.download.outputDocument = "out"
        let rules = try FollowRules(settings)
        #expect(rules.accepts("h/a.html") && rules.accepts("out"))
        #expect(!rules.accepts("h.png/a.gif") && !rules.accepts("h/b.png"))
        #expect(!rules.accepts("h/a.html?x=1"))
    }

    @Test(
        "expressions are searched for in the whole URL",
        arguments: [
            (Settings.Rules.RegexType.posix, "^http://h/(x|y)[0-9]+$", "/x12", true),
            (.posix, "x", "/x#y", true), (.posix, "y", "/x#y", false),
            (.posix, "\\?a=b", "/x?a=b", true),
            (.posix, "X", "/x", false), (.pcre, "(?i)X\\d", "/x1", true),
            (.pcre, "x$", "/xy", false),
            (.pcre, "(a+)+$", "/" + String(repeating: "a", count: 60) + "!", false),
        ])
    func regexes(
        _ type: Settings.Rules.RegexType, _ pattern: String, _ url: String, _ isMatched: Bool
    ) throws {
        let accepted = try refusal(url) {
            $0.rules.regexType = type
            $0.rules.acceptRegex = pattern
        }
        #expect(accepted == (isMatched ? nil : .regex))
        let rejected = try refusal(url) {
            $0.rules.regexType = type
            $0.rules.rejectRegex = pattern
        }
        #expect(rejected == (isMatched ? .regex : nil))
    }

    @Test("an expression that is none is told with the library's words")
    func badRegex() {
        #expect(throws: URLPattern.Failure(pattern: "(", reason: "Unmatched ( or \\(")) {
            try URLPattern("(", .posix)
        }
        #expect(throws: URLPattern.Failure(pattern: "(", reason: "missing closing parenthesis")) {
            try URLPattern("(", .pcre)
        }
    }
}

@Suite(.tags(.wget))
struct RecursionNamePatternTests {
    @Test(
        "a pattern matches as fnmatch(3) has it",
        arguments: [
            ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false),
            ("*a*b*c", "xaxbxc", true),
            ("a**b", "ab", true), ("?", "é", true), ("??", "é", false), ("[a-c]", "b", true),
            ("[!a-c]", "b", false), ("[^a-c]", "d", true), ("[]a]", "]", true), ("[a-]", "-", true),
            ("[[:digit:]x]", "7", true), ("[[:digit:]x]", "x", true), ("[[:alpha:]]", "7", false),
            ("[a", "[a", true), ("\\*", "*", true), ("\\*?", "ab", false), ("[\\]]", "]", true),
            ("a[b-", "a[b-", true), ("*.tar.gz", "x.tar.gz", true), ("[z-a]?", "mm", false),
        ])
    func patterns(_ pattern: String, _ name: String, _ isMatched: Bool) {
        // Without wildcards only the end would be compared.
        let text = pattern.contains { "*?[]".contains($0) } ? pattern : pattern + "*"
        #expect(NamePattern(text, ignoresCase: false).matchesEnd(of: name) == isMatched)
    }

    @Test("a pattern with many stars ends soon", .timeLimit(.minutes(1)))
    func stars() {
        let pattern = NamePattern(String(repeating: "*a", count: 500) + "b", ignoresCase: true)
        #expect(!pattern.matchesEnd(of: String(repeating: "A", count: 5000)))
    }
}

@Suite(.tags(.wget))
struct RecursionLinkFinderTests {
    private func links(
        _ page: String, at url: String? = "http://u:p@h/d/e?f#g",
        _ change: (inout Settings) -> Void = { _ in }
    ) throws -> FoundLinks {
        var settings = Settings()
        change(&settings)
        let octets = Array(page.utf8)
        let url = try url.map { try wgetURL($0) }
        return LinkFinder(settings).links(of: octets.span, .html, at: url, charset: nil)
    }

    @Test(
        "a link is resolved as wget does",
        arguments: [
            ("x", "http://u:p@h/d/x"), ("/x|y", "http://u:p@h/x%7Cy"), ("//o/x", "http://o/x"),
            ("?q'", "http://u:p@h/d/e?q'"), ("#z", "http://u:p@h/d/e?f"),
            ("", "http://u:p@h/d/e?f"),
            ("a/\n\tb/../c d", "http://u:p@h/d/a/c%20d"), ("é", "http://u:p@h/d/%C3%A9"),
            ("HTTPS://O:443/%7e", "https://o/%7e"), ("mailto:x", nil), ("http:x", nil),
            ("javascript:x", nil), ("ftps://o/", "ftps://o/"), ("http://", nil),
        ] as [(String, String?)])
    func resolved(_ text: String, _ expected: String?) throws {
        var links = try links("<meta charset=utf-8><a href=\"\(text)\">")
        #expect(links.next()?.url.text(.shown) == expected)
        #expect(links.next() == nil)
    }

    @Test("a base counts from where it stands, and is relative to the page")
    func bases() throws {
        let links = try links("<a href=1><base href=/x/><a href=2><base href=y/><a href=3>")
        #expect(
            links.map { $0.url.requestTarget } == ["/d/1", "/x/", "/x/2", "/d/y/", "/d/y/3"])
    }

    @Test(
        "without a place of its own a page has only whole links, and a base makes the others whole")
    func placeless() throws {
        var links = try links(
            "<a href=1><a href=http://h/2><base href=http://b/><a href=3>", at: nil)
        var found: [String] = []
        while let link = links.next() { found.append(link.url.text()) }
        #expect(found == ["http://h/2", "http://b/", "http://b/3"])
        #expect(links.incomplete == ["1"])
    }

    @Test("tags, comments and encodings are as the options say")
    func options() throws {
        let page = "<!-- a -- <a href=1> -- --><a href=2><img src=\u{e9}><meta charset=latin1>"
        #expect(
            try links(page) { $0.rules.ignoreTags = ["IMG"] }.map { $0.url.requestTarget }
                == ["/d/2"])
        #expect(
            try links(page) {
                $0.recursion.strictComments = true
                $0.rules.followTags = ["a"]
            }.map { $0.url.requestTarget } == ["/d/2"])
        // The page says that its octets are Latin-1.
        #expect(try links(page).map { $0.url.requestTarget }.last == "/d/%C3%83%C2%A9")
        let octets = try links(page) { $0.input.usesIRIs = false }
        #expect(octets.map { $0.url.requestTarget }.last == "/d/%C3%A9")
    }
}

@Suite(.tags(.wget))
struct RecursionRejectedLogTests {
    @Test("the table has wget's columns")
    func header() {
        #expect(
            RejectedLog.header == """
                REASON\tU_URL\tU_SCHEME\tU_HOST\tU_PORT\tU_PATH\tU_PARAMS\tU_QUERY\tU_FRAGMENT\t\
                P_URL\tP_SCHEME\tP_HOST\tP_PORT\tP_PATH\tP_PARAMS\tP_QUERY\tP_FRAGMENT

                """)
    }

    @Test("a line has what wget writes of the link and its page")
    func lines() throws {
        let page = try wgetURL("http://127.0.0.1:8711/d/e.html?x=1&y=2")
        #expect(
            RejectedLog.line(.seen, try wgetURL("http://127.0.0.1:8711/a.html#f"), on: page)
                == "BLACKLIST\thttp%3A//127.0.0.1%3A8711/a.html\tSCHEME_HTTP\t127.0.0.1\t8711\ta.html"
                + "\t\t\tf\thttp%3A//127.0.0.1%3A8711/d/e.html?x=1&y=2\tSCHEME_HTTP\t127.0.0.1"
                + "\t8711\td/e.html\t\tx=1&y=2\t\n")
        #expect(
            RejectedLog.line(.notHTTP, try wgetURL("ftp://127.0.0.1/a@b'c"), on: page)
                .hasPrefix("NONHTTP\tftp%3A//127.0.0.1/a%40b'c\tSCHEME_FTP\t127.0.0.1\t21\ta@b'c\t")
        )
    }
}
