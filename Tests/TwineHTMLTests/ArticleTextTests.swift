import Testing
import TwineHTML

private func text(_ page: String) -> String? {
    HTMLDocument(Array(page.utf8).span, contentType: "text/html; charset=utf-8").articleText
}

@Suite
struct ArticleTextTests {
    @Test("the longest article counts, and what stands around it does not")
    func article() {
        let page = """
            <nav><a href=/>Home</a></nav><article><p>Short.</article>
            <article><h1>A  title</h1><p>One <b>two</b>,
            three.</p><aside>See also</aside><p>Four.</article><footer>Imprint</footer>
            """
        #expect(text(page) == "A title\n\nOne two, three.\n\nFour.")
    }

    @Test("the body of an article by schema.org goes before the element around it")
    func body() {
        let page = "<article><p>Teaser<div itemprop=articleBody><p>The body.</div></article>"
        #expect(text(page) == "The body.")
    }

    @Test("without marks, what has the most text in paragraphs counts")
    func paragraphs() {
        let long = String(repeating: "word ", count: 40)
        let page = "<div><p>Menu</div><div><p>\(long)<p>End.</div><div>Imprint</div>"
        #expect(text(page) == "\(long.dropLast())\n\nEnd.")
    }

    @Test("a page without any of it is taken whole")
    func page() {
        #expect(text("<title>t</title><h1>Only</h1>this<script>x()</script>") == "Only\n\nthis")
    }

    @Test("items, rows, breaks and preformatted text keep their lines")
    func lines() {
        let page = """
            <main><ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>
            <p>x<br>y</p><pre>  p
              q</pre></main>
            """
        #expect(text(page) == "- a\n- b\n\n1\t2\n3\n\nx\ny\n\n  p\n  q")
    }

    @Test("a page without text has no article", arguments: ["", "<p> </p>", "<script>x</script>"])
    func nothing(page: String) {
        #expect(text(page) == nil)
    }

    @Test("elements within elements without end are read to a depth")
    func deep() {
        let page = String(repeating: "<div>", count: 20_000) + "deep"
        #expect(text("<p>top</p>" + page) == "top")
    }
}
