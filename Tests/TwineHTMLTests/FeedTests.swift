import Testing
import TwineHTML

private func feed(_ text: String) throws -> Feed { try Feed(Array(text.utf8)) }

struct FeedTests {
    @Test("RSS 2.0: links, permanent guids, titles, dates")
    func rss() throws {
        let feed = try feed(
            """
            <?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
            <title>Blog</title><link>https://b.example/</link><atom:link href="https://b.example/feed" rel="self"/>
            <item><title>Old &amp; good</title><link> https://b.example/old
            </link><pubDate>Sun, 22 Nov 2026 10:00:00 +0100</pubDate></item>
            <item><title><![CDATA[New <b>one</b>]]></title><guid>https://b.example/new</guid>
            <pubDate>Mon, 23 Nov 2026 09:30:00 GMT</pubDate></item>
            <item><title>no link</title></item></channel></rss>
            """)
        #expect(feed.entries.map(\.link) == ["https://b.example/old", "https://b.example/new"])
        #expect(feed.entries[0].title == "Old & good")
        #expect(feed.entries[0].date == 1_795_338_000)
        #expect(feed.newest?.link == "https://b.example/new")
    }

    @Test("RSS 1.0 has its items beside the channel; without dates the first counts")
    func rdf() throws {
        let feed = try feed(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
            <channel><title>B</title></channel><item><link>/a</link></item><item><link>/b</link></item></rdf:RDF>
            """)
        #expect(feed.entries.map(\.link) == ["/a", "/b"])
        #expect(feed.newest?.link == "/a")
    }

    @Test("Atom: the alternate link, published before updated")
    func atom() throws {
        let feed = try feed(
            """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="edit" href="/edit"/><link href="/a"/>
            <title type="html">A &amp;amp; B</title><updated>2026-11-23T00:00:00Z</updated>
            <published>2026-11-20T12:00:00+02:00</published></entry>
            <entry><link rel="alternate" href="/b"/><updated>2026-11-21T00:00:00.5Z</updated></entry></feed>
            """)
        #expect(feed.entries.map(\.link) == ["/a", "/b"])
        #expect(feed.entries[0].date == 1_795_168_800)
        #expect(feed.newest?.link == "/b")
    }

    @Test("JSON Feed, with escapes and surrogates")
    func json() throws {
        let feed = try feed(
            #"""
            {"version": "https://jsonfeed.org/version/1.1", "items": [
            {"id": "1", "url": "https:\/\/b.example\/\u0061", "title": "\ud83d\ude00 & \"q\"", "date_published": "2026-11-23T10:00:00Z"},
            {"id": "2", "content_text": "no url"}]}
            """#)
        #expect(feed.entries.map(\.link) == ["https://b.example/a"])
        #expect(feed.entries[0].title == "😀 & \"q\"")
    }

    @Test(
        "what is no feed is refused",
        arguments: [
            "", "<html><body>x</body></html>", "{}", "{\"version\":1", "[", "plain", "\u{0}",
            String(repeating: "[", count: 100_000),
            "{\"a\":" + String(repeating: "{\"a\":", count: 5000),
        ])
    func refused(_ text: String) {
        #expect(throws: HTMLError.notAFeed) { try feed(text) }
    }

    @Test("an entity bomb costs nothing")
    func bomb() throws {
        var text = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a0 'ha'>"
        for level in 1..<40 { text += "<!ENTITY a\(level) '&a\(level - 1);&a\(level - 1);'>" }
        text += "]><rss><channel><item><link>/x</link><title>&a39;</title></item></channel></rss>"
        _ = try? feed(text)
    }

    @Test("OPML: folders, both addresses, and a list that is none")
    func opml() throws {
        let text = """
            \u{feff}<?xml version="1.0"?><opml version="2.0"><body><outline text="Folder">
            <outline text="A" htmlUrl="https://a.example/" xmlUrl="https://a.example/feed"/></outline>
            <outline title="B" xmlUrl="https://b.example/feed"/><outline text="empty"/></body></opml>
            """
        #expect(OPML.isOPML(Array(text.utf8)))
        let outlines = try OPML(Array(text.utf8)).outlines
        #expect(outlines.map(\.htmlURL) == ["https://a.example/", nil])
        #expect(outlines.map(\.xmlURL) == ["https://a.example/feed", "https://b.example/feed"])
        #expect(!OPML.isOPML(Array("https://a.example/\n# <opml>\n".utf8)))
        #expect(throws: HTMLError.notOPML) { try OPML(Array("<rss/>".utf8)) }
    }
}
