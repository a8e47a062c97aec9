import Foundation
import HTTPTypes
import Subprocess
import Testing
import TwineCore
import TwineHTTP

/// A blogosphere in which each blog is good or bad in a way of its own: `/KIND/NAME/`.
@Reactor
private func blogs() async throws -> TestSite {
    try await TestSite { request in
        let parts = request.segments
        guard let kind = parts.first, parts.count > 1 else { return .response(.error(.notFound)) }
        let name = parts[1]
        let base = "/\(kind)/\(name)"
        switch (kind, parts.dropFirst(2).first ?? "") {
        case (_, "article"):
            if kind == "untitled" { return .response(.html("<p>nothing")) }
            if kind == "gone" { return .response(.error(.notFound)) }
            return .response(.html("<title>Title &amp; \(name)</title>"))
        case (_, "newest"): return .response(.html("<title>Newest \(name)</title>"))
        case (_, "second"): return .response(.html("<title>Second \(name)</title>"))
        case ("feed", "feed.xml"):
            return .response(
                .octets(
                    Array(
                        """
                        <rss><channel><item><link>\(base)/newest</link></item></channel></rss>
                        """.utf8), contentType: "application/rss+xml"))
        case ("feed", _):
            return .response(
                .html(
                    """
                    <link rel=alternate type=application/rss+xml href=feed.xml>
                    <h2 class=post-title><a href=article>x</a></h2>
                    """))
        case ("empty", _): return .response(.html("<p>Nothing yet."))
        case ("moved", ""): return .response(.redirect(to: "/good/\(name)/"))
        default:
            return .response(
                .html(
                    """
                    <ul><li><a href="\(base)/article">x</a> 2026-11-23</li>
                    <li class=b><a href="\(base)/second">y</a> 2026-11-22</li></ul>
                    """))
        }
    }
}

/// The members of a line of JSON.
private func json(_ line: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
}

@Suite(.timeLimit(.minutes(3)))
struct TitlesTests {
    @Test("a list from standard input, in order: comments skipped, one blog with an XPath")
    func list() async throws {
        let site = try await blogs()
        let url = await site.url
        let list = """
            # my blogs

            \(url)/good/a/
              \(url)/good/b/   //li[@class="b"]/a
            \(url)/good/c/
            """
        let done = try await run("swift-titles", ["--ordered", "-"], input: list)
        #expect(done.status == 0, "\(done)")
        #expect(done.errors == "")
        #expect(
            done.lines == [
                "Title & a\t\(url)/good/a/article\t\(url)/good/a/",
                "Second b\t\(url)/good/b/second\t\(url)/good/b/",
                "Title & c\t\(url)/good/c/article\t\(url)/good/c/",
            ])
        await site.stop()
    }

    @Test("the feed counts, or the page with --prefer page; --xpath goes before both")
    func preference() async throws {
        let site = try await blogs()
        let url = await site.url + "/feed/a/"
        let feed = try await run("swift-titles", [url])
        #expect(feed.output.hasPrefix("Newest a\t"))
        let page = try await run("swift-titles", ["--prefer", "page", url])
        #expect(page.output.hasPrefix("Title & a\t"))
        let xpath = try await run("swift-titles", ["--xpath", "//h2", url])
        #expect(xpath.output.hasPrefix("Title & a\t"))
        await site.stop()
    }

    @Test("OPML is told apart from a list")
    func opml() async throws {
        let site = try await blogs()
        let url = await site.url
        let opml = """
            <?xml version="1.0"?><opml version="2.0"><body><outline text="f">
            <outline text="A" htmlUrl="\(url)/good/a/" xmlUrl="\(url)/x"/>
            <outline text="B" xmlUrl="\(url)/feed/b/feed.xml"/></outline></body></opml>
            """
        let done = try await run("swift-titles", ["--ordered", "-"], input: opml)
        #expect(done.status == 0, "\(done)")
        #expect(done.lines.map { $0.prefix { $0 != "\t" } } == ["Title & a", "Newest b"])
        await site.stop()
    }

    @Test("JSON tells everything, of failures too")
    func jsonLines() async throws {
        let site = try await blogs()
        let url = await site.url
        let done = try await run(
            "swift-titles",
            ["--json", "--ordered", "\(url)/moved/a/", "\(url)/gone/b/", "\(url)/empty/c/"])
        #expect(done.status == 1)
        let objects = try done.lines.map(json)
        try #require(objects.count == 3)
        #expect(objects[0]["title"] as? String == "Title & a")
        #expect(objects[0]["article"] as? String == "\(url)/good/a/article")
        #expect(objects[0]["blog"] as? String == "\(url)/moved/a/")
        #expect(objects[0]["status"] as? Int == 200)
        #expect(objects[0]["error"] is NSNull)
        #expect(objects[0]["redirects"] as? [String] == ["\(url)/good/a/"])
        #expect(objects[0]["found_by"] as? String == "dated-list")
        #expect((objects[0]["seconds"] as? Double ?? -1) >= 0)
        #expect(objects[1]["error"] as? String == "http-status")
        #expect(objects[1]["status"] as? Int == 404)
        #expect(objects[2]["error"] as? String == "no-article")
        #expect(objects[2]["title"] is NSNull)
        await site.stop()
    }

    @Test(
        "when all failed for one reason, that reason is the exit status",
        arguments: [
            ("/gone/a/", 18, "HTTP status 404 Not Found"), ("/empty/a/", 19, "no article found"),
            ("/untitled/a/", 20, "no title on"), ("/", 18, "HTTP status 404"),
        ])
    func reasons(_ path: String, _ status: Int32, _ message: String) async throws {
        let site = try await blogs()
        let url = await site.url
        let done = try await run("swift-titles", [url + path, url + path])
        #expect(done.status == status, "\(done)")
        #expect(done.output == "")
        let lines = done.errors.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines { #expect(line.hasPrefix("swift-titles: \(url)\(path): \(message)")) }
        let quiet = try await run("swift-titles", ["--quiet", url + path])
        #expect(quiet.status == status)
        #expect(quiet.errors == "")
        await site.stop()
    }

    @Test("some failed is 1, several reasons are 21")
    func mixtures() async throws {
        let site = try await blogs()
        let url = await site.url
        #expect(try await run("swift-titles", ["\(url)/good/a/", "\(url)/gone/b/"]).status == 1)
        #expect(try await run("swift-titles", ["\(url)/empty/a/", "\(url)/gone/b/"]).status == 21)
        #expect(try await run("swift-titles", ["foo://bar"]).status == 21)
        await site.stop()
    }

    @Test("nobody listens: 14; no such name: 12")
    func connections() async throws {
        let site = try await blogs()
        let url = await site.url
        await site.stop()
        let refused = try await run("swift-titles", [url])
        #expect(refused.status == 14)
        #expect(refused.errors.contains("connection refused"))
        let name = try await run("swift-titles", ["http://blog.invalid/"])
        #expect(name.status == 12)
        #expect(name.errors.contains("no such name: blog.invalid"))
    }

    /// A server that treats each connection as `body` says.
    @Reactor
    private func rude(
        _ body: @escaping @Reactor (any StreamTransport) -> Void
    ) async throws -> any ListeningPort {
        try await TCPServerEndpoint.loopback().listen { _ in Rude(body) }.value
    }

    @Reactor
    private final class Rude: StreamProtocol {
        private let body: @Reactor (any StreamTransport) -> Void
        private var transport: (any StreamTransport)?
        init(_ body: @escaping @Reactor (any StreamTransport) -> Void) { self.body = body }
        func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
        func dataReceived(_ bytes: Span<UInt8>) { if let transport { body(transport) } }
    }

    @Test("a connection that breaks off: 15; a server that is silent: 16; one that is none: 21")
    func rudeServers() async throws {
        let cut = try await rude { $0.abortConnection() }
        let lost = try await run(
            "swift-titles", ["--retries", "0", "http://\(await cut.address)/"])
        #expect(lost.status == 15, "\(lost)")
        let half = try await rude {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>")
            $0.loseConnection()
        }
        let short = try await run(
            "swift-titles", ["--retries", "0", "http://\(await half.address)/"])
        #expect(short.status == 15, "\(short)")
        let silent = try await rude { _ in }
        let late = try await run(
            "swift-titles",
            ["--retries", "0", "--timeout", "0.3", "http://\(await silent.address)/"])
        #expect(late.status == 16, "\(late)")
        let strange = try await rude { $0.write("220 mail.example ESMTP\r\n") }
        let bad = try await run("swift-titles", ["http://\(await strange.address)/"])
        #expect(bad.status == 21, "\(bad)")
        for port in [cut, half, silent, strange] { await port.stopListening() }
    }

    @Test("503 is tried again after what the server asks for, 404 is not")
    func retries() async throws {
        let asked = Counter()
        let site = try await TestSite { request in
            asked.count += 1
            guard asked.count < 3 else {
                return .response(
                    .html(request.path == "/" ? "<h2><a rel=bookmark href=/a>x</a>" : "<title>T"))
            }
            var response = WebResponse.error(.serviceUnavailable)
            response.headerFields[.retryAfter] = "0"
            return .response(response)
        }
        let url = await site.url
        let done = try await run("swift-titles", ["--verbose", url])
        #expect(done.status == 0, "\(done)")
        #expect(await site.requests == ["/", "/", "/", "/a"])
        #expect(done.errors.contains("HTTP status 503 Service Unavailable"))
        await site.stop()
    }

    @Test("a page of five megabytes costs its head")
    func head() async throws {
        let written = Counter()
        let site = try await TestSite { request in
            guard request.path != "/" else {
                return .response(.html("<h2><a rel=bookmark href=/a>x</a>"))
            }
            return .response(
                .stream(contentType: "text/html") { body in
                    try await body.write("<title>Head</title>").value
                    for _ in 0..<80 {
                        try await body.write([UInt8](repeating: 32, count: 65_536)).value
                        written.count += 65_536
                    }
                })
        }
        let done = try await run("swift-titles", [await site.url])
        #expect(done.output.hasPrefix("Head\t"))
        #expect(await written.count < 5 << 20)
        await site.stop()
    }

    @Test("wrong options and unreadable input are told, with status 2")
    func usage() async throws {
        for arguments in [
            [], ["--nonsense"], ["--concurrency", "0", "http://a/"],
            ["--retries", "-1", "http://a/"],
            ["--timeout", "0", "http://a/"], ["/no/such/file"],
            ["--quiet", "--verbose", "http://a/"],
            ["--xpath", "//[", "http://a/"], ["/dev/null"], ["--demo", "http://a/"],
            ["--ca-certificate", "/no/such/file", "https://127.0.0.1:1/"],
        ] {
            let done = try await run("swift-titles", arguments)
            #expect(done.status == 2, "\(arguments): \(done)")
            #expect(done.output == "")
            #expect(done.errors.count > 10)
            #expect(done.errors.hasPrefix("swift-titles: "), "\(done.errors)")
        }
        let bad = try await run("swift-titles", ["-"], input: "http://a/ //[\n")
        #expect(bad.status == 2)
        #expect(bad.errors.contains("standard input, line 1"))
    }

    @Test("help and version go to standard output, with status 0")
    func help() async throws {
        let help = try await run("swift-titles", ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("--concurrency"))
        let version = try await run("swift-titles", ["--version"])
        #expect(version.output.hasPrefix("swift-titles "))
        #expect(version.status == 0)
    }

    @Test("Ctrl-C ends with what was found so far, status 130")
    func interrupt() async throws {
        let site = try await TestSite { request in
            if request.segments.first == "slow" { return .deferred(Deferred<WebResponse>()) }
            return .response(
                .html(
                    request.segments.last == "a"
                        ? "<title>T" : "<h2><a rel=bookmark href=/f/a>x</a>"))
        }
        let url = await site.url
        let program = products.appendingPathComponent("swift-titles").path
        let script = """
            '\(program)' '\(url)/fast/' '\(url)/slow/' >"$1" 2>&1 & pid=$!
            until grep -q T "$1"; do kill -0 $pid || exit 99; done
            kill -INT $pid; wait $pid; echo $?; cat "$1"; rm "$1"
            """
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let result = try await Subprocess.run(
            .name("bash"), arguments: ["-c", script, "bash", file.path],
            output: .string(limit: 4096))
        let lines = result.standardOutput.split(separator: "\n")
        #expect(lines.first == "130", "\(result.standardOutput)")
        #expect(lines.contains { $0.hasPrefix("T\t") })
        #expect(lines.last == "swift-titles: interrupted with 1 of 2 done")
        await site.stop()
    }

    @Test("a reader that has seen enough is no failure")
    func brokenPipe() async throws {
        let site = try await blogs()
        let url = await site.url
        let program = products.appendingPathComponent("swift-titles").path
        let list = (0..<200).map { "\(url)/good/\($0)/" }.joined(separator: "\n")
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: ["-c", "'\(program)' - | head -n 1; echo ${PIPESTATUS[0]}"],
            input: .string(list), output: .string(limit: 4096))
        #expect(result.standardOutput.hasSuffix("\n0\n"), "\(result.standardOutput)")
        await site.stop()
    }

    #if os(Linux)
    @Test("output that cannot be written is a failure that says why")
    func fullDevice() async throws {
        let site = try await blogs()
        let program = products.appendingPathComponent("swift-titles").path
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: ["-c", "'\(program)' '\(await site.url)/good/a/' >/dev/full"],
            output: .discarded, error: .string(limit: 4096))
        #expect(result.terminationStatus == .exited(1))
        #expect(
            result.standardError
                == "swift-titles: cannot write to standard output: No space left on device\n")
        await site.stop()
    }
    #endif

    @Test("a page larger than --max-size, here with a unit, is refused")
    func maxSize() async throws {
        let site = try await TestSite { _ in
            .response(.html(String(repeating: "<p>x</p>", count: 200)))
        }
        let done = try await run("swift-titles", ["--max-size", "1k", await site.url])
        #expect(done.errors.contains("larger than 1024 octets"))
        #expect(done.status == 21)
        await site.stop()
    }

    @Test("on a terminal a progress line shows, and goes")
    func terminal() async throws {
        let site = try await blogs()
        let program = products.appendingPathComponent("swift-titles").path
        let result = try await Subprocess.run(
            .name("script"),
            arguments: ["-qec", "'\(program)' '\(await site.url)/good/a/'", "/dev/null"],
            output: .string(limit: 65_536))
        let output = result.standardOutput
        #expect(output.contains("of 1 done"), "\(output)")
        #expect(output.contains("\r\u{1b}[KTitle & a\t"))
        await site.stop()
    }

    @Test("what a terminal would act on is made visible")
    func controls() async throws {
        let site = try await TestSite { request in
            .response(
                .html(
                    request.path == "/"
                        ? "<h2><a rel=bookmark href=/a>x</a>" : "<title>a\u{1b}[31m&#27;b</title>"))
        }
        let done = try await run("swift-titles", [await site.url])
        #expect(done.output.hasPrefix("a\u{fffd}[31m\u{fffd}b\t"), "\(done)")
        await site.stop()
    }
}

/// Counts what a server does.
@Reactor
private final class Counter {
    var count = 0
}
