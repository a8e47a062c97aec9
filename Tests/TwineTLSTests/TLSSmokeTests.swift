import Foundation
import Testing
import TwineCore
import TwineTLS

/// A certificate for `localhost`, signed by itself, made with the openssl command.
private func identity() throws -> (certificate: [UInt8], key: [UInt8]) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", folder.path + "/k", "-out", folder.path + "/c", "-days", "2", "-subj",
        "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (
        Array(try Data(contentsOf: folder.appendingPathComponent("c"))),
        Array(try Data(contentsOf: folder.appendingPathComponent("k")))
    )
}

@Reactor
private final class Echo: StreamProtocol {
    private var transport: (any StreamTransport)?
    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ bytes: Span<UInt8>) { transport?.write(bytes) }
}

@Reactor
private final class Collector: StreamProtocol {
    var bytes: [UInt8] = []
    var transport: (any StreamTransport)?
    let wanted: Int
    let done = Deferred<[UInt8]>()
    let lost = Deferred<ConnectionLost>()
    init(wanted: Int) { self.wanted = wanted }
    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ new: Span<UInt8>) {
        for index in new.indices { bytes.append(new[index]) }
        if bytes.count >= wanted, !done.isFired { done.callback(bytes) }
    }
    func connectionLost(_ reason: ConnectionLost) { lost.callback(reason) }
}

@Suite(.timeLimit(.minutes(1)))
struct TLSSmokeTests {
    @Test("a megabyte goes through TLS and comes back; both ends close in order")
    @Reactor
    func echo() async throws {
        let (certificate, key) = try identity()
        var serverOptions = TLSOptions()
        serverOptions.certificate = certificate
        serverOptions.privateKey = key
        serverOptions.applicationProtocols = ["http/1.1"]
        let server = try TLSContext(.server, serverOptions)
        let port = try await TCPServerEndpoint.loopback().listen(serveTLS(server) { _ in Echo() })
            .value
        var options = TLSOptions()
        options.trustsSystem = false
        options.authorities = certificate
        options.applicationProtocols = ["h2", "http/1.1"]
        let context = try TLSContext(.client, options)
        for round in 0..<2 {
            let endpoint = TLSClientEndpoint(
                TCPClientEndpoint(port.address), context, host: "localhost", port: 443)
            let sent = [UInt8](repeating: 7, count: 1 << 20)
            let client = try await endpoint.connect { Collector(wanted: sent.count) }.value
            let connection = try #require(client.transport as? TLSConnection)
            #expect(connection.engine.version == "TLSv1.3")
            #expect(connection.engine.applicationProtocol == "http/1.1")
            #expect(connection.engine.isResumed == (round == 1))
            #expect(connection.engine.peerCertificate?.names == ["localhost", "127.0.0.1"])
            client.transport?.write(sent)
            #expect(try await client.done.value == sent)
            client.transport?.loseConnection()
            #expect(try await client.lost.value == .done)
        }
        port.stopListening()
    }

    @Test("a certificate for another name, and one of an unknown issuer, are told apart")
    @Reactor
    func distrust() async throws {
        let (certificate, key) = try identity()
        var serverOptions = TLSOptions()
        serverOptions.certificate = certificate
        serverOptions.privateKey = key
        let server = try TLSContext(.server, serverOptions)
        let port = try await TCPServerEndpoint.loopback().listen(serveTLS(server) { _ in Echo() })
            .value
        var options = TLSOptions()
        options.trustsSystem = false
        func connect(_ options: TLSOptions, _ host: String) async throws -> Collector {
            try await TLSClientEndpoint(
                TCPClientEndpoint(port.address), try TLSContext(.client, options), host: host,
                port: 1
            ).connect { Collector(wanted: 1) }.value
        }
        await #expect(throws: TLSError.selfSigned(host: "localhost")) {
            _ = try await connect(options, "localhost")
        }
        options.authorities = certificate
        await #expect(
            throws: TLSError.wrongHost(host: "other.test", names: ["localhost", "127.0.0.1"])
        ) { _ = try await connect(options, "other.test") }
        let byAddress = try await connect(options, "127.0.0.1")
        byAddress.transport?.abortConnection()
        options.verifies = false
        let unchecked = try await connect(options, "other.test")
        unchecked.transport?.abortConnection()
        port.stopListening()
    }
}
