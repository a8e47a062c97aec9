#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is known of a file on disk.
struct FileFacts {
    var size: Int
    /// When it was last changed, in seconds since 1970.
    var modified: Int

    /// Looks at a file; nil if there is none, or something else of that name.
    init?(_ path: Octets) {
        var status = stat()
        guard unsafe path.withFileName({ unsafe stat($0, &status) }) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else {
            return nil
        }
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec
    }
}

extension FileFacts {
    /// Says when a file was last changed.
    static func setModified(_ path: Octets, _ seconds: Int) {
        let times = [
            timespec(tv_sec: time(nil), tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0),
        ]
        _ = unsafe path.withFileName { unsafe utimensat(AT_FDCWD, $0, times, 0) }
    }
}

extension Octets {
    /// The text as C has it, with a NUL behind it.
    var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
