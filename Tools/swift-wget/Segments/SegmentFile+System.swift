import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// What the system does for a file that comes in parts.
extension SegmentFile {
    /// A journal that is longer is no journal of ours: that of the largest file has a tenth.
    private static let maxJournal = 64 << 20

    /// Where the journal of a file is.
    static func journal(of path: Octets) -> Octets { path + Octets(journalEnd) }

    /// Whether a file has a journal, and so may have holes.
    static func hasJournal(_ path: Octets) -> Bool {
        unsafe journal(of: path).withFileName { unsafe access($0, F_OK) } == 0
    }

    /// Forgets what came of a file that is about to be written otherwise.
    static func removeJournal(of path: Octets) {
        try? LocalFile.remove(journal(of: path))
    }

    /// Takes a journal away again that tells of nothing.
    static func removeUnused(_ journal: Int32, of path: Octets) {
        var status = stat()
        guard unsafe fstat(journal, &status) == 0, status.st_size == 0 else { return }
        removeJournal(of: path)
    }

    static func open(
        _ path: Octets, mustBeNew: Bool = false
    ) throws(SegmentError) -> Int32 {
        try onFile { () throws(SystemError) in
            try LocalFile.open(
                path, O_RDWR | O_CREAT | (mustBeNew ? O_EXCL : 0), mode: 0o666)
        }
    }

    /// Does something to a file, whose failure is one of the download.
    static func onFile<Result>(
        _ body: () throws(SystemError) -> Result
    ) throws(SegmentError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .file(error) }
    }

    static func read(_ number: Int32) -> SegmentJournal? {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while octets.count <= maxJournal {
            let count = unsafe pread(number, &buffer, buffer.count, off_t(octets.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return SegmentJournal(octets.span) }
            octets += buffer.prefix(count)
        }
        return nil
    }

    nonisolated static func store(_ number: Int32) -> Bool {
        #if os(Linux)
        fdatasync(number) == 0
        #else
        fsync(number) == 0
        #endif
    }

    /// The name of this start of the machine; empty where it has none.
    static let boot: String = {
        let file = try? OpenFile("/proc/sys/kernel/random/boot_id")
        let octets = (try? file?.read(at: 0, 64)) ?? []
        return String(decoding: octets.prefix { $0 > 0x20 }, as: UTF8.self)
    }()
}
