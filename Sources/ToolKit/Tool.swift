public import ArgumentParser
import CTwine

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

/// What the program was called by, without its folder.
var programName: String {
    CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "twine"
}

/// exit(3), by a name that ArgumentParser does not have as well.
private func endProgram(_ status: Int32) -> Never { exit(status) }

/// The number that a program ends with.
public struct ExitStatus: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 255.
    public let rawValue: Int32

    /// Makes a status.
    ///
    /// - Parameter rawValue: The number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// All went well.
    public static let success = Self(rawValue: 0)
    /// Some of several things failed.
    public static let partial = Self(rawValue: 1)
    /// The options make no sense, or the input cannot be read.
    public static let usage = Self(rawValue: 2)
    /// Ended by Ctrl-C, as shells count it.
    public static let interrupted = Self(rawValue: 130)
}
