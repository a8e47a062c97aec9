import TwineBytes

/// Walks from record to record of a message, and reads only where each begins and what type it has.
///
/// Names are passed over, not followed: what they say is for the parser to check. So a walk costs a
/// few nanoseconds a record.
///
/// RFC 1035 §4.1.
struct DNSRecordScanner: ~Escapable {
    /// Where a record is, and what it is.
    struct Record {
        /// Where its owner name begins.
        let start: Int
        let type: DNSType
        let recordClass: DNSClass
        let timeToLive: UInt32
        let rdata: Range<Int>
    }

    let bytes: Span<UInt8>
    /// Where the next question or record begins.
    private(set) var offset = DNSMessage.headerLength

    /// - Throws: ``DNSError/tooShort(needed:available:offset:)`` without a whole header.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) throws(DNSError) {
        guard bytes.count >= DNSMessage.headerLength else {
            throw .tooShort(needed: DNSMessage.headerLength, available: bytes.count, offset: 0)
        }
        self.bytes = bytes
    }

    /// The id and the flags.
    var header: DNSMessage.Header {
        DNSMessage.Header(id: number(at: 0), flags: number(at: 2))
    }

    /// How many entries the header says a section has: 0 for the question, up to 3.
    func count(ofSection section: Int) -> Int { Int(number(at: 4 + 2 * section)) }

    /// The two octets at a place that is known to be there.
    private func number(at offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    /// Where the name that begins at `start` ends; a pointer is its last part.
    private func endOfName(at start: Int) throws(DNSError) -> Int {
        var offset = start
        while offset < bytes.count {
            let octet = bytes[offset]
            guard octet != 0 else { return offset + 1 }
            guard octet < 0xc0 else {
                guard offset + 2 <= bytes.count else {
                    throw .tooShort(needed: 2, available: 1, offset: offset)
                }
                return offset + 2
            }
            guard octet <= DNSName.maxLabelLength else {
                throw .labelTypeUnknown(octet: octet, offset: offset)
            }
            offset += 1 + Int(octet)
            guard offset - start < DNSName.maxLength else {
                throw .nameTooLong(length: offset - start + 1, offset: start)
            }
        }
        throw .tooShort(needed: 1, available: 0, offset: offset)
    }

    /// The name that begins at `offset`, with what its pointers lead to.
    func name(at offset: Int) throws(DNSError) -> DNSName {
        guard var reader = ByteReader(bytes).reader(at: offset) else {
            throw .tooShort(needed: 1, available: 0, offset: offset)
        }
        return try DNSName.parse(&reader)
    }

    /// Passes over the question that comes next.
    @discardableResult
    @_lifetime(self: copy self)
    mutating func nextQuestion() throws(DNSError) -> (type: DNSType, questionClass: DNSClass) {
        let end = try endOfName(at: offset)
        guard end + 4 <= bytes.count else {
            throw .tooShort(needed: 4, available: bytes.count - end, offset: end)
        }
        offset = end + 4
        return (DNSType(rawValue: number(at: end)), DNSClass(rawValue: number(at: end + 2)))
    }

    /// Passes over the record that comes next.
    @_lifetime(self: copy self)
    mutating func next() throws(DNSError) -> Record {
        let start = offset
        let fields = try endOfName(at: start)
        guard fields + 10 <= bytes.count else {
            throw .tooShort(needed: 10, available: bytes.count - fields, offset: fields)
        }
        let length = Int(number(at: fields + 8))
        let rdata = fields + 10
        guard rdata + length <= bytes.count else {
            throw .tooShort(needed: length, available: bytes.count - rdata, offset: rdata)
        }
        offset = rdata + length
        return Record(
            start: start, type: DNSType(rawValue: number(at: fields)),
            recordClass: DNSClass(rawValue: number(at: fields + 2)),
            timeToLive: UInt32(number(at: fields + 4)) << 16 | UInt32(number(at: fields + 6)),
            rdata: rdata..<rdata + length)
    }

    /// The serial of a SOA record.
    func serial(of record: Record) throws(DNSError) -> UInt32 {
        let primary = try endOfName(at: record.rdata.lowerBound)
        let numbers = try endOfName(at: primary)
        guard numbers + 20 == record.rdata.upperBound else {
            throw .rdataInvalid(
                type: .soa, offset: record.rdata.lowerBound, expected: record.rdata.upperBound)
        }
        return UInt32(number(at: numbers)) << 16 | UInt32(number(at: numbers + 2))
    }
}
