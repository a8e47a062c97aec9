import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files of the system.
enum SystemText {
    /// More than this is not read of a file, in octets.
    private static let limit = 1 << 20

    /// The system's words for what went wrong last.
    static var lastError: String { "\(SystemError(errno: errno))" }

    /// The text of a file; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 8192)
        while octets.count < limit {
            let count = unsafe readSome(file, &piece, piece.count)
            guard count > 0 else { break }
            octets += piece.prefix(count)
        }
        return String(decoding: octets, as: UTF8.self)
    }
}

/// read(2), by a name that no type has as well.
@unsafe
func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(file, buffer, count)
}
