import Testing
import TwineHTML

private func first(_ page: String, at url: String = "https://blog.example/") -> FirstArticle? {
    let document = HTMLDocument(Array(page.utf8).span, contentType: "text/html; charset=utf-8")
    return document.firstArticle(page: url) { href in
        if href.contains("://") { return href }
        if href.hasPrefix("mailto:") || href.hasPrefix("javascript:") { return href }
        if href.hasPrefix("//") { return "https:" + href }
        if href.hasPrefix("/") { return "https://blog.example" + href }
        return url + href
    }
}

/// What stands around the articles on every page: traps, all of them.
private let top = """
    <body><header><h1><a href="/">A blog</a></h1>
    <nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/about/">About</a></li>
    <li><a href="/2020/01/01/pinned-in-the-menu/">Start here</a></li></ul></nav></header>
    <a class="skip-link" href="#content">Skip</a>
    <!-- <article><h2 class="entry-title"><a rel="bookmark" href="/old/">Commented out</a></h2></article> -->
    """
private let bottom = """
    <aside class="sidebar"><h3>Recent</h3><ul><li><a href="/2019/01/01/a/">a</a> 1 Jan 2019</li>
    <li><a href="/2019/01/02/b/">b</a> 2 Jan 2019</li><li><a href="/2019/01/03/c/">c</a> 3 Jan 2019</li>
    <li><a href="/2019/01/04/d/">d</a> 4 Jan 2019</li></ul></aside>
    <div class="pagination"><a href="/page/2/" rel="next">Older posts</a></div>
    <footer><a href="/feed.xml">RSS</a> <a href="https://social.example/@me">social</a></footer></body>
    """

struct FirstArticleTests {
    static let themes: [(String, String, FirstArticle.Rung)] = [
        (
            "h-entry",
            """
            <div class="h-feed"><div class="h-entry"><a href="/tag/x" rel="tag">x</a>
            <a class="u-url" href="/2026/one">One</a></div><div class="h-entry">
            <a class="u-url" href="/2026/two">Two</a></div></div>
            """, .hEntry
        ),
        (
            "schema.org microdata",
            """
            <div itemscope itemtype="https://schema.org/BlogPosting"><a href="/by/me" rel="author">me</a>
            <a itemprop="url" href="/2026/one">One</a></div>
            """, .schema
        ),
        (
            "schema.org JSON-LD",
            """
            <script type="application/ld+json">{"@type":"Blog","blogPost":[{"@type":"BlogPosting",
            "url":"/2026/one"},{"@type":"BlogPosting","url":"/2026/two"}]}</script>
            """, .schema
        ),
        (
            "WordPress, twentysixteen",
            """
            <article class="post-1 post type-post"><header class="entry-header"><h2 class="entry-title">
            <a href="/2026/one" rel="bookmark">One</a></h2></header><p>Text <a href="/other">other</a></p>
            <footer class="entry-footer"><span class="cat-links"><a href="/category/x" rel="category tag">x</a>
            </span></footer></article>
            """, .articleHeading
        ),
        (
            "WordPress, old: no article elements",
            """
            <div id="content"><div class="post"><h2><a href="/2026/one" rel="bookmark">One</a></h2>
            <p class="postmetadata">in <a href="/category/x" rel="category">x</a></p></div></div>
            """, .bookmark
        ),
        (
            "Ghost",
            """
            <div class="post-feed"><article class="gh-card post"><a class="gh-card-link" href="/2026/one">
            <h3 class="gh-card-title">One</h3></a></article></div>
            """, .articleHeading
        ),
        (
            "Blogger",
            """
            <div class="post hentry"><h3 class="post-title"><a href="/2026/one">One</a></h3>
            <a href="/2026/one#comment-form">3 comments</a></div>
            """, .theme
        ),
        (
            "Jekyll, minima",
            """
            <ul class="post-list"><li><span class="post-meta">Nov 23, 2026</span><h3>
            <a class="post-link" href="/2026/one">One</a></h3></li></ul>
            """, .theme
        ),
        (
            "Substack-like cards",
            """
            <div><div class="author"><a href="/@me">me</a></div><a class="post-preview-title" href="/2026/one">One</a></div>
            """, .theme
        ),
        (
            "a plain list with dates in text",
            """
            <ul class="articles"><li><a href="/2026/one">One</a> <span>posted on 2026-11-23, 3 comments</span></li>
            <li><a href="/2026/two">Two</a> <span>posted on 2026-11-22</span></li></ul>
            """, .datedList
        ),
        (
            "a plain list with time elements",
            """
            <main><h2>Posts</h2><div class="item"><time>23.11.</time> <a href="/2026/one">One</a></div>
            <div class="item"><time>22.11.</time> <a href="/2026/two">Two</a></div></main>
            """, .datedList
        ),
        (
            "a table with dates",
            """
            <table><tr><td>23 Nov 2026</td><td><a href="/2026/one">One</a></td></tr>
            <tr><td>22 Nov 2026</td><td><a href="/2026/two">Two</a></td></tr></table>
            """, .datedList
        ),
        (
            "dates in the addresses only",
            """
            <p><a href="/now/">What I do</a></p><ul><li><a href="/2026/11/23/one">One</a></li><li><a href="/2026/11/22/two">Two</a></li></ul>
            """, .datedList
        ),
        (
            "no dates at all",
            """
            <ul><li><a href="/notes/one">One</a></li><li><a href="/notes/two">Two</a></li>
            <li><a href="/notes/three">Three</a></li></ul>
            """, .list
        ),
    ]

    @Test(
        "each generator's front page gives its first article, by the rung meant", arguments: themes)
    func theme(_ name: String, _ body: String, _ rung: FirstArticle.Rung) throws {
        let found = try #require(first(top + body + bottom))
        #expect(found.rung == rung)
        #expect(found.url.hasSuffix("/one"), "\(found)")
    }

    @Test("a page with nothing but navigation has no article")
    func nothing() {
        #expect(first(top + "<p>Nothing yet.</p>" + bottom) == nil)
        #expect(first("") == nil)
        #expect(
            first("<a href='#x'>x</a><a href='mailto:a@b'>m</a><a href='javascript:x()'>j</a>")
                == nil)
    }

    /// The front pages of a test server, in its eight ways to write a link.
    @Test("links are found however they are written", arguments: 0..<8)
    func written(_ variant: Int) throws {
        var page = """
            <!DOCTYPE html><html><head><title>Blog</title></head><body><h1><a href="/blog/3">Blog 3</a></h1>
            <ul class="nav"><li><a href="/">Home</a></li><li><a href="/about">About</a></li><li><a href="/feed.xml">Feed</a></li></ul>
            """
        if variant == 7 { page += "<!-- <a href=\"/blog/3/article/999\">old</a> -->" }
        page += "<ul class=\"articles\">"
        for number in 4...9 {
            let path = "/blog/3/article/\(number)"
            let link =
                switch variant {
                case 1: "<a href=\"https://blog.example\(path)\">"
                case 2: "<a href=\"3/article/\(number)\">"
                case 3: "<A CLASS=\"t\" HREF=\"\(path)\">"
                case 4: "<a title='x' href='\(path)'>"
                case 5: "<a href=\(path) rel=bookmark>"
                case 6: "<a href=\"\(path)?a=1&amp;b=2\">"
                default: "<a href=\"\(path)\">"
                }
            page +=
                "<li>\(link)Article \(number)</a> <span>posted on 2026-11-0\(number), 3 comments</span></li>\n"
        }
        page += "</ul><div id=\"footer\">Powered by a server</div></body></html>"
        let found = try #require(first(page, at: "https://blog.example/blog/"))
        let expected = "https://blog.example/blog/3/article/4" + (variant == 6 ? "?a=1&b=2" : "")
        #expect(found.url == expected)
    }

    @Test("deep, wide and broken pages end, and free what they took")
    func hostile() {
        let deep = String(repeating: "<div>", count: 100_000) + "<a href='/x/one'>one</a>"
        _ = first(deep)
        _ = first(String(repeating: "<a href='/x/1'>", count: 20_000))
        _ = first("<a href='" + String(repeating: "x", count: 1 << 20) + "'>long</a>")
        _ = first("\u{0}<\u{0}a href=/x/\u{0}>\u{0}</a>")
    }
}

struct DocumentTests {
    @Test("announced feeds are found, those of comments last, other alternates not at all")
    func feeds() {
        let page = """
            <head><link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed">
            <LINK REL="Alternate Home" TYPE="application/rss+xml; charset=utf-8" HREF="/feed" title=Main>
            <link rel=alternate type=application/atom+xml href=/atom.xml><link rel=alternate hreflang=de href=/de>
            <link rel=alternate type=application/feed+json href=/feed.json>
            <link rel=alternate type=application/json href=/wp-json/wp/v2/pages/1>
            <!-- <link rel=alternate type=application/rss+xml href=/old> --></head>
            """
        let document = HTMLDocument(Array(page.utf8).span)
        #expect(
            document.feeds.map(\.href) == ["/feed", "/atom.xml", "/feed.json", "/comments/feed"])
        #expect(document.feeds.map(\.kind) == [.rss, .atom, .json, .rss])
    }

    @Test("a document is the same however its octets are cut")
    func cuts() throws {
        let page =
            Array("<html><head><base href='/x/'><title>T</title></head><body><p>Fa".utf8)
            + [0xc3, 0xa7] + Array("ade <a href='one'>Eins</a></p></body></html>".utf8)
        for place in page.indices {
            var parser = HTMLDocumentParser(limit: 1000)
            try parser.receive(page.span.extracting(..<place))
            try parser.receive(page.span.extracting(place...))
            let document = parser.finish()
            #expect(document.title == "T")
            #expect(document.baseHref == "/x/")
            #expect(document.links.map(\.href) == ["one"])
            #expect(document.links.map(\.text) == ["Eins"])
            #expect(try XPathExpression("string(//p)").strings(in: document) == ["Façade Eins"])
        }
    }

    @Test("a page over the limit is refused")
    func limit() {
        var parser = HTMLDocumentParser(limit: 10)
        #expect(throws: HTMLError.tooLarge(limit: 10)) {
            try parser.receive(Array("<html><body>".utf8).span)
        }
    }

    @Test("XPath: elements, attributes, strings and mistakes")
    func xpath() throws {
        let page = "<div id=a><h2><a href=/one>One</a></h2></div><a href=/two><b>Two</b></a>"
        let document = HTMLDocument(Array(page.utf8).span)
        #expect(try XPathExpression("//a/@href").strings(in: document) == ["/one", "/two"])
        #expect(try XPathExpression("//h2").hrefs(in: document) == ["/one"])
        #expect(try XPathExpression("//b").hrefs(in: document) == ["/two"])
        #expect(try XPathExpression("//a[2]|//div").hrefs(in: document) == ["/one"])
        #expect(try XPathExpression("string(//a/@href)").hrefs(in: document) == ["/one"])
        #expect(try XPathExpression("count(//a)").strings(in: document) == ["2"])
        #expect(throws: HTMLError.invalidXPath("//a[")) { try XPathExpression("//a[") }
    }
}
