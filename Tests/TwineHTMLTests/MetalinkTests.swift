import Testing
import TwineHTML
import TwineTesting

struct MetalinkTests {
    private static let four = """
        <?xml version="1.0" encoding="UTF-8"?>
        <metalink xmlns="urn:ietf:params:xml:ns:metalink">
        <generator>x</generator><origin dynamic="true"> http://example.com/a.meta4 </origin>
        <file name="dir/example.ext"><size>14471447</size><identity>Example</identity>
        <version>1.0</version><language>en</language><description>A &amp; b</description>
        <hash type="SHA-256">3D6FECE8033D146D8611EAB4F032DF738C8C1283620FD02A1F2BFEC6E27D590D</hash>
        <hash type="md5">no</hash>
        <pieces length="1048576" type="sha-1"><hash>d96b9a4b92a899c2099b7b31bddb5ca423bb9b30</hash>
        <hash>10d68f4b1119014c123da2a0a6baf5c8a6d5ba1e</hash></pieces>
        <url location="DE" priority="2">ftp://ftp.example.com/example.ext</url>
        <url>http://last.example.com/</url>
        <url location="fr" priority="1">http://example.com/a?b=1&amp;c=2</url>
        <url location="de" priority="1">
        http://de.example.com/ </url><url/>
        <metaurl mediatype="torrent" priority="3" name="x/y">http://example.com/e.torrent</metaurl>
        <signature mediatype="application/pgp-signature">-----BEGIN</signature></file>
        <file name="two"><url>http://example.com/two</url></file>
        </metalink>
        """

    private static let three = """
        <metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic" origin="http://o/">
        <files><file name="a.iso"><size>5</size><verification><hash type="md5">\(md5)</hash>
        <signature type="pgp" file="a.asc">S</signature>
        <pieces length="2" type="sha1"><hash piece="1">22</hash><hash piece="0">11</hash>
        <hash piece="2">33</hash></pieces></verification>
        <resources maxconnections="2"><url type="http" location="jp" preference="90">http://jp/</url>
        <url type="ftp" preference="100">ftp://x/</url><url type="bittorrent">http://x/t</url>
        <url type="http">http://none/</url></resources></file></files></metalink>
        """
    private static let md5 = "900150983cd24fb0d6963f7d28e17f72"

    private func metalink(_ text: String) throws -> Metalink { try Metalink(Array(text.utf8)) }

    @Test("RFC 5854: all that is of use, by priority")
    func versionFour() throws {
        let metalink = try metalink(Self.four)
        #expect(metalink.version == .four && metalink.isDynamic)
        #expect(metalink.origin == "http://example.com/a.meta4")
        #expect(metalink.files.map(\.name) == ["dir/example.ext", "two"])
        let file = metalink.files[0]
        #expect(file.size == 14_471_447 && file.identity == "Example" && file.version == "1.0")
        #expect(file.summary == "A & b" && file.signature?.text == "-----BEGIN")
        #expect(file.hashes.map(\.algorithm) == ["sha-256"])
        #expect(file.hashes[0].hexadecimal.hasPrefix("3d6fece8"))
        #expect(file.pieces.map(\.length) == [1_048_576] && file.pieces[0].hashes.count == 2)
        #expect(
            file.resources.map(\.url) == [
                "http://example.com/a?b=1&c=2", "http://de.example.com/",
                "ftp://ftp.example.com/example.ext", "http://last.example.com/",
            ])
        #expect(file.resources.map(\.priority) == [1, 1, 2, Metalink.lastPriority])
        let german = file.resources(preferring: "DE")
        #expect(german.map(\.location) == ["de", "fr", "de", nil])
        #expect(file.metaURLs.map(\.mediaType) == ["torrent"] && file.metaURLs[0].name == "x/y")
    }

    @Test("Metalink 3: preferences become priorities, pieces are put in order, torrents apart")
    func versionThree() throws {
        let metalink = try metalink(Self.three)
        #expect(metalink.version == .three && metalink.isDynamic && metalink.origin == "http://o/")
        let file = try #require(metalink.files.first)
        #expect(file.resources.map(\.url) == ["ftp://x/", "http://jp/", "http://none/"])
        #expect(file.resources.map(\.priority) == [1, 11, Metalink.lastPriority])
        #expect(file.pieces.first?.hashes == ["11", "22", "33"])
        #expect(file.hashes.map(\.algorithm) == ["md5"] && file.hashes[0].hexadecimal == Self.md5)
        #expect(file.metaURLs.map(\.url) == ["http://x/t"])
        #expect(file.signature?.mediaType == "application/pgp-signature")
    }

    @Test(
        "names that would leave the folder are not paths; what is left of them may be a name",
        arguments: [
            ("a", "a", "a"), ("a/b.iso", "a/b.iso", "b.iso"), ("/etc/passwd", nil, "passwd"),
            ("../a", nil, "a"), ("a/../b", nil, "b"), ("./a", nil, "a"), ("a/..", nil, nil),
            ("a/", nil, nil),
            ("..", nil, nil), (".", nil, nil), ("", nil, nil), ("a//b", nil, "b"),
            ("a\\..\\b", nil, "b"),
            ("C:a", nil, nil), ("C:\\a", nil, "a"), ("a\u{7f}", nil, nil), ("a\tb", nil, nil),
            ("..a/b..", "..a/b..", "b.."),
            ("\u{e4} \u{20ac}", "\u{e4} \u{20ac}", "\u{e4} \u{20ac}"),
        ] as [(String, String?, String?)])
    func names(_ name: String, _ path: String?, _ last: String?) throws {
        var file = try #require(try metalink(Self.three).files.first)
        file.name = name
        #expect(file.safePath == path && file.safeName == last)
    }

    @Test(
        "other documents, and broken ones, are refused",
        arguments: [
            "", "x", "<metalink", "<html/>", "<metalink/>", "<metalink xmlns='http://x/'/>",
            "<metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='a'>",
            "<metalink xmlns='urn:ietf:params:xml:ns:metalink'></file></metalink>",
            "<a><metalink xmlns='urn:ietf:params:xml:ns:metalink'/></a>",
            "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>&x;</metalink>",
        ])
    func refused(_ text: String) {
        #expect(throws: HTMLError.notMetalink) { try metalink(text) }
    }

    @Test("of other namespaces, and of wrong values, nothing is taken")
    func ignored() throws {
        let metalink = try metalink(
            """
            <metalink xmlns="urn:ietf:params:xml:ns:metalink" xmlns:o="urn:other"><o:file name="no"/>
            <file name="a"><o:url>http://no/</o:url><size>-1</size><hash>aa</hash>
            <pieces length="0" type="sha-1"><hash>aa</hash></pieces>
            <pieces length="5" type="sha-1"><hash piece="3">aa</hash></pieces>
            <url priority="0">http://a/</url><url priority="1000000"><o:x>b</o:x>http://b/</url>
            <file name="inner"/></file></metalink>
            """)
        let file = try #require(metalink.files.first)
        #expect(metalink.files.count == 1 && file.size == nil)
        #expect(file.hashes.isEmpty && file.pieces.isEmpty)
        #expect(file.resources.map(\.priority) == [Metalink.lastPriority, Metalink.lastPriority])
        #expect(file.resources.map(\.url) == ["http://a/", "http://b/"])
    }

    @Test("entities are not replaced: no bomb, and no file of the system")
    func entities() {
        var bomb = "<!DOCTYPE metalink [<!ENTITY a0 'ha'>"
        for level in 1..<40 { bomb += "<!ENTITY a\(level) '&a\(level - 1);&a\(level - 1);'>" }
        let root = "<metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='a'><url>"
        let tail = "</url></file></metalink>"
        let external =
            "<!DOCTYPE metalink SYSTEM 'file:///etc/passwd' [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
        for text in [bomb + "]>" + root + "&a39;" + tail, external + root + "&e;" + tail] {
            let urls = (try? metalink(text))?.files.flatMap { $0.resources.map(\.url) } ?? []
            #expect(urls.isEmpty)
        }
    }

    @Test("too large a document is refused, and of a deep one nothing breaks")
    func isBounded() {
        let blanks = [UInt8](repeating: 32, count: Metalink.sizeLimit + 1)
        #expect(throws: HTMLError.tooLarge(limit: Metalink.sizeLimit)) { try Metalink(blanks) }
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(throws: HTMLError.notMetalink) { try metalink(deep) }
    }

    @Test("documents that are nearly right are read or refused")
    func fuzz() {
        var random = SeededRandom(seed: 5854)
        let signs = Array("<>/&;\"'=![] \n\u{0}a0".utf8) + [0x80, 0xc3, 0xff]
        for round in 0..<6000 {
            var text = Array((round.isMultiple(of: 2) ? Self.four : Self.three).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: text[place] = signs.randomElement(using: &random) ?? 0
                case 1: text.remove(at: place)
                case 2: text.insert(signs.randomElement(using: &random) ?? 0, at: place)
                default: text.removeSubrange(place..<min(text.count, place + 40))
                }
            }
            guard let metalink = try? Metalink(text) else { continue }
            #expect(metalink.files.allSatisfy { $0.safePath?.hasPrefix("/") != true })
        }
    }
}
