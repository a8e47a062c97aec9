import Foundation
import TwineCore

/// A real server on loopback, started by a script in `servers`; it ends when told, and at the latest
/// with this process.
@Reactor
final class LoopbackServer {
    private let script = Process()
    private let input = Pipe()
    private let folder: URL
    /// Where it listens.
    let ports: [UInt16]

    /// nginx, with a port for plain HTTP and one for each kind of certificate.
    static func nginx() async throws -> LoopbackServer {
        let certificates = try await Situation.certificates.value
        return try await LoopbackServer("nginx.sh", [certificates.path], portCount: 9)
    }

    /// nsd with the zone `example.test`, on a port for UDP and TCP, and one for TLS.
    static func nsd() async throws -> LoopbackServer {
        let certificates = try await Situation.certificates.value
        return try await LoopbackServer("nsd.sh", [certificates.path], portCount: 2)
    }

    /// Proxies of several makers; the script says which port is whose.
    static func proxies() async throws -> LoopbackServer {
        let certificates = try await Situation.certificates.value
        return try await LoopbackServer("proxies.sh", [certificates.path], portCount: 7)
    }

    /// Starts it with a folder of its own, the arguments, and ports that are free.
    private init(_ name: String, _ arguments: [String], portCount: Int) async throws {
        ports = try await Self.freePorts(portCount)
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(name)-\(ports[0])")
        let output = Pipe()
        script.executableURL = URL(fileURLWithPath: "/bin/bash")
        script.arguments =
            [Situation.scripts.appendingPathComponent(name).path, folder.path] + arguments
            + ports.map(String.init)
        script.standardInput = input
        script.standardOutput = output
        try script.run()
        // It says "ready" when it is, or nothing at all.
        let said = try await deferToThread { output.fileHandleForReading.availableData }.value
        guard !said.isEmpty else { throw Situation.Trouble("\(name) did not start") }
    }

    /// Ends it, and removes its files.
    func stop() async throws {
        try input.fileHandleForWriting.close()
        let script = script
        try await deferToThread { script.waitUntilExit() }.value
        try FileManager.default.removeItem(at: folder)
    }

    /// Ports that nobody had a moment ago.
    private static func freePorts(_ count: Int) async throws -> [UInt16] {
        var held: [any ListeningPort] = []
        for _ in 0..<count {
            held.append(
                try await TCPServerEndpoint.loopback().listen { _ in SilentProtocol() }.value)
        }
        defer { for port in held { port.stopListening() } }
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
