import Foundation
import Subprocess
import Testing

/// A network of its own, made by `servers/situation.sh`, in which something is wrong.
enum Situation: String, CaseIterable {
    case probe, site
    case noNetwork = "no-network"
    case noDNS = "no-dns"
    case silentDNS = "silent-dns"
    case farDNS = "far-dns"
    case brokenDNS = "broken-dns"
    case badRoutes = "bad-routes"
    case dropped, loss

    static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("servers")

    /// The folder of the programs that the build made, which is that of the tests.
    static let products = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent()

    /// The folder of an authority and the certificates that it issued; made once.
    static let certificates: Task<URL, any Error> = Task {
        let folder = products.appendingPathComponent("interop-certificates")
        let script = scripts.appendingPathComponent("certificates.sh").path
        let result = try await Subprocess.run(
            .name("bash"), arguments: [script, folder.path], output: .discarded,
            error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw Trouble(result.standardError) }
        return folder
    }

    /// What could not be set up.
    struct Trouble: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Why no such network can be made here; nil when it can.
    static let obstacle: Task<String?, any Error> = Task {
        let run = try await Situation.probe.run(["true"])
        return run.status == 0 ? nil : run.errors
    }

    struct Run {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs a command inside.
    func run(_ command: [String]) async throws -> Run {
        let script = Self.scripts.appendingPathComponent("situation.sh").path
        let folder = try await Self.certificates.value
        let result = try await Subprocess.run(
            .name("bash"), arguments: Arguments([script, rawValue, folder.path] + command),
            input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let status) = result.terminationStatus else {
            throw Trouble("\(self) ended by \(result.terminationStatus)")
        }
        // The status of the scripts for "could not be made".
        if self != .probe, status == 70 { throw Trouble(result.standardError) }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs `swift-titles` inside; it trusts the authority of the certificates.
    func titles(_ arguments: String...) async throws -> Run {
        let program = Self.products.appendingPathComponent("swift-titles").path
        let authority = try await Self.certificates.value.appendingPathComponent("ca.pem").path
        return try await run(
            [program, "--timeout", "3", "--retries", "0", "--ca-certificate", authority]
                + arguments)
    }
}
