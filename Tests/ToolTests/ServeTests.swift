import Foundation
import HTTPTypes
import Subprocess
import Testing
import TwineCore
import TwineHTTP

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct ServeTests {
    /// A folder with some files, and a program that serves it on loopback.
    @Reactor
    private final class Serving {
        let folder: String
        let server: ServerProgram
        let port: Int
        let client = HTTPClient()

        init(_ options: [String] = []) async throws {
            folder =
                FileManager.default.temporaryDirectory
                .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
            try FileManager.default.createDirectory(
                atPath: folder + "/sub", withIntermediateDirectories: true)
            try "hello\n".write(toFile: folder + "/a.txt", atomically: true, encoding: .utf8)
            try "secret".write(toFile: folder + "/.hidden", atomically: true, encoding: .utf8)
            server = try ServerProgram(
                "swift-serve",
                ["--json", "--port", "0", "--bind", "127.0.0.1"] + options + [folder])
            port = try await server.ports()[0]
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func get(
            _ path: String, _ fields: HTTPFields = [:], method: HTTPRequest.Method = .get,
            body: String? = nil
        ) async throws -> (status: Int, fields: HTTPFields, body: String) {
            let response = try await client.request(
                "http://127.0.0.1:\(port)\(path)", method: method, fields: fields,
                body: body.map { .bytes(Array($0.utf8)) } ?? .none
            ).value
            let octets = try await response.collect().value
            return (
                response.status.code, response.fields, String(decoding: octets, as: UTF8.self)
            )
        }

        func stop() async throws {
            client.close()
            #expect(try await server.stop() == .exited(0))
        }
    }

    @Test("files, lists, and nothing hidden; a line of JSON for each request")
    func files() async throws {
        let serving = try await Serving()
        let file = try await serving.get("/a.txt")
        #expect(file.status == 200 && file.body == "hello\n")
        let list = try await serving.get("/")
        #expect(list.body.contains(">a.txt</a>") && !list.body.contains("hidden"))
        #expect(try await serving.get("/.hidden").status == 404)
        #expect(try await serving.get("/x", method: .put, body: "x").status == 405)
        try await serving.server.eventually {
            serving.server.events.count { $0["event"] as? String == "request" } == 4
        }
        let lines = serving.server.events.filter { $0["event"] as? String == "request" }
        #expect(lines.map { $0["status"] as? Int } == [200, 200, 404, 405])
        #expect(lines[0]["octets"] as? Int == 6 && lines[0]["target"] as? String == "/a.txt")
        #expect(
            serving.server.errors
                == "swift-serve: \(serving.folder) at http://127.0.0.1:\(serving.port)/\n")
        try await serving.stop()
    }

    @Test("--user, --cors, --upload, --hidden, --no-listing do what they say")
    func options() async throws {
        let serving = try await Serving([
            "--user", "ann:se:cret", "--upload", "--max-upload", "10", "--cors", "--hidden",
            "--no-listing",
        ])
        let login: HTTPFields = [
            .authorization: "Basic " + Data("ann:se:cret".utf8).base64EncodedString()
        ]
        let refused = try await serving.get("/a.txt")
        #expect(refused.status == 401 && refused.fields[.accessControlAllowOrigin] == "*")
        #expect(try await serving.get("/b", method: .put, body: "x").status == 401)
        #expect(try await serving.get("/.hidden", login).body == "secret")
        #expect(try await serving.get("/", login).status == 403)
        #expect(try await serving.get("/sub/b", login, method: .put, body: "new").status == 201)
        #expect(try await serving.get("/sub/b", login).body == "new")
        let large = try await serving.get(
            "/sub/c", login, method: .put, body: String(repeating: "x", count: 11))
        #expect(large.status == 413)
        try await serving.stop()
    }

    @Test("--user: curl logs in by Digest and by Basic, and not with the wrong password")
    func curl() async throws {
        let serving = try await Serving(["--user", "ann:secret", "--upload"])
        let url = "http://127.0.0.1:\(serving.port)"
        for (arguments, status) in [
            ("--digest -u ann:secret \(url)/a.txt", "200"),
            ("--anyauth -u ann:secret \(url)/a.txt?x=1", "200"),
            ("--basic -u ann:secret \(url)/a.txt", "200"),
            ("--digest -u ann:wrong \(url)/a.txt", "401"),
            ("--digest -u ann:secret -T \(serving.folder)/a.txt \(url)/b.txt", "201"),
        ] {
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: ["-c", "curl -s -o /dev/null -w '%{http_code}' \(arguments)"],
                output: .string(limit: 64))
            #expect(result.standardOutput == status, "\(arguments)")
        }
        try await serving.stop()
    }

    @Test("--htpasswd: hashed passwords, and uploads wait for the check")
    func htpasswd() async throws {
        let path = "/tmp/twine-\(UInt32.random(in: 0 ... .max))"
        try "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let serving = try await Serving(["--htpasswd", path, "--upload", "--user", "bob:b"])
        func login(_ text: String) -> HTTPFields {
            [.authorization: "Basic " + Data(text.utf8).base64EncodedString()]
        }
        #expect(try await serving.get("/a.txt", login("ann:secret")).status == 200)
        #expect(try await serving.get("/a.txt", login("bob:b")).status == 200)
        #expect(try await serving.get("/a.txt", login("ann:wrong")).status == 401)
        let body = String(repeating: "0123456789", count: 200_000)
        let put = try await serving.get("/big", login("ann:secret"), method: .put, body: body)
        #expect(put.status == 201)
        #expect(try String(contentsOfFile: serving.folder + "/big", encoding: .utf8) == body)
        try await serving.stop()
    }

    @Test("--tls: curl takes the certificate when it is told to, by ALPN http/1.1")
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let octets = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        try Data(octets).write(to: URL(fileURLWithPath: folder + "/big"))
        let server = try ServerProgram(
            "swift-serve", ["--json", "--tls", "--port", "0", "--bind", "127.0.0.1", folder])
        let port = try await server.ports()[0]
        let certificate = try #require(
            server.events.first { $0["event"] as? String == "certificate" })
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: [
                "-c",
                """
                openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null \
                    | openssl x509 -out '\(folder)/cert.pem'
                openssl x509 -noout -fingerprint -sha256 -in '\(folder)/cert.pem' \
                    | sed 's/.*=//'
                curl -sS --http1.1 --cacert '\(folder)/cert.pem' -o '\(folder)/got' \
                    -w '%{http_code} %{http_version}' https://127.0.0.1:\(port)/big
                """,
            ], output: .string(limit: 4096), error: .string(limit: 4096))
        let lines = result.standardOutput.split(separator: "\n")
        #expect(lines.first.map(String.init) == certificate["sha256"] as? String)
        #expect(lines.last == "200 1.1", "\(result)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/got")) == Data(octets))
        #expect(try await server.stop() == .exited(0))
    }

    @Test("--latency and --rate make it slow")
    func slow() async throws {
        let serving = try await Serving(["--latency", "200", "--rate", "100k"])
        try Data(repeating: 7, count: 40_000).write(
            to: URL(fileURLWithPath: serving.folder + "/big"))
        let began = Reactor.seconds
        #expect(try await serving.get("/missing").status == 404)
        #expect(Reactor.seconds - began >= 0.19)
        #expect(try await serving.get("/big").body.utf8.count == 40_000)
        #expect(Reactor.seconds - began >= 0.5, "40 kB at 100 KiB a second take 0.4 seconds")
        try await serving.stop()
    }

    @Test("without --json a line in the combined format; with --quiet none")
    func lines() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let server = try ServerProgram(
            "swift-serve", ["--port", "0", "--bind", "127.0.0.1", folder])
        try await server.eventually { server.errors.hasSuffix("/\n") }
        let port = try #require(Int(server.errors.split(separator: ":").last?.dropLast(2) ?? ""))
        let client = HTTPClient()
        _ = try await client.request("http://127.0.0.1:\(port)/no/such").value.collect().value
        try await server.eventually { server.output.hasSuffix("\n") }
        #expect(server.output.hasPrefix("127.0.0.1 - - ["))
        #expect(server.output.contains("\"GET /no/such HTTP/1.1\" 404 "))
        client.close()
        try await server.stop()
    }

    @Test("SIGTERM: the answer that is under way is sent to its end, then status 0")
    func drain() async throws {
        let serving = try await Serving(["--rate", "200k"])
        try Data(repeating: 7, count: 100_000).write(
            to: URL(fileURLWithPath: serving.folder + "/big"))
        let response = try await serving.client.request(
            "http://127.0.0.1:\(serving.port)/big"
        ).value
        serving.server.signal(SIGTERM)
        #expect(try await response.collect().value.count == 100_000)
        #expect(try await serving.server.end() == .exited(0))
        serving.client.close()
    }

    @Test(
        "options that make no sense are told",
        arguments: [
            (["--user", "ann"], 2, "--user ann is not a name, a colon and a password."),
            (["--bind", "lo"], 2, "--bind lo is not an IP address."),
            (["--certificate", "x"], 2, "--certificate and --private-key need each other."),
            (["/no/such/folder"], 2, "cannot serve /no/such/folder: "),
            (["/etc/passwd"], 2, "cannot serve /etc/passwd: "),
            (["--htpasswd", "/no/such", "/tmp"], 2, "cannot read /no/such: "),
            (["--bind", "192.0.2.1", "/tmp"], 1, "cannot listen at 192.0.2.1:8000: "),
        ])
    func mistakes(_ arguments: [String], _ status: Int32, _ expected: String) async throws {
        let done = try await run("swift-serve", arguments)
        #expect(done.status == status && done.output == "", "\(done)")
        #expect(done.errors.hasPrefix("swift-serve: " + expected), "\(done.errors)")
    }
}
