import Foundation
import Testing
import TwineCore

/// A server that the build made, while it runs.
@Reactor
final class ServerProgram {
    private let process: ChildProcess
    private let folder: URL
    /// Its process identifier.
    var identifier: Int32 { process.identifier }

    /// Starts it; its output goes to files.
    ///
    /// - Parameters:
    ///   - program: Its name.
    ///   - arguments: Its arguments.
    ///   - shell: Words of a shell that come before it, such as `ulimit -n 20; exec`.
    ///   - descriptors: What it gets beyond the standard streams.
    /// - Throws: What keeps it from starting.
    init(
        _ program: String, _ arguments: [String], shell: String? = nil,
        descriptors: [Int32: Int32] = [:]
    ) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [Int32: Int32] = [:]
        for (number, name) in [(Int32(1), "output"), (2, "errors")] {
            files[number] = unsafe open(
                folder.appendingPathComponent(name).path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC,
                0o600)
        }
        defer { for file in files.values { close(file) } }
        let path = products.appendingPathComponent(program).path
        let all = files.merging(descriptors) { first, _ in first }
        if let shell {
            process = try ChildProcess(
                "sh", ["-c", "\(shell) \"$0\" \"$@\"", path] + arguments, descriptors: all)
        } else {
            process = try ChildProcess(path, arguments, descriptors: all)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What it has printed so far.
    var output: String { text("output") }
    /// What it has said on standard error so far.
    var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    /// The lines of output that are whole JSON objects.
    var events: [[String: Any]] {
        output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    /// Waits until it listens, with `--json`.
    ///
    /// - Returns: The ports, in the order of its endpoints; 0 for a path.
    func ports(_ count: Int = 1) async throws -> [Int] {
        try await eventually {
            self.events.count { $0["event"] as? String == "listening" } == count
        }
        return events.filter { $0["event"] as? String == "listening" }.map {
            $0["port"] as? Int ?? 0
        }
    }

    /// Waits for something that the program does.
    func eventually(
        _ condition: @Reactor () -> Bool, at location: SourceLocation = #_sourceLocation
    ) async throws {
        while !condition() {
            if process.ended.isFired {
                if condition() { return }
                Issue.record("it has ended: \(output)\(errors)", sourceLocation: location)
                throw CancellationError()
            }
            try await deferLater(0.01).value
        }
    }

    func signal(_ number: Int32) { process.send(signal: number) }

    /// Waits for its end.
    func end() async throws -> ChildProcess.Status { try await process.ended.value }

    /// Sends it SIGTERM twice, and waits for its end.
    @discardableResult
    func stop() async throws -> ChildProcess.Status {
        signal(SIGTERM)
        signal(SIGINT)
        return try await end()
    }
}

/// One end of a connection, for a test to talk by.
@Reactor
final class Talk: HalfCloseableProtocol {
    private(set) var transport: (any StreamTransport)?
    private(set) var bytes: [UInt8] = []
    private(set) var hasReadEnded = false
    private(set) var isLost = false
    var text: String { String(decoding: bytes, as: UTF8.self) }

    nonisolated init() {}

    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ new: Span<UInt8>) {
        for index in new.indices { bytes.append(new[index]) }
    }
    func readConnectionLost() { hasReadEnded = true }
    func connectionLost(_ reason: ConnectionLost) { isLost = true }

    func send(_ text: String) { transport?.write(Array(text.utf8)) }

    /// Connects to a port of this machine.
    static func to(_ port: Int) async throws -> Talk {
        try await TCPClientEndpoint(.ip(.loopback4, port: UInt16(port))).connect { Talk() }.value
    }

    /// Waits for octets, or for the end of the connection.
    func wait(_ count: Int) async throws {
        while bytes.count < count, !hasReadEnded, !isLost { try await deferLater(0.005).value }
    }

    /// Waits for the other side's end.
    func waitForEnd() async throws {
        while !hasReadEnded, !isLost { try await deferLater(0.005).value }
    }

    func close() { transport?.abortConnection() }
}
