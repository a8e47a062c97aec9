import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTLS

/// A certificate for `localhost`, signed by itself, made with the openssl command.
private func identity() throws -> (certificate: [UInt8], key: [UInt8]) {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-keyout", folder.path + "/k", "-out", folder.path + "/c", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (
        Array(try Data(contentsOf: folder.appending(path: "c"))),
        Array(try Data(contentsOf: folder.appending(path: "k")))
    )
}

@Suite("The HTTP client over real sockets", .timeLimit(.minutes(1)))
@Reactor
struct ClientLoopbackTests {
    static let large = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })

    func site() -> Site {
        let root = Resource()
        root.putChild("", StaticResource.text("root"))
        root.putChild("moved", RedirectResource(to: "/"))
        root.putChild(
            "large",
            StaticResource(.octets(Self.large, contentType: "application/octet-stream")))
        root.putChild(
            "echo",
            FunctionResource(methods: [.post], isLeaf: true) { request in
                .response(.octets(request.body, contentType: "application/octet-stream"))
            })
        return Site(root)
    }

    /// Serves the site, and gives its URL.
    func serve(_ factory: @escaping ConnectionFactory) async throws -> (any ListeningPort, UInt16) {
        let port = try await TCPServerEndpoint.loopback().listen(factory).value
        guard case .ip(_, let number) = port.address else { throw HTTPError.closed }
        return (port, number)
    }

    @Test("a hundred pages at once, from few connections")
    func fetchesManyAtOnce() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        let client = HTTPClient()
        let pages = (0..<100).map { _ in client.getPage("http://127.0.0.1:\(number)/moved") }
        for page in pages { #expect(text(try await page.value) == "root") }
        #expect(client.connectionCount <= 6)
        client.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("a large body arrives whole, whichever way it is taken, and one is sent")
    func movesLargeBodies() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        let client = HTTPClient()
        let url = "http://127.0.0.1:\(number)/"
        #expect(try await client.getPage(url + "large").value == Self.large)
        var received: [UInt8] = []
        for try await piece in try await client.request(url + "large").value.body {
            received += piece
        }
        #expect(received == Self.large)
        var first = 0
        try await client.request(url + "large").value.receive { piece in
            first += piece.count
            return false
        }.value
        #expect(first > 0 && first <= Self.large.count)
        let echo = try await client.request(
            url + "echo", method: .post, body: .bytes(Self.large)
        ).value
        #expect(try await echo.collect().value == Self.large)
        let streamed = try await client.request(
            url + "echo", method: .post,
            body: .async { writer in
                for start in stride(from: 0, to: Self.large.count, by: 10_000) {
                    try await writer.write([UInt8](Self.large[start..<(start + 10_000)])).value
                }
            }
        ).value
        #expect(try await streamed.collect().value == Self.large)
        client.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("https: a certificate that is trusted, one that is not, and a server without TLS")
    func speaksTLS() async throws {
        let (certificate, key) = try identity()
        var served = TLSOptions()
        served.certificate = certificate
        served.privateKey = key
        served.applicationProtocols = ["http/1.1"]
        let site = site()
        let (port, number) = try await serve(
            serveTLS(try TLSContext(.server, served)) { site.connection(from: $0) })
        let (plain, plainNumber) = try await serve { site.connection(from: $0) }

        var options = HTTPClient.Options()
        options.tls.authorities = certificate
        let trusting = HTTPClient(options)
        let url = "https://localhost:\(number)/"
        #expect(text(try await trusting.getPage(url).value) == "root")
        #expect(try await trusting.getPage(url + "large").value == Self.large)
        #expect(trusting.connectionCount == 1)
        await #expect(throws: TLSError.notTLS(host: "localhost")) {
            try await trusting.getPage("https://localhost:\(plainNumber)/").value
        }
        let other = HTTPClient()
        await #expect(throws: TLSError.selfSigned(host: "localhost")) {
            try await other.getPage(url).value
        }
        #expect(other.connectionCount == 0)
        options.tls = TLSOptions()
        options.tls.verifies = false
        let careless = HTTPClient(options)
        #expect(text(try await careless.getPage(url).value) == "root")

        for client in [trusting, other, careless] { client.close() }
        port.stopListening()
        plain.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("an observer hears how a name was looked up, connected to and made secure, or why not")
    func observed() async throws {
        let (certificate, key) = try identity()
        var served = TLSOptions()
        served.certificate = certificate
        served.privateKey = key
        let site = site()
        let (port, number) = try await serve(
            serveTLS(try TLSContext(.server, served)) { site.connection(from: $0) })
        for isTrusted in [true, false] {
            var options = HTTPClient.Options()
            options.connecting.order = .inTurn
            options.connecting.families = .ipv4Only
            if isTrusted { options.tls.authorities = certificate }
            let notes = RequestNotes()
            var request = HTTPClient.Request(try WebURL.parse("https://localhost:\(number)/"))
            request.observer = notes
            let client = HTTPClient(options)
            _ = try? await client.request(request).value.collect().value
            let begin = ["resolving", "connecting", "connected", "securing localhost"]
            #expect(Array(notes.lines.prefix(4)) == begin)
            #expect(
                notes.lines[4]
                    == (isTrusted
                        ? "secured TLSv1.3 [\"localhost\"]"
                        : "insecure: \(TLSError.selfSigned(host: "localhost"))"))
            client.close()
        }
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("nobody listens, and a name that does not exist")
    func tellsWhyNot() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        port.stopListening()
        let client = HTTPClient()
        await #expect(throws: ConnectError.self) {
            try await client.getPage("http://127.0.0.1:\(number)/").value
        }
        await #expect(throws: (any Error).self) {
            try await client.getPage("http://nowhere.invalid/").value
        }
        #expect(client.connectionCount == 0)
    }
}
