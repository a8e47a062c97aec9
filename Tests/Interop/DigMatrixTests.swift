import Foundation
import Subprocess
import Testing

/// BIND's `dig` beside the built `swift-dig`: the command lines of `dig-matrix` by both, in the small
/// Internet of `servers/dig-bed.sh`; `dig-matrix.py` runs and compares them, also by hand.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled("networks of one's own can be made here") {
        try await Situation.obstacle.value == nil
    })
struct DigMatrixTests {
    private static let program = Situation.products.appendingPathComponent("swift-dig").path

    @Test("swift-dig prints what dig prints and ends as it ends, but where it means to differ")
    func matrix() async throws {
        try await compare(["--subject", Self.program])
    }

    @Test("dig beside itself prints the same, so a difference is one of the programs")
    func itself() async throws {
        try await compare(["--only", "^(display|types|edns|names):"])
    }

    /// Runs the matrix, and expects that nothing differs otherwise than it is listed.
    private func compare(_ arguments: [String]) async throws {
        let script = Situation.scripts.deletingLastPathComponent()
            .appendingPathComponent("dig-matrix.py").path
        let result = try await Subprocess.run(
            .name("python3"), arguments: Arguments([script] + arguments), input: .none,
            output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
        // The status of the scripts for "could not be made".
        if result.terminationStatus == .exited(70) {
            let reason = "the servers of the matrix could not be started: \(result.standardError)"
            print("skipped: \(reason)")
            try Test.cancel("\(reason)")
        }
        let printed = result.standardOutput
        print("dig-matrix: \(printed.split(separator: "\n").last ?? "nothing printed")")
        #expect(
            result.terminationStatus == .exited(0), "\(printed)\(result.standardError)")
    }
}
