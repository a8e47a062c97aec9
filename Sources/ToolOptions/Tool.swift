public import ArgumentParser
public import ToolKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program of the toolbox: parses its options, works, and ends with a documented status.
///
/// Help and version end with status 0; options that make no sense are told on standard error, with
/// status ``ExitStatus/usage``.
public protocol Tool: ParsableCommand {
    /// Does the work.
    ///
    /// - Returns: The exit status.
    mutating func work() -> ExitStatus
}

extension Tool {
    /// Parses the command line, works and ends the program.
    public static func main() {
        do {
            var command = try parseAsRoot()
            guard var tool = command as? any Tool else {
                // Help, a version or a completion script that was asked for.
                try command.run()
                return
            }
            finish(tool.work())
        } catch {
            let text = fullMessage(for: error)
            guard exitCode(for: error) != ExitCode.success else {
                StandardOutput.shared.write(text + "\n")
                finish(.success)
            }
            // Every line about a failure begins with the program's name, as those of its elders.
            let name = configuration.commandName ?? programName
            let message = text.hasPrefix("Error: ") ? "\(name): \(text.dropFirst(7))" : text
            StandardError.write(message + "\n")
            finish(.usage)
        }
    }

    private static func finish(_ status: ExitStatus) -> Never {
        StandardOutput.shared.flush()
        endProgram(status.rawValue)
    }
}

/// exit(3), by a name that ArgumentParser does not have as well.
private func endProgram(_ status: Int32) -> Never { exit(status) }
