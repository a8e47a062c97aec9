import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file without a name, for what memory should not hold: however the program ends, none is left.
final class SpillFile {
    private let descriptor: Int32

    /// Opens one in `TMPDIR`, or `/tmp`.
    ///
    /// - Throws: ``SystemError``.
    init() throws(SystemError) {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        descriptor = try Self.open(in: folder.isEmpty ? "/tmp" : folder)
    }

    deinit { _ = close(descriptor) }

    private static func open(in folder: String) throws(SystemError) -> Int32 {
        #if os(Linux)
        // O_TMPFILE, which is a macro that is not imported.
        let nameless = Self.open(folder, 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC)
        if nameless >= 0 { return nameless }
        #endif
        // Some file systems have none: it has a name for a moment.
        var path = Array("\(folder)/swift-wget-XXXXXX".utf8CString)
        let named = unsafe path.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return -1 }
            let number = unsafe mkstemp(start)
            if number >= 0 { _ = unsafe unlink(start) }
            return number
        }
        guard named >= 0 else { throw SystemError.last }
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        return named
    }

    private static func open(_ path: String, _ flags: Int32) -> Int32 {
        #if canImport(Glibc)
        unsafe Glibc.open(path, flags, 0o600)
        #elseif canImport(Musl)
        unsafe Musl.open(path, flags, 0o600)
        #else
        unsafe Darwin.open(path, flags, 0o600)
        #endif
    }

    /// Writes octets at a place; false if they could not all be written.
    func write(_ octets: Span<UInt8>, at offset: Int) -> Bool {
        unsafe octets.withUnsafeBufferPointer { buffer in
            var done = 0
            while done < buffer.count {
                let count = unsafe pwrite(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done,
                    off_t(offset + done))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    /// Reads octets at a place: fewer than asked for at the end, or when they cannot be read.
    func read(at offset: Int, _ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let taken = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
                if taken < 0 && errno == EINTR { continue }
                guard taken > 0 else { return }
                filled += taken
            }
        }
    }

    /// Gives the space back.
    func clear() { _ = ftruncate(descriptor, 0) }
}
