import CTwine
import ToolKit
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Going on without the terminal (`-b`).
enum Background {
    /// Goes on in a process of its own; this one tells its number, and is to end.
    ///
    /// - Parameters:
    ///   - logging: Gets the file of messages, if there is none: nothing is seen of the others.
    ///   - quotation: How names are quoted.
    /// - Returns: The exit status of the process that is to end; nil in the one that goes on.
    static func begin(_ logging: inout Settings.Logging, _ quotation: Quotation) -> Int32? {
        let tells = logging.verbosity != .quiet || logging.showsServerResponse
        var made: Octets?
        if logging.file == nil, tells {
            made = makeFile()
            logging.file = made
        }
        StandardOutput.shared.flush()
        let child = twine_go_to_background()
        guard child != 0 else { return nil }
        guard child > 0 else {
            StandardError.write("fork: \(SystemError.last)\n")
            return 1
        }
        StandardOutput.shared.write("Continuing in background, pid \(child).\n")
        if let made {
            StandardOutput.shared.write(
                "Output will be written to \(quotation(made.description)).\n")
        }
        StandardOutput.shared.flush()
        return 0
    }

    /// Makes the file at once, for its name is told; nil where none can be made.
    private static func makeFile() -> Octets? {
        for place in 0..<10_000 {
            let name = place == 0 ? "wget-log" : "wget-log.\(place)"
            let number = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if number >= 0 {
                close(number)
                return Octets(name)
            }
            guard errno == EEXIST else { return nil }
        }
        return nil
    }
}
