import Testing

@testable import swift_wget

@Suite(.tags(.wget))
struct FilesExtensionTests {
    private func adjusted(
        _ path: Octets, _ mediaType: String, coding: String? = nil, existing: Set<Octets> = [],
        mayOverwrite: Bool = false
    ) -> Octets {
        let adjusted = AdjustedExtension(
            kind: .init(mediaType: mediaType), coding: coding, mayOverwrite: mayOverwrite)
        return adjusted.adjust(path, exists: existing.contains).path
    }

    @Test(
        "pages and style sheets get their endings, if they have none",
        arguments: [
            ("x", "text/html", "x.html"), ("x", "application/xhtml+xml", "x.html"),
            ("x.htm", "text/html", "x.htm"), ("x.HTML", "Text/HTML", "x.HTML"),
            ("x.ht", "text/html", "x.ht.html"), ("x.asp?a=b", "text/html", "x.asp?a=b.html"),
            ("a.html/y", "text/html", "a.html/y.html"), ("x", "text/css", "x.css"),
            ("x.CSS", "text/css", "x.CSS"), ("x.css", "text/html", "x.css.html"),
            ("x", "text/plain", "x"),
        ] as [(Octets, String, Octets)])
    func endings(path: Octets, mediaType: String, result: Octets) {
        #expect(adjusted(path, mediaType) == result)
    }

    @Test(
        "a coding that stays on the file has its ending last",
        arguments: [
            ("f", "gzip", "f.html.gz"), ("f", "x-gzip", "f.html.gz"), ("f", "br", "f.html.br"),
            ("f", "deflate", "f.html.zlib"), ("f", "compress", "f.html.Z"),
            ("f", "zstd", "f.html"), ("f.gz", "gzip", "f.html.gz"),
            ("f.html.GZ", "gzip", "f.html.gz"),
            ("f.tgz", "gzip", "f.tgz.html.gz"),
        ] as [(Octets, String, Octets)])
    func codings(path: Octets, coding: String, result: Octets) {
        #expect(adjusted(path, "text/html", coding: coding) == result)
    }

    @Test("what is there gets a number before the ending")
    func numbered() {
        #expect(adjusted("x", "text/html", existing: ["x.html", "x.1.html"]) == "x.2.html")
        #expect(
            adjusted("f", "text/html", coding: "gzip", existing: ["f.html.gz"]) == "f.html.1.gz")
    }

    @Test("what may be overwritten gets none")
    func overwritten() {
        #expect(adjusted("x", "text/html", existing: ["x.html"], mayOverwrite: true) == "x.html")
    }

    @Test("files of a Metalink document are numbered, unless the server is trusted")
    func metalink() {
        func name(_ trustsServer: Bool) -> Octets? {
            MetalinkName.name(
                "d/f", document: "/tmp/a.meta4", ordinal: 2, trustsServer: trustsServer)
        }
        #expect(name(false) == "a.meta4.#2")
        #expect(name(true) == "d/f")
    }

    @Test(
        "unsafe names of Metalink documents are refused, trusted or not",
        arguments: [
            "", "/a", "../a", "a/../b", "a/..", ".", "./a", "a//b", "a/", "~/a", "c:a", "a\\b",
            "a\nb",
        ]
            as [Octets], [true, false])
    func unsafe(name: Octets, trustsServer: Bool) {
        #expect(
            MetalinkName.name(name, document: "m", ordinal: 1, trustsServer: trustsServer) == nil)
    }

    @Test(
        "names are quoted as wget quotes them",
        arguments: [
            ("a'b", "'a\\'b'", "‘a'b’"), ("‘x’", "'\\342\\200\\230x\\342\\200\\231'", "‘‘x\\’’"),
            ("a\\b", "'a\\\\b'", "‘a\\\\b’"), ("a\tb", "'a\\tb'", "‘a\\tb’"),
            ("\u{85}", "'\\302\\205'", "‘\\302\\205’"),
            ("\u{2028}", "'\\342\\200\\250'", "‘\\342\\200\\250’"),
            ("😀", "'\\360\\237\\230\\200'", "‘😀’"), ("\u{378}", "'\\315\\270'", "‘\\315\\270’"),
            ("a\u{7}b\u{1b}", "'a\\ab\\033'", "‘a\\ab\\033’"), ("\"", "'\"'", "‘\"’"),
            (Octets([0x61, 0xC3]), "'a\\303'", "‘a\\303’"),
            ("\u{ad}\u{200b}", "'\\302\\255\\342\\200\\213'", "‘\u{ad}\u{200b}’"),
        ] as [(Octets, Octets, Octets)])
    func quoted(text: Octets, ascii: Octets, unicode: Octets) {
        #expect(text.quoted(.ascii) == ascii)
        #expect(text.quoted(.unicode) == unicode)
    }
}
