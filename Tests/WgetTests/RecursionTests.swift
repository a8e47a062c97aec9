import Testing
import TwineCore

@testable import swift_wget

/// A site that wget 1.21.3 was let loose on: what it asked for and wrote is what is expected here.
private let pages: [String: ScriptedSite.Page] = {
    var pages: [String: ScriptedSite.Page] = [:]
    func page(_ path: String, _ body: String = "", _ type: String = "text/html") {
        pages[path] = ScriptedSite.Page(type: type, body: body)
    }
    page("/", start)
    page("/css/main.css", sheet, "text/css")
    page("/css/more.css", "p { background: URL(../img/more.png) }\n", "text/css")
    page("/a.html", based)
    page(
        "/sub/x.html",
        "<p>x <a href=\"deep.html\">deep</a><meta name=robots content=\"index, nofollow\">")
    page("/sub/y.html", "<p>y <a href=\"deep.html\">deep</a>")
    page("/sub/deep.html", "<a href=\"deeper.html\">")
    page("/b.html", "<a href=\"b2.html\">b2</a><img src=\"img/one.png\"><img src=\"img/b.png\">")
    page("/b2.html")
    page("/c.html", "<a href=\"/a.html#f\">a</a>")
    page("/next.html")
    page("/feed.xml", "<rss><a href=\"/infeed.html\">", "application/rss+xml")
    page("/d/e.html?x=1&y=2", "<a href=\"f.html\">f</a><a href=\"../a.html\">a</a>")
    page("/d/f.html")
    pages["/redir"] = ScriptedSite.Page(location: "/target/t.html")
    page("/target/t.html", "<a href=\"u.html\">u</a>")
    page("/target/u.html")
    page("/frame.html", "<a href=inframe.html><img src=img/frame.png>")
    page("/inframe.html")
    page("/sp%20ace.html")
    page("/private/x.html")
    for name in ["bg", "one", "two%20x", "three", "btn", "css", "more", "b", "frame"] {
        page("/img/\(name).png", "PNG", "image/png")
    }
    page("/img/old%20bg.gif", "GIF", "image/gif")
    page("/favicon.ico", "ICO", "image/x-icon")
    page("/css/f.woff?", "W", "font/woff")
    page("/css/f.svg", "S", "image/svg+xml")
    return pages
}()

private let start = """
    <!DOCTYPE html><html><head><title>Start</title>
    <link rel="stylesheet" href="css/main.css"><link rel="shortcut icon" href=favicon.ico>
    <link rel=next href="/next.html"><link rel="alternate" type="application/rss+xml" href="/feed.xml">
    <style>body { background: url("img/bg.png") } @import 'css/more.css';</style>
    </head><body background="img/old bg.gif">
    <a href="a.html">A</a> <a href='b.html#part'>B</a> <a href=c.html>C</a> <a href="#top">top</a>
    <a href="http://127.0.0.1:8711/d/e.html?x=1&amp;y=2">D</a> <a href="private/x.html">P</a>
    <a href="http://localhost:8711/other.html">other</a> <a href="https://127.0.0.1:8711/s.html">s</a>
    <a href="mailto:x@y">m</a> <a href="javascript:void(0)">j</a> <a href="ftp://127.0.0.1/f">f</a>
    <img src="img/one.png" srcset="img/one.png 1x, img/two%20x.png 2x" alt="x">
    <div style="background: url(img/three.png)">x</div>
    <form action="/search"><input src="img/btn.png"></form>
    <img src="gone.png"><a href="redir">redir</a><a href="">self</a>
    <a href="sp ace.html">space</a> <a href="up/../a.html">again A</a>
    <iframe src="frame.html"></iframe>
    </body></html>

    """
private let sheet = """
    @import url(more.css);
    h1 { background: url( "../img/css.png" ) }
    /* url(no.png) */
    @font-face { src: url(f.woff?#iefix), url("f.svg#x") }

    """
private let based = """
    <base href="/sub/"><a href="x.html">x</a><a href="/">home</a>\
    <meta http-equiv=refresh content="5;url=y.html">
    """

/// What wget asks for, in its order.
private struct Order {
    let name: String
    let change: @Sendable (inout Settings) -> Void
    let requests: String
    let refusals: String

    static let all = [
        Order(
            name: "-r", change: { _ in },
            requests: """
                / /robots.txt /css/main.css /favicon.ico /next.html /feed.xml /img/bg.png \
                /css/more.css /img/old%20bg.gif /a.html /b.html /c.html /d/e.html?x=1&y=2 \
                https://127.0.0.1:8711/s.html /img/one.png /img/two%20x.png /img/three.png \
                /img/btn.png /gone.png /redir /target/t.html /sp%20ace.html /frame.html \
                /img/css.png /css/f.woff? /css/f.svg /img/more.png /sub/x.html /sub/y.html \
                /b2.html /img/b.png /d/f.html /target/u.html /inframe.html /img/frame.png \
                /sub/deep.html /sub/deeper.html
                """,
            refusals: """
                BLACKLIST / ROBOTS /private/x.html SPANNEDHOST http://localhost:8711/other.html \
                NONHTTP ftp://127.0.0.1/f BLACKLIST /img/one.png BLACKLIST / BLACKLIST /a.html \
                BLACKLIST /css/more.css BLACKLIST / BLACKLIST /img/one.png BLACKLIST /a.html \
                BLACKLIST /a.html
                """),
        Order(
            name: "-p",
            change: {
                $0.recursion.isRecursive = false
                $0.recursion.getsRequisites = true
                $0.recursion.level = 0
            },
            requests: """
                / /robots.txt /css/main.css /favicon.ico /img/bg.png /css/more.css \
                /img/old%20bg.gif /img/one.png /img/two%20x.png /img/three.png /img/btn.png \
                /gone.png /frame.html /img/css.png /css/f.woff? /css/f.svg /img/more.png \
                /img/frame.png
                """, refusals: "BLACKLIST /img/one.png BLACKLIST /css/more.css"),
        Order(
            name: "-r -l 1 -p",
            change: {
                $0.recursion.level = 1
                $0.recursion.getsRequisites = true
            },
            requests: """
                / /robots.txt /css/main.css /favicon.ico /next.html /feed.xml /img/bg.png \
                /css/more.css /img/old%20bg.gif /a.html /b.html /c.html /d/e.html?x=1&y=2 \
                https://127.0.0.1:8711/s.html /img/one.png /img/two%20x.png /img/three.png \
                /img/btn.png /gone.png /redir /target/t.html /sp%20ace.html /frame.html \
                /img/css.png /css/f.woff? /css/f.svg /img/more.png /img/b.png /img/frame.png
                """,
            refusals: """
                BLACKLIST / ROBOTS /private/x.html SPANNEDHOST http://localhost:8711/other.html \
                NONHTTP ftp://127.0.0.1/f BLACKLIST /img/one.png BLACKLIST / BLACKLIST /a.html \
                BLACKLIST /css/more.css BLACKLIST /img/one.png
                """),
        Order(
            name: "-r -l 1 -R html",
            change: {
                $0.recursion.level = 1
                $0.rules.reject = ["html"]
            },
            requests: """
                / /robots.txt /css/main.css /favicon.ico /feed.xml /img/bg.png /css/more.css \
                /img/old%20bg.gif /img/one.png /img/two%20x.png /img/three.png /img/btn.png \
                /gone.png /redir /target/t.html
                """,
            refusals: """
                RULES /next.html RULES /a.html RULES /b.html RULES /c.html BLACKLIST / \
                RULES /d/e.html?x=1&y=2 RULES /private/x.html RULES http://localhost:8711/other.html \
                RULES https://127.0.0.1:8711/s.html NONHTTP ftp://127.0.0.1/f \
                BLACKLIST /img/one.png BLACKLIST / RULES /sp%20ace.html RULES /a.html \
                RULES /frame.html RULES /redir
                """),
        Order(
            name: "-r -A png,html", change: { $0.rules.accept = ["png", "html"] },
            requests: """
                / /robots.txt /next.html /img/bg.png /a.html /b.html /c.html /d/e.html?x=1&y=2 \
                https://127.0.0.1:8711/s.html /img/one.png /img/two%20x.png /img/three.png \
                /img/btn.png /gone.png /sp%20ace.html /frame.html /sub/x.html /sub/y.html /b2.html \
                /img/b.png /d/f.html /inframe.html /img/frame.png /sub/deep.html /sub/deeper.html
                """,
            refusals: """
                RULES /css/main.css RULES /favicon.ico RULES /feed.xml RULES /css/more.css \
                RULES /img/old%20bg.gif BLACKLIST / ROBOTS /private/x.html \
                SPANNEDHOST http://localhost:8711/other.html NONHTTP ftp://127.0.0.1/f \
                BLACKLIST /img/one.png RULES /redir BLACKLIST / BLACKLIST /a.html BLACKLIST / \
                BLACKLIST /img/one.png BLACKLIST /a.html BLACKLIST /a.html
                """),
    ]
}

@Suite(.tags(.wget))
@Reactor
struct RecursionTests {
    private func site() throws -> ScriptedSite {
        let site = try ScriptedSite(pages)
        site.forbidden = "/private"
        return site
    }

    @Test(
        "what is asked for, and what is not, is as wget has it", arguments: 0..<Order.all.count,
        [1, 5])
    func orders(_ number: Int, _ jobs: Int) async throws {
        let order = Order.all[number]
        let site = try site()
        order.change(&site.settings)
        // Those that are asked for first take longest, so that with several jobs they end last.
        if jobs > 1 { site.delay = { $0.utf8.count % 3 * 4 } }
        let log = try RejectedLog(site.folder + "/rejected")
        let end = try await site.run("http://127.0.0.1:8711/", jobs: jobs, log: log)
        #expect(end == .done)
        if jobs == 1 {
            #expect(site.requests.joined(separator: " ") == order.requests, "\(order.name)")
        } else {
            #expect(
                Set(site.requests) == Set(order.requests.split(separator: " ").map(String.init)))
            #expect(site.mostAtOnce == jobs)
        }
        let rows = try site.contents("rejected").split(separator: "\n").dropFirst()
        let refusals = rows.map { row in
            let columns = row.split(separator: "\t", omittingEmptySubsequences: false)
            let query = columns[7].isEmpty ? "" : "?\(columns[7])"
            let isHome = columns[2] == "SCHEME_HTTP" && columns[3] == "127.0.0.1"
            let scheme = columns[2].split(separator: "_")[1].lowercased()
            let port = columns[4] == "21" ? "" : ":\(columns[4])"
            let host = isHome ? "" : "\(scheme)://\(columns[3])\(port)"
            return "\(columns[0]) \(host)/\(columns[5])\(query)"
        }
        #expect(refusals.joined(separator: " ") == order.refusals, "\(order.name)")
    }

    @Test("the page that a link stands on is its referer, after redirections the last one")
    func referers() async throws {
        let site = try site()
        _ = try await site.run("http://user:secret@127.0.0.1:8711/")
        #expect(site.referers["/"] == "none")
        #expect(site.referers["/a.html"] == "http://127.0.0.1:8711/")
        #expect(site.referers["/img/more.png"] == "http://127.0.0.1:8711/css/more.css")
        #expect(site.referers["/sub/x.html"] == "http://127.0.0.1:8711/a.html")
        #expect(site.referers["/target/u.html"] == "http://127.0.0.1:8711/target/t.html")
        #expect(site.referers["/d/f.html"] == "http://127.0.0.1:8711/d/e.html?x=1&y=2")
    }

    @Test("a page that asks robots not to follow is not followed, and that is told")
    func noFollow() async throws {
        let site = try site()
        _ = try await site.run("http://127.0.0.1:8711/sub/x.html")
        #expect(site.requests == ["/sub/x.html"])
        #expect(
            site.told == "nofollow attribute found in 127.0.0.1:8711/sub/x.html. "
                + "Will not follow any links on this page\n")
        site.settings.recursion.usesRobots = false
        _ = try await site.run("http://127.0.0.1:8711/sub/x.html")
        #expect(site.requests.dropFirst() == ["/sub/deep.html", "/sub/deeper.html"])
    }

    @Test("what was saved before is not fetched again, but its links are followed")
    func known() async throws {
        let site = try site()
        site.settings.recursion.level = 1
        _ = try await site.run("http://127.0.0.1:8711/c.html")
        #expect(site.requests == ["/c.html", "/robots.txt", "/a.html"])
        _ = try await site.run("http://127.0.0.1:8711/a.html")
        #expect(site.requests.dropFirst(3) == ["/sub/x.html", "/", "/sub/y.html"])
    }

    @Test("pages that were only fetched for their links are removed, in wget's words")
    func removed() async throws {
        let site = try site()
        site.settings.rules.accept = ["png"]
        _ = try await site.run("http://127.0.0.1:8711/b.html")
        #expect(site.files == ["127.0.0.1:8711/img/b.png", "127.0.0.1:8711/img/one.png"])
        #expect(
            site.told == """
                Removing 127.0.0.1:8711/b.html.tmp since it should be rejected.

                Removing 127.0.0.1:8711/b2.html.tmp since it should be rejected.


                """)
    }

    @Test("--delete-after leaves nothing")
    func deleteAfter() async throws {
        let site = try site()
        site.settings.download.deletesAfter = true
        _ = try await site.run("http://127.0.0.1:8711/")
        #expect(site.files.isEmpty && site.requests.count == 37)
        #expect(site.told.hasPrefix("Removing 127.0.0.1:8711/index.html.tmp.\n\nRemoving "))
    }

    @Test("a spider tells which links are broken")
    func spider() async throws {
        let site = try site()
        site.settings.download.isSpider = true
        _ = try await site.run("http://127.0.0.1:8711/")
        #expect(
            site.brokenReport == """
                Found 2 broken links.

                http://127.0.0.1:8711/gone.png
                http://127.0.0.1:8711/sub/deeper.html


                """)
        _ = try await site.run("http://127.0.0.1:8711/sub/deep.html")
        #expect(
            site.brokenReport
                == "Found 1 broken link.\n\nhttp://127.0.0.1:8711/sub/deeper.html\n\n")
        _ = try await site.run("http://127.0.0.1:8711/d/f.html")
        #expect(site.brokenReport == "Found no broken links.\n\n")
    }

    /// What wget 1.21.3 makes of the start, but for `%20`, which it writes as `&#32;` (1.25 does not).
    static let convertedStart = """
        <!DOCTYPE html><html><head><title>Start</title>
        <link rel="stylesheet" href="css/main.css"><link rel="shortcut icon" href="favicon.ico">
        <link rel=next href="next.html"><link rel="alternate" type="application/rss+xml" href="feed.xml">
        <style>body { background: url("img/bg.png") } @import 'css/more.css';</style>
        </head><body background="img/old%20bg.gif">
        <a href="a.html">A</a> <a href='b.html#part'>B</a> <a href="c.html">C</a> <a href="index.html#top">top</a>
        <a href="d/e.html?x=1&amp;y=2">D</a> <a href="http://127.0.0.1:8711/private/x.html">P</a>
        <a href="http://localhost:8711/other.html">other</a> <a href="https://127.0.0.1:8711/s.html">s</a>
        <a href="mailto:x@y">m</a> <a href="javascript:void(0)">j</a> <a href="ftp://127.0.0.1/f">f</a>
        <img src="img/one.png" srcset="img/one.png 1x, img/two%20x.png 2x" alt="x">
        <div style="background: url(img/three.png)">x</div>
        <form action="http://127.0.0.1:8711/search"><input src="img/btn.png"></form>
        <img src="http://127.0.0.1:8711/gone.png"><a href="redir">redir</a><a href="index.html">self</a>
        <a href="sp%20ace.html">space</a> <a href="a.html">again A</a>
        <iframe src="frame.html"></iframe>
        </body></html>

        """

    @Test("a mirror is converted to the octets that wget writes")
    func mirror() async throws {
        let site = try site()
        site.settings.recursion.backsUpConverted = true
        _ = try await site.run("http://127.0.0.1:8711/")
        site.convert()
        let names = site.files.map { $0.split(separator: "/").dropFirst().joined(separator: "/") }
        #expect(
            names
                == """
                a.html a.html.orig b.html b.html.orig b2.html c.html c.html.orig css/f.svg css/f.woff? \
                css/main.css css/main.css.orig css/more.css css/more.css.orig d/e.html?x=1&y=2 \
                d/e.html?x=1&y=2.orig d/f.html favicon.ico feed.xml frame.html frame.html.orig \
                img/b.png img/bg.png img/btn.png img/css.png img/frame.png img/more.png img/old_bg.gif \
                img/one.png img/three.png img/two_x.png index.html index.html.orig inframe.html \
                next.html redir redir.orig sp_ace.html sub/deep.html sub/deep.html.orig sub/x.html \
                sub/x.html.orig sub/y.html sub/y.html.orig target/u.html
                """.split(separator: " ").map { String($0).replacing("_", with: " ") })
        let page = { (name: String) in try site.contents("127.0.0.1:8711/" + name) }
        #expect(try page("index.html") == Self.convertedStart)
        #expect(try page("index.html.orig") == start)
        // wget leaves the fragments out, and writes `5; URL=`.
        #expect(try page("css/main.css") == sheet)
        #expect(
            try page("a.html") == """
                <base href=""><a href="sub/x.html">x</a><a href="index.html">home</a>\
                <meta http-equiv=refresh content="5;url=sub/y.html">
                """)
        #expect(try page("sub/x.html").hasPrefix("<p>x <a href=\"deep.html\">deep</a><meta name"))
        #expect(
            try page("sub/deep.html") == "<a href=\"http://127.0.0.1:8711/sub/deeper.html\">")
        #expect(try page("redir") == "<a href=\"target/u.html\">u</a>")
        #expect(try page("frame.html") == "<a href=\"inframe.html\"><img src=\"img/frame.png\">")
        #expect(site.told.contains("Converting links in 127.0.0.1:8711/index.html... 25.\n22-3\n"))
        #expect(site.told.hasSuffix("Converted links in 18 files in 0 seconds.\n"))
    }

    @Test("a quota ends it between two URLs")
    func quota() async throws {
        let site = try site()
        #expect(try await site.run("http://127.0.0.1:8711/", quota: 5) == .quota)
        #expect(site.requests.count == 5)
    }
}
