import Foundation
import HTTPTypes
import Subprocess
import Testing
import TwineCore
import TwineHTTP

/// The files of cookies and of HSTS, given to other programs and taken from them.
@Suite(.serialized, .timeLimit(.minutes(1)))
@Reactor
struct CookiePeersTests {
    private nonisolated static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    private static let fields = [
        "plain=1; Path=/", "quoted=\"2 3\"; Path=/", "below=4; Path=/a; Max-Age=1000",
        "elsewhere=5; Path=/b",
        "empty=; Path=/",
    ]
    private let now = Int(Date().timeIntervalSince1970)

    /// A server that tells which cookies came, and sets some; a file of its own.
    private func withServer(_ body: (URL, String) async throws -> Void) async throws {
        let site = Site(
            FunctionResource(isLeaf: true) { request in
                var response = WebResponse.text(request.headerFields[.cookie] ?? "none")
                for field in Self.fields {
                    response.headerFields.append(HTTPField(name: .setCookie, value: field))
                }
                return .response(response)
            })
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-cookies-\(port.address)")
        defer {
            port.stopListening()
            try? FileManager.default.removeItem(at: file)
        }
        try await body(file, "http://\(port.address)/a/b")
    }

    private func run(_ program: String, _ arguments: String...) async throws -> (String, String) {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 65_536),
            error: .string(limit: 65_536))
        return (result.standardOutput, result.standardError)
    }

    /// A jar that has seen the server.
    private func jar(_ rules: CookieRules, _ url: String) throws -> CookieJar {
        var jar = CookieJar(rules: rules)
        jar.receive(Self.fields, from: try WebURL.parse(url), at: now)
        return jar
    }

    private func write(_ jar: CookieJar, to file: URL) throws {
        let octets = CookieFile.serialize(jar, at: now, keepsSession: true, date: "today")
        try Data(octets).write(to: file)
    }

    /// The lines behind the comments, sorted, without the second in which a cookie ends.
    private func lines(_ octets: [UInt8]) -> [String] {
        String(decoding: octets, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { String($0).replacing(/\t[1-9][0-9]+\t/, with: "\tthen\t") }.sorted()
    }

    @Test("curl sends the cookies of our file", .enabled(if: has("curl"), "curl is missing"))
    func curl() async throws {
        try await withServer { file, url in
            var jar = try jar(.standard, url)
            try write(jar, to: file)
            let (sent, errors) = try await run("curl", "-sS", "-b", file.path, url)
            let pairs = sent.components(separatedBy: "; ")
            #expect(
                Set(pairs) == Set(try jar.cookies(for: WebURL.parse(url), at: now).map(\.pair)),
                "\(errors)")
        }
    }

    @Test("Python loads our file", .enabled(if: has("python3"), "python3 is missing"))
    func python() async throws {
        try await withServer { file, url in
            let jar = try jar(.standard, url)
            try write(jar, to: file)
            let script = """
                import http.cookiejar, sys
                jar = http.cookiejar.MozillaCookieJar()
                # It takes the 0 of a session's cookies, which all others write, for 1970.
                jar.load(sys.argv[1], ignore_discard=True, ignore_expires=True)
                print("\\n".join(sorted(f"{c.domain} {c.path} {c.name}={c.value or ''}" for c in jar)))
                """
            let (loaded, errors) = try await run("python3", "-c", script, file.path)
            let cookies = jar.cookies.map { "\($0.domain) \($0.path) \($0.pair)" }.sorted()
            #expect(loaded == cookies.joined(separator: "\n") + "\n", "\(errors)")
        }
    }

    @Test(
        "wget sends the cookies of our file as we would, and writes the file that we write",
        .enabled(if: has("wget"), "wget is missing"))
    func wget() async throws {
        try await withServer { file, url in
            var jar = try jar(.wget, url)
            try write(jar, to: file)
            let (sent, errors) = try await run(
                "wget", "-q", "-O", "-", "--no-hsts", "--load-cookies", file.path,
                "--save-cookies", file.path, "--keep-session-cookies", url)
            #expect(sent == jar.cookieField(for: try WebURL.parse(url), at: now), "\(errors)")
            let theirs = Array(try Data(contentsOf: file))
            try write(jar, to: file)
            // wget refuses a path that is not above the page's, and keeps it from a file.
            #expect(lines(theirs) == lines(Array(try Data(contentsOf: file))))
            var again = CookieJar(rules: .wget)
            CookieFile.read(theirs, into: &again, at: now)
            #expect(again.cookies.map(\.pair).sorted() == jar.cookies.map(\.pair).sorted())
        }
    }

    @Test(
        "wget asks over TLS whom our database knows", .enabled(if: has("wget"), "wget is missing"))
    func hsts() async throws {
        try await withServer { file, url in
            var hosts = HSTSDatabase()
            let name = url.replacing("127.0.0.1", with: "localhost")
            let safe = name.replacing("http:", with: "https:")
            hosts.receive("max-age=1000", from: try WebURL.parse(safe), at: now)
            try HSTSFile(path: file.path).save(&hosts, at: now)
            let (_, log) = try await run(
                "wget", "-d", "-t", "1", "-O", "/dev/null", "--hsts-file", file.path, name)
            #expect(log.contains("HSTS policy"), "\(log)")
        }
    }
}
