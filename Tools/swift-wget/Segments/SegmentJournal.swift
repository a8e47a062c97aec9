import TwineBytes

/// What a journal beside a file says of its parts, as octets.
///
/// A header tells of which file; then records are appended, 32 octets each with a checksum of their own. Reading
/// stops at the first record that is not whole or not right: what a kill left of the last one.
///
/// A record is written when the octets it speaks of are in the file already, so after a kill at any moment
/// every record is true: the kernel keeps what was written, in that order. It keeps it until the machine itself
/// stops, and then may have stored the record and not the octets. So the header tells which start of the machine
/// it is, and `synced` marks what was on the disk for certain; after another start only that counts. To wait for
/// the disk at each record would cost more than to fetch half a minute's octets again.
struct SegmentJournal: Equatable, Sendable {
    /// Which file it is about.
    struct Identity: Equatable, Sendable {
        /// The SHA-256 of its URL.
        var urlDigest: [UInt8]
        /// Its octets.
        var size: Int
        /// The validator of its contents: what `If-Range` takes.
        var validator: String
    }

    /// One thing that happened.
    enum Record: Equatable, Sendable {
        /// Octets are in the file.
        case done(Range<Int>)
        /// Octets are in the file that should be others.
        case lost(Range<Int>)
        /// All that was done so far is on the disk.
        case synced
    }

    /// Octets of a record.
    static let recordLength = 32
    /// A validator or the name of a start is not longer, so that the header has its bound.
    private static let maxText = 1024
    private static let magic = Array("TWINESEG".utf8)
    private static let version: UInt32 = 1

    /// Which file it is about.
    var identity: Identity
    /// Which start of the machine it was written in; empty where that cannot be told.
    var boot: String
    /// What is in the file.
    private(set) var done = OctetRanges()
    /// What is on the disk for certain.
    private(set) var synced = OctetRanges()
    /// How many octets of the journal are whole.
    private(set) var length = 0

    /// A journal without records.
    init(_ identity: Identity, boot: String) {
        self.identity = identity
        self.boot = boot
    }

    /// What of the file counts, in this start of the machine.
    func trusted(inBoot boot: String) -> OctetRanges {
        boot == self.boot && !boot.isEmpty ? done : synced
    }

    // MARK: Writing

    /// The header.
    var header: [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.magic)
        writer.write(Self.version)
        writer.write(identity.urlDigest.prefix(32))
        writer.write([UInt8](repeating: 0, count: max(0, 32 - identity.urlDigest.count)))
        writer.write(UInt64(max(0, identity.size)))
        for text in [identity.validator, boot] {
            let octets = text.utf8.prefix(Self.maxText)
            writer.write(UInt16(octets.count))
            writer.write(octets)
        }
        var octets = writer.take()
        octets += Self.octets(Self.checksum(octets))
        return octets
    }

    /// One record.
    static func octets(of record: Record) -> [UInt8] {
        let (kind, range) =
            switch record {
            case .done(let range): (UInt64(1), range)
            case .lost(let range): (2, range)
            case .synced: (3, 0..<0)
            }
        var writer = ByteWriter()
        writer.write(kind)
        writer.write(UInt64(range.lowerBound))
        writer.write(UInt64(range.upperBound))
        let octets = writer.take()
        return octets + Self.octets(checksum(octets))
    }

    private static func octets(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    /// FNV-1a of 64 bits: it is for what a kill tears, and nobody's malice.
    private static func checksum(_ octets: some Sequence<UInt8>) -> UInt64 {
        octets.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    // MARK: Reading

    /// Reads a journal.
    ///
    /// - Parameter octets: All of it; nil comes of what has no whole header.
    init?(_ octets: Span<UInt8>) {
        var reader = ByteReader(octets)
        guard reader.readBytes(8) == Self.magic, reader.readUInt32() == Self.version,
            let digest = reader.readBytes(32), let size = reader.readUInt64(),
            let size = Int(exactly: size), let validator = Self.text(&reader),
            let boot = Self.text(&reader)
        else { return nil }
        let end = reader.offset
        guard reader.readUInt64() == Self.checksum(octets, 0..<end) else { return nil }
        self.init(Identity(urlDigest: digest, size: size, validator: validator), boot: boot)
        length = reader.offset
        while let record = Self.record(&reader, size: size) {
            apply(record)
            length = reader.offset
        }
    }

    private static func text(_ reader: inout ByteReader) -> String? {
        guard let count = reader.readUInt16(), count <= maxText,
            let octets = reader.readBytes(Int(count))
        else { return nil }
        return String(validating: octets, as: UTF8.self)
    }

    private static func record(_ reader: inout ByteReader, size: Int) -> Record? {
        let start = reader.offset
        guard let kind = reader.readUInt64(), let lower = reader.readUInt64(),
            let upper = reader.readUInt64(), let sum = reader.readUInt64(),
            sum == checksum(reader.bytes, start..<start + 24), lower <= upper, upper <= UInt64(size)
        else { return nil }
        switch kind {
        case 1: return .done(Int(lower)..<Int(upper))
        case 2: return .lost(Int(lower)..<Int(upper))
        case 3: return .synced
        default: return nil
        }
    }

    private static func checksum(_ octets: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        checksum([UInt8](copying: octets.extracting(range)))
    }

    private mutating func apply(_ record: Record) {
        switch record {
        case .done(let range): done.insert(range)
        case .lost(let range):
            done.remove(range)
            synced.remove(range)
        case .synced: synced = done
        }
    }
}
