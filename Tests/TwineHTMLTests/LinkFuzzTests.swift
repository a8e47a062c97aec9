import Testing
import TwineHTML
import TwineTesting

/// Pages and style sheets that are nearly right: cut, spliced, repeated and flipped.
struct LinkFuzzTests {
    private static let pages = [
        """
        <!DOCTYPE html><base href="/x/"><link rel=stylesheet href=s.css><style>@import 'a';b{c:url(d)}
        </style><meta http-equiv=refresh content="0;url='n'"><img srcset="a 1x, b&amp;c 2x" src=d>
        <p style="b:url(&quot;e&quot;)"><!-- <a href=x> --><script><!-- <script></script>--></script>
        <svg><style><![CDATA[a{b:url(f)}]]></style><title>t</title><use href="g#h"/></svg><a href='i#j'>
        <textarea><a href=k></textarea><a href=\u{e9}&copy=l&#233;m>
        """
    ].map { Array($0.utf8) }
    private static let sheets = [
        """
        @charset "x";@import 'a' screen;@import url(b.css);@namespace url(c);/* url(d) */
        e{f:url( "g\\"h" ),url(i\\)j),image-set("k" 1x, type("l"))}m{n:url(data:,o)}#p{q:u\\72l(r#s)}
        """
    ].map { Array($0.utf8) }

    private func mutations(of texts: [[UInt8]], seed: UInt64, _ body: ([UInt8]) -> Void) {
        let signs = Array("<>/&;\"'=!-[](){}@\\#*,:? \n\u{0}abz09".utf8) + [0x80, 0xc3, 0xff]
        var random = SeededRandom(seed: seed)
        for round in 0..<6000 {
            var text = texts[round % texts.count]
            for _ in 0..<Int.random(in: 1...6, using: &random) where !text.isEmpty {
                let start = Int.random(in: 0..<text.count, using: &random)
                let end = Int.random(in: start...min(text.count, start + 40), using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: text[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: text.removeSubrange(start..<end)
                case 2: text.insert(contentsOf: Array(text[start..<end]), at: end)
                case 3: text.removeSubrange(end...)
                default: text.insert(signs.randomElement(using: &random) ?? 0, at: start)
                }
            }
            body(text)
        }
    }

    /// What holds of the links of any document.
    private func check(_ document: [UInt8], _ links: [SourceLink]) {
        var place = 0
        for link in links {
            #expect(link.range.lowerBound >= place && link.range.upperBound <= document.count)
            place = link.range.upperBound
            guard let fragment = link.fragment else { continue }
            #expect(fragment.lowerBound >= link.range.lowerBound)
            #expect(fragment.upperBound == link.range.upperBound)
        }
        let same = links.map { LinkConverter.Edit($0, address: $0.text, keepsFragment: false) }
        let unchanged = LinkConverter.convert(document.span, same)
        #expect(unchanged == document)
    }

    @Test("the links of a page lie in it, apart from each other, and put back they change nothing")
    func pages() {
        var found = 0
        mutations(of: Self.pages, seed: 1) { page in
            let links = HTMLLinkScanner().scan(page.span).links
            found += links.count
            check(page, links)
        }
        #expect(found > 6000)
    }

    @Test("the links of a style sheet lie in it, and put back they change nothing")
    func sheets() {
        var found = 0
        mutations(of: Self.sheets, seed: 2) { sheet in
            let links = CSSLinkScanner().scan(sheet.span)
            found += links.count
            check(sheet, links)
        }
        #expect(found > 6000)
    }

    @Test("a page with all addresses replaced has as many, and they are what was put there")
    func replaced() {
        mutations(of: Self.pages, seed: 3) { page in
            let links = HTMLLinkScanner().scan(page.span).links
            let edits = links.map {
                LinkConverter.Edit($0, address: "n<'\">&`\\,.x", keepsFragment: false)
            }
            let converted = LinkConverter.convert(page.span, edits)
            let again = HTMLLinkScanner().scan(converted.span).links
            #expect(again.count == links.count)
        }
    }

    @Test("a large page is read in time that grows as it does", .timeLimit(.minutes(1)))
    func large() {
        let pieces = [
            "<!--", "<a b=\"", "<svg>", "<a ", "&amp", "<script><!--<script>", "url(", "<",
        ]
        for piece in pieces {
            let page = Array(String(repeating: piece, count: 1_000_000 / piece.utf8.count).utf8)
            _ = HTMLLinkScanner().scan(page.span)
            _ = CSSLinkScanner().scan(page.span)
        }
    }
}
