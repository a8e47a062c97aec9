import Testing
import TwineHTML

/// The title of a page that comes in pieces.
private func title(_ pieces: [[UInt8]], contentType: String? = nil) -> String? {
    var scanner = TitleScanner(contentType: contentType)
    for piece in pieces {
        if let title = scanner.receive(piece.span) { return title }
    }
    return scanner.finish()
}

private func title(_ page: String, contentType: String? = nil) -> String? {
    title([Array(page.utf8)], contentType: contentType)
}

struct TitleScannerTests {
    /// A page, and what a browser shows as its title.
    static let pages: [(String, String?)] = [
        ("<title>plain</title>", "plain"),
        ("<!DOCTYPE html><html><head><TITLE\n lang='en'>Upper</TITLE >", "Upper"),
        ("<title>\n  white \t\u{c} space\r\n</title>", "white space"),
        (
            "<title>a &amp; b &lt;c&gt; caf&eacute; &#233; &#xE9; &#x2014;</title>",
            "a & b <c> café é é —"
        ),
        (
            "<title>&notit; &notin; &copy 2026 &AMP &unknown; &#150; &#0; &#x110000;</title>",
            "¬it; ∉ © 2026 & &unknown; – \u{fffd} \u{fffd}"
        ),
        ("<title>&hellip;&NewLine;&CounterClockwiseContourIntegral;&bne;</title>", "… ∳=⃥"),
        ("<title>a<b>c</b></title>", "a<b>c</b>"),
        ("<title>a</titlex></title>", "a</titlex>"),
        ("<title>never closed", "never closed"),
        ("<title></title><title>second</title>", ""),
        ("no title at all", nil), ("", nil), ("<title", nil), ("<", nil),
        ("<titlex>no</titlex>", nil),
        ("<!-- <title>wrong</title> --><title>right</title>", "right"),
        ("<!--><title>right</title>-->", "right"), ("<!---><title>right</title>", "right"),
        ("<!-- a --!><title>right</title>", "right"),
        ("<!-- -- > <title>wrong</title> --><title>r</title>", "r"),
        ("<!----><title>right</title>", "right"), ("<!-- x ---><title>right</title>", "right"),
        ("<!doctype html public \"<title>\"><title>r</title>", "r"),
        ("<? php <title>x</title> ?>", nil), ("<![CDATA[<title>x</title>]]>", nil),
        ("<script>var s = '<title>wrong</title>';</script><title>right</title>", "right"),
        (
            "<script><!-- <script> </script><title>wrong</title> --></script><title>right</title>",
            "right"
        ),
        ("<script><!-- </script><title>right</title>", "right"),
        ("<script><!--><script></script><title>right</title>", "right"),
        ("<script>a<b</SCRIPT ><title>right</title>", "right"),
        ("<style>/*<title>wrong</title>*/</style><title>right</title>", "right"),
        ("<textarea><title>wrong</title></textarea><title>right</title>", "right"),
        ("<noscript><title>wrong</title></noscript><title>right</title>", "right"),
        ("<template><title>wrong</title></template><title>right</title>", "right"),
        ("<a title='<title>wrong</title>'><title>right</title>", "right"),
        ("<a title=\"<title>wrong\" b=<title>x</title><title>right</title>", "right"),
        ("<svg><title>icon</title></svg><title>right</title>", "right"),
        (
            "<svg><g><title>a</title><svg><title>b</title></svg></g><title>c</title></svg><title>right</title>",
            "right"
        ),
        ("<svg/><title>right</title>", "right"), ("<svg width=1 /><title>right</title>", "right"),
        ("<svg><![CDATA[</svg><title>wrong</title>]]></svg><title>right</title>", "right"),
        ("<svg><title>icon</title><p><title>right</title>", "right"),
        ("<math><title>m</title></math><title>right</title>", "right"),
        ("<body><p>text<title>in the body</title>", "in the body"),
        ("<plaintext><title>wrong</title>", nil),
        ("<p a = '>' b = \">\"><title>right</title>", "right"),
        ("</title><title>right</title>", "right"), ("<//><title>right</title>", "right"),
        ("a < b <title>right</title>", "right"), ("<<title>right</title>", "right"),
        ("<title>\u{0}nul</title>", "\u{0}nul"),
    ]

    @Test("the title is what a browser shows, however the page is cut", arguments: pages)
    func browser(_ page: String, _ expected: String?) {
        let bytes = Array(page.utf8)
        #expect(title([bytes]) == expected)
        #expect(title(bytes.map { [$0] }) == expected)
        for place in 1..<max(1, bytes.count) {
            #expect(title([Array(bytes[..<place]), Array(bytes[place...])]) == expected)
        }
    }

    static let encodings: [([UInt8], String?, String)] = [
        // ISO-8859-1 by HTTP, by meta, by http-equiv, by nothing at all
        (
            Array("<title>Fa".utf8) + [0xe7] + Array("ade</title>".utf8),
            "text/html; charset=iso-8859-1", "Façade"
        ),
        (
            Array("<meta charset=latin1><title>Fa".utf8) + [0xe7] + Array("ade</title>".utf8), nil,
            "Façade"
        ),
        (
            Array("<title>Fa".utf8) + [0xe7]
                + Array(
                    "ade</title><meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>"
                        .utf8), nil, "Façade"
        ),
        (Array("<title>Fa".utf8) + [0xe7] + Array("ade</title>".utf8), nil, "Façade"),
        (
            Array("<title>".utf8) + [0x80, 0x93] + Array("</title>".utf8),
            "text/html; charset=ASCII", "€“"
        ),
        // UTF-8 by guess, and a byte order mark that beats HTTP
        (Array("<title>Façade</title>".utf8), nil, "Façade"),
        (
            [0xef, 0xbb, 0xbf] + Array("<title>Façade</title>".utf8), "text/html; charset=latin1",
            "Façade"
        ),
        // UTF-16 by mark and by HTTP
        (
            [0xff, 0xfe]
                + "<title>Ünï</title>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, nil,
            "Ünï"
        ),
        (
            "<title>Ünï</title>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
            "text/html; charset=utf-16be", "Ünï"
        ),
        // Shift_JIS, EUC-JP, GBK, Big5, KOI8-R, windows-1251
        (
            Array("<meta charset=shift_jis><title>".utf8) + [0x93, 0xfa, 0x96, 0x7b]
                + Array("</title>".utf8), nil, "日本"
        ),
        (
            Array("<title>".utf8) + [0xc6, 0xfc, 0xcb, 0xdc] + Array("</title>".utf8),
            "text/html;charset=EUC-JP", "日本"
        ),
        (
            Array("<title>".utf8) + [0xd6, 0xd0] + Array("</title>".utf8),
            "text/html;charset=\"gb2312\"", "中"
        ),
        (
            Array("<title>".utf8) + [0xa4, 0xa4] + Array("</title>".utf8), "text/html;charset=big5",
            "中"
        ),
        (
            Array("<title>".utf8) + [0xcd, 0xc9, 0xd2] + Array("</title>".utf8),
            "text/html;charset=koi8-r", "мир"
        ),
        (
            Array("<title>".utf8) + [0xec, 0xe8, 0xf0] + Array("</title>".utf8),
            "text/html;charset=windows-1251", "мир"
        ),
        (
            [0x1b, 0x24, 0x42] + Array("F|K\\".utf8) + [0x1b, 0x28, 0x42] + Array("<title>a".utf8)
                + [0x1b, 0x24, 0x42] + Array("F|K\\".utf8) + [0x1b, 0x28, 0x42]
                + Array("</title>".utf8), "text/html;charset=iso-2022-jp", "a日本"
        ),
        // a meta in a comment does not count; UTF-16 in a meta is a lie
        (
            Array("<!-- <meta charset=koi8-r> --><meta charset=utf-16><title>é</title>".utf8), nil,
            "é"
        ),
        // malformed octets show as such
        (
            Array("<title>a".utf8) + [0xff] + Array("b</title>".utf8), "text/html;charset=utf-8",
            "a\u{fffd}b"
        ),
    ]

    @Test(
        "the encoding is found as browsers find it, however the page is cut", arguments: encodings)
    func encoding(_ page: [UInt8], _ contentType: String?, _ expected: String) {
        #expect(title([page], contentType: contentType) == expected)
        #expect(title(page.map { [$0] }, contentType: contentType) == expected)
        for place in 1..<page.count {
            let pieces = [Array(page[..<place]), Array(page[place...])]
            #expect(title(pieces, contentType: contentType) == expected)
        }
    }

    @Test("the answer comes with the octet that ends the title")
    func early() {
        var scanner = TitleScanner()
        #expect(scanner.receive(Array("<title>head</title".utf8).span) == nil)
        #expect(scanner.receive(Array(">".utf8).span) == "head")
        #expect(scanner.receive(Array("<title>more</title>".utf8).span) == nil)
        #expect(scanner.finish() == nil)
    }

    @Test("a title that never ends is cut, and costs no more memory")
    func endless() {
        var scanner = TitleScanner()
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
        _ = scanner.receive(Array("<title>".utf8).span)
        for _ in 0..<64 { #expect(scanner.receive(piece.span) == nil) }
        #expect(scanner.finish()?.utf8.count == TitleScanner.titleLimit)
    }

    @Test("any octets give an answer")
    func fuzz() {
        var seed: UInt64 = 1
        let bits = Array("<>/!-'\"= \nscriptlesvgmatemp[CDAT]&#x;".utf8) + [0, 0x80, 0xff]
        for _ in 0..<3000 {
            var page: [UInt8] = []
            for _ in 0..<120 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                page.append(bits[Int(seed >> 33) % bits.count])
            }
            let whole = title([page], contentType: "text/html;charset=utf-8")
            #expect(title(page.map { [$0] }, contentType: "text/html;charset=utf-8") == whole)
        }
    }
}
