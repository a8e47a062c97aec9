#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file of the system that is read again when it has changed.
struct SystemFile {
    /// What tells one state of a file from another.
    private struct Stamp: Equatable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    let path: String
    private var stamp: Stamp?
    private var wasRead = false

    /// The most that is read of a file, in octets: hosts files with millions of names are larger
    /// than people write, and smaller than this.
    private static let maxSize = 256 << 20

    init(path: String) { self.path = path }

    /// The content, if it is not the one that was given last time; a missing file is empty.
    mutating func readIfChanged() -> [UInt8]? {
        let now = currentStamp()
        guard !wasRead || now != stamp else { return nil }
        wasRead = true
        stamp = now
        return now == nil ? [] : read()
    }

    private func currentStamp() -> Stamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return Stamp(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: time.tv_sec,
            nanoseconds: time.tv_nsec)
    }

    private func read() -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { _ = close(descriptor) }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while content.count < Self.maxSize {
            let count = unsafe systemRead(descriptor, &piece, piece.count)
            guard count > 0 else { break }
            content += piece[..<count]
        }
        return content
    }
}

@unsafe
private func systemRead(
    _ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int
) -> Int {
    unsafe read(descriptor, buffer, count)
}

/// The name of this host, perhaps with its domain.
func systemHostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
