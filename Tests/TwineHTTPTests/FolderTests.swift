import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

/// A folder made for one test, and a site that serves it.
@Reactor
private final class Served {
    let folder: URL
    let site: Site

    init(_ options: FolderResource.Options = .init()) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        let files = folder.appendingPathComponent("files")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        site = Site(try FolderResource(files.path, options: options))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Writes a file, with the folders above it.
    func put(_ path: String, _ content: String = "x", modified: Double? = nil) throws {
        let url = folder.appendingPathComponent("files/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: url)
        if let modified {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: url.path)
        }
    }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.appendingPathComponent("files/\(path)").path,
            withDestinationPath: target)
    }

    /// Asks, and takes the answer apart.
    func ask(_ path: String, _ fields: String = "", method: String = "GET") -> Answer {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        transport.receive("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        return Answer(transport.takeText())
    }
}

/// A response as text.
private struct Answer {
    let status: Int
    let fields: [String: String]
    let body: String

    init(_ text: String) {
        let end = text.range(of: "\r\n\r\n")
        let head = end.map { text[..<$0.lowerBound] } ?? text[...]
        let lines = head.components(separatedBy: "\r\n")
        status = Int(lines[0].dropFirst(9).prefix(3)) ?? 0
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
        }
        self.fields = fields
        body = end.map { String(text[$0.upperBound...]) } ?? ""
    }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct FolderTests {
    @Test("a file has type, length, validators; HEAD has the same head")
    func file() throws {
        let served = try Served()
        try served.put("a.txt", "hello", modified: 1_700_000_000)
        let get = served.ask("/a.txt")
        #expect(get.status == 200 && get.body == "hello")
        #expect(get.fields["content-type"] == "text/plain; charset=utf-8")
        #expect(get.fields["content-length"] == "5")
        #expect(get.fields["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT")
        #expect(get.fields["accept-ranges"] == "bytes")
        let tag = try #require(get.fields["etag"])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
        var head = served.ask("/a.txt", method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty && head.fields["content-length"] == "5")
        head = served.ask("/a.txt", method: "DELETE")
        #expect(head.status == 405 && head.fields["allow"] == "GET, HEAD")
    }

    @Test(
        "nothing outside of the folder is served, whatever the path",
        arguments: [
            "/../secret", "/..%2fsecret", "/%2e%2e/secret", "/%2e%2e%2fsecret",
            "/sub/..%2f..%2fsecret",
            "/./../secret", "/sub%2fb.txt", "//etc/passwd", "/%2fetc%2fpasswd", "/a.txt%00.html",
            "/a.txt%00", "/sub//b.txt", "/out", "/outside/secret", "/..\\secret", "/a.txt/",
            "/.hidden", "/sub/.git/config", "/missing", "/sub/b.txt/c", "/%ff",
            "/" + String(repeating: "a", count: 300), "/" + String(repeating: "a/", count: 3000),
        ])
    func escapes(_ path: String) throws {
        let served = try Served()
        try Data("secret".utf8).write(to: served.folder.appendingPathComponent("secret"))
        try served.put("a.txt")
        try served.put("sub/b.txt")
        try served.put(".hidden")
        try served.put("sub/.git/config")
        try served.link("out", to: "../secret")
        try served.link("outside", to: "..")
        let answer = served.ask(path)
        #expect([400, 404].contains(answer.status), "\(answer)")
        #expect(!answer.body.contains("secret"))
    }

    @Test("links within the folder are followed; those that lead outside when that is wanted")
    func links() throws {
        var options = FolderResource.Options()
        for follows in [false, true] {
            options.followsLinks = follows
            let served = try Served(options)
            try Data("secret".utf8).write(to: served.folder.appendingPathComponent("secret"))
            try served.put("sub/a.txt", "a")
            try served.link("inside", to: "sub/a.txt")
            try served.link("out", to: "../secret")
            #expect(served.ask("/inside").body == "a")
            #expect(served.ask("/out").status == (follows ? 200 : 404))
        }
    }

    @Test("hidden files are served when that is wanted; .well-known always")
    func hidden() throws {
        var options = FolderResource.Options()
        options.showsHidden = true
        let served = try Served(options)
        try served.put(".hidden", "h")
        #expect(served.ask("/.hidden").body == "h" && served.ask("/").body.contains(".hidden"))
        let usual = try Served()
        try usual.put(".well-known/x", "w")
        #expect(usual.ask("/.well-known/x").body == "w")
    }

    @Test("a folder gets a slash, then its index page, or a list, or 403")
    func folders() throws {
        var options = FolderResource.Options()
        options.lists = false
        let served = try Served(options)
        try served.put("a b/index.html", "<p>index")
        try served.put("empty/x.txt")
        let redirect = served.ask("/a%20b?q=1")
        #expect(redirect.status == 301 && redirect.fields["location"] == "./a%20b/?q=1")
        let page = served.ask("/a%20b/")
        #expect(page.body == "<p>index")
        #expect(page.fields["content-type"] == "text/html; charset=utf-8")
        #expect(served.ask("/empty/").status == 403)
    }

    @Test("the list: names escaped and encoded, folders first, sorted as asked for")
    func list() throws {
        let served = try Served()
        try served.put("b<i>.txt", "12345", modified: 1_000_000_000)
        try served.put("a:b.txt", "1", modified: 1_100_000_000)
        try served.put("ü%.txt", "123", modified: 900_000_000)
        try served.put("zz/x")
        let page = served.ask("/")
        #expect(page.status == 200)
        #expect(page.body.contains("<a href=\"./b%3Ci%3E.txt\">b&lt;i&gt;.txt</a>"))
        #expect(page.body.contains("<a href=\"./a%3Ab.txt\">a:b.txt</a>"))
        #expect(page.body.contains("<a href=\"./%C3%BC%25.txt\">ü%.txt</a>"))
        #expect(page.body.contains("<time>2001-09-09 01:46:40</time>"))
        #expect(page.body.contains("1 folders, 3 files, 9 B"))
        #expect(page.fields["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        func order(_ query: String) -> [String] {
            let body = served.ask("/" + query).body
            let places = ["zz/</a>", "b&lt;i", "a:b", "ü%"].map { name in
                (name, body.range(of: ">\(name)")?.lowerBound ?? body.endIndex)
            }
            return places.sorted { $0.1 < $1.1 }.map { String($0.0.prefix(2)) }
        }
        #expect(order("") == ["zz", "a:", "b&", "ü%"])
        #expect(order("?sort=size") == ["zz", "a:", "ü%", "b&"])
        #expect(order("?sort=modified&order=desc") == ["zz", "a:", "b&", "ü%"])
        let json = served.ask("/", "Accept: application/json\r\n")
        #expect(json.fields["content-type"] == "application/json")
        let items = try JSONSerialization.jsonObject(with: Data(json.body.utf8)) as? [[String: Any]]
        #expect(items?.map { $0["name"] as? String } == ["zz", "a:b.txt", "b<i>.txt", "ü%.txt"])
        #expect(items?[2]["modified"] as? String == "2001-09-09T01:46:40Z")
        #expect(served.ask("/zz/").body.contains("<a href=\"../\">../</a>"))
    }

    @Test("conditions: 304 and 412 in the order of RFC 9110 §13.2.2")
    func conditions() throws {
        let served = try Served()
        try served.put("a", "hello", modified: 1_700_000_000)
        let tag = try #require(served.ask("/a").fields["etag"])
        let date = "Tue, 14 Nov 2023 22:13:20 GMT"
        let earlier = "Tue, 14 Nov 2023 22:13:19 GMT"
        for (fields, status) in [
            ("If-None-Match: \(tag)", 304), ("If-None-Match: W/\(tag)", 304),
            ("If-None-Match: \"x\", \(tag)", 304), ("If-None-Match: *", 304),
            ("If-None-Match: \"x\"", 200), ("If-Modified-Since: \(date)", 304),
            ("If-Modified-Since: \(earlier)", 200), ("If-Modified-Since: yesterday", 200),
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(date)", 200),
            ("If-Match: \(tag)", 200), ("If-Match: W/\(tag)", 412), ("If-Match: \"x\"", 412),
            ("If-Match: *", 200), ("If-Unmodified-Since: \(date)", 200),
            ("If-Unmodified-Since: \(earlier)", 412),
            ("If-Match: \(tag)\r\nIf-Unmodified-Since: \(earlier)", 200),
            ("If-Match: \(tag)\r\nIf-None-Match: \(tag)", 304),
        ] {
            let answer = served.ask("/a", fields + "\r\n")
            #expect(answer.status == status, "\(fields): \(answer)")
            if status == 304 {
                #expect(answer.body.isEmpty && answer.fields["etag"] == tag)
                #expect(answer.fields["content-length"] == nil)
            }
        }
        try served.put("a", "other", modified: 1_700_000_000.5)
        #expect(served.ask("/a").fields["etag"] != tag, "changed within one second")
    }

    @Test("ranges: one, several, from the end, none, and what is no range")
    func ranges() throws {
        let served = try Served()
        try served.put("a", "0123456789")
        for (range, status, body, content) in [
            ("bytes=0-4", 206, "01234", "bytes 0-4/10"), ("bytes=5-", 206, "56789", "bytes 5-9/10"),
            ("bytes=-3", 206, "789", "bytes 7-9/10"),
            ("bytes=-99", 206, "0123456789", "bytes 0-9/10"),
            ("bytes=9-99999999999999999999", 206, "9", "bytes 9-9/10"),
            ("BYTES = 1-1", 200, "0123456789", nil), ("Bytes=1-1", 206, "1", "bytes 1-1/10"),
            ("bytes=10-", 416, nil, "bytes */10"), ("bytes=-0", 416, nil, "bytes */10"),
            ("bytes=3-2", 200, "0123456789", nil), ("bytes=a-2", 200, "0123456789", nil),
            ("bytes=", 200, "0123456789", nil), ("bytes=-", 200, "0123456789", nil),
            ("lines=0-1", 200, "0123456789", nil), ("bytes=0-0,10-20", 206, "0", "bytes 0-0/10"),
            ("bytes=0-9,0-9", 200, "0123456789", nil),
            ("bytes=" + Array(repeating: "0-0", count: 40).joined(separator: ","), 200, nil, nil),
        ] as [(String, Int, String?, String?)] {
            let answer = served.ask("/a", "Range: \(range)\r\n")
            #expect(answer.status == status, "\(range): \(answer)")
            if let body { #expect(answer.body == body, "\(range)") }
            #expect(answer.fields["content-range"] == content, "\(range)")
        }
        let several = served.ask("/a", "Range: bytes=0-1, 8-\r\n")
        let type = try #require(several.fields["content-type"])
        #expect(several.status == 206 && type.hasPrefix("multipart/byteranges; boundary="))
        let boundary = type.dropFirst("multipart/byteranges; boundary=".count)
        #expect(
            several.body == """
                --\(boundary)\r\nContent-Type: application/octet-stream\r
                Content-Range: bytes 0-1/10\r\n\r\n01\r
                --\(boundary)\r\nContent-Type: application/octet-stream\r
                Content-Range: bytes 8-9/10\r\n\r\n89\r\n--\(boundary)--\r\n
                """)
        #expect(several.fields["content-length"] == "\(several.body.utf8.count)")
        let tag = try #require(served.ask("/a").fields["etag"])
        #expect(served.ask("/a", "Range: bytes=0-1\r\nIf-Range: \(tag)\r\n").status == 206)
        #expect(served.ask("/a", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n").status == 200)
        #expect(served.ask("/a", "Range: bytes=0-1\r\n", method: "HEAD").status == 200)
    }

    @Test("a precompressed file is sent to those who take it, unless it is older")
    func precompressed() throws {
        let served = try Served()
        try served.put("a.js", "plain", modified: 1_700_000_000)
        try served.put("a.js.gz", "gzip", modified: 1_700_000_001)
        try served.put("a.js.br", "brotli", modified: 1_700_000_000)
        try served.put("a.js.zst", "old", modified: 1_600_000_000)
        for (accept, body, coding) in [
            ("gzip, br, zstd", "brotli", "br"), ("gzip", "gzip", "gzip"), ("zstd", "plain", nil),
            ("br;q=0, *", "gzip", "gzip"), ("identity", "plain", nil),
        ] as [(String, String, String?)] {
            let answer = served.ask("/a.js", "Accept-Encoding: \(accept)\r\n")
            #expect(answer.body == body && answer.fields["content-encoding"] == coding, "\(accept)")
            #expect(answer.fields["vary"] == "Accept-Encoding")
            #expect(answer.fields["content-type"] == "text/javascript; charset=utf-8")
        }
        #expect(
            served.ask("/a.js", "Accept-Encoding: br\r\n").fields["etag"]
                != served.ask("/a.js").fields["etag"])
    }

    @Test("a large file goes whole over TCP, by sendfile, to a reader in its own time")
    func large() async throws {
        let served = try Served()
        let octets = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
        try Data(octets).write(to: served.folder.appendingPathComponent("files/big"))
        let port = try await served.site.listen(at: TCPServerEndpoint.loopback()).value
        let client = HTTPClient()
        let url = "http://\(port.address)/big"
        let whole = try await client.request(url).value
        #expect(try await whole.collect(limit: 10_000_000).value == octets)
        let part = try await client.request(
            url, fields: [.range: "bytes=1000000-3999999,4500000-"]
        ).value
        #expect(part.status == .partialContent)
        let body = try await part.collect(limit: 10_000_000).value
        #expect(body.count > 3_500_000 && body.count < 3_501_000)
        client.close()
        port.stopListening()
        served.site.close(grace: 0)
    }
}
