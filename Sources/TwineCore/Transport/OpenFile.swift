import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file or folder that is open for reading.
@Reactor
public final class OpenFile {
    /// What is known about it.
    public struct Facts: Equatable, Sendable {
        /// What kind of file it is.
        public enum Kind: Sendable {
            /// A file with contents.
            case file
            /// A folder.
            case folder
            /// A device, pipe or socket.
            case other
        }
        /// What kind of file it is.
        public var kind: Kind
        /// Its size in octets.
        public var size: Int
        /// When it was last changed: seconds since 1970.
        public var modified: Int
        /// The nanoseconds behind ``modified``.
        public var nanoseconds: Int
        /// Its number in its file system.
        public var serial: UInt64
    }

    private let descriptor: Descriptor
    /// The descriptor's number, while this object lives.
    public var number: Int32 { descriptor.number }
    /// What was known about it when it was opened.
    public let facts: Facts

    /// Opens a file, or a folder.
    ///
    /// - Parameter path: Its path.
    /// - Throws: ``SystemError``.
    public convenience init(_ path: String) throws(SystemError) {
        // Not waiting: to open a pipe would wait for its writer.
        try self.init(opened: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    }

    private init(opened number: Int32) throws(SystemError) {
        guard number >= 0 else { throw SystemError.last }
        descriptor = Descriptor(number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw SystemError.last }
        facts = Facts(status)
    }

    /// Opens what lies below this folder, and never what lies outside.
    ///
    /// - Parameters:
    ///   - path: A path without a leading slash; empty for the folder itself.
    ///   - followsLinks: Whether symbolic links may lead outside.
    /// - Returns: The file or folder.
    /// - Throws: ``SystemError``, EXDEV for a link that leads outside.
    public func file(
        below path: String, followsLinks: Bool = false
    ) throws(SystemError) -> OpenFile {
        try OpenFile(
            opened: unsafe twine_open_below(number, path.isEmpty ? "." : path, followsLinks))
    }

    /// What lies in this folder, without `.` and `..`, in no order.
    ///
    /// - Returns: The names with what is known about each; links are followed, broken ones left out.
    /// - Throws: ``SystemError``, ENOTDIR for what is no folder.
    public func entries() throws(SystemError) -> [(name: String, facts: Facts)] {
        let copy = unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw SystemError.last }
        guard let folder = unsafe fdopendir(copy) else {
            let error = SystemError.last
            _ = close(copy)
            throw error
        }
        defer { unsafe closedir(folder) }
        var entries: [(name: String, facts: Facts)] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe String(cString: twine_entry_name(entry))
            guard name != ".", name != ".." else { continue }
            var status = stat()
            guard unsafe fstatat(number, name, &status, 0) == 0 else { continue }
            entries.append((name, Facts(status)))
        }
        return entries
    }

    /// Reads octets.
    ///
    /// - Parameters:
    ///   - offset: From where.
    ///   - count: How many at most.
    /// - Returns: The octets; fewer than asked for at the end of the file.
    /// - Throws: ``SystemError``.
    public func read(at offset: Int, _ count: Int) throws(SystemError) -> [UInt8] {
        try Self.read(number, offset, count)
    }

    private nonisolated static func read(
        _ number: Int32, _ offset: Int, _ count: Int
    ) throws(SystemError) -> [UInt8] {
        var error: SystemError?
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let taken = unsafe pread(
                    number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
                if taken < 0 && errno == EINTR { continue }
                if taken < 0 { error = SystemError.last }
                guard taken > 0 else { return }
                filled += taken
            }
        }
        if let error { throw error }
        return octets
    }
}

extension OpenFile.Facts {
    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        size = Int(status.st_size)
        #if canImport(Darwin)
        modified = status.st_mtimespec.tv_sec
        nanoseconds = status.st_mtimespec.tv_nsec
        #else
        modified = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        #endif
        serial = UInt64(status.st_ino)
    }
}
