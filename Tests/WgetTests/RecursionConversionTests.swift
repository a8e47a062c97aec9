import Testing
import TwineCore

@testable import swift_wget

@Suite(.tags(.wget))
@Reactor
struct RecursionConversionTests {
    private func converted(
        _ pages: [String: ScriptedSite.Page], from start: String = "/",
        _ change: (inout Settings) -> Void = { _ in }
    ) async throws -> ScriptedSite {
        let site = try ScriptedSite(pages)
        change(&site.settings)
        _ = try await site.run("http://127.0.0.1:8711" + start)
        site.convert()
        return site
    }

    private func page(_ body: String) -> ScriptedSite.Page { ScriptedSite.Page(body: body) }
    private func css(_ body: String) -> ScriptedSite.Page {
        ScriptedSite.Page(type: "text/css", body: body)
    }

    /// A page, and what wget 1.21.3 makes of it where `x.html`, `d/y.html?q=1` and `i.png` are saved.
    nonisolated static let pages: [(String, String)] = [
        ("<a href=\"x.html\">", "<a href=\"x.html\">"),
        ("<a href='x.html#f'>", "<a href='x.html#f'>"), ("<a href=x.html>", "<a href=\"x.html\">"),
        ("<a href=/x.html#f>", "<a href=\"x.html#f\">"),
        ("<a href=\"http://127.0.0.1:8711/d/y.html?q=1\">", "<a href=\"d/y.html?q=1\">"),
        ("<a href=\"#top\">", "<a href=\"index.html#top\">"),
        ("<a href=\"\">", "<a href=\"index.html\">"),
        ("<a href=\"./\">", "<a href=\"index.html\">"),
        ("<a href=\"none\">", "<a href=\"http://127.0.0.1:8711/none\">"),
        ("<a href=none?a&amp;b#c>", "<a href=\"http://127.0.0.1:8711/none?a&amp;b#c\">"),
        ("<a href=\"http://other/\">", "<a href=\"http://other/\">"),
        (
            "<a href='mailto:a@b'><a href=javascript:x>",
            "<a href='mailto:a@b'><a href=javascript:x>"
        ),
        ("<form action=\"/s\">", "<form action=\"http://127.0.0.1:8711/s\">"),
        (
            "<base href=\"/d/\"><a href=\"y.html?q=1\"><a href=n>",
            "<base href=\"\"><a href=\"d/y.html?q=1\"><a href=\"http://127.0.0.1:8711/d/n\">"
        ),
        (
            "<img srcset=\"i.png 1x, n.png 2x\">",
            "<img srcset=\"i.png 1x, http://127.0.0.1:8711/n.png 2x\">"
        ),
        ("<p style=\"b: url(/i.png)\">", "<p style=\"b: url(i.png)\">"),
        (
            "<style>@import '/s.css'; p{b:url(n)}</style>",
            "<style>@import 's.css'; p{b:url(http://127.0.0.1:8711/n)}</style>"
        ),
        (
            "<meta http-equiv=refresh content=\"5; URL=/x.html\">",
            "<meta http-equiv=refresh content=\"5; URL=x.html\">"
        ),
        // wget makes `5; URL=` of it; here the octets stay.
        (
            "<meta http-equiv=refresh content='5;url=/x.html'>",
            "<meta http-equiv=refresh content='5;url=x.html'>"
        ),
    ]

    @Test("the links of a page lead to files, or are whole", arguments: pages)
    func pages(_ source: String, _ expected: String) async throws {
        let saved =
            "<a href=/x.html><a href=/d/y.html?q=1><img src=/i.png><link rel=stylesheet href=/s.css>"
        let site = try await converted([
            "/": page(source + "<a href=/all.html>"), "/all.html": page(saved), "/x.html": page(""),
            "/d/y.html?q=1": page("<a href=../x.html><a href=/n>"),
            "/i.png": ScriptedSite.Page(type: "image/png"), "/s.css": css("p{b:url(i.png)}"),
        ])
        #expect(
            try site.contents("127.0.0.1:8711/index.html") == expected + "<a href=\"all.html\">")
        #expect(
            try site.contents("127.0.0.1:8711/d/y.html?q=1")
                == "<a href=\"../x.html\"><a href=\"http://127.0.0.1:8711/n\">")
    }

    @Test("a page that is as it was is converted from what -K has kept of it")
    func unchanged() async throws {
        let site = try await converted(["/": page("<a href=/x.html>"), "/x.html": page("")])
        let name = "127.0.0.1:8711/index.html"
        let file = site.folder + "/" + Octets(name)
        try LocalFile.rename(file, to: file + ".orig")
        // As an earlier run has left it: what it links to was there then.
        site.saved.put(name, "<a href=\"x.html?old\">")
        site.settings.recursion.backsUpConverted = true
        site.settings.download.timestamping = true
        site.downloads.remove(file)
        let url = try wgetURL("http://127.0.0.1:8711/")
        site.downloads.add(DownloadedFile(url: url, file: file, kind: .html, isNew: false))
        site.convert()
        #expect(try site.contents("127.0.0.1:8711/index.html") == "<a href=\"x.html\">")
    }

    @Test("what is converted is told in wget's words")
    func told() async throws {
        let site = try await converted([
            "/": page("<base href=/><a href=x.html><a href=n><a href=http://o/><a href=s.css>"),
            "/x.html": page("nothing"), "/s.css": css("@import 's.css';"),
        ])
        #expect(
            site.told == """
                Converting links in 127.0.0.1:8711/index.html... 4.
                2-1
                Converting links in 127.0.0.1:8711/x.html... nothing to do.
                Converting links in 127.0.0.1:8711/s.css... 1.
                1-0
                Converted links in 3 files in 0 seconds.

                """)
    }

    @Test("-K keeps the page as it came")
    func backups() async throws {
        let site = try await converted(["/": page("<a href=n>"), "/x": page("")]) {
            $0.recursion.backsUpConverted = true
        }
        #expect(site.files == ["127.0.0.1:8711/index.html", "127.0.0.1:8711/index.html.orig"])
        #expect(try site.contents("127.0.0.1:8711/index.html.orig") == "<a href=n>")
        #expect(
            try site.contents("127.0.0.1:8711/index.html") == "<a href=\"http://127.0.0.1:8711/n\">"
        )
    }

    @Test("with -E the backup has the name that the URL has, and question marks are escaped")
    func addedEndings() async throws {
        let site = try ScriptedSite([:])
        site.settings.recursion.backsUpConverted = true
        site.settings.http.adjustsExtension = true
        let name = site.folder + "/a?b.html"
        let octets = Array("<a href='?b'>".utf8)
        try SavedFile(name, .overwrite).write(octets.span)
        site.downloads.add(
            DownloadedFile(
                url: try wgetURL("http://h/a?b"), file: name, kind: .html, hasAddedEnding: true
            ))
        site.convert()
        #expect(site.files == ["a?b.html", "a?b.orig"])
        #expect(try site.contents("a?b.html") == "<a href='a%3Fb.html'>")
    }

    @Test("--convert-file-only changes the last part, and leaves the host")
    func fileOnly() async throws {
        let site = try await converted(
            ["/": page("<a href=http://127.0.0.1:8711/d/><a href=d/#f>"), "/d/": page("")]
        ) { $0.recursion.convertsFileOnly = true }
        #expect(
            try site.contents("127.0.0.1:8711/index.html")
                == "<a href=\"http://127.0.0.1:8711/d/index.html\"><a href=\"d/index.html#f\">")
    }

    @Test("names beyond ASCII are written as the page's encoding allows")
    func beyondASCII() async throws {
        let link = "<a href=\"%C3%A9.html\">"
        let site = try await converted([
            "/": page("<meta charset=utf-8>\(link)<a href=l.html>"), "/%C3%A9.html": page(""),
            "/l.html": page("<meta charset=latin1>\(link)"),
        ])
        #expect(try site.contents("127.0.0.1:8711/index.html").contains("<a href=\"é.html\">"))
        #expect(try site.contents("127.0.0.1:8711/l.html").hasSuffix(link))
    }

    @Test("a page that is gone, and one that cannot be written, are told of")
    func failures() async throws {
        let site = try ScriptedSite([:])
        site.downloads.add(
            DownloadedFile(
                url: try wgetURL("http://h/"), file: site.folder + "/gone", kind: .html))
        site.convert()
        #expect(
            site.told == """
                Converting links in gone... Cannot convert links in gone: No such file or directory
                Converted links in 1 files in 0 seconds.

                """)
    }

    @Test(
        "seconds have the digits that wget gives them",
        arguments: [
            (0, "0"), (0.0004, "0"), (0.0006, "0.001"), (0.0014, "0.001"), (0.016, "0.02"),
            (0.25, "0.3"), (0.94, "0.9"), (0.96, "1.0"), (1.26, "1.3"), (9.94, "9.9"), (9.96, "10"),
            (123.4, "123"),
        ])
    func seconds(_ seconds: Double, _ expected: String) {
        #expect(LinkConversion.decimal(seconds) == expected)
    }
}
