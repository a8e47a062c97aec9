import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

private let text = String(repeating: "The quick brown fox. ", count: 5000)

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetChecksumTests {
    /// A site with one file, and what else is said.
    private func site(
        _ others: [String: String] = [:], fields: HTTPFields = [:]
    ) async throws -> TestSite {
        try await TestSite { request in
            let name = request.segments.joined(separator: "/")
            if name == "d/file" { return .response(request.part(of: text, fields: fields)) }
            guard let other = others[name] else { return .response(.error(.notFound)) }
            return .response(.text(other))
        }
    }

    @Test("a file with the digest that was said is kept")
    func right() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(
            ["--checksum=SHA-256:\(sha256(text).uppercased())", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.contents("file") == text, "\(done)")
        #expect(done.errors.hasSuffix("Checksum of ‘file’ matches (sha256).\n\n"))
        site.stop()
    }

    @Test("one that has another is removed, and both digests are told")
    func wrong() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(
            ["-nv", "--checksum=sha256:\(sha256("other"))", "\(site.url)/d/file"])
        #expect(done.status == 1 && folder.files == [])
        #expect(
            done.errors.hasSuffix(
                """
                Checksum mismatch for file ‘file’.
                  expected sha256:\(sha256("other"))
                  computed sha256:\(sha256(text))

                """), "\(done.errors)")
        site.stop()
    }

    @Test("--keep-badhash keeps it by another name, and removes none of that name")
    func kept() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write("old", to: "file.badhash")
        let done = try await folder.wget([
            "-q", "--keep-badhash", "--checksum=sha256:\(sha256("other"))",
            "\(site.url)/d/file",
        ])
        #expect(done.status == 1 && folder.files == ["file.badhash", "file.badhash.1"])
        #expect(folder.contents("file.badhash.1") == text)
        site.stop()
    }

    @Test("a list names the file, by GNU's form or BSD's")
    func list() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write("\(sha256("x"))  other\n\(sha256(text)) *file\n", to: "sums")
        let done = try await folder.wget(["-q", "--checksum=sums", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.files == ["file", "sums"])
        try folder.write("SHA256 (other) = \(sha256(text))\n", to: "sums")
        let unknown = try await folder.wget(
            ["-nv", "--checksum=sums", "\(site.url)/d/file"])
        #expect(unknown.status == 1 && folder.files == ["file", "sums"])
        #expect(unknown.errors == "No checksum is known of \(site.url)/d/file.\n")
        site.stop()
    }

    @Test("a list that cannot be read ends it before anything is asked for")
    func noList() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(["-nv", "--checksum=sums", "\(site.url)/d/file"])
        #expect(done.status == 3 && done.errors == "swift-wget: sums: No such file or directory\n")
        #expect(site.requests == [])
        site.stop()
    }

    @Test(
        "auto: what stands beside the file on the server counts",
        arguments: [
            ["d/file.sha256": "\(sha256(text))\n"],
            ["d/SHA256SUMS": "\(sha256("x"))  other\n\(sha256(text))  file\n"],
            ["d/SHA512SUMS": "\(sha256("x"))  file\n", "d/file.sha256": sha256(text)],
        ])
    func auto(others: [String: String]) async throws {
        let (site, folder) = (try await site(others), try WgetFolder())
        let done = try await folder.wget(["-q", "--checksum=auto", "\(site.url)/d/file?q"])
        #expect(done.status == 0 && folder.files == ["file?q"], "\(site.requests)")
        site.stop()
    }

    @Test("auto: a wrong file is known by the list beside it")
    func autoWrong() async throws {
        let (site, folder) = (
            try await site(["d/file.sha256": sha256("other")]), try WgetFolder()
        )
        let done = try await folder.wget(["-q", "--checksum=auto", "\(site.url)/d/file"])
        #expect(done.status == 1 && folder.files == [])
        site.stop()
    }

    @Test("auto: without a list the digests of the reply's fields count")
    func autoFields() async throws {
        let digest = try #require(
            Checksum.Algorithm.sha256.checksum(of: Array(text.utf8))?.base64)
        let name = try #require(HTTPField.Name("Repr-Digest"))
        let (site, folder) = (
            try await site(fields: [name: "sha-256=:\(digest):"]), try WgetFolder()
        )
        let done = try await folder.wget(["-q", "--checksum=auto", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.files == ["file"])
        site.stop()
    }

    @Test("auto: nothing is saved that nobody tells a checksum of")
    func autoNothing() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        let done = try await folder.wget(["-nv", "--checksum=auto", "\(site.url)/d/file"])
        #expect(done.status == 1 && folder.files == [])
        #expect(done.errors == "No checksum is known of \(site.url)/d/file.\n")
        site.stop()
    }

    @Test("what is there already counts with -c, and stays when the whole is wrong")
    func resumed() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write(String(text.prefix(70_000)), to: "file")
        let url = "\(site.url)/d/file"
        let done = try await folder.wget(["-q", "-c", "--checksum=sha256:\(sha256(text))", url])
        #expect(done.status == 0 && folder.contents("file") == text)
        try folder.write("Another beginning. ", to: "file")
        let wrong = try await folder.wget(["-q", "-c", "--checksum=sha256:\(sha256(text))", url])
        #expect(wrong.status == 1 && folder.contents("file")?.hasPrefix("Another") == true)
        site.stop()
    }

    @Test("a file that need not be fetched is checked as well, and not removed")
    func unneeded() async throws {
        let (site, folder) = (try await site(), try WgetFolder())
        try folder.write("mine", to: "file")
        let url = "\(site.url)/d/file"
        let wrong = try await folder.wget(["-q", "-nc", "--checksum=sha256:\(sha256(text))", url])
        #expect(wrong.status == 1 && folder.contents("file") == "mine")
        let right = try await folder.wget(
            ["-q", "-nc", "--checksum=sha256:\(sha256("mine"))", url])
        #expect(right.status == 0)
        site.stop()
    }

    @Test("the digest goes on where a second try goes on, on standard output too")
    func retried() async throws {
        let server = try await CuttingServer(text, after: 50_000)
        let done = try await WgetFolder().wget([
            "-q", "-O-", "--waitretry=0", "--checksum=sha256:\(sha256(text))", server.url,
        ])
        #expect(done.status == 0 && done.output == text)
        #expect(server.requests == 2)
        server.stop()
    }
}
