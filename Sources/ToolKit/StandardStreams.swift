import CTwine
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output: buffered, in whole lines; a reader that has gone away ends the program quietly.
///
/// `head` closes its input when it has seen enough: that is no failure of ours.
public final class StandardOutput: @unchecked Sendable {
    /// The one of the process; for one thread at a time, as the reactor's.
    public static let shared = StandardOutput()

    private var buffer: [UInt8] = []
    /// More than this many octets are written out at once.
    private static let limit = 65_536

    private init() {}

    /// Appends text; it is written by ``flush()``, or when much has come together.
    ///
    /// - Parameter text: The text, with its line end.
    public func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.limit { flush() }
    }

    /// Appends octets; they are written as text is.
    ///
    /// - Parameter octets: The octets.
    public func write(_ octets: [UInt8]) {
        buffer.append(contentsOf: octets)
        if buffer.count >= Self.limit { flush() }
    }

    /// Writes what has come together.
    public func flush() {
        var written = 0
        while written < buffer.count {
            let count = unsafe buffer[written...].withUnsafeBytes {
                unsafe twine_write(1, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno == EPIPE {
                exit(0)
            } else if errno != EINTR {
                StandardError.write(
                    "\(programName): cannot write to standard output: "
                        + "\(SystemError(errno: errno))\n")
                exit(ExitStatus.partial.rawValue)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Standard error, unbuffered.
public enum StandardError {
    /// Writes text in one piece.
    ///
    /// - Parameter text: The text, with its line end.
    public static func write(_ text: String) {
        var text = text
        text.withUTF8 { unsafe twine_write_error($0.baseAddress, $0.count) }
    }

    /// Whether a person looks at it.
    public static var isTerminal: Bool { isatty(2) == 1 }
}
