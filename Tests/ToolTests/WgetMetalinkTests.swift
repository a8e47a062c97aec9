import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

private let text = String(repeating: "All work and no play. ", count: 4000)
private let evil = String(repeating: "Nothing to see here!! ", count: 4000)

/// A document of one file with these mirrors.
private func document(
    _ mirrors: [String], name: String = "file", size: Int? = text.utf8.count,
    hash: String? = sha256(text), more: String = ""
) -> String {
    let urls = mirrors.enumerated().map {
        "<url priority=\"\($0.offset + 1)\">\($0.element)</url>"
    }
    return """
        <?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="\(name)">
        \(size.map { "<size>\($0)</size>" } ?? "")
        \(hash.map { "<hash type=\"sha-256\">\($0)</hash>" } ?? "")\(more)\(urls.joined())
        </file></metalink>
        """
}

/// Mirrors by what they have: `good`, `evil`, and `half`, which fails in the middle.
@Reactor
private func mirrors() async throws -> TestSite {
    try await TestSite { request in
        switch request.segments.joined(separator: "/") {
        case "good": return .response(request.part(of: text))
        case "evil": return .response(request.part(of: evil))
        case "half":
            // Half of it is right, and the rest is another file's.
            return .response(request.part(of: String(text.prefix(44_000)) + evil.suffix(44_000)))
        default: return .response(.error(.notFound))
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetMetalinkTests {
    @Test("mirrors are tried in their order, until one has the right file")
    func order() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        let url = site.url
        try folder.write(
            document(["ftp://h/x", "\(url)/none", "\(url)/evil", "\(url)/good", "\(url)/more"]),
            to: "m.meta4")
        let done = try await folder.wget(["--input-metalink=m.meta4"])
        #expect(done.status == 0 && folder.files == ["m.meta4", "m.meta4.#1"], "\(done)")
        #expect(folder.contents("m.meta4.#1") == text)
        #expect(site.requests == ["/none", "/evil", "/good"])
        #expect(done.errors.contains("Checksum mismatch for file ‘m.meta4.#1’.\n"))
        #expect(done.errors.hasSuffix("Checksum matches.\n"))
        site.stop()
    }

    @Test("with --trust-server-names the document names the file, below -P")
    func trusted() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        try folder.write(document(["\(site.url)/good"], name: "a/b c"), to: "m")
        let done = try await folder.wget(
            ["-nv", "--trust-server-names", "-P", "p", "--input-metalink=m"])
        #expect(done.status == 0 && folder.files == ["m", "p/a/b c"], "\(done)")
        site.stop()
    }

    @Test(
        "a name that leads out of the folder is refused",
        arguments: ["../x", "/etc/x", "a/../../x", "~/x", "c:x"])
    func unsafe(name: String) async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        try folder.write(document(["\(site.url)/good"], name: name), to: "m")
        let done = try await folder.wget(["-nv", "--trust-server-names", "--input-metalink=m"])
        #expect(done.status == 1 && folder.files == ["m"])
        #expect(done.errors.hasSuffix("Rejecting metalink file. Unsafe name.\n"), "\(done)")
        #expect(site.requests == [])
        site.stop()
    }

    @Test("a wrong file is removed, or kept by another name, and the status is 1")
    func wrong() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        try folder.write(document(["\(site.url)/evil"]), to: "m")
        let done = try await folder.wget(["--input-metalink=m"])
        #expect(done.status == 1 && folder.files == ["m"])
        #expect(
            done.errors.hasSuffix(
                """
                Checksum mismatch for file ‘m.#1’.
                File ‘m.#1’ retrieved but checksum does not match. 
                Removing ‘m.#1’.
                Could not download all resources from ‘m’.

                """), "\(done.errors)")
        let kept = try await folder.wget(["-q", "--keep-badhash", "--input-metalink=m"])
        #expect(kept.status == 1 && folder.files == ["m", "m.#1.badhash"])
        site.stop()
    }

    @Test("a wrong size is enough")
    func size() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        try folder.write(document(["\(site.url)/good"], size: 5), to: "m")
        let done = try await folder.wget(["-nv", "--input-metalink=m"])
        #expect(done.status == 1 && folder.files == ["m"])
        #expect(done.errors.contains("Size mismatch for file ‘m.#1’.\n"))
        site.stop()
    }

    @Test("where one mirror stopped the next goes on")
    func continued() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        let server = try await CuttingServer(text, after: 30_000)
        try folder.write(document([server.url, "\(site.url)/good"]), to: "m")
        let done = try await folder.wget(["--tries=1", "--input-metalink=m"])
        #expect(done.status == 0 && folder.contents("m.#1") == text, "\(done)")
        #expect(done.errors.contains(", 58000 (57K) remaining"))
        server.stop()
        site.stop()
    }

    @Test("where pieces are known, the next mirror goes on behind the last good one")
    func pieces() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        let url = site.url
        let octets = Array(text.utf8)
        let hashes = stride(from: 0, to: octets.count, by: 10_000).map { start in
            let piece = octets[start..<min(start + 10_000, octets.count)]
            return "<hash>\(sha256(String(decoding: piece, as: UTF8.self)))</hash>"
        }
        let pieces = "<pieces length=\"10000\" type=\"sha-256\">\(hashes.joined())</pieces>"
        for hash in [sha256(text), nil] {
            try folder.write(
                document(["\(url)/half", "\(url)/good"], hash: hash, more: pieces), to: "m")
            let done = try await folder.wget(["--input-metalink=m", "--start-pos=0"])
            #expect(done.status == 0, "\(done)")
            #expect(done.errors.contains("Length: 88000 (86K), 48000 (47K) remaining"))
        }
        #expect(folder.contents("m.#1") == text && folder.contents("m.#1.1") == text)
        site.stop()
    }

    @Test("--json has an object for each file, with its digest")
    func json() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        let url = site.url
        try folder.write(document(["\(url)/evil", "\(url)/good"]), to: "m")
        let done = try await folder.wget(["-q", "--json", "--input-metalink=m"])
        #expect(done.status == 0 && done.lines.count == 1)
        #expect(done.output.contains("\"url\":\"\(url)/good\""), "\(done)")
        #expect(done.output.contains("\"sha256\":\"\(sha256(text))\""))
        site.stop()
    }

    @Test("a file that nobody tells a digest of is not fetched")
    func unknown() async throws {
        let (site, folder) = (try await mirrors(), try WgetFolder())
        try folder.write(document(["\(site.url)/good"], hash: nil), to: "m")
        let done = try await folder.wget(["-nv", "--input-metalink=m"])
        #expect(done.status == 1 && done.errors.contains("No checksums found.\n"))
        #expect(site.requests == [])
        site.stop()
    }

    @Test("what is no Metalink is told", arguments: ["<html></html>", "", nil])
    func invalid(content: String?) async throws {
        let folder = try WgetFolder()
        if let content { try folder.write(content, to: "m") }
        let done = try await folder.wget(["--input-metalink=m"])
        #expect(done.status == 1 && done.errors == "Unable to parse metalink file m.\n")
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetMetalinkFieldsTests {
    /// A server whose replies name mirrors, the site itself among them.
    private func site(_ links: [String], digest: String = text) async throws -> TestSite {
        let octets = Checksum.Algorithm.sha256.checksum(of: Array(digest.utf8))
        return try await TestSite { request in
            let host = request.head.authority ?? ""
            switch request.segments.joined(separator: "/") {
            case "d/file":
                let linkField = HTTPField.Name("Link") ?? .via
                var response = request.part(of: text)
                for link in links {
                    let value = link.split(separator: "HOST", omittingEmptySubsequences: false)
                        .joined(separator: host)
                    response.headerFields.append(HTTPField(name: linkField, value: value))
                }
                if let digest = HTTPField.Name("Digest"), !links.isEmpty {
                    response.headerFields[digest] = "SHA-256=\(octets?.base64 ?? "")"
                }
                return .response(response)
            case "good": return .response(request.part(of: text))
            case "evil": return .response(request.part(of: evil))
            case "doc":
                return .response(
                    .octets(
                        Array(document(["http://\(host)/good"]).utf8),
                        contentType: "application/metalink4+xml"))
            default: return .response(.error(.notFound))
            }
        }
    }

    @Test("mirrors of a reply's fields are tried by priority, and the file keeps its name")
    func mirrors() async throws {
        let site = try await site([
            "<http://HOST/good>; rel=duplicate; pri=2", "<http://HOST/evil>; rel=duplicate; pri=1",
        ])
        let folder = try WgetFolder()
        let done = try await folder.wget(["--metalink-over-http", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.contents("file") == text, "\(done)")
        #expect(site.requests == ["/d/file", "/evil", "/good"])
        #expect(
            done.errors.contains("Metalink headers found. Switching to Metalink mode.\n"))
        site.stop()
    }

    @Test("those of the country that is preferred come first among the same")
    func location() async throws {
        let site = try await site([
            "<http://HOST/evil>; rel=duplicate; geo=us",
            "<http://HOST/good>; rel=duplicate; geo=de",
        ])
        let folder = try WgetFolder()
        let done = try await folder.wget([
            "-q", "--metalink-over-http", "--preferred-location=DE", "\(site.url)/d/file",
        ])
        #expect(done.status == 0)
        #expect(site.requests == ["/d/file", "/good"])
        site.stop()
    }

    @Test("when no mirror has it, the place that named them is asked")
    func origin() async throws {
        let site = try await site(["<http://HOST/none>; rel=duplicate"])
        let folder = try WgetFolder()
        let done = try await folder.wget(
            ["-q", "--metalink-over-http", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.contents("file") == text)
        #expect(site.requests == ["/d/file", "/none", "/d/file"])
        site.stop()
    }

    @Test("a reply that names none is followed by a usual request")
    func none() async throws {
        let (site, folder) = (try await site([]), try WgetFolder())
        let done = try await folder.wget(
            ["-nv", "--metalink-over-http", "\(site.url)/d/file"])
        #expect(done.status == 0 && folder.contents("file") == text)
        #expect(
            done.errors.hasPrefix(
                "Could not find Metalink data in HTTP response. Downloading file using HTTP GET.\n")
        )
        site.stop()
    }

    @Test("--metalink-index takes the document that the fields name, and keeps it")
    func index() async throws {
        let link = "rel=describedby; type=\"application/metalink4+xml\""
        let site = try await site(["<http://HOST/none>; \(link)", "<http://HOST/doc>; \(link)"])
        let folder = try WgetFolder()
        let done = try await folder.wget([
            "-nv", "--metalink-over-http", "--metalink-index=2", "\(site.url)/d/file",
        ])
        #expect(done.status == 0, "\(done)")
        #expect(folder.files == ["file.meta#2", "file.meta#2.#1"])
        #expect(folder.contents("file.meta#2.#1") == text)
        site.stop()
    }

    @Test("--metalink-index=0 takes the first document that is good")
    func anyIndex() async throws {
        let link = "rel=describedby; type=\"application/metalink4+xml\""
        let site = try await site([
            "<http://HOST/none>; \(link); pri=1", "<http://HOST/doc>; \(link); pri=2",
        ])
        let folder = try WgetFolder()
        let done = try await folder.wget([
            "-nv", "--metalink-over-http", "--metalink-index=inf", "\(site.url)/d/file",
        ])
        #expect(done.errors.contains("/none"))
        #expect(folder.contents("file.meta#2.#1") == text, "\(done) \(folder.files)")
        site.stop()
    }
}
