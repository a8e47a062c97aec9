import Testing
import TwineHTML

private func convert(
    _ page: String, _ address: String, keepsFragment: Bool = true, css: Bool = false
) -> String {
    let octets = Array(page.utf8)
    let links =
        css ? CSSLinkScanner().scan(octets.span) : HTMLLinkScanner().scan(octets.span).links
    let edits = links.map {
        LinkConverter.Edit($0, address: address, keepsFragment: keepsFragment)
    }
    return String(decoding: LinkConverter.convert(octets.span, edits), as: UTF8.self)
}

struct LinkConverterTests {
    static let pages: [(String, String, String)] = [
        // What is quoted stays so, and what is not becomes so.
        ("<a href=\"a\">x", "b", "<a href=\"b\">x"), ("<a href='a'>x", "b", "<a href='b'>x"),
        ("<a href=a>x", "b", "<a href=\"b\">x"), ("<a href= a\n>x", "b", "<a href= \"b\"\n>x"),
        ("<a href=>x", "b", "<a href=\"b\">x"), ("<a href=\"\">x", "b", "<a href=\"b\">x"),
        ("<a href=\" a\n\">x", "b", "<a href=\"b\">x"),
        // The fragment stays as it is written.
        ("<a href=\"a#f&amp;\">", "b", "<a href=\"b#f&amp;\">"),
        ("<a href=a#f\"'>", "b", "<a href=\"b#f&quot;'\">"),
        ("<a href=\"#f\">", "b", "<a href=\"b#f\">"),
        ("<a href=\"a&#35;f\">", "b", "<a href=\"b&#35;f\">"),
        // References.
        ("<a href=\"a\">", "?a&b=\"<'> ", "<a href=\"?a&amp;b=&quot;&lt;'&gt;&#32;\">"),
        ("<a href='a'>", "\"'", "<a href='&quot;&#39;'>"),
        ("<a href=a>", "'", "<a href=\"&#39;\">"),
        ("<a href=\"a\">", "a\tb\n", "<a href=\"a&#9;b&#10;\">"),
        // Lists.
        ("<img srcset=\"a 1x, b#f 2x\">", "c&d", "<img srcset=\"c&amp;d 1x, c&amp;d#f 2x\">"),
        ("<img srcset=\"a, b\">", ",c, d,", "<img srcset=\"%2Cc,%20d%2C, %2Cc,%20d%2C\">"),
        ("<img srcset=a>", "b='", "<img srcset=b&#61;%27>"),
        // Refresh.
        (
            "<meta http-equiv=refresh content='5;url=\"a\"'>", "b",
            "<meta http-equiv=refresh content='5;url=\"b\"'>"
        ),
        (
            "<meta http-equiv=refresh content=5;URL=a#f>", "b",
            "<meta http-equiv=refresh content=5;URL=b#f>"
        ),
        (
            "<meta http-equiv=refresh content='0;url=\"a\"'>", "b\"'",
            "<meta http-equiv=refresh content='0;url=\"b%22%27\"'>"
        ),
        // Styles: CSS within HTML.
        ("<p style=\"b:url('a')\">", "b'c&", "<p style=\"b:url('b\\'c&amp;')\">"),
        ("<p style='b:url(a)'>", "b'c)", "<p style='b:url(b\\&#39;c\\))'>"),
        ("<p style=\"b:url(&quot;a&quot;)\">", "b", "<p style=\"b:url(&quot;b&quot;)\">"),
        ("<p style='b:url(&quot-a&quot)'>", "b", "<p style='b:url(&quot&#98;&quot)'>"),
        ("<p style=b:url(a)>", "b c", "<p style=b:url(b\\&#32;c)>"),
        ("<style>b:url(a)</style>", "</style>&", "<style>b:url(\\3c /style\\3e &)</style>"),
        ("<svg><style>b:url(a)</style>", "b&", "<svg><style>b:url(b&amp;)</style>"),
        ("<svg><style><![CDATA[b:url(a)]]>", "]]>", "<svg><style><![CDATA[b:url(]]\\3e )]]>"),
        // Not a link: nothing changes.
        ("<!-- <a href=a> --><p title=a>", "b", "<!-- <a href=a> --><p title=a>"),
    ]

    @Test(
        "the new address is written as its place needs, and all else is as it was", arguments: pages
    )
    func written(_ page: String, _ address: String, _ expected: String) {
        #expect(convert(page, address) == expected)
    }

    @Test(
        "in a style sheet too",
        arguments: [
            ("@import 'a';p{b:url(a)}", "b", "@import 'b';p{b:url(b)}"),
            ("p{b:url(a#f)}", "b c", "p{b:url(b\\ c#f)}"),
            ("p{b:url(\"a\")}", "\"\\'()", "p{b:url(\"\\\"\\\\'()\")}"),
            ("p{b:url( a )}", "\"'()\n", "p{b:url( \\\"\\'\\(\\)\\a  )}"),
        ])
    func sheets(_ sheet: String, _ address: String, _ expected: String) {
        #expect(convert(sheet, address, css: true) == expected)
    }

    @Test("what was written is read again as it was meant", arguments: pages.map(\.0))
    func roundTrip(_ page: String) {
        let address = "b&c=<>`(d),.css"
        let octets = Array(convert(page, address, keepsFragment: false).utf8)
        for link in HTMLLinkScanner().scan(octets.span).links { #expect(link.text == address) }
    }

    @Test("a base is emptied, with quotes")
    func base() {
        #expect(
            convert("<base href=http://a/#x><p>", "", keepsFragment: false)
                == "<base href=\"\"><p>")
    }

    @Test("an address that is there already leaves even odd spellings alone")
    func same() {
        let page = "<a href=a&#46;html#x><a href=\" a.html \">"
        #expect(convert(page, "a.html") == page)
    }

    @Test("edits outside of the document or out of order change nothing")
    func strange() {
        let octets = Array("<a href=a><a href=b>".utf8)
        let edits = HTMLLinkScanner().scan(octets.span).links.reversed().map {
            LinkConverter.Edit($0, address: "c")
        }
        let converted = LinkConverter.convert(octets.span, edits)
        #expect(String(decoding: converted, as: UTF8.self) == "<a href=a><a href=\"c\">")
        let nothing = LinkConverter.convert([UInt8]().span, edits)
        #expect(nothing.isEmpty)
    }
}

struct LocalLinkTests {
    @Test(
        "a file's address is relative to the page",
        arguments: [
            ("foo", "bar", "bar"), ("A/foo", "A/bar", "bar"), ("A/foo", "A/B/bar", "B/bar"),
            ("A/X/foo", "A/Y/bar", "../Y/bar"), ("X/", "Y/bar", "../Y/bar"),
            ("a/b/c/d", "x", "../../../x"), ("a/b", "a/b", "b"), ("ab/c", "abc/d", "../abc/d"),
            ("a/x", "a/b:c", "./b:c"), ("a/x", "b:c", "../b:c"), ("a/x", "a/b/c:d", "b/c:d"),
            ("a/x", "a//b", "./b"), ("/tmp/a/x", "/tmp/b/y", "../b/y"), ("", "x", "x"),
            ("x", "a%#;? é\u{7}", "a%25%23%3B?%20é%07"),
        ])
    func references(_ page: String, _ file: String, _ expected: String) {
        #expect(LocalLink.reference(from: Array(page.utf8), to: Array(file.utf8)) == expected)
    }

    @Test("question marks and what is not ASCII are escaped where that is asked for, or needed")
    func escaping() {
        let name = Array("é?".utf8)
        #expect(LocalLink.reference(from: [], to: name, escaping: .questionMarks) == "é%3F")
        #expect(LocalLink.reference(from: [], to: name, escaping: .beyondASCII) == "%C3%A9?")
        #expect(LocalLink.reference(from: [], to: [0xe9, 0x61]) == "%E9a")
    }

    @Test(
        "only the last part of an address is renamed",
        arguments: [
            (
                "//foo.com/bar.cgi?xyz", "docroot/foo.com/bar.cgi?xyz.css",
                "//foo.com/bar.cgi?xyz.css"
            ),
            ("a/b.html", "x/b.html", "a/b.html"),
            ("http://h/", "h/index.html", "http://h/index.html"),
            ("http://h", "h/index.html", "http://h/index.html"), ("", "index.html", "index.html"),
            ("http://h?x", "index.html?x", "http://h/index.html?x"),
            ("a?x=/y", "a?x=%2Fy.html", "a?x=%252Fy.html"), ("../c", "c.1", "../c.1"),
            ("//h", "h/index.html", "//h/index.html"),
        ])
    func renaming(_ address: String, _ file: String, _ expected: String) {
        #expect(LocalLink.renaming(address, to: Array(file.utf8)) == expected)
    }
}
