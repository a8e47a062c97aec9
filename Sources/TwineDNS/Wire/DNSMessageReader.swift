import TwineBytes

/// The sections that have records, in the order of the wire.
enum DNSMessageSection {
    case answer
    case authority
    case additional
}

/// Where the parts of a message go that is read: into a value, or straight to text.
protocol DNSMessageSink {
    mutating func take(_ header: DNSMessage.Header)
    mutating func take(_ question: DNSMessage.Question)
    /// Up to so many records follow.
    mutating func reserve(_ count: Int, in section: DNSMessageSection)
    mutating func take(_ record: borrowing DNSRecordOctets, in section: DNSMessageSection)
}

/// Reads a message from its first octet to its last; there is one grammar, strict or not.
///
/// RFC 1035 §4.1, RFC 6891 §6.1.
struct DNSMessageReader<Sink: DNSMessageSink> {
    let isStrict: Bool
    var sink: Sink
    private(set) var firstError: DNSError?
    private var record = DNSRecordOctets()
    private var hasExtensions = false

    init(_ sink: Sink, isStrict: Bool) {
        self.sink = sink
        self.isStrict = isStrict
    }

    mutating func read(_ bytes: Span<UInt8>) throws(DNSError) {
        record.beginMessage()
        hasExtensions = false
        var reader = ByteReader(bytes)
        guard let id = reader.readUInt16(), let flags = reader.readUInt16(),
            let questions = reader.readUInt16(), let answers = reader.readUInt16(),
            let authorities = reader.readUInt16(), let additionals = reader.readUInt16()
        else {
            throw .tooShort(
                needed: DNSMessage.headerLength, available: bytes.count, offset: 0)
        }
        sink.take(DNSMessage.Header(id: id, flags: flags))
        for _ in 0..<questions { sink.take(try readQuestion(&reader)) }
        try readRecords(answers, &reader, .answer)
        try readRecords(authorities, &reader, .authority)
        try readRecords(additionals, &reader, .additional)
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
        let name = try DNSName.parse(&reader)
        guard let type = reader.readUInt16(), let questionClass = reader.readUInt16() else {
            throw .tooShort(needed: 4, available: reader.remaining, offset: reader.offset)
        }
        return DNSMessage.Question(
            name, DNSType(rawValue: type), DNSClass(rawValue: questionClass))
    }

    private mutating func readRecords(
        _ count: UInt16, _ reader: inout ByteReader, _ section: DNSMessageSection
    ) throws(DNSError) {
        // The count is the peer's word: memory is reserved only for what its octets can hold.
        let smallest = 11
        sink.reserve(min(Int(count), reader.remaining / smallest), in: section)
        for _ in 0..<count {
            let offset = reader.offset
            try record.read(&reader)
            if !record.isValid {
                try complain(
                    .rdataInvalid(
                        type: record.type, offset: record.place.lowerBound,
                        expected: record.place.upperBound))
            }
            if record.type == .opt {
                let isPlaced = section == .additional && record.name.count == 1
                if !isPlaced || hasExtensions { try complain(.optMisplaced(offset: offset)) }
                // Only those of the additional section are counted.
                if section == .additional { hasExtensions = true }
            }
            sink.take(record, in: section)
        }
    }
}

extension DNSMessageReader: Sendable where Sink: Sendable {}
