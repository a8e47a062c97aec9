import CTwine
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system does for files.
enum LocalFile {
    // MARK: By name

    /// Opens a file.
    ///
    /// - Throws: ``SystemError``.
    static func open(
        _ path: Octets, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemError) -> Int32 {
        let descriptor = unsafe path.withFileName {
            unsafe openFile($0, flags | O_CLOEXEC, mode)
        }
        guard descriptor >= 0 else { throw SystemError.last }
        return descriptor
    }

    /// Opens a file for what shall have a name later, or never.
    ///
    /// - Parameters:
    ///   - folder: Where it is.
    ///   - mode: Its permissions, but for the process's mask.
    /// - Returns: The file, and its name where the system has no nameless files.
    /// - Throws: ``SystemError``.
    static func openTemporary(
        in folder: Octets, mode: mode_t
    ) throws(SystemError) -> (number: Int32, name: Octets?) {
        #if os(Linux)
        // O_TMPFILE, a macro that is not imported.
        let nameless = 0o20_000_000 | O_DIRECTORY | O_RDWR
        if let number = try? open(folder.isEmpty ? "." : folder, nameless, mode: mode) {
            return (number, nil)
        }
        #endif
        let name = temporaryName(in: folder)
        return (try open(name, O_RDWR | O_CREAT | O_EXCL, mode: mode), name)
    }

    /// Makes a name up: a short one, as a file's own name may be as long as names may be.
    ///
    /// - Parameter folder: The folder with its slash; empty for the working folder.
    /// - Returns: A name in it.
    static func temporaryName(in folder: Octets) -> Octets {
        let number = String(UInt64.random(in: 0 ... .max), radix: 36)
        return folder + Octets(".swift-wget-\(number)")
    }

    /// Removes a file.
    ///
    /// - Throws: ``SystemError``.
    static func remove(_ path: Octets) throws(SystemError) {
        guard unsafe path.withFileName({ unsafe unlink($0) }) == 0 else { throw SystemError.last }
    }

    /// Removes a file, if there is one.
    ///
    /// - Throws: ``SystemError``.
    static func removeIfThere(_ path: Octets) throws(SystemError) {
        do throws(SystemError) { try remove(path) } catch  where error.errno == ENOENT {}
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

    /// Cuts a file, or drops all that is in it.
    ///
    /// - Throws: ``SystemError``.
    static func truncate(_ path: Octets, to size: Int = 0) throws(SystemError) {
        guard unsafe path.withFileName({ unsafe cutFile($0, off_t(size)) }) == 0 else {
            throw SystemError.last
        }
    }

    // MARK: Contents

    /// Writes octets: all of them, or it throws.
    ///
    /// - Parameters:
    ///   - octets: The octets.
    ///   - number: The file.
    ///   - offset: Where they belong; nil is behind what was written last.
    /// - Throws: ``SystemError``.
    static func write(
        _ octets: Span<UInt8>, to number: Int32, at offset: Int? = nil
    ) throws(SystemError) {
        var done = 0
        while done < octets.count {
            done += try writeSome(
                octets.extracting(done...), to: number, at: offset.map { $0 + done })
        }
    }

    /// Writes some octets at least; it waits for a pipe that is full.
    ///
    /// - Parameters:
    ///   - octets: The octets, of which there are some.
    ///   - number: The file.
    ///   - offset: Where they belong; nil is behind what was written last.
    /// - Returns: How many were written.
    /// - Throws: ``SystemError``.
    static func writeSome(
        _ octets: Span<UInt8>, to number: Int32, at offset: Int? = nil
    ) throws(SystemError) -> Int {
        while true {
            let count = unsafe octets.withUnsafeBufferPointer { buffer in
                guard let offset else {
                    return unsafe twine_write(number, buffer.baseAddress, buffer.count)
                }
                return unsafe pwrite(number, buffer.baseAddress, buffer.count, off_t(offset))
            }
            if count > 0 { return count }
            if errno == EAGAIN {
                var wanted = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                throw SystemError.last
            }
        }
    }

    /// Larger pages are not looked at: no page is.
    static let largest = 1 << 30

    /// Lends a file's octets, without reading them all into memory.
    ///
    /// - Throws: ``SystemError``; EFBIG for one that is larger than ``largest``.
    static func read<Result>(
        _ path: Octets, _ body: (Span<UInt8>) -> Result
    ) throws(SystemError) -> Result {
        let file = Descriptor(try open(path, O_RDONLY))
        var facts = stat()
        guard unsafe fstat(file.number, &facts) == 0 else { throw SystemError.last }
        guard facts.st_size <= off_t(largest) else { throw SystemError(errno: EFBIG) }
        let count = Int(facts.st_size)
        guard count > 0 else { return body([UInt8]().span) }
        guard
            let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.number, 0),
            unsafe start != MAP_FAILED
        else { throw SystemError.last }
        defer { unsafe munmap(start, count) }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe body(Span(_unsafeBytes: bytes))
    }
}

// In the type these names would mean its own functions.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}

private func moveFile(_ path: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Int32 {
    unsafe rename(path, other)
}

private func cutFile(_ path: UnsafePointer<CChar>, _ size: off_t) -> Int32 {
    unsafe truncate(path, size)
}

extension SystemError {
    static let exists = EEXIST
    static let noSpace = ENOSPC
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
