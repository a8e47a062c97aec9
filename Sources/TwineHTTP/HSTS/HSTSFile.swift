public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file in which wget and its like remember who wants TLS, usually `~/.wget-hsts`.
///
/// Several programs may use it at a time: who saves holds a lock (flock(2), as wget does) and first takes
/// over what others have written meanwhile. Calls wait for the disk, so they belong at the start and the
/// end of a program.
public struct HSTSFile: Sendable {
    /// Why the file is not used.
    public enum Failure: Error, Equatable, Sendable {
        /// It is no file, or everybody may write to it and so could keep hosts from being asked over TLS.
        case notTrusted
        /// Another program has held the lock for a second.
        case locked
        /// The system refuses.
        case system(SystemError)
    }

    /// The most octets that are read, much more than ``HSTSDatabase/maxCount`` hosts take.
    private static let maxSize = 64 << 20

    /// Where it is.
    public let path: String

    /// Names a file, which need not exist.
    public init(path: String) { self.path = path }

    /// Tells whether a file may be believed: a plain file that not everybody may write to.
    ///
    /// - Parameter mode: Its type and permissions, as stat(2) has them.
    /// - Returns: Whether it may.
    public static func isTrusted(mode: UInt32) -> Bool {
        mode & UInt32(S_IFMT) == UInt32(S_IFREG) && mode & UInt32(S_IWOTH) == 0
    }

    /// Reads the file.
    ///
    /// - Returns: What it knows; nothing when there is no file.
    /// - Throws: ``Failure``.
    public func load() throws(Failure) -> HSTSDatabase {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            let error = SystemError.last
            if error.errno == ENOENT { return HSTSDatabase() }
            throw .system(error)
        }
        defer { _ = close(number) }
        try Self.check(number)
        return HSTSDatabase(parsing: try Self.read(number))
    }

    /// Saves what has changed, together with what others have written to the file since it was read.
    ///
    /// The file is made if there is none, readable for all. Nothing is done when nothing has changed.
    ///
    /// - Parameters:
    ///   - database: What is known; afterwards it also knows what the file did.
    ///   - now: Seconds since 1970.
    /// - Throws: ``Failure``; the file is then as it was, unless the disk is full.
    public func save(_ database: inout HSTSDatabase, at now: Int) throws(Failure) {
        guard database.hasChanged else { return }
        let number = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard number >= 0 else { throw .system(.last) }
        defer { _ = close(number) }
        try Self.check(number)
        try Self.lock(number)
        database.merge(HSTSDatabase(parsing: try Self.read(number)), at: now)
        try Self.write(database.serialize(at: now), to: number)
        database.saved()
    }

    private static func check(_ number: Int32) throws(Failure) {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .system(.last) }
        guard isTrusted(mode: UInt32(status.st_mode)) else { throw .notTrusted }
    }

    /// Locks the file until it is closed.
    private static func lock(_ number: Int32) throws(Failure) {
        // Nobody holds it for longer than it takes to write: a hundred times 10 ms are plenty.
        for _ in 0..<100 {
            if flock(number, LOCK_EX | LOCK_NB) == 0 { return }
            let error = SystemError.last
            guard error.errno == EWOULDBLOCK || error.errno == EINTR else { throw .system(error) }
            usleep(10_000)
        }
        throw .locked
    }

    private static func read(_ number: Int32) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while content.count < maxSize {
            let count = unsafe pread(number, &piece, piece.count, off_t(content.count))
            if count == 0 { break }
            if count > 0 {
                content += piece[..<count]
            } else if errno != EINTR {
                throw .system(.last)
            }
        }
        return content
    }

    /// Writes over what is there and then cuts off the rest, so that the file is never empty.
    private static func write(_ octets: [UInt8], to number: Int32) throws(Failure) {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.withUnsafeBytes {
                unsafe pwrite(
                    number, $0.baseAddress.map { unsafe $0 + written }, octets.count - written,
                    off_t(written))
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw .system(.last)
            }
        }
        guard ftruncate(number, off_t(octets.count)) == 0 else { throw .system(.last) }
    }
}
