import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

/// What swift-wget says and does exactly as wget does.
@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetLikenessTests {
    /// A server that answers everything by the same octets, and closes.
    private final class Parrot: StreamProtocol {
        private let answer: [UInt8]
        private var transport: (any StreamTransport)?

        init(_ answer: [UInt8]) { self.answer = answer }

        func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

        func dataReceived(_ bytes: Span<UInt8>) {
            guard !answer.isEmpty else { return }
            transport?.write(answer)
            transport?.loseConnection()
        }
    }

    /// What is told about a URL of a server that answers so; times are masked.
    private func told(
        _ answer: [UInt8], _ arguments: [String] = [], scheme: String = "http"
    ) async throws -> (run: Run, text: String) {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Parrot(answer) }.value
        defer { port.stopListening() }
        let folder = try WgetFolder()
        let run = try await folder.wget(
            ["-t1", "--no-config"] + arguments + ["\(scheme)://\(port.address)/x"])
        let time = try Regex(#"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"#)
        return (run, run.errors.replacing(time, with: "TIME"))
    }

    private func told(
        _ answer: String, _ arguments: [String] = []
    ) async throws -> (run: Run, text: String) {
        try await told(Array(answer.utf8), arguments)
    }

    @Test("a status line that is none is told as the status -1")
    func statusLine() async throws {
        let (run, text) = try await told("HTTP/1.1 abc\r\n\r\n", ["-nv"])
        #expect(run.status == 4 && text == "TIME ERROR -1: Malformed status line.\n")
        let all = try await told("HTTP/1.1 abc\r\n\r\n").text
        #expect(all.contains("response... -1\nTIME ERROR -1: Malformed status line.\nGiving up.\n"))
    }

    @Test("a status below ten has its place, and what it is called gives no orders to a terminal")
    func status() async throws {
        let (run, text) = try await told("HTTP/1.1 000 Z\u{1b}[1m\r\nContent-Length: 0\r\n\r\n")
        #expect(run.status == 8)
        #expect(text.contains("response...  0 Z\\033[1m\nTIME ERROR 0: Z\\033[1m.\n"))
    }

    @Test("of a reply without content no length is told, and of interim ones alone no data")
    func noContent() async throws {
        let none = try await told("HTTP/1.1 204 N\r\nContent-Length: 5\r\n\r\n").text
        #expect(none.contains("204 N\nTIME (0.00 B/s) - ‘x’ saved [0]"))
        let interim = try await told("HTTP/1.1 100 C\r\n\r\n", ["-nv"])
        #expect(interim.text == "No data received.\n" && interim.run.status == 4)
    }

    @Test("-S joins folded lines, and shows what is no text as numbers")
    func fields() async throws {
        let answer =
            Array("HTTP/1.1 200 O\r\nA: b\r\n c\r\nD: \u{7}".utf8) + [0xFC]
            + Array("\r\nContent-Length: 0\r\n\r\n".utf8)
        let text = try await told(answer, ["-S"]).text
        #expect(
            text.contains(
                "\n  HTTP/1.1 200 O\n  A: b   c\n  D: \\a\\374\n  Content-Length: 0\n"))
    }

    @Test("a server that does not speak TLS ends the try, whether it talks or not")
    func noTLS() async throws {
        let silent = try await told([], ["-nv", "-T0.2"], scheme: "https")
        #expect(silent.run.status == 4)
        #expect(silent.text == "Unable to establish SSL connection.\n")
        let plain = try await told(
            Array("HTTP/1.1 400 B\r\n\r\n".utf8), ["-nv"], scheme: "https")
        #expect(plain.run.status == 4)
        #expect(plain.text.hasSuffix("Unable to establish SSL connection.\n"))
    }

    @Test(
        "files that TLS needs and that are not there are told as wget tells them",
        arguments: [
            ("--crl-file=/no/such", "ERROR: Failed to load CRL file '/no/such': (-64)\n"),
            (
                "--certificate=/no/such",
                "ERROR: cannot use /no/such: No such file or directory.\n"
            ),
        ])
    func tlsFiles(_ argument: String, _ line: String) async throws {
        let (run, text) = try await told([], ["-nv", "-T0.2", argument], scheme: "https")
        #expect(run.status == 1)
        #expect(text == line + "Disabling SSL due to encountered errors.\n")
    }

    @Test("authorities that are not there are told, and the run goes on")
    func authorities() async throws {
        let file = try await told(
            [], ["-nv", "-T0.2", "--ca-certificate=/no/such"], scheme: "https")
        #expect(
            file.text == "ERROR: Failed to open cert /no/such: (-64).\n"
                + "Unable to establish SSL connection.\n")
        let folder = try await told(
            [], ["-nv", "-T0.2", "--ca-directory=/no/such"], scheme: "https")
        #expect(
            folder.text == "ERROR: Cannot open directory /no/such.\n"
                + "Unable to establish SSL connection.\n")
    }

    @Test("another part than was asked for is none of the file")
    func otherPart() async throws {
        for range in ["", "Content-Range: bytes 0-1/9\r\n", "Content-Range: bytes 3-4/9\r\n"] {
            let answer = "HTTP/1.1 206 P\r\n\(range)Content-Length: 2\r\n\r\nxy"
            let folder = try WgetFolder()
            try folder.write("begun", to: "x")
            let port = try await TCPServerEndpoint.loopback()
                .listen { _ in Parrot(Array(answer.utf8)) }.value
            let run = try await folder.wget(["-c", "-t1", "http://\(port.address)/x"])
            #expect(run.status == 4 && run.errors.hasSuffix("206 P\nGiving up.\n\n"))
            #expect(folder.contents("x") == "begun")
            port.stopListening()
        }
    }

    @Test("a URL that looks like a pattern, or has no host, is told as wget tells it")
    func oddURLs() async throws {
        let answer = "HTTP/1.1 200 O\r\nContent-Length: 0\r\n\r\n"
        let port = try await TCPServerEndpoint.loopback()
            .listen { _ in Parrot(Array(answer.utf8)) }.value
        defer { port.stopListening() }
        let folder = try WgetFolder()
        let warning = "Warning: wildcards not supported in HTTP.\n"
        let url = "http://\(port.address)/[12]"
        #expect(try await folder.wget(["-t1", url]).errors.hasPrefix(warning))
        #expect(try await !folder.wget(["-t1", "--no-glob", url]).errors.contains(warning))
        #expect(
            try await !folder.wget(["-t1", "http://\(port.address)/?*"]).errors.contains(warning))
        let none = try await folder.wget(["-t1", "http://a b/"])
        #expect(
            none.status == 4
                && none.errors.hasSuffix(
                    "Resolving a b (a b)... failed: Name or service not known.\n"
                        + "swift-wget: unable to resolve host address ‘a b’\n")
        )
    }

    @Test("a cookie for others is told")
    func foreignCookie() async throws {
        let cookie = "Set-Cookie: a=b; domain=far.test\r\n"
        let answer = "HTTP/1.1 200 O\r\n\(cookie)Content-Length: 0\r\n\r\n"
        let text = try await told(answer, ["-nv"]).text
        let line = "Cookie coming from 127.0.0.1 attempted to set domain to far.test\n"
        #expect(text.hasPrefix(line))
    }

    @Test("what is wrong in .netrc is told once, when it is looked into")
    func netrc() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let folder = try WgetFolder()
        let home = ["HOME": folder.path]
        try folder.write("login a\nodd\nmachine b login c password d\n", to: ".netrc")
        let run = try await folder.wget(
            ["-q", "\(site.url)/a", "\(site.url)/b"], environment: home)
        let path = folder.path + "/.netrc"
        #expect(
            run.errors
                == "swift-wget: \(path):1: warning: ‘login’ token appears before any machine name\n"
                + "swift-wget: \(path):2: unknown token \"odd\"\n")
        let known = try await folder.wget(
            ["-q", "--user=u", "--password=p", "\(site.url)/c"], environment: home)
        #expect(known.errors == "")
        site.stop()
    }

    @Test("a folder in the place of the file ends it")
    func folder() async throws {
        let site = try await TestSite { _ in .response(.text("x")) }
        let folder = try WgetFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/file", withIntermediateDirectories: true)
        let run = try await folder.wget(["-nv", "\(site.url)/file"])
        #expect(run.status == 3 && site.requests == ["/file"])
        #expect(
            run.errors
                == "file: Is a directory\nCannot write to ‘file’ (Is a directory).\n")
        let document = try await folder.wget(["-O", "file", "\(site.url)/file"])
        #expect(document.status == 1 && document.errors == "file: Is a directory\n")
        let log = try await folder.wget(["-o", "no/such", "\(site.url)/file"])
        #expect(
            log.status == 1 && log.errors == "swift-wget: no/such: No such file or directory\n")
        site.stop()
    }

    @Test("what is a packed file by its name or type stays one, whatever coding its server tells")
    func packed() async throws {
        // "a", packed.
        let gzip: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x4b, 4, 0, 0x43, 0xbe, 0xb7, 0xe8, 1, 0, 0, 0,
        ]
        let site = try await TestSite { request in
            let type = request.path.hasSuffix("/typed") ? "application/x-gzip" : "text/plain"
            var response = WebResponse.octets(gzip, contentType: type)
            response.headerFields[.contentEncoding] = "gzip"
            return .response(response)
        }
        let folder = try WgetFolder()
        let names = ["f.tgz", "f.GZ", "typed", "plain"]
        let run = try await folder.wget(
            ["-nv", "--compression=auto"] + names.map { "\(site.url)/\($0)" })
        #expect(run.status == 0)
        for name in names.dropLast() {
            let octets = FileManager.default.contents(atPath: folder.path + "/" + name)
            #expect(octets.map { Array($0) } == gzip)
            #expect(run.errors.contains("/\(name) [21/21] -> \"\(name)\" [1]"))
        }
        #expect(folder.contents("plain") == "a")
        #expect(run.errors.contains("/plain [1] -> \"plain\" [1]"))
        site.stop()
    }

    @Test("what is wrong with the name of a proxy is told in the words for URLs")
    func proxy() async throws {
        let folder = try WgetFolder()
        for (name, text) in [
            ("nonsense:", "Error in proxy URL ftp://nonsense/: Must be HTTP.\n"),
            ("http://a:99999", "Error parsing proxy URL http://a:99999: Bad port number.\n"),
            ("foo://a", "Error parsing proxy URL foo://a: Unsupported scheme ‘foo’.\n"),
        ] {
            let run = try await folder.wget(
                ["-nv", "http://127.0.0.1:9/"], environment: ["http_proxy": name])
            #expect(run.status == 8 && run.errors == text)
        }
    }

    @Test("--spider tells what leads nowhere with -nv too, and leaves a robots.txt that is there")
    func spider() async throws {
        let site = try await TestSite { request in
            switch request.path {
            case "/robots.txt": return .response(.text("User-agent: *\n"))
            case "/": return .response(.html("<a href=gone>x</a>"))
            default: return .response(WebResponse(status: .notFound))
            }
        }
        let folder = try WgetFolder()
        try folder.write("mine", to: "robots.txt")
        let run = try await folder.wget(["-nv", "--spider", "-r", "-nH", "-nd", "\(site.url)/"])
        #expect(run.status == 8)
        #expect(run.errors.contains("Found 1 broken link.\n\n\(site.url)/gone\n\n"))
        #expect(run.errors.contains("-> \"index.html.tmp.tmp\" [1]"))
        #expect(folder.files == ["robots.txt"] && folder.contents("robots.txt") == "mine")
        let kept = try await folder.wget(["-nv", "--spider", "-r", "-nc", "-nd", "\(site.url)/"])
        #expect(kept.status == 8 && folder.contents("robots.txt") == "mine")
        site.stop()
    }

    @Test("a page that is not modified is told by its contents, and a picture is no page")
    func notModified() async throws {
        let site = try await TestSite { request in
            guard request.headerFields[.ifModifiedSince] == nil else {
                return .response(WebResponse(status: .notModified))
            }
            let isPage = request.path == "/"
            var response = WebResponse.octets(
                Array((isPage ? "<a href=pic>" : "\u{1}<a href=odd>").utf8),
                contentType: isPage ? "text/html" : "image/png")
            response.headerFields[.lastModified] = "Sat, 01 Jan 2022 12:34:56 GMT"
            return .response(response)
        }
        let folder = try WgetFolder()
        let arguments = ["-nv", "-r", "-N", "-k", "-K", "-nH", "-e", "robots=off", "\(site.url)/"]
        _ = try await folder.wget(arguments)
        let first = site.requests
        _ = try await folder.wget(arguments)
        #expect(first == ["/", "/pic"] && site.requests == first + first)
        #expect(folder.contents("pic") == "\u{1}<a href=odd>")
        #expect(folder.contents("index.html") == "<a href=\"pic\">")
        site.stop()
    }
}
