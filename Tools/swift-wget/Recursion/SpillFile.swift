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
    private let file: Descriptor

    /// Opens one in `TMPDIR`, or `/tmp`.
    ///
    /// - Throws: ``SystemError``.
    init() throws(SystemError) {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let file = try LocalFile.openTemporary(
            in: Octets(folder.isEmpty ? "/tmp" : folder) + "/", mode: 0o600)
        self.file = Descriptor(file.number)
        // Some file systems have none without a name: it has one for a moment.
        if let name = file.name { try? LocalFile.remove(name) }
    }

    /// Writes octets at a place; false if they could not all be written.
    func write(_ octets: Span<UInt8>, at offset: Int) -> Bool {
        (try? LocalFile.write(octets, to: file.number, at: offset)) != nil
    }

    /// Reads octets at a place: fewer than asked for at the end, or when they cannot be read.
    func read(at offset: Int, _ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let taken = unsafe pread(
                    file.number, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
                if taken < 0 && errno == EINTR { continue }
                guard taken > 0 else { return }
                filled += taken
            }
        }
    }

    /// Gives the space back.
    func clear() { _ = ftruncate(file.number, 0) }
}
