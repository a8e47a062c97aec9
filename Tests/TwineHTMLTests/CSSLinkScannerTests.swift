import Testing
import TwineHTML

struct CSSLinkScannerTests {
    static let sheets: [(String, [String])] = [
        ("p { background: url(«a.png») }", ["r a.png"]),
        ("p{background:URL( \"«a.png»\" )}", ["r a.png"]),
        ("p{background:url('«a b.png»'),url(\t«c»\n)}", ["r a b.png", "r c"]),
        ("@import \"«a.css»\";@IMPORT '«b.css»' screen;", ["rc a.css", "rc b.css"]),
        ("@import url(«a.css») print;@import url('«b.css»');", ["rc a.css", "rc b.css"]),
        ("@import/**/\n\"«a.css»\"", ["rc a.css"]),
        ("@import foo \"a.css\";", []),
        ("@import; p { content: 'x' }", []),
        ("@import url(«a.css») layer(x) supports(display: grid) 'y';", ["rc a.css"]),
        ("@\\69mport '«a.css»'", ["rc a.css"]),
        ("@font-face{src:url(«f.woff?#iefix»),url(«f.svg#x»)}", ["r f.woff?#iefix", "r f.svg#x"]),
        ("@namespace url(http://a/); @namespace x \"b\"; p{b:url(«c»)}", ["r c"]),
        ("@-moz-document url(http://a/) { p { b: url(«c») } }", ["r c"]),
        ("@charset \"utf-8\"; p{content:\"url(x)\"}", []),
        ("/* url(x) */ /* p{b:url(y)} */", []),
        ("/**/p{b:url(«y»)}/*", ["r y"]), ("p{/*/url(x)/*/b:url(«y»)}", ["r y"]),
        ("p{b:url(data:image/png;base64,AA==)}p{b:url(\" DATA:,\")}", []),
        ("p{filter:url(#shadow)}p{filter:url('#s')}", []), ("p{b:url()}p{b:url('')}", []),
        ("p{b:url( )}", []),
        ("p{b:\\75 rl(«a»)}p{b:u\\72l(«b»)}", ["r a", "r b"]),
        ("p{b:url(«a\\)b\\20 c»)}p{b:url('«a\\'\\\nb»')}", ["r a)b c", "r a'b"]),
        ("p{b:url(«\\E9\\e9 x»)}", ["r ééx"]),
        ("p{b:curl(a)}p{b:url-prefix(a)}p{b:-url(a)}p{b:0url(a)}p{b:#url(a)}", []),
        ("p{b:url(a b)}p{b:url(a\"b)}p{b:url(a'(b)}p{b:url(«c»)}", ["r c"]),
        ("p{b:url(\"a\n)}p{b:url(«c»)}", ["r c"]),
        ("p{content:'it\\'s url(x)'}p{b:url(«c»)}", ["r c"]),
        (
            "p{b:image-set(\"«a.png»\" 1x, url(«b.png») type(\"image/png\") 2x)}",
            ["r a.png", "r b.png"]
        ),
        ("p{b:-webkit-image-set('«a»' 1x)}p{content:'x'}", ["r a"]),
        ("p{b:url(«open»", ["r open"]), ("p{b:url('«open»", ["r open"]), ("p{b:url(«\\»", ["r \\"]),
        ("@import '«a»", ["rc a"]), ("@", []), ("", []), ("\\", []), ("url", []), ("url(", []),
        ("<!-- @import '«a»'; -->", ["rc a"]),
    ]

    @Test("each link is found where it stands", arguments: sheets)
    func places(_ marked: String, _ expected: [String]) {
        let source = MarkedSource(marked)
        let links = CSSLinkScanner().scan(source.octets.span)
        #expect(links.map(\.summary) == expected)
        #expect(links.map(\.range) == source.ranges)
    }

    @Test("a fragment is known by its place")
    func fragments() {
        let source = MarkedSource("p{b:url('a.svg«#x»')}")
        let links = CSSLinkScanner().scan(source.octets.span)
        #expect(links.map(\.fragment) == source.ranges)
    }
}
