import Testing
import TwineHTML
import TwineTesting

/// Documents that are nearly right: cut, spliced, repeated and flipped.
struct FuzzTests {
    private static let feeds = [
        """
        <?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>B</title>
        <link>https://b.example/</link><item><title>One &amp; two</title><link>https://b.example/1</link>
        <pubDate>Sun, 22 Nov 2026 10:00:00 +0100</pubDate></item><item><title><![CDATA[<b>x</b>]]></title>
        <guid isPermaLink="true">https://b.example/2</guid></item></channel></rss>
        """,
        """
        <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/"><title>B</title><entry>
        <title type="html">A &lt;i&gt;b&lt;/i&gt;</title><link rel="alternate" href="/1"/><link rel="self" href="/s"/>
        <published>2026-11-22T10:00:00.5+01:00</published><updated>2026-11-23T00:00:00Z</updated></entry></feed>
        """,
        """
        <!DOCTYPE r [<!ENTITY a "b"><!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        ><item><title>&a;&x;</title><link>/a</link></item></rdf:RDF>
        """,
        #"""
        {"version":"https://jsonfeed.org/version/1.1","title":"B\u00e9\ud83d\ude00","items":[{"id":1,
        "url":"https://b.example/1","title":"A\n\"b\"","date_published":"2026-11-22T10:00:00-05:00",
        "tags":["a",null,true,-1.5e10,{}]},{"external_url":"https://c.example/"}]}
        """#,
    ].map { Array($0.utf8) }

    private static let outlines = [
        """
        <?xml version="1.0"?><opml version="2.0"><head><title>S</title></head><body><outline text="F">
        <outline type="rss" text="A &amp; b" xmlUrl="https://b.example/feed" htmlUrl="https://b.example/"/>
        <outline title="C" xmlUrl="https://c.example/feed"/></outline></body></opml>
        """
    ].map { Array($0.utf8) }

    private static let pages = [
        """
        <!DOCTYPE html><html><head><meta charset=utf-8><base href="/x/"><title>B &amp; &eacute;</title>
        <link rel=alternate type="application/rss+xml" href="/feed"><script>var a="<title>no</title>"</script>
        </head><body><nav><a href=/about>About</a><a href="/tag/x">x</a></nav><!-- <a href=/gone>no</a> -->
        <main><article class="h-entry"><h2 class=entry-title><a rel=bookmark class="u-url" href="2026/11/one">
        One &lt;b&gt;</a></h2><time datetime="2026-11-22">22 Nov</time><svg><title>S</title></svg></article>
        <article itemscope itemtype="https://schema.org/BlogPosting"><h2><a itemprop=url href='two?a=1&amp;b=2'
        >Two</a></h2></article></main><a rel=next href="/page/2">Older</a><footer>&copy;</footer></body></html>
        """
    ].map { Array($0.utf8) }

    /// Each text as it is, then `count` that were changed in one to four places.
    private func mutations(
        of texts: [[UInt8]], count: Int, seed: UInt64, _ body: ([UInt8], String) throws -> Void
    ) rethrows {
        for text in texts { try body(text, "as it is") }
        let signs = Array("<>/&;\"'=![]{}:,\\-?# \n\u{0}abz09".utf8) + [0x80, 0xc3, 0xe2, 0xff]
        var random = SeededRandom(seed: seed)
        for round in 0..<count {
            var text = texts[round % texts.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !text.isEmpty {
                let start = Int.random(in: 0..<text.count, using: &random)
                let end = Int.random(in: start...min(text.count, start + 60), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: text[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: text.removeSubrange(start..<end)
                case 2: text.removeSubrange(start...)
                case 3:
                    let piece = Array(text[start..<end])
                    let copies = Int.random(in: 1...20, using: &random)
                    text.insert(contentsOf: (0..<copies).flatMap { _ in piece }, at: end)
                case 4:
                    let other = texts[Int.random(in: 0..<texts.count, using: &random)]
                    text.replaceSubrange(start..., with: other.suffix(end))
                default:
                    text.insert(signs.randomElement(using: &random) ?? 0, at: start)
                }
            }
            try body(text, "round \(round)")
        }
    }

    @Test("a feed that is nearly right is read or refused, and every entry has a link")
    func feeds() {
        var read = 0
        var refused = 0
        mutations(of: Self.feeds, count: 4000, seed: 1) { bytes, round in
            do {
                let feed = try Feed(bytes)
                read += 1
                #expect(feed.entries.allSatisfy { !$0.link.isEmpty }, "\(round)")
                // No file of this machine comes into a title.
                #expect(!feed.entries.contains { $0.title?.contains("root:") ?? false })
            } catch {
                refused += 1
            }
        }
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
    }

    @Test("an OPML that is nearly right is read or refused, and what is told to be one is")
    func outlines() {
        var read = 0
        mutations(of: Self.outlines, count: 3000, seed: 2) { bytes, round in
            guard let opml = try? OPML(bytes) else { return }
            read += 1
            for outline in opml.outlines {
                #expect(outline.htmlURL != nil || outline.xmlURL != nil, "\(round)")
            }
        }
        #expect(read > 100)
    }

    @Test("a page is the same however it is cut, and its first article has an address")
    func pages() throws {
        var found = 0
        try mutations(of: Self.pages, count: 1500, seed: 3) { bytes, round in
            let whole = HTMLDocument(bytes.span)
            var parser = HTMLDocumentParser(limit: 1 << 20)
            for start in stride(from: 0, to: bytes.count, by: 7) {
                try parser.receive(Array(bytes[start..<min(start + 7, bytes.count)]).span)
            }
            let pieces = parser.finish()
            #expect(whole.title == pieces.title, "\(round)")
            #expect(whole.baseHref == pieces.baseHref, "\(round)")
            #expect(whole.links == pieces.links, "\(round)")
            #expect(whole.feeds == pieces.feeds, "\(round)")
            let resolve = { (href: String) -> String? in
                href.contains(":")
                    ? nil : "https://b.example" + (href.hasPrefix("/") ? "" : "/x/") + href
            }
            guard
                let article = whole.firstArticle(page: "https://b.example/", resolve: resolve)
            else { return }
            found += 1
            #expect(article.url.hasPrefix("https://b.example/"), "\(round)")
        }
        #expect(found > 100)
    }

    @Test("a title is the same however the page is cut")
    func titles() {
        func title(_ bytes: [UInt8], by step: Int) -> String? {
            var scanner = TitleScanner()
            for start in stride(from: 0, to: bytes.count, by: step) {
                if let found = scanner.receive(
                    Array(bytes[start..<min(start + step, bytes.count)]).span)
                {
                    return found
                }
            }
            return scanner.finish()
        }
        mutations(of: Self.pages, count: 1500, seed: 4) { bytes, round in
            let whole = title(bytes, by: max(1, bytes.count))
            #expect(title(bytes, by: 1) == whole, "\(round)")
            #expect(title(bytes, by: 13) == whole, "\(round)")
        }
    }

    @Test("text in any encoding is valid, and the same however it is cut")
    func decoding() {
        for (index, label) in ["utf-8", "windows-1252", "shift_jis", "utf-16le", "gb18030", "big5"]
            .enumerated()
        {
            guard let encoding = HTMLEncoding(label: label) else {
                Issue.record("no encoding \(label)")
                continue
            }
            var random = SeededRandom(seed: UInt64(index))
            for round in 0..<150 {
                let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                func decoded(by step: Int) -> [UInt8] {
                    var decoder = TextDecoder(encoding)
                    var output: [UInt8] = []
                    for start in stride(from: 0, to: bytes.count, by: step) {
                        decoder.decode(
                            Array(bytes[start..<min(start + step, bytes.count)]).span, into: &output
                        )
                    }
                    decoder.finish(into: &output)
                    return output
                }
                let whole = decoded(by: 61)
                #expect(String(validating: whole, as: UTF8.self) != nil, "\(label) \(round)")
                #expect(decoded(by: 1) == whole, "\(label) \(round): \(bytes)")
                #expect(decoded(by: 3) == whole, "\(label) \(round): \(bytes)")
            }
        }
    }
}
