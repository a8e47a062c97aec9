import Foundation
import Subprocess
import TwineCore

/// swift-dig, which asks the server.
extension NameServer {
    /// Runs the program against the server.
    func dig(_ words: String..., input: String = "") async throws -> Run {
        try await run("swift-dig", self.words + words, input: input)
    }

    /// Runs a line of a shell in which `dig` asks the server.
    func shell(_ script: String) async throws -> Run {
        let program = products.appendingPathComponent("swift-dig").path
        let function =
            "dig() { \"$program\" \"${words[@]}\" \"$@\"; }; program=$0; words=(\"$@\")\n"
        let result = try await Subprocess.run(
            .name("bash"), arguments: Arguments(["-c", function + script, program] + words),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Run(result.terminationStatus, result.standardOutput, result.standardError)
    }

    /// A server that is none: nobody listens at its ports any more.
    static func closed() async throws -> NameServer {
        let server = try await start()
        server.stop()
        return server
    }
}

/// Makes a file with this text; the caller removes it.
func temporaryFile(_ text: String) -> String {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
    _ = FileManager.default.createFile(atPath: url.path, contents: Data(text.utf8))
    return url.path
}
