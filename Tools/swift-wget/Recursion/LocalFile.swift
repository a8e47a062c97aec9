import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is done with files that were saved.
enum LocalFile {
    /// Larger pages are not looked at: no page is.
    static let largest = 1 << 30

    /// Lends a file's octets, without reading them all into memory.
    ///
    /// - Throws: ``SystemError``; EFBIG for one that is larger than ``largest``.
    static func read<Result>(
        _ path: Octets, _ body: (Span<UInt8>) -> Result
    ) throws(SystemError) -> Result {
        let descriptor = try open(path, O_RDONLY | O_CLOEXEC)
        defer { _ = close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { throw SystemError.last }
        guard facts.st_size <= off_t(largest) else { throw SystemError(errno: EFBIG) }
        let count = Int(facts.st_size)
        guard count > 0 else { return body([UInt8]().span) }
        guard
            let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe start != MAP_FAILED
        else { throw SystemError.last }
        defer { unsafe munmap(start, count) }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe body(Span(_unsafeBytes: bytes))
    }

    /// Removes a file.
    ///
    /// - Throws: ``SystemError``.
    static func remove(_ path: Octets) throws(SystemError) {
        guard unsafe path.withFileName({ unsafe unlink($0) }) == 0 else { throw SystemError.last }
    }

    /// Gives a file another name.
    ///
    /// - Throws: ``SystemError``.
    static func rename(_ path: Octets, to other: Octets) throws(SystemError) {
        let status = unsafe path.withFileName { from in
            unsafe other.withFileName { unsafe moveFile(from, $0) }
        }
        guard status == 0 else { throw SystemError.last }
    }

    /// Opens a file.
    static func open(
        _ path: Octets, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemError) -> Int32 {
        let descriptor = unsafe path.withFileName { unsafe openFile($0, flags, mode) }
        guard descriptor >= 0 else { throw SystemError.last }
        return descriptor
    }
}

// In the type these names would mean its own functions.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}

private func moveFile(_ path: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Int32 {
    unsafe rename(path, other)
}

extension Octets {
    /// The file's folder, with its slash; empty for a name alone.
    var folder: Octets {
        Octets(Array(bytes[..<(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)]))
    }

    /// Lends the name as the system takes it; none has a zero in it.
    func withFileName(_ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        guard !bytes.contains(0) else {
            errno = ENOENT
            return -1
        }
        return unsafe (bytes + [0]).withUnsafeBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { name in
                guard let start = name.baseAddress else { return -1 }
                return unsafe body(start)
            }
        }
    }
}
