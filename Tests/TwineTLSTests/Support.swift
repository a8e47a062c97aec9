import Foundation
import Testing
import TwineCore
import TwineTLS
import TwineTesting

/// Certificates that the `openssl` command makes, once for all tests.
enum Certificates {
    /// A folder with `ca.pem`, and for each kind a `KIND.pem` and a `KIND.key`: good, expired, early,
    /// wronghost, unknown, selfsigned, incomplete.
    static let folder: URL = {
        let folder = temporaryFolder()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Interop/servers/certificates.sh")
        run("bash", script.path, folder.path)
        return folder
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A certificate that signed itself, for these names alone.
    static func selfSigned(_ names: String, subject: String = "/O=Test") throws -> TLSOptions {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", folder.path + "/k", "-out", folder.path + "/c", "-days", "2",
            "-subj", subject, "-addext",
            names.isEmpty ? "keyUsage=digitalSignature" : "subjectAltName=\(names)")
        var options = TLSOptions()
        options.certificate = Array(try Data(contentsOf: folder.appendingPathComponent("c")))
        options.privateKey = Array(try Data(contentsOf: folder.appendingPathComponent("k")))
        return options
    }

    /// A folder that is removed with the test run's other temporary files.
    static func temporaryFolder() -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-tls-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs a command in a folder, in which it has to succeed.
    static func run(_ command: String..., in directory: URL? = nil) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
        } catch {
            Issue.record("\(command): \(error)")
        }
        if process.terminationStatus != 0 { Issue.record("\(command) failed") }
    }
}

/// The server's options with the certificate of a kind.
func server(_ kind: String = "good") throws -> TLSOptions {
    var options = TLSOptions()
    options.certificate = try Certificates.bytes("\(kind).pem")
    options.privateKey = try Certificates.bytes("\(kind).key")
    return options
}

/// The options of a client that trusts the test's authority and nobody else.
func client() throws -> TLSOptions {
    var options = TLSOptions()
    options.trustsSystem = false
    options.authorities = try Certificates.bytes("ca.pem")
    return options
}

/// A protocol that notes all that happens to it.
@Reactor
final class Recorder: StreamProtocol {
    private(set) var received: [UInt8] = []
    private(set) var lost: [ConnectionLost] = []
    private(set) var transport: (any StreamTransport)?
    var onMade: (any StreamTransport) -> Void = { _ in }
    var onData: (any StreamTransport) -> Void = { _ in }

    func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        onMade(transport)
    }
    func dataReceived(_ bytes: Span<UInt8>) {
        for index in bytes.indices { received.append(bytes[index]) }
        if let transport { onData(transport) }
    }
    func connectionLost(_ reason: ConnectionLost) { lost.append(reason) }
}

/// Both ends of a TLS connection, and the two transports without a socket below them.
@Reactor
final class Pair {
    let client: TLSConnection
    let server: TLSConnection
    let clientLower = MemoryTransport()
    let serverLower = MemoryTransport()
    let atClient = Recorder()
    let atServer = Recorder()
    /// What is done to the octets on their way; the pieces are delivered one by one.
    var toClient: ([UInt8]) -> [[UInt8]] = { [$0] }
    var toServer: ([UInt8]) -> [[UInt8]] = { [$0] }

    init(
        _ clientContext: TLSContext, _ serverContext: TLSContext, host: String = "localhost",
        port: UInt16 = 443
    ) throws {
        client = TLSConnection(try TLSEngine(clientContext, host: host, port: port))
        let atServer = atServer
        server = TLSConnection(try TLSEngine(serverContext)) { atServer }
        let atClient = atClient
        client.handshake.addCallback { $0.attach(atClient) }.addErrback { _ in }
        server.handshake.addBoth { _ in }
    }

    convenience init(
        _ clientOptions: TLSOptions, _ serverOptions: TLSOptions, host: String = "localhost"
    ) throws {
        try self.init(
            TLSContext(.client, clientOptions), TLSContext(.server, serverOptions), host: host)
    }

    /// Connects both, and carries octets until there are none.
    func run() async throws {
        serverLower.attach(server)
        clientLower.attach(client)
        try await carry()
    }

    func carry() async throws {
        while true {
            // What was written in a callback is encrypted when it has returned.
            try await deferLater(0).value
            let (up, down) = (clientLower.takeWritten(), serverLower.takeWritten())
            guard !up.isEmpty || !down.isEmpty else { return }
            if !up.isEmpty { for piece in toServer(up) { serverLower.receive(piece) } }
            if !down.isEmpty { for piece in toClient(down) { clientLower.receive(piece) } }
        }
    }

    /// How the client's handshake ended, if it did.
    var clientResult: Result<TLSConnection, any Error>? { client.handshake.current }
    var clientError: TLSError? {
        guard case .failure(let error) = clientResult else { return nil }
        return error as? TLSError
    }
    var serverError: TLSError? {
        guard case .failure(let error) = server.handshake.current else { return nil }
        return error as? TLSError
    }
}
