import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTLS

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

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

    // MARK: Into files

    /// A new file that is gone when it is closed.
    private func temporaryFile(_ flags: Int32 = 0) throws -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        let descriptor = unsafe open(path, O_CREAT | O_RDWR | flags, 0o600)
        try #require(descriptor >= 0)
        _ = unsafe unlink(path)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func contents(_ file: FileHandle) throws -> [UInt8] {
        try file.seek(toOffset: 0)
        return Array(try file.readToEnd() ?? Data())
    }

    @Test("a body is written into a file, moved or copied, at its position or its end")
    func writesFiles() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        let client = HTTPClient()
        let url = "http://127.0.0.1:\(number)/large"
        for isMoved in [true, false] {
            for flags in [Int32(0), O_APPEND] {
                let file = try temporaryFile(flags)
                try file.write(contentsOf: bytes("before"))
                var steps: [Int] = []
                let response = try await client.request(url).value
                let count = try await response.write(
                    to: file.fileDescriptor, isMoved: isMoved, progress: { steps.append($0) }
                ).value
                #expect(count == Self.large.count)
                #expect(steps.last == count && steps == steps.sorted())
                #expect(try contents(file) == bytes("before") + Self.large)
                // The connection is as good as before.
                #expect(
                    text(try await client.getPage("http://127.0.0.1:\(number)/").value) == "root")
            }
        }
        #expect(client.connectionCount == 1)
        client.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("a body that is held back, or given up, while it is moved")
    func holdsMovedBodies() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        let client = HTTPClient()
        let url = "http://127.0.0.1:\(number)/large"
        let file = try temporaryFile()
        let response = try await client.request(url).value
        response.pause()
        var written = 0
        let writing = response.write(to: file.fileDescriptor, isMoved: true) { written = $0 }
        for _ in 0..<5 { try await deferLater(0).value }
        #expect(written == 0)
        response.resume()
        #expect(try await writing.value == Self.large.count)
        #expect(try contents(file) == Self.large)
        let other = try await client.request(url).value
        var isCancelled = false
        let given = other.write(to: file.fileDescriptor, isMoved: true) { [weak other] _ in
            other?.cancel()
            isCancelled = true
        }
        given.addBoth { _ in }
        while !isCancelled { try await deferLater(0).value }
        #expect(!given.isFired)
        #expect(text(try await client.getPage("http://127.0.0.1:\(number)/").value) == "root")
        client.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test(
        "a file that takes no more fails the body by the system's error, and frees the connection")
    func fullFiles() async throws {
        let site = site()
        let (port, number) = try await serve { site.connection(from: $0) }
        let client = HTTPClient()
        let url = "http://127.0.0.1:\(number)/large"
        for (path, flags, number) in [
            ("/dev/full", O_WRONLY, ENOSPC), ("/etc/passwd", O_RDONLY, EBADF),
        ] {
            for isMoved in [true, false] {
                let descriptor = unsafe open(path, flags)
                defer { _ = close(descriptor) }
                let response = try await client.request(url).value
                await #expect(throws: SystemError(errno: number)) {
                    try await response.write(to: descriptor, isMoved: isMoved).value
                }
                #expect(client.connectionCount == 0)
            }
        }
        client.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    /// Answers each connection with octets, and closes it.
    private final class Cutter: StreamProtocol {
        private let octets: [UInt8]

        init(_ octets: [UInt8]) { self.octets = octets }

        func connectionMade(_ transport: any StreamTransport) {
            transport.write(octets)
            transport.loseConnection()
        }
        func dataReceived(_ bytes: Span<UInt8>) {}
    }

    @Test(
        "what came before the connection was cut is in the file, moved or copied; chunks are copied"
    )
    func cutBodies() async throws {
        let part = [UInt8](Self.large[..<100_000])
        let chunked =
            bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n") + part
        let announced = bytes("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n") + part
        for (answer, error) in [
            (announced, HTTPError.truncated(received: 100_000, expected: 300_000)),
            (chunked, .truncated(received: 100_000, expected: nil)),
        ] {
            let (port, number) = try await serve { _ in Cutter(answer) }
            let client = HTTPClient()
            for isMoved in [true, false] {
                let file = try temporaryFile()
                let response = try await client.request("http://127.0.0.1:\(number)/").value
                await #expect(throws: error) {
                    try await response.write(to: file.fileDescriptor, isMoved: isMoved).value
                }
                #expect(try contents(file) == part)
            }
            client.close()
            port.stopListening()
        }
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
