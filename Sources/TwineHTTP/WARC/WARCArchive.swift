public import TwineCore

/// A web archive that is being written: what was sent and what came back, octet by octet.
///
/// ```swift
/// let archive = try WARCArchive(options)
/// let sent = archive.block(), id = WARCRecordID.random()
/// try sent.append(requestOctets)
/// try await archive.request(sent, as: subject).value
/// ```
///
/// Files, records and index are those of GNU Wget's `--warc-file`. Records are written in the order of the
/// calls; a long one leaves the loop to others between its pieces. When a file cannot be written, it is cut
/// back to its last whole record, and nothing more is taken.
///
/// WARC/1.0 (ISO 28500:2009), WARC/1.1 (ISO 28500:2017).
@Reactor
public final class WARCArchive {
    /// What a record became.
    public struct Written: Equatable, Sendable {
        /// The file that it is in.
        public let file: String
        /// Where it begins in the file.
        public let offset: Int
        /// Whether its body was in another archive already, so that only its head was written.
        public let isRevisit: Bool
        /// The file that was begun for it; nil when there was room in the one before.
        public let opened: String?
    }

    let options: Options
    let now: @Reactor () -> WARCDate
    let newID: @Reactor () -> WARCRecordID
    /// One record after another.
    private let turn = DeferredLock()
    private(set) var file: WARCFile
    private(set) var warcinfo: WARCRecordID
    private(set) var index: WARCFile?
    /// Every file's first record, a line each.
    private(set) var manifest = ""
    private var number = 0
    private var failure: WARCError?
    private var programLog: WARCBlock?

    /// Begins an archive: its first file with the record about it, and its index if there is to be one.
    ///
    /// - Parameters:
    ///   - options: What it is called, and how it is written.
    ///   - now: What time it is.
    ///   - newID: Makes the names of records.
    /// - Throws: ``WARCError``.
    public init(
        _ options: Options, now: @escaping @Reactor () -> WARCDate = WARCDate.now,
        newID: @escaping @Reactor () -> WARCRecordID = WARCRecordID.random
    ) throws(WARCError) {
        self.options = options
        self.now = now
        self.newID = newID
        file = try WARCFile(options.fileName(number: 0))
        warcinfo = newID()
        if options.keepsLog { programLog = block() }
        try writeWarcinfo()
        if options.writesIndex {
            let index = try WARCFile(options.name + ".cdx", appends: true)
            try index.write(Array((CDXLine.header + "\n").utf8))
            self.index = index
        }
    }

    /// Hears of each further file before it is begun.
    public var beginning: (@Reactor (_ path: String) -> Void)?

    /// The file that is being written.
    public var currentFile: String { file.path }

    /// A block for one record of this archive.
    public func block() -> WARCBlock {
        WARCBlock(folder: options.temporaryFolder, hasDigests: options.writesDigests)
    }

    /// Notes what the program logs; it is written when the archive ends.
    ///
    /// - Throws: ``WARCError/cannotSpool(_:)``; then nothing more is noted.
    public func log(_ octets: [UInt8]) throws(WARCError) {
        do throws(WARCError) {
            try programLog?.append(octets)
        } catch {
            programLog = nil
            throw error
        }
    }

    /// Writes the records about the archive, and takes no more.
    ///
    /// - Returns: The file that was begun for them; nil when they are in the last one.
    public func finish() -> Deferred<String?> {
        inlineCallbacks {
            var opened: String?
            if self.options.maxSize > 0, self.failure == nil {
                try self.begin(self.options.metaFileName)
                opened = self.file.path
            }
            let list = self.newID()
            try await self.supplement(.metadata, "MANIFEST.txt", self.manifest, id: list)
            let arguments = self.options.arguments + "\n"
            try await self.supplement(.resource, "wget_arguments.txt", arguments, of: list)
            if let log = self.programLog.take() {
                try await self.supplement(.resource, "wget.log", log, id: self.newID(), of: list)
            }
            self.failure = .finished
            return opened
        }
    }

    // MARK: Files

    /// Begins a file; whatever it is called, it takes a number.
    private func begin(_ path: String) throws(WARCError) {
        beginning?(path)
        number += 1
        file = try WARCFile(path)
        warcinfo = newID()
        try writeWarcinfo()
    }

    /// Begins the next file when the one that is being written has its size.
    private func beginNextFile() throws(WARCError) -> String? {
        guard options.maxSize > 0, file.count >= options.maxSize else { return nil }
        try begin(options.fileName(number: number + 1))
        return file.path
    }

    private func writeWarcinfo() throws(WARCError) {
        let block = block()
        try block.append(options.warcinfoText)
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        let record = WARCRecord.warcinfo(
            warcinfo, date: now(), fileName: name, digests: block.digests,
            version: options.version)
        var writing = try WARCRecordWriting(record, block, 0..<block.count, in: file, options)
        while try writing.step() {}
        manifest += warcinfo.description + "\n"
    }

    // MARK: Records

    /// Writes one record.
    ///
    /// - Parameters:
    ///   - block: Its octets.
    ///   - range: Which of them.
    ///   - isRevisit: What is said of it.
    ///   - indexing: Makes the index's line when the record is written; nil for none.
    ///   - head: Makes the record's head, when it is known which file the record is in.
    /// - Returns: Where it is; ``WARCError`` when it cannot be written.
    func write(
        _ block: WARCBlock, _ range: Range<Int>, isRevisit: Bool = false,
        indexing: (@Reactor (Written) -> CDXLine)? = nil,
        _ head: @escaping @Reactor () -> WARCRecord
    ) -> Deferred<Written> {
        turn.run {
            inlineCallbacks {
                if let failure = self.failure { throw failure }
                do {
                    let opened = try self.beginNextFile()
                    var writing = try WARCRecordWriting(
                        head(), block, range, in: self.file, self.options)
                    while try writing.step() { try await deferLater(0).value }
                    let written = Written(
                        file: self.file.path, offset: writing.start, isRevisit: isRevisit,
                        opened: opened)
                    if let index = self.index, let indexing {
                        try index.write(Array((indexing(written).description + "\n").utf8))
                    }
                    return written
                } catch {
                    self.file.abandonRecord()
                    // Only what was given up on purpose leaves the archive as good as before.
                    self.failure = error as? WARCError
                    throw error
                }
            }
        }
    }
}
