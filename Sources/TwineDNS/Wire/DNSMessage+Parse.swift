import TwineBytes

extension DNSMessage {
    /// The octets of a header on the wire.
    ///
    /// RFC 1035 §4.1.1.
    public static let headerLength = 12

    /// Parses one message.
    ///
    /// Compression pointers only lead backward, at most ``DNSName/maxPointers`` for one name, so
    /// hostile input ends.
    ///
    /// - Parameter bytes: A whole message: a UDP payload, or a TCP frame without its 2-octet length.
    /// - Returns: The message; sections keep the order of the wire.
    /// - Throws: ``DNSError`` at the first octet that breaks the format; nothing is returned in part.
    /// - Complexity: O(*n*) in the octets that are read, counting those that pointers lead to.
    ///
    /// RFC 1035 §4.1, RFC 6891 §6.1.
    public static func parse(_ bytes: Span<UInt8>) throws(DNSError) -> DNSMessage {
        var parser = DNSMessageParser(isStrict: true)
        try parser.parse(bytes)
        return parser.message
    }

    /// Parses what can be read of a message.
    ///
    /// It goes on over rdata that does not have the form of its type (kept as it came), and over
    /// misplaced OPT records and octets after the end. Broken framing ends it.
    ///
    /// - Parameter bytes: As in ``parse(_:)``.
    /// - Returns: What could be read, and the first error if there was one. Without a whole header
    ///   the message is empty.
    public static func parseLeniently(
        _ bytes: Span<UInt8>
    ) -> (message: DNSMessage, error: DNSError?) {
        var parser = DNSMessageParser(isStrict: false)
        do throws(DNSError) {
            try parser.parse(bytes)
            return (parser.message, parser.firstError)
        } catch {
            return (parser.message, parser.firstError ?? error)
        }
    }
}

/// Reads a message into its parts; there is one grammar, strict or not.
private struct DNSMessageParser {
    let isStrict: Bool
    var message = DNSMessage()
    var firstError: DNSError?
    /// The last owner name that was one pointer, nearly always to the question: read only once.
    private var lastTarget = -1
    private var lastName = DNSName.root

    init(isStrict: Bool) { self.isStrict = isStrict }

    mutating func parse(_ bytes: Span<UInt8>) throws(DNSError) {
        var reader = ByteReader(bytes)
        guard let id = reader.readUInt16(), let flags = reader.readUInt16(),
            let questions = reader.readUInt16(), let answers = reader.readUInt16(),
            let authorities = reader.readUInt16(), let additionals = reader.readUInt16()
        else {
            throw .tooShort(
                needed: DNSMessage.headerLength, available: bytes.count, offset: 0)
        }
        message.header = DNSMessage.Header(id: id, flags: flags)
        for _ in 0..<questions { message.question.append(try readQuestion(&reader)) }
        try readRecords(answers, &reader, \.answer)
        try readRecords(authorities, &reader, \.authority)
        try readRecords(additionals, &reader, \.additional)
        guard reader.isAtEnd else {
            return try complain(.octetsTrailing(count: reader.remaining, offset: reader.offset))
        }
    }

    /// An error that strict parsing ends with, and lenient parsing notes.
    private mutating func complain(_ error: DNSError) throws(DNSError) {
        guard !isStrict else { throw error }
        firstError = firstError ?? error
    }

    private mutating func readQuestion(
        _ reader: inout ByteReader
    ) throws(DNSError) -> DNSMessage.Question {
        let name = try readName(&reader)
        guard let type = reader.readUInt16(), let questionClass = reader.readUInt16() else {
            throw .tooShort(needed: 4, available: reader.remaining, offset: reader.offset)
        }
        return DNSMessage.Question(
            name, DNSType(rawValue: type), DNSClass(rawValue: questionClass))
    }

    private mutating func readRecords(
        _ count: UInt16, _ reader: inout ByteReader,
        _ section: WritableKeyPath<DNSMessage, [DNSRecord]>
    ) throws(DNSError) {
        // The count is the peer's word: memory is reserved only for what its octets can hold.
        let smallest = 11
        message[keyPath: section].reserveCapacity(min(Int(count), reader.remaining / smallest))
        for _ in 0..<count {
            let offset = reader.offset
            let record = try readRecord(&reader)
            if record.type == .opt {
                let isPlaced = section == \DNSMessage.additional && record.name.isRoot
                let isOnly = !message.additional.contains { $0.type == .opt }
                if !isPlaced || !isOnly { try complain(.optMisplaced(offset: offset)) }
            }
            message[keyPath: section].append(record)
        }
    }

    private mutating func readRecord(_ reader: inout ByteReader) throws(DNSError) -> DNSRecord {
        let name = try readName(&reader)
        guard reader.remaining >= 10, let type = reader.readUInt16(),
            let recordClass = reader.readUInt16(), let timeToLive = reader.readUInt32(),
            let length = reader.readUInt16()
        else { throw .tooShort(needed: 10, available: reader.remaining, offset: reader.offset) }
        let start = reader.offset
        guard var rdata = reader.readReader(Int(length)) else {
            throw .tooShort(needed: Int(length), available: reader.remaining, offset: start)
        }
        var record = DNSRecord(
            name: name, type: DNSType(rawValue: type),
            recordClass: DNSClass(rawValue: recordClass), timeToLive: timeToLive, rdata: [])
        if let octets = DNSField.readRData(&rdata, record.type, record.recordClass) {
            record.rdata = octets
        } else {
            try complain(
                .rdataInvalid(type: record.type, offset: start, expected: start + Int(length)))
            if var raw = reader.reader(at: start) {
                record.rdata = raw.readBytes(Int(length)) ?? []
            }
        }
        return record
    }

    private mutating func readName(_ reader: inout ByteReader) throws(DNSError) -> DNSName {
        guard let high = reader.peek(), high >> 6 == 3, let low = reader.peek(1) else {
            return try DNSName.parse(&reader)
        }
        let target = Int(high & 0x3f) << 8 | Int(low)
        if target == lastTarget {
            reader.skip(2)
            return lastName
        }
        lastName = try DNSName.parse(&reader)
        lastTarget = target
        return lastName
    }
}
