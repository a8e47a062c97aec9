import Foundation
import Subprocess
import Testing

/// GNU `wget` beside the built `swift-wget`: the command lines of `wget-matrix` by both, with the
/// servers of `servers/wget-bed.sh`; `wget-matrix.py` runs and compares them, also by hand.
@Suite(
    .serialized, .timeLimit(.minutes(15)),
    .enabled("networks of one's own can be made here") {
        try await Situation.obstacle.value == nil
    })
struct WgetMatrixTests {
    private static let program = Situation.products.appendingPathComponent("swift-wget").path

    @Test("swift-wget leaves, asks, prints and says what wget does, but where it means to differ")
    func matrix() async throws {
        try await run("wget-matrix.py", ["--subject", Self.program])
    }

    @Test("with several at once, as it does of its own accord, it leaves what wget leaves")
    func severalAtOnce() async throws {
        try await run(
            "wget-matrix.py",
            [
                "--subject", Self.program, "--arguments", "", "--classes", "status,files",
                "--only", "^(files|input|conversion|requisites|quota|logging|recursion):",
            ])
    }

    @Test("wget beside itself shows no difference, so a difference is one of the programs")
    func itself() async throws {
        try await run("wget-matrix.py", ["--self", "--only", "^(files|recursion|auth|logging):"])
    }

    @Test("after kills, cut links and full disks the octets are right, and nothing is elsewhere")
    func torture() async throws {
        try await run("wget-torture.py", [Self.program])
    }

    @Test("the progress bar ends as wget's does, 40, 80 and 200 columns wide")
    func terminal() async throws {
        try await run("wget-terminal.py", ["--subject", Self.program])
    }

    /// Runs one of the scripts beside this file, and expects that it is content.
    private func run(_ name: String, _ arguments: [String]) async throws {
        let script = Situation.scripts.deletingLastPathComponent().appendingPathComponent(name).path
        let result = try await Subprocess.run(
            .name("python3"), arguments: Arguments([script] + arguments), input: .none,
            output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
        // The status of the scripts for "could not be made".
        if result.terminationStatus == .exited(70) {
            let reason = "the servers of \(name) could not be started: \(result.standardError)"
            print("skipped: \(reason)")
            try Test.cancel("\(reason)")
        }
        let printed = result.standardOutput
        print("\(name): \(printed.split(separator: "\n").last ?? "nothing printed")")
        #expect(
            result.terminationStatus == .exited(0), "\(printed)\(result.standardError)")
    }
}
