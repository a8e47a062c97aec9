import CTwine
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is written, or standard output.
@Reactor
final class OutputDocument {
    /// How a file is opened.
    enum Mode {
        /// There must be none of that name.
        case new
        /// It goes on where it ends.
        case append
        /// What is in it is dropped.
        case overwrite
    }

    let path: Octets
    private var number: Int32
    private let isStandardOutput: Bool
    /// What was written, where it is kept here.
    private(set) var contents: [UInt8]?
    private var memoryLimit = 0
    /// Octets that were written here.
    private(set) var written = 0

    init(standardOutput: Void) {
        path = "-"
        number = 1
        isStandardOutput = true
    }

    /// Keeps what is written.
    ///
    /// - Parameter memoryLimit: The most octets; more fail with EFBIG.
    init(memoryLimit: Int) {
        path = "-"
        number = -1
        isStandardOutput = false
        contents = []
        self.memoryLimit = memoryLimit
    }

    init(_ path: Octets, _ mode: Mode, isPrivate: Bool = false) throws(SystemError) {
        self.path = path
        isStandardOutput = false
        let flags =
            switch mode {
            case .new: O_CREAT | O_EXCL
            case .append: O_CREAT | O_APPEND
            case .overwrite: O_CREAT | O_TRUNC
            }
        number = unsafe openFile(
            path.cString, O_WRONLY | O_CLOEXEC | flags, isPrivate ? 0o600 : 0o666)
        guard number >= 0 else { throw SystemError.last }
    }

    isolated deinit { close() }

    /// Writes octets; all of them, or it throws.
    func write(_ octets: Span<UInt8>) throws(SystemError) {
        if contents != nil { return try keep(octets) }
        var place = 0
        while place < octets.count {
            let rest = octets.extracting(place..<octets.count)
            let count = unsafe rest.withUnsafeBufferPointer {
                unsafe twine_write(number, $0.baseAddress, $0.count)
            }
            if count > 0 {
                place += count
                written += count
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                throw SystemError.last
            }
        }
    }

    private func keep(_ octets: Span<UInt8>) throws(SystemError) {
        guard octets.count <= memoryLimit - written else { throw SystemError(errno: EFBIG) }
        unsafe octets.withUnsafeBufferPointer { unsafe contents?.append(contentsOf: $0) }
        written += octets.count
    }

    /// Drops what is in a file, to begin anew; a pipe keeps what it has.
    func restart() {
        if contents != nil {
            contents = []
            written = 0
        }
        guard !isStandardOutput, number >= 0, ftruncate(number, 0) == 0 else { return }
        lseek(number, 0, SEEK_SET)
    }

    /// Says when the contents were last changed.
    func setModified(_ seconds: Int) {
        guard !isStandardOutput, number >= 0 else { return }
        let times = [
            timespec(tv_sec: time(nil), tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0),
        ]
        _ = unsafe futimens(number, times)
    }

    func close() {
        guard !isStandardOutput, number >= 0 else { return }
        _ = closeFile(number)
        number = -1
    }

}

/// open(2) and close(2), by names that no method has as well.
@unsafe
private func openFile(_ path: [CChar], _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}

private func closeFile(_ number: Int32) -> Int32 { close(number) }
