import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

/// Pages and texts under their names.
@Reactor
private func site(_ pages: [String: String] = [:]) async throws -> TestSite {
    try await TestSite { request in
        let name = request.segments.joined(separator: "/")
        if let page = pages[name] { return .response(.html(page)) }
        guard name.hasSuffix(".txt") else { return .response(.error(.notFound)) }
        return .response(.text(name))
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetInputTests {
    @Test("a list from standard input: blanks do not count, schemes may be missing")
    func list() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let host = site.url.dropFirst(7)
        let done = try await folder.wget(
            ["-nv", "-i", "-"], input: "\(host)/a.txt\n\n  http://\(host)/b/c.txt \r\n")
        #expect(done.status == 0 && folder.files == ["a.txt", "c.txt"], "\(done)")
        site.stop()
    }

    @Test("a line that is no URL is told before anything is fetched, and the status is 1")
    func invalid() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write("foo://x/\n\(site.url)/a.txt\nhttp://h:99999/\n", to: "list")
        let done = try await folder.wget(["-nv", "-i", "list"])
        #expect(done.status == 1 && folder.files == ["a.txt", "list"])
        #expect(
            done.errors.hasPrefix(
                """
                list: Invalid URL foo://x/: Unsupported scheme ‘foo’
                list: Invalid URL http://h:99999/: Bad port number

                """), "\(done.errors)")
        site.stop()
    }

    @Test("of a page the links are fetched in its order, relative to its base; forms are not")
    func page() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write(
            """
            <base href="sub/"><a href="a.txt">a</a><form action="f.txt"></form>
            <img src="/i.txt"><p style="background:url(b.txt)"><a href="mailto:a@b">m</a>
            """, to: "page")
        let done = try await folder.wget(
            ["-nv", "--jobs=1", "-F", "-i", "page", "-B", "\(site.url)/x/y"])
        #expect(done.status == 0, "\(done)")
        #expect(site.requests == ["/x/sub/a.txt", "/i.txt", "/x/sub/b.txt"])
        site.stop()
    }

    @Test("links that lead nowhere without -B are told")
    func incomplete() async throws {
        let folder = try WgetFolder()
        try folder.write("<a href=a.txt>", to: "page")
        let done = try await folder.wget(["-nv", "-F", "-i", "page"])
        #expect(done.status == 0)
        #expect(
            done.errors
                == "page: Cannot resolve incomplete link a.txt.\nNo URLs found in page.\n")
    }

    @Test("a list at a URL is fetched first; a page there is read as one")
    func remote() async throws {
        let site = try await site(["p/list.html": "<a href=a.txt>a</a><a href=/b.txt>b</a>"])
        let folder = try WgetFolder()
        let done = try await folder.wget(
            ["-nv", "--jobs=1", "-i", "\(site.url)/p/list.html"])
        #expect(done.status == 0 && folder.files == ["a.txt", "b.txt", "list.html"], "\(done)")
        #expect(site.requests == ["/p/list.html", "/p/a.txt", "/b.txt"])
        site.stop()
    }

    @Test("the command line comes before the list, and a list that is not there is no failure")
    func missing() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(["-q", "-i", "none", "\(site.url)/a.txt"])
        #expect(done.status == 0 && folder.files == ["a.txt"])
        let told = try await folder.wget(["-nv", "-i", "none"])
        #expect(
            told.errors == "none: No such file or directory\nNo URLs found in none.\n",
            "\(told.errors)")
        site.stop()
    }

    @Test("--fail-early begins nothing behind the first failure")
    func failEarly() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let url = site.url
        let done = try await folder.wget(
            ["-nv", "--jobs=1", "--fail-early", "\(url)/none", "\(url)/a.txt"])
        #expect(done.status == 8 && folder.files == [])
        #expect(site.requests == ["/none"])
        site.stop()
    }

    @Test("--fail-early follows no link behind the first failure")
    func failEarlyFollowing() async throws {
        let site = try await site(["p.html": "<a href=none>n</a><a href=a.txt>a</a>"])
        let folder = try WgetFolder()
        let done = try await folder.wget(
            [
                "-q", "--jobs=1", "--fail-early", "-r", "-nH", "-e", "robots=off",
                "\(site.url)/p.html",
            ])
        #expect(done.status == 8 && folder.files == ["p.html"])
        #expect(site.requests == ["/p.html", "/none"])
        site.stop()
    }

    @Test("--json-body posts an object, by the method that is said")
    func jsonBody() async throws {
        let site = try await TestSite(methods: [.post, .put]) { request in
            let type = request.headerFields[.contentType] ?? ""
            return .response(
                .text("\(request.method) \(type) " + String(decoding: request.body, as: UTF8.self)))
        }
        let (url, folder) = (site.url, try WgetFolder())
        let posted = try await folder.wget(
            ["-q", "-O-", "--json-body=a=x", "--json-body=n:=1", url])
        #expect(posted.output == #"POST application/json {"a":"x","n":1}"#)
        let put = try await folder.wget(
            ["-q", "-O-", "--method=put", "--json-body=[1]", url])
        #expect(put.output == "PUT application/json [1]")
        site.stop()
    }
}
