import Foundation
import TwineCore
import TwineTesting

/// nginx on loopback, with a port for plain HTTP and one for each kind of certificate; it ends with
/// this object.
@Reactor
final class Nginx {
    private let script = Process()
    private let input = Pipe()
    private let folder: URL
    private let ports: [UInt16]
    /// The authority to trust.
    let authority: String

    /// Starts it.
    init() async throws {
        let certificates = try await Situation.certificates.value
        authority = certificates.appendingPathComponent("ca.pem").path
        ports = try await Self.freePorts(9)
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-nginx-\(ports[0])")
        let output = Pipe()
        script.executableURL = URL(fileURLWithPath: "/bin/bash")
        script.arguments =
            [
                Situation.scripts.appendingPathComponent("nginx.sh").path, folder.path,
                certificates.path,
            ] + ports.map(String.init)
        script.standardInput = input
        script.standardOutput = output
        try script.run()
        // It says "ready" when it is, or nothing at all.
        let said = try await deferToThread { output.fileHandleForReading.availableData }.value
        guard !said.isEmpty else { throw Situation.Trouble("nginx did not start") }
    }

    /// Ends it, and removes its files.
    func stop() async throws {
        try input.fileHandleForWriting.close()
        let script = script
        try await deferToThread { script.waitUntilExit() }.value
        try FileManager.default.removeItem(at: folder)
    }

    var plain: String { "http://127.0.0.1:\(ports[0])" }
    var secure: String { "https://localhost:\(ports[1])" }

    /// Ports that nobody had a moment ago.
    private static func freePorts(_ count: Int) async throws -> [UInt16] {
        var held: [ListeningPort] = []
        for _ in 0..<count {
            held.append(
                try await TCPServerEndpoint.loopback().listen { _ in SilentProtocol() }.value)
        }
        defer { held.forEach { $0.stopListening() } }
        return try held.map {
            guard let port = UInt16("\($0.address)".split(separator: ":").last ?? "") else {
                throw Situation.Trouble("no port in \($0.address)")
            }
            return port
        }
    }

    private final class SilentProtocol: StreamProtocol {
        func connectionMade(_ transport: any StreamTransport) {}
        func dataReceived(_ bytes: Span<UInt8>) {}
        func connectionLost(_ reason: ConnectionLost) {}
    }
}
