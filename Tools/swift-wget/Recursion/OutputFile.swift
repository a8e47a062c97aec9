import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is written from its beginning.
final class OutputFile {
    private let descriptor: Int32
    /// The name it has until it takes its own; nil while it has none.
    private var temporaryName: Octets?

    /// Opens a file, and empties it.
    ///
    /// - Throws: ``SystemError``.
    init(_ path: Octets) throws(SystemError) {
        descriptor = try LocalFile.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode: 0o666)
    }

    /// Opens a file that has no name until it is whole, where the system has such.
    ///
    /// - Parameter path: The name that it shall have.
    /// - Throws: ``SystemError``.
    init(replacing path: Octets) throws(SystemError) {
        #if os(Linux)
        let folder = path.folder.isEmpty ? "." : path.folder
        // O_TMPFILE, which is a macro that is not imported.
        let flags = 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC
        if let nameless = try? LocalFile.open(folder, flags, mode: 0o666) {
            descriptor = nameless
            return
        }
        #endif
        let name = Self.temporaryName(beside: path)
        descriptor = try LocalFile.open(
            name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode: 0o666)
        temporaryName = name
    }

    deinit {
        _ = close(descriptor)
        if let temporaryName { try? LocalFile.remove(temporaryName) }
    }

    /// Writes octets behind those that were written.
    ///
    /// - Throws: ``SystemError``.
    func write(_ octets: Span<UInt8>) throws(SystemError) {
        var error: SystemError?
        unsafe octets.withUnsafeBufferPointer { buffer in
            var done = 0
            while done < buffer.count {
                let count = unsafe systemWrite(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    error = SystemError.last
                    return
                }
                done += count
            }
        }
        if let error { throw error }
    }

    /// Gives the file its name; a file that had it is replaced in one step.
    ///
    /// - Throws: ``SystemError``; then what was there is there still.
    func take(_ path: Octets) throws(SystemError) {
        if temporaryName == nil {
            let name = Self.temporaryName(beside: path)
            let status = unsafe name.withFileName {
                unsafe linkat(
                    AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
            }
            guard status == 0 else { throw SystemError.last }
            temporaryName = name
        }
        if let temporaryName { try LocalFile.rename(temporaryName, to: path) }
        temporaryName = nil
    }

    /// Short, as the file's own name may be as long as names may be.
    private static func temporaryName(beside path: Octets) -> Octets {
        let number = String(UInt64.random(in: 0 ... .max), radix: 36)
        return Octets(path.folder.bytes + Array(".swift-wget-\(number)".utf8))
    }
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafePointer<UInt8>?, _ count: Int) -> Int {
    unsafe write(descriptor, start, count)
}
