import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is read at once.
enum WholeFile {
    /// Reads the beginning of a file: so many octets, or all that there are.
    static func start(of path: Octets, _ count: Int) throws(SystemError) -> ArraySlice<UInt8> {
        let number = unsafe open(path.cString, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw SystemError.last }
        defer { close(number) }
        var octets = [UInt8](repeating: 0, count: count)
        let found = unsafe readSome(number, &octets, count)
        guard found >= 0 else { throw SystemError.last }
        return octets[..<found]
    }

    /// Reads a file, or standard input for `-`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most octets; a longer one fails with EFBIG.
    /// - Returns: Its octets.
    /// - Throws: Why it cannot be read.
    static func read(_ path: Octets, limit: Int) throws(SystemError) -> [UInt8] {
        let number = path == "-" ? 0 : try LocalFile.open(path, O_RDONLY)
        defer { if number > 0 { close(number) } }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe readSome(number, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last }
            guard count > 0 else { return octets }
            octets += piece.prefix(count)
            guard octets.count <= limit else { throw SystemError(errno: EFBIG) }
        }
    }
}

/// read(2), by a name that no type has as well.
@unsafe
private func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(file, buffer, count)
}
