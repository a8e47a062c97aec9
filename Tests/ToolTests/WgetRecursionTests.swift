import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

/// Pages that each answer at once, but for one, which waits until another is asked for.
@Reactor
private func site(
    _ pages: [String: String], holding held: String, until other: String
) async throws -> TestSite {
    let wanted = Deferred<Void>()
    return try await TestSite { request in
        let path = String(request.path)
        if path == other, !wanted.isFired { wanted.callback(()) }
        guard let page = pages[path] else { return .response(.error(.notFound)) }
        guard path == held else { return .response(.html(page)) }
        return .deferred(wanted.addCallback { WebResponse.html(page) })
    }
}

/// With two jobs, whatever stands between the page that waits and the one that it waits for is saved first.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetRecursionTests {
    private let pages = [
        "/": "<a href=a>a</a><a href=a/b>b</a><a href=a/c/d>d</a><a href=z>z</a>",
        "/a": "<a href=a/b>b</a><a href=a/c/d>d</a><a href=a/e>e</a><a href=z>z</a>",
        "/a/b": "b", "/a/c/d": "d", "/a/e": "e", "/z": "z",
    ]

    @Test("a page that comes after what lies below it is read, and gives way to it")
    func pageLast() async throws {
        let (site, folder) = (
            try await site(pages, holding: "/a", until: "/z"), try WgetFolder()
        )
        let done = try await folder.wget(["-nv", "-r", "-nH", "--jobs=2", "\(site.url)/"])
        #expect(done.status == 0, "\(done)")
        #expect(folder.files == ["a/b", "a/c/d", "a/e", "index.html", "z"])
        site.stop()
    }

    @Test("a page gives way to what lies deeper below it, if that comes first")
    func deeperFirst() async throws {
        let (site, folder) = (
            try await site(pages, holding: "/a/b", until: "/z"), try WgetFolder()
        )
        let done = try await folder.wget(["-nv", "-r", "-nH", "--jobs=2", "\(site.url)/a"])
        #expect(done.status == 0, "\(done)")
        #expect(folder.files == ["a/b", "a/c/d", "a/e", "z"])
        site.stop()
    }

    @Test("what is not of this run gives way only where wget removes it")
    func othersFiles() async throws {
        let (site, folder) = (
            try await site(pages, holding: "/z", until: "/a/b"), try WgetFolder()
        )
        try folder.write("mine", to: "a")
        let done = try await folder.wget(["-nv", "-r", "-nH", "--jobs=2", "\(site.url)/a/c/d"])
        #expect(done.status == 3 && folder.contents("a") == "mine", "\(done)")
        site.stop()
    }

    @Test("a file that cannot be opened stops no others", arguments: [1, 2])
    func unopened(_ jobs: Int) async throws {
        let pages = [
            "/": "<a href=a/b>b</a><a href=a>a</a><a href=z>z</a>", "/a/b": "b", "/a": "a",
            "/z": "z",
        ]
        let (site, folder) = (try await site(pages, holding: "", until: ""), try WgetFolder())
        let done = try await folder.wget(["-nv", "-r", "-nH", "--jobs=\(jobs)", "\(site.url)/"])
        #expect(done.status == 3 && done.errors.contains("Is a directory"), "\(done)")
        #expect(folder.files == ["a/b", "index.html", "z"])
        site.stop()
    }

    @Test("of two URLs of a list that have one name, the later is there in the end")
    func list() async throws {
        let pages = ["/": "first", "/index.html": "second", "/z": "z"]
        let (site, folder) = (
            try await site(pages, holding: "/", until: "/z"), try WgetFolder()
        )
        let urls = ["/", "/index.html", "/z"].map { site.url + $0 }
        let done = try await folder.wget(["-nv", "-x", "-nH", "--jobs=3"] + urls)
        #expect(done.status == 0 && folder.contents("index.html") == "second", "\(done)")
        #expect(folder.files == ["index.html", "z"])
        site.stop()
    }

    @Test(
        "the numbers of files of one name are those of their places, and each has only to be begun")
    func numbers() async throws {
        let wanted = Deferred<Void>()
        let site = try await TestSite { request in
            let path = String(request.path)
            if path == "/2/x", !wanted.isFired { wanted.callback(()) }
            guard path == "/1/x" else { return .response(.text(path)) }
            // The head comes late, and the rest when the next has been asked for.
            return .deferred(
                deferLater(0.2) { () }.addCallback { _ in
                    WebResponse.stream(contentType: "x/y") { writer in
                        try await writer.write("one").value
                        _ = try await wanted.value
                    }
                })
        }
        let folder = try WgetFolder()
        let urls = [1, 2, 3].map { "\(site.url)/\($0)/x" }
        let done = try await folder.wget(["-nv", "--jobs=3"] + urls)
        #expect(done.status == 0, "\(done)")
        #expect(folder.contents("x") == "one")
        #expect(folder.contents("x.1") == "/2/x" && folder.contents("x.2") == "/3/x")
        site.stop()
    }
}
