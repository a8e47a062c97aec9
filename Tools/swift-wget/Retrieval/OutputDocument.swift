import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What takes the content of a URL: a file, standard output, or memory.
@Reactor
final class OutputDocument {
    let path: Octets
    private let file: SavedFile?
    /// What was written, where it is kept here.
    private(set) var contents: [UInt8]?
    private let memoryLimit: Int

    /// Takes standard output.
    init(standardOutput: Void) {
        path = "-"
        file = SavedFile(standardOutput: ())
        memoryLimit = 0
    }

    /// Keeps what is written.
    ///
    /// - Parameter memoryLimit: The most octets; more fail with EFBIG.
    init(memoryLimit: Int) {
        path = "-"
        file = nil
        contents = []
        self.memoryLimit = memoryLimit
    }

    init(_ path: Octets, _ mode: SavedFile.Mode, isPrivate: Bool = false) throws(SystemError) {
        self.path = path
        file = try SavedFile(path, mode, permissions: isPrivate ? 0o600 : 0o666)
        memoryLimit = 0
    }

    /// Octets from the beginning of the file to where the next is written.
    var position: Int { file?.position ?? contents?.count ?? 0 }

    /// The descriptor of a file that others may write to, at its position; nil if it is none.
    var fileNumber: Int32? { file.flatMap { $0.isRegular ? $0.number : nil } }

    /// Notes octets that came into the file without passing here.
    func advance(by count: Int) { file?.advance(by: count) }

    /// Writes octets; all of them, or it throws.
    func write(_ octets: Span<UInt8>) throws(SystemError) {
        guard let contents else {
            try file?.write(octets)
            return
        }
        guard octets.count <= memoryLimit - contents.count else { throw SystemError(errno: EFBIG) }
        unsafe octets.withUnsafeBufferPointer { unsafe self.contents?.append(contentsOf: $0) }
    }

    /// Goes on behind so many octets; a pipe keeps what it has.
    func goBack(to position: Int) throws(SystemError) {
        if contents != nil, position < self.position { contents?.removeSubrange(position...) }
        try file?.truncate(to: position)
    }

    /// Keeps room on disk for a file of that size.
    func reserve(_ size: Int) { file?.reserve(size) }

    /// Says when the contents were last changed, in seconds since 1970.
    func setModified(_ seconds: Int) { file?.setModified(seconds) }

    /// Notes where the file is from, as attributes of it.
    func setOrigin(_ origin: WgetURL, referrer: WgetURL?) {
        file?.setOrigin(origin, referrer: referrer)
    }

    /// Ends the file: it is whole.
    func finish() throws(SystemError) { try file?.finish() }

    /// Ends a file that is not whole: what it was to replace stays.
    func abandon() { file?.abandon() }
}
