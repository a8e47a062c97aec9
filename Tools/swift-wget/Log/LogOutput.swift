import CTwine
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where messages go: standard error, or a file.
///
/// What is told in one callback of the loop is written in one piece when it has returned.
@Reactor
final class LogOutput {
    private var number: Int32
    private var buffer: [UInt8] = []
    private var flushes = false
    /// Gets all that is told, too.
    var archiving: (@Reactor ([UInt8]) -> Void)?
    /// The last lines that were told, for a file that is begun in the middle of things.
    private var recent: [UInt8] = []
    private static let recentLines = 24
    /// More is written out at once, in octets.
    private static let limit = 16_384

    /// Takes over a descriptor; it stays open to the end of the program.
    init(_ number: Int32) { self.number = number }

    /// Opens the file of messages.
    ///
    /// - Parameters:
    ///   - path: Its path; `-` is standard output.
    ///   - appends: Whether it goes on where the file ends.
    /// - Throws: Why it cannot be opened.
    convenience init(_ path: Octets, appends: Bool) throws(SystemError) {
        let number = path == "-" ? 1 : Self.open(path, appends: appends)
        guard number >= 0 else { throw SystemError.last }
        self.init(number)
    }

    private static func open(_ path: Octets, appends: Bool) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        return unsafe openFile(path.cString, flags, 0o666)
    }

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(number) == 1 }

    /// How wide the terminal is, in columns.
    var columns: Int { Int(twine_terminal_columns(number)) }

    func write(_ octets: [UInt8]) {
        archiving?(octets)
        buffer += octets
        if buffer.count >= Self.limit { return flush() }
        guard !flushes else { return }
        flushes = true
        Reactor.whenCallbackReturns { self.flush() }
    }

    /// Keeps a message, for a file that may be begun later.
    func remember(_ message: [UInt8]) {
        recent += message
        guard recent.count > Self.limit else { return }
        recent.removeFirst(recent.count - Self.limit / 2)
    }

    /// The last whole lines that were told.
    private var lastLines: [UInt8] {
        let lines = recent.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Array(lines.suffix(Self.recentLines + 1).joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Writes what has come together; what cannot be written is lost, as there is no place to say so.
    func flush() {
        flushes = false
        var written = 0
        while written < buffer.count {
            let count = unsafe buffer[written...].withUnsafeBytes {
                unsafe twine_write(number, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                break
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Goes on in a file of its own, for whoever looked at standard error is gone.
    ///
    /// - Parameter tell: Tells whoever may still be there the name of the file.
    func moveToFile(_ tell: (_ name: String) -> Void) {
        flush()
        for place in 0..<10_000 {
            let name = place == 0 ? "wget-log" : "wget-log.\(place)"
            let opened = unsafe openFile(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if opened >= 0 {
                tell(name)
                flush()
                number = opened
                write(lastLines)
                return
            }
            guard errno == EEXIST else { return }
        }
    }
}

/// open(2), by a name that no method has as well.
@unsafe
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}
