import TwineBytes

extension DNSMessage {
    /// The most octets of a message.
    ///
    /// RFC 1035 §4.2.2.
    public static let maxLength = 65_535

    /// Writes the message, names compressed.
    ///
    /// Names are compressed where every receiver must know it: owner names, and the rdata of the
    /// types of RFC 1035. A name is only compressed to one of the same case.
    ///
    /// - Returns: The octets of a UDP payload; for TCP, ``DNSFramer/frame(_:)`` puts their length
    ///   before them.
    /// - Throws: ``DNSError/messageTooLong(length:)`` or ``DNSError/recordsTooMany(count:)``.
    ///
    /// RFC 1035 §4.1.4, RFC 3597 §4.
    public func serialize() throws(DNSError) -> [UInt8] {
        var writer = DNSMessageWriter()
        writer.octets.write(header.id)
        writer.octets.write(header.flags)
        for count in [question.count, answer.count, authority.count, additional.count] {
            guard let count16 = UInt16(exactly: count) else { throw .recordsTooMany(count: count) }
            writer.octets.write(count16)
        }
        for question in question {
            writer.write(question.name)
            writer.octets.write(question.type.rawValue)
            writer.octets.write(question.questionClass.rawValue)
        }
        for record in answer { try writer.write(record) }
        for record in authority { try writer.write(record) }
        for record in additional { try writer.write(record) }
        let count = writer.octets.count
        guard count <= Self.maxLength else { throw .messageTooLong(length: count) }
        return writer.octets.take()
    }
}

extension DNSMessage {
    /// Writes the message with as much padding as makes its length a multiple of a block.
    ///
    /// The PADDING option comes last, in place of an empty one that is there. A message without
    /// EDNS, or one that padding would make too long, stays as it is.
    ///
    /// - Parameters:
    ///   - block: The length in octets, such as 128 for queries (RFC 8467 §4.1); dig takes up to 512.
    ///   - trailing: How many octets will follow, of a TSIG record for instance.
    /// - Returns: As ``serialize()``.
    /// - Throws: ``DNSError/messageTooLong(length:)`` or ``DNSError/recordsTooMany(count:)``.
    ///
    /// RFC 7830 §3.
    public func serialize(
        paddedTo block: Int, trailing: Int = 0
    ) throws(DNSError) -> [UInt8] {
        guard block > 1, var extensions else { return try serialize() }
        var message = self
        extensions.options.removeAll { $0.code == .padding && $0.octets.isEmpty }
        message.extensions = extensions
        let optionHeader = 4
        let length = try message.serialize().count + optionHeader + max(trailing, 0)
        let count = (block - length % block) % block
        guard length + count <= Self.maxLength else { return try serialize() }
        extensions.options.append(DNSExtensions.Option(.padding(count: count)))
        message.extensions = extensions
        return try message.serialize()
    }
}

/// Writes names once, and pointers to them afterwards.
private struct DNSMessageWriter {
    var octets = ByteWriter(capacity: 64)
    /// Where the first name stands, which a second name makes known to ``suffixes``.
    private var firstName: Int?
    /// The hash of each name written so far, and of each of its ends, and where it stands.
    private var suffixes: [Int: UInt16] = [:]
    private static let maxTarget = 0x3fff

    mutating func write(_ name: DNSName, isCompressible: Bool = true) {
        guard !name.isRoot else { return octets.write(UInt8(0)) }
        let start = octets.count
        guard let firstName else {
            // A query has one name: nothing is noted of it until there is another.
            self.firstName = start
            return octets.write(name.wire)
        }
        if suffixes.isEmpty { note(nameAt: firstName) }
        let labels = Self.labelOffsets(name.wire[...])
        for offset in labels {
            let rest = name.wire[offset...]
            if isCompressible, let target = suffixes[rest.hashValue], matches(rest, at: target) {
                octets.write(name.wire[..<offset])
                octets.write(0xc000 | target)
                return note(labels.prefix { $0 < offset }, of: name, writtenAt: start)
            }
        }
        octets.write(name.wire)
        note(labels[...], of: name, writtenAt: start)
    }

    private mutating func note(nameAt start: Int) {
        var end = start
        while octets.bytes[end] != 0 { end += 1 + Int(octets.bytes[end]) }
        let name = DNSName(validated: Array(octets.bytes[start...end]))
        note(Self.labelOffsets(name.wire[...])[...], of: name, writtenAt: start)
    }

    private mutating func note(_ labels: ArraySlice<Int>, of name: DNSName, writtenAt start: Int) {
        for offset in labels {
            guard start + offset <= Self.maxTarget else { return }
            let hash = name.wire[offset...].hashValue
            if suffixes[hash] == nil { suffixes[hash] = UInt16(start + offset) }
        }
    }

    private static func labelOffsets(_ wire: ArraySlice<UInt8>) -> [Int] {
        var offsets: [Int] = []
        var offset = 0
        while wire[offset] != 0 {
            offsets.append(offset)
            offset += 1 + Int(wire[offset])
        }
        return offsets
    }

    /// Whether what stands at `target`, pointers followed, is `rest` octet for octet.
    private func matches(_ rest: ArraySlice<UInt8>, at target: UInt16) -> Bool {
        let whole = ByteReader(octets.bytes.span)
        guard var reader = whole.reader(at: Int(target)), let name = try? DNSName.parse(&reader)
        else { return false }
        return name.wire.elementsEqual(rest)
    }

    mutating func write(_ record: DNSRecord) throws(DNSError) {
        write(record.name)
        octets.write(record.type.rawValue)
        octets.write(record.recordClass.rawValue)
        octets.write(record.timeToLive)
        let length = octets.reserveUInt16()
        writeRData(of: record)
        guard octets.fillLength(at: length) else {
            throw .messageTooLong(length: octets.count)
        }
    }

    private mutating func writeRData(of record: DNSRecord) {
        let fields = DNSField.fields(of: record.type, record.recordClass) ?? []
        guard fields.contains(where: \.isCompressible) else { return octets.write(record.rdata) }
        let start = octets.count
        var rdata = ByteReader(record.rdata.span)
        for field in fields {
            if field.isCompressible {
                guard let name = try? DNSName.parse(&rdata, isCompressible: false) else { break }
                write(name)
            } else {
                var copy: [UInt8] = []
                guard field.read(&rdata, into: &copy) else { break }
                octets.write(copy)
            }
        }
        guard rdata.isAtEnd else {
            // Not of the form of its type: written as it is.
            octets.truncate(to: start)
            return octets.write(record.rdata)
        }
    }
}
