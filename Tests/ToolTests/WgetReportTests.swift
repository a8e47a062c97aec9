import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

/// A site of a few pages: `/one` and `/two` have text, `/slow` has it after all others, `/moved` leads to `/one`.
@Reactor
private func pages() async throws -> TestSite {
    try await TestSite { request in
        switch request.path {
        case "/one": .response(.text("one"))
        case "/two": .response(.text("second"))
        case "/slow":
            .response(
                .stream(contentType: "text/plain", length: 4) { writer in
                    try await deferLater(0.2) {}.value
                    try await writer.write("slow").value
                })
        case "/moved": .response(.redirect(to: "/one"))
        case "/": .response(.html("<a href=one>1</a> <a href=two>2</a> <a href=gone>3</a>"))
        default: .response(.error(.notFound))
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetReportTests {
    @Test("--json with -q prints an object a URL, in their order, and nothing else anywhere")
    func order() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let urls = ["/slow", "/one", "/gone", "/two", "/moved"].map { site.url + $0 }
        let done = try await folder.wget(["-q", "--json", "--jobs=5"] + urls + ["http://[x/"])
        #expect(done.status == 8)
        #expect(done.errors == "")
        #expect(done.objects.count == 6 && done.lines.count == 6)
        #expect(done.objects.compactMap { $0["url"] as? String } == urls + ["http://[x/"])
        #expect(
            done.objects.map { $0["exit_status"] as? Int ?? -1 } == [0, 0, 8, 0, 0, 1])
        #expect(
            done.objects.map { $0["file"] as? String } == [
                "slow", "one", nil, "two", "moved", nil,
            ])
        #expect(
            done.objects.map { $0["error_class"] as? String } == [
                nil, nil, "status", nil, nil, "usage",
            ])
        site.stop()
    }

    @Test("sizes, times and addresses are those of the transfer")
    func values() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let done = try await folder.wget(["-q", "--json", "\(site.url)/moved"])
        let object = try #require(done.objects.first)
        #expect(object["url_effective"] as? String == "\(site.url)/one")
        #expect(object["redirects"] as? Int == 1 && object["connects"] as? Int == 1)
        #expect(object["status"] as? Int == 200 && object["http_version"] as? String == "1.1")
        #expect(object["size_download"] as? Int == 3 && object["content_length"] as? Int == 3)
        #expect(object["remote_ip"] as? String == "127.0.0.1")
        #expect(object["remote_port"] as? Int == Int(site.port.address.port ?? 0))
        // Both requests, over one connection.
        #expect(object["local_port"] as? Int ?? 0 > 0)
        #expect(object["size_request"] as? Int ?? 0 > 200)
        #expect(object["error"] is NSNull)
        let times = ["time_redirect", "time_starttransfer", "time_total"].compactMap {
            object[$0] as? Double
        }
        #expect(times.count == 3 && times == times.sorted())
        site.stop()
    }

    @Test("a page and what is linked from it are an object each, robots.txt is none")
    func recursion() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let done = try await folder.wget(["-q", "--json", "-r", "-l1", "-nd", "\(site.url)/"])
        #expect(
            done.objects.map { ($0["url"] as? String ?? "").dropFirst(site.url.count) }
                == ["/", "/one", "/two", "/gone"])
        #expect(site.requests.contains("/robots.txt"))
        site.stop()
    }

    @Test("--write-out prints its text to where it says, for each URL")
    func writeOut() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let format =
            #"%{urlnum} %{http_code} %{size_download}\n%{stderr}%{onerror}bad %{exitcode}\n"#
        let done = try await folder.wget(
            ["-q", "--write-out", format, "\(site.url)/one", "\(site.url)/gone"])
        #expect(done.output == "0 200 3\n1 404 0\n")
        #expect(done.errors == "bad 8\n")
        site.stop()
    }

    @Test("--write-out @FILE has the text in a file, and may print into one")
    func writeOutFile() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        try folder.write("%output{>>report}%{url.path}\n\\n", to: "format")
        let done = try await folder.wget(
            ["-q", "--write-out=@format", "\(site.url)/one", "\(site.url)/two"])
        #expect(done.output == "" && done.status == 0)
        #expect(folder.contents("report") == "/one\n/two\n")
        site.stop()
    }

    @Test("a format that cannot be read ends it before anything is asked")
    func noFormat() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let done = try await folder.wget(["-nv", "--write-out=@format", "\(site.url)/one"])
        #expect(done.status == 3)
        #expect(done.errors == "swift-wget: @format: No such file or directory\n")
        #expect(site.requests == [])
        site.stop()
    }

    @Test(
        "with -O - the content comes first, whatever the number of jobs, and then what is told of it"
    )
    func standardOutput() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let done = try await folder.wget(
            ["-q", "--jobs=3", "-O", "-", "--write-out= %{urlnum};", "\(site.url)/slow"]
                + ["\(site.url)/one", "\(site.url)/two"])
        #expect(done.output == "slow 0;one 1;second 2;")
        #expect(folder.files == [])
        site.stop()
    }

    @Test("what was there already is told as unchanged")
    func unchanged() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        try folder.write([1], to: "one")
        let done = try await folder.wget(["-q", "--json", "-nc", "\(site.url)/one"])
        let object = try #require(done.objects.first)
        #expect(object["unchanged"] as? Bool == true && object["file"] as? String == "one")
        #expect(object["status"] is NSNull)
        site.stop()
    }

    @Test("a digest that was checked is told")
    func digest() async throws {
        let site = try await pages()
        let folder = try WgetFolder()
        let right = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
        let done = try await folder.wget(
            ["-q", "--json", "--checksum=sha256:\(right)", "\(site.url)/one"])
        #expect(done.objects.first?["checksum"] as? String == "passed")
        #expect(done.objects.first?["sha256"] as? String == right)
        let other = try await folder.wget(
            ["-q", "--json", "--checksum=sha256:\(right)", "\(site.url)/two"])
        #expect(other.objects.first?["checksum"] as? String == "failed")
        #expect(other.objects.first?["error_class"] as? String == "checksum")
        site.stop()
    }

    @Test("nobody listening is a class of error, and no time of a connection")
    func refused() async throws {
        let site = try await pages()
        let url = site.url
        site.stop()
        let folder = try WgetFolder()
        let done = try await folder.wget(["-q", "--json", "-t1", url])
        let object = try #require(done.objects.first)
        #expect(done.status == 4 && object["exit_status"] as? Int == 4)
        #expect(object["error_class"] as? String == "connect")
        #expect(object["error"] as? String == "Connection refused")
        #expect(object["time_connect"] is NSNull && object["connects"] as? Int == 0)
    }
}
