import Testing
import TwineHTML
import TwineTesting

private func links(
    _ page: [UInt8], _ scanner: HTMLLinkScanner = HTMLLinkScanner()
) -> PageSourceLinks {
    scanner.scan(page.span)
}

private func scan(_ page: String, _ scanner: HTMLLinkScanner = HTMLLinkScanner()) -> [String] {
    links(Array(page.utf8), scanner).links.map(\.summary)
}

struct HTMLLinkScannerTests {
    /// A page in which the links are marked, and what they are.
    static let elements: [(String, [String])] = [
        (#"<a href="«a.html»">a</a>"#, ["h a.html"]),
        (#"<A HREF='«a.html»'>a</A><a href=«b.html»>b"#, ["h a.html", "h b.html"]),
        (#"<area href=«x»><applet code=«y»><bgsound src=«z»>"#, ["h x", "r y", "r z"]),
        (#"<body background="«bg.gif»">"#, ["r bg.gif"]),
        (#"<embed src=«e» href=«f»><fig src=«g»>"#, ["rh e", "h f", "r g"]),
        (#"<frame src=«f»><iframe src="«i»"></iframe>"#, ["rh f", "rh i"]),
        (#"<layer src=«l»><overlay src=«o»>"#, ["rh l", "rh o"]),
        (#"<img lowsrc=«l» href=«h» src=«s» alt=a>"#, ["r l", "r h", "r s"]),
        (#"<input type=image src=«i»><object data=«o»>"#, ["r i", "r o"]),
        (#"<script src="«s.js»"></script>"#, ["r s.js"]),
        (#"<table background=«1»><td background=«2»><th background=«3»>"#, ["r 1", "r 2", "r 3"]),
        (#"<form action="«/search»">"#, ["n /search"]),
        (#"<button formaction="«/b»"><input formaction=«/i»>"#, ["n /b", "n /i"]),
        (#"<base href="«/x/»">"#, ["nb /x/"]),
        (
            #"<video src=«v» poster=«p»><source src=«s»><track src=«t»></video>"#,
            ["r v", "r p", "r s", "r t"]
        ),
        (#"<audio src=«a»></audio>"#, ["r a"]),
        (
            #"<svg><image href="«1»"/><use xlink:href="«2#id»"/><feImage href="«3»"/></svg>"#,
            ["r 1", "r 2#id", "r 3"]
        ),
        (#"<svg><a xlink:href="«t.html»"/></svg>"#, ["h t.html"]),
        (#"<a data-href=x data-src=y name=z>"#, []),
        (#"<p href=x><div src=y>"#, []),
    ]

    static let relations: [(String, [String])] = [
        (#"<link rel=stylesheet href="«s.css»">"#, ["rc s.css"]),
        (#"<link rel="Alternate StyleSheet" href="«s.css»">"#, ["rc s.css"]),
        (#"<link href=«f» rel="shortcut icon">"#, ["r f"]),
        (#"<link rel=icon href=«1»><link rel=apple-touch-icon href=«2»>"#, ["r 1", "r 2"]),
        (#"<link rel=manifest href=«m»><link rel=modulepreload href=«n»>"#, ["r m", "r n"]),
        (
            #"<link rel=preload as=style href=«1»><link rel=preload as=font href=«2»>"#,
            ["rc 1", "r 2"]
        ),
        (
            #"<link rel=preload as=image href=«1» imagesrcset="«2» 1x, «3» 2x">"#,
            ["r 1", "r 2", "r 3"]
        ),
        (#"<link rel=next href=«n»><link rel=canonical href=«c»>"#, ["h n", "h c"]),
        (#"<link rel=alternate type="application/rss+xml" href=«feed»>"#, ["- feed"]),
        (#"<link rel=alternate type="TEXT/HTML" href=«h»>"#, ["h h"]),
        (#"<link href=«n»>"#, ["- n"]),
    ]

    static let values: [(String, [String])] = [
        (#"<a href="«?a=1&amp;b=2&copy=3&lt;&#233;»">"#, ["h ?a=1&b=2&copy=3<é"]),
        ("<a href=\"«\n  x.html\t »\">", ["h x.html"]),
        (#"<a href="«»">"#, ["h "]),
        (#"<a href=«»>"#, ["h "]),
        (#"<a href>"#, []),
        (#"<a href=«1» href=2>"#, ["h 1"]),
        (#"<a title=">" href = "«1»">"#, ["h 1"]),
        (#"<a href=«x/»>"#, ["h x/"]),
        (#"<a/href=«1/»>"#, ["h 1/"]),
        (#"<img src="data:image/png;base64,AAAA"><img src=" DATA:,x">"#, []),
        (#"<a href="«javascript:void(0)»">"#, ["h javascript:void(0)"]),
        (#"<a href="«#top»">"#, ["h #top"]),
        (#"<a href="x.html"#, []),
        (#"<a href=x"#, []),
    ]

    static let lists: [(String, [String])] = [
        (#"<img srcset="«a.png» 1x, «b.png» 2x">"#, ["r a.png", "r b.png"]),
        (
            #"<img srcset=" ,«a,b.png», «c.png»,, «d.png» 100w , «e.png» ">"#,
            ["r a,b.png", "r c.png", "r d.png", "r e.png"]
        ),
        (#"<source srcset="«a?x=1&amp;y» calc(1px, 2px) 1x,«b»">"#, ["r a?x=1&y", "r b"]),
        (#"<img srcset=«a.png»>"#, ["r a.png"]),
        (#"<img srcset="data:image/gif;base64,AA== 1x, «b» 2x">"#, ["r b"]),
        (#"<img srcset="«a»&#32;1x&comma;«b»">"#, ["r a", "r b"]),
        (#"<img srcset=""><img srcset=" , ">"#, []),
    ]

    static let refreshes: [(String, [String])] = [
        (#"<meta http-equiv=refresh content="5; URL=«next.html»">"#, ["h next.html"]),
        (#"<meta content="0;url='«n»'" http-equiv="Refresh">"#, ["h n"]),
        (#"<meta http-equiv=refresh content="0,url = &quot;«n»&quot; x">"#, ["h n"]),
        (#"<meta http-equiv=refresh content=0;«n»>"#, ["h n"]),
        (#"<meta http-equiv=refresh content=" 1.5 «urlish» ">"#, ["h urlish"]),
        (#"<meta http-equiv=refresh content="5">"#, []),
        (#"<meta http-equiv=refresh content="5;">"#, []),
        (#"<meta http-equiv=refresh content="x; url=n">"#, []),
        (#"<meta name=refresh content="0; url=n">"#, []),
    ]

    static let styles: [(String, [String])] = [
        (
            #"<style>@import "«a.css»"; p { background: url(«b.png») }</style>"#,
            ["rc a.css", "r b.png"]
        ),
        (#"<p style="background: url(«b.png»)">"#, ["r b.png"]),
        (#"<p style="background: url(&quot;«b&amp;c.png»&quot;)">"#, ["r b&c.png"]),
        (#"<p style='background: url("«b.png»"), url(«c»)'>"#, ["r b.png", "r c"]),
        (#"<p style=background:url(«b.png»)>"#, ["r b.png"]),
        (#"<style>url(«&quot;x»)</style>"#, ["r &quot;x"]),
        (#"<style><!-- p { src: url(«b») } --></style>"#, ["r b"]),
        (#"<svg><style>a{fill:url(&quot;«b&amp;c»&quot;)}</style></svg>"#, ["r b&c"]),
        (#"<svg><style><![CDATA[ a{fill:url("«b»")} ]]></style></svg>"#, ["r b"]),
        (#"<style>url(«open»"#, ["r open"]),
    ]

    static let notTags: [(String, [String])] = [
        (#"<!-- <a href=x> --><a href=«y»>"#, ["h y"]),
        (#"<!--><a href=«y»>-->"#, ["h y"]), (#"<!---><a href=«y»>"#, ["h y"]),
        (#"<!-- a --!><a href=«y»>"#, ["h y"]), (#"<!-- <a href=x>"#, []),
        (#"<!-- a -- b > --><a href=«y»>"#, ["h y"]),
        (#"<!doctype html "<a href=x>"><a href=«y»>"#, ["h y"]),
        (#"<? <a href=x><a href=«y»>"#, ["h y"]), ("</ <a href=x><a href=«y»>", ["h y"]),
        (#"<script>s = '<a href=x>'</script><a href=«y»>"#, ["h y"]),
        (#"<script><!-- <script></script><a href=x> --></script><a href=«y»>"#, ["h y"]),
        (#"<script><!-- </script><a href=«y»>"#, ["h y"]),
        (#"<script><!--><script></script><a href=«y»>"#, ["h y"]),
        (#"<script><!-- <script></scripty></script> <a href=x></script><a href=«y»>"#, ["h y"]),
        (#"<textarea><a href=x></textarea><a href=«y»>"#, ["h y"]),
        (#"<title><a href=x></TITLE ><a href=«y»>"#, ["h y"]),
        (#"<xmp><a href=x></xmp><a href=«y»>"#, ["h y"]),
        (#"<iframe src=«f»><a href=x></iframe><a href=«y»>"#, ["rh f", "h y"]),
        (#"<noscript><img src=«x»></noscript><noframes><a href=«y»></noframes>"#, ["r x", "h y"]),
        (#"<plaintext><a href=x></plaintext><a href=y>"#, []),
        (#"<svg><![CDATA[<a href=x>]]></svg><a href=«y»>"#, ["h y"]),
        (#"<![CDATA[<a href=x>]]><a href=«y»>"#, ["h y"]),
        (#"<svg><title><a href=«x»></title></svg>"#, ["h x"]),
        (#"<svg><foreignObject><style>p{src:url(«x»)}</style></foreignObject></svg>"#, ["r x"]),
        (#"<svg><script><a href=«x»></script></svg>"#, ["h x"]),
        (#"<svg><p><script><a href=x></script>"#, []),
        (#"<svg><font size=1><script><a href=x></script>"#, []),
        (#"<svg><font><script><a href=«x»></script>"#, ["h x"]),
        (#"<a b="<a href=x>" href=«y»>"#, ["h y"]), ("< a href=x>", []), ("<", []), ("</", []),
        ("<a", []), ("<!", []), ("", []),
    ]

    @Test(
        "each link is found where it stands",
        arguments: [elements, relations, values, lists, refreshes, styles, notTags].joined())
    func places(_ marked: String, _ expected: [String]) {
        let source = MarkedSource(marked)
        let links = HTMLLinkScanner().scan(source.octets.span).links
        #expect(links.map(\.summary) == expected)
        #expect(links.map(\.range) == source.ranges)
    }

    @Test("a fragment is known by its place")
    func fragments() {
        let source = MarkedSource(
            #"<a href="a&#35;b#«»c"><a href=x«#y»><p style="b:url(a.svg«#z»)"><a href="a">"#)
        let links = HTMLLinkScanner().scan(source.octets.span).links
        #expect(links.map { $0.fragment?.count } == [8, 2, 2, nil])
        #expect(links[1].fragment == source.ranges[1])
        #expect(links[2].fragment == source.ranges[2])
    }

    @Test(
        "robots are told not to follow links",
        arguments: [
            ("<meta name=robots content=nofollow>", true),
            ("<META NAME=Robots CONTENT='noindex, NOFOLLOW'>", true),
            ("<meta name=robots content=none>", true),
            ("<meta name=robots content='noarchive,none'>", true),
            ("<meta name=robots content='index,follow'>", false),
            ("<meta name=robots content=''>", false), ("<meta name=robots>", false),
            ("<meta name=googlebot content=nofollow>", false),
            ("<!-- <meta name=robots content=nofollow> -->", false),
        ])
    func robots(_ page: String, _ forbids: Bool) {
        #expect(links(Array(page.utf8)).forbidsFollowing == forbids)
    }

    @Test("only the tags that are wanted are looked at, and styles always")
    func tags() {
        let page =
            "<a href=1><img src=2 style='b:url(3)'><link href=4><meta name=robots content=none>"
        var scanner = HTMLLinkScanner()
        scanner.followedTags = ["img", "link"]
        #expect(scan(page, scanner) == ["r 2", "r 3", "- 4"])
        scanner.ignoredTags = ["img", "meta"]
        #expect(scan(page, scanner) == ["r 3", "- 4"])
        scanner.followedTags = []
        #expect(scan(page, scanner) == ["h 1", "r 3", "- 4"])
        #expect(!links(Array(page.utf8), scanner).forbidsFollowing)
    }

    @Test(
        "strict comments end as in SGML",
        arguments: [
            ("<!-- a -- <a href=x> -- b --><a href=y>", ["h y"]),
            ("<!-- a --><a href=x>", ["h x"]), ("<!-- a -- ><a href=x>", ["h x"]),
            ("<!-- a -- <a href=x>", []), ("<!-- > <a href=x>", []),
            ("<!doctype \"a>b\"><a href=x>", ["h x"]),
            ("<!-- a --- <a href=x> --><a href=y>", ["h y"]),
        ])
    func strictComments(_ page: String, _ expected: [String]) {
        var scanner = HTMLLinkScanner()
        scanner.strictComments = true
        #expect(scan(page, scanner) == expected)
    }

    static let names: [([UInt8], String?, String)] = [
        ([0xc3, 0xa9], nil, "é"), ([0xe9], nil, "%E9"), ([0xe9], "iso-8859-1", "é"),
        ([0x93, 0xfa], "shift_jis", "日"), ([0xe9], "no-such-charset", "%E9"),
    ]

    @Test(
        "text is what its encoding says, and unknown octets stay as they are",
        arguments: names)
    func encodings(_ name: [UInt8], _ charset: String?, _ expected: String) {
        var scanner = HTMLLinkScanner()
        scanner.charset = charset
        let page = Array("<a href=x".utf8) + name + Array("&amp;y>".utf8)
        #expect(links(page, scanner).links.map(\.text) == ["x\(expected)&y"])
    }

    @Test("the page's own encoding counts where HTTP says none")
    func ownEncoding() {
        let page = Array("<meta charset=latin1><a href=".utf8) + [0xe9] + Array(">".utf8)
        #expect(links(page).links.map(\.text) == ["é"])
    }

    @Test("a page in UTF-16 has no links")
    func wide() {
        let wide = "<a href=x>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let page: [UInt8] = [0xff, 0xfe] + wide
        #expect(links(page).links.isEmpty)
    }

    @Test("of a tag with very many attributes the first ones count, and the next tag all the same")
    func manyAttributes() {
        let page =
            "<a href=1 " + String(repeating: "b ", count: 5000) + "style='b:url(x)'><a href=2>"
        #expect(scan(page) == ["h 1", "h 2"])
    }
}
