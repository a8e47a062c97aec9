import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that comes in parts, and the journal beside it.
///
/// The journal is there before the file has its size, and goes away when all is there. Both are locked.
@Reactor
final class SegmentFile {
    /// What the journal's name ends with.
    static let journalEnd = ".twine-segments"

    private let path: Octets
    private let size: Int
    // What is not copied can be looked into only where it can change.
    private var data: Descriptor?
    /// Where the contents wait that take the place of another file at the end.
    private let replacement: FileReplacement?
    /// None where another file is replaced: until the end that one is there.
    private var journal: Descriptor?
    /// Whether the file was made here.
    private let isNew: Bool
    /// Whether what was in it is of no use.
    private var isEmptied = false
    private var ledger: SegmentLedger
    private var isSyncing = false
    /// Records that wait for the disk.
    private var held: [UInt8] = []
    /// What is there.
    private(set) var done: OctetRanges

    /// The descriptor of the file, while this object lives.
    var number: Int32 { replacement?.number ?? data?.number ?? -1 }

    /// Takes a file that is to replace another.
    ///
    /// - Parameters:
    ///   - replacement: The file.
    ///   - path: The file that it replaces.
    ///   - size: How many octets it will have.
    /// - Throws: ``SegmentError/file(_:)``.
    init(
        _ replacement: FileReplacement, _ path: Octets, size: Int
    ) throws(SegmentError) {
        self.path = path
        self.size = size
        self.replacement = replacement
        data = nil
        journal = nil
        isNew = false
        done = OctetRanges()
        ledger = SegmentLedger(size: size)
        try reserve()
    }

    /// Opens a file, and goes on with what its journal says if that is about the same contents.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - identity: Which contents it is to have. Without a validator nothing is gone on with.
    ///   - prefix: How many octets at the beginning are there, as the caller knows.
    ///   - mustBeNew: Whether there may be no file of that name.
    ///   - boot: The name of this start of the machine.
    /// - Throws: ``SegmentError/busy``, ``SegmentError/file(_:)``.
    init(
        _ path: Octets, _ identity: SegmentJournal.Identity, prefix: Int = 0,
        mustBeNew: Bool = false, boot: String = SegmentFile.boot
    ) throws(SegmentError) {
        self.path = path
        replacement = nil
        size = identity.size
        ledger = SegmentLedger(size: size)
        let journal = try Self.open(Self.journal(of: path))
        self.journal = Descriptor(journal)
        guard flock(journal, LOCK_EX | LOCK_NB) == 0 else { throw .busy }
        isNew = unsafe path.withFileName { unsafe access($0, F_OK) } != 0
        let data: Int32
        do throws(SegmentError) {
            data = try Self.open(path, mustBeNew: mustBeNew)
        } catch {
            Self.removeUnused(journal, of: path)
            throw error
        }
        self.data = Descriptor(data)
        var status = stat()
        guard unsafe fstat(data, &status) == 0 else { throw .file(SystemError.last) }
        let found = Self.read(journal)
        var isOnDisk = false
        if let found, found.identity == identity, !identity.validator.isEmpty,
            Int(status.st_size) == size
        {
            done = found.trusted(inBoot: boot)
            isOnDisk = true
            if found.boot == boot, !boot.isEmpty {
                guard ftruncate(journal, off_t(found.length)) == 0,
                    lseek(journal, 0, SEEK_END) >= 0
                else { throw .file(SystemError.last) }
                return
            }
        } else {
            done = OctetRanges(0..<max(0, min(prefix, size, Int(status.st_size))))
            // Octets of another file are not to be taken for those of this one.
            isEmptied = done.isEmpty
            guard !isEmptied || ftruncate(data, 0) == 0 else {
                throw .file(SystemError.last)
            }
        }
        var fresh = SegmentJournal(identity, boot: boot).header
        fresh += done.ranges.flatMap { SegmentJournal.octets(of: .done($0)) }
        // What another start of the machine left on the disk is there still.
        if isOnDisk, !done.isEmpty { fresh += SegmentJournal.octets(of: .synced) }
        guard ftruncate(journal, 0) == 0 else { throw .file(SystemError.last) }
        try Self.onFile { () throws(SystemError) in
            try LocalFile.write(fresh.span, to: journal)
        }
        try reserve()
    }

    /// Gives the file its size, and its room on the disk where the disk can do it at once: a disk that is too
    /// small is found before anything is fetched.
    private func reserve() throws(SegmentError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw .file(SystemError.last) }
        #if os(Linux)
        guard size > 0, posix_fallocate(number, 0, off_t(size)) == ENOSPC else { return }
        giveUp()
        throw .file(SystemError(errno: ENOSPC))
        #endif
    }

    // MARK: Contents

    /// Writes octets, and tells the journal of them when there are enough to tell of.
    ///
    /// - Parameters:
    ///   - octets: The octets.
    ///   - offset: Where they belong.
    /// - Throws: ``SegmentError/file(_:)``.
    func write(_ octets: Span<UInt8>, at offset: Int) throws(SegmentError) {
        let number = number
        try Self.onFile { () throws(SystemError) in
            try LocalFile.write(octets, to: number, at: offset)
        }
        let range = offset..<offset + octets.count
        done.insert(range)
        try record(ledger.note(range))
    }

    /// Notes octets that are not as they should be.
    ///
    /// - Throws: ``SegmentError/file(_:)``.
    func lose(_ range: Range<Int>) throws(SegmentError) {
        done.remove(range)
        try record(ledger.lose(range))
    }

    /// Tells the journal of everything.
    ///
    /// - Throws: ``SegmentError/file(_:)``.
    func tell() throws(SegmentError) { try record(ledger.tell()) }

    private func record(_ octets: [UInt8]) throws(SegmentError) {
        guard !octets.isEmpty else { return }
        guard !isSyncing else {
            held += octets
            return
        }
        guard let number = journal?.number else { return }
        try Self.onFile { () throws(SystemError) in
            try LocalFile.write(octets.span, to: number)
        }
    }

    /// Brings what is there to the disk, and notes that it is.
    ///
    /// What comes meanwhile is told of afterwards.
    ///
    /// - Returns: Fires when that is done.
    func sync() -> Deferred<Void> {
        guard !isSyncing else { return succeed(()) }
        return inlineCallbacks {
            try self.tell()
            self.isSyncing = true
            let number = self.number
            let isStored = try? await deferToThread { Self.store(number) }.value
            self.isSyncing = false
            let held = self.held
            self.held = []
            if isStored == true { try self.record(SegmentJournal.octets(of: .synced)) }
            try self.record(held)
        }
    }

    // MARK: The end

    /// Lets another program go on with the file.
    func unlock() {
        if let number = journal?.number { _ = flock(number, LOCK_UN) }
    }

    /// Notes that all is there: the journal goes away, or the file takes the other's place.
    ///
    /// - Throws: ``SegmentError/file(_:)`` when it cannot.
    func finish() throws(SegmentError) {
        guard let replacement else { return Self.removeJournal(of: path) }
        try Self.onFile { () throws(SystemError) in try replacement.put() }
    }

    /// Takes everything away again that was made here, when nothing came.
    func giveUp() {
        guard done.isEmpty, replacement == nil else { return }
        Self.removeJournal(of: path)
        if isNew {
            try? LocalFile.remove(path)
        } else if isEmptied {
            _ = ftruncate(number, 0)
        }
    }
}
