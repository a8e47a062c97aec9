import TwineBytes

/// One record's octets, in room that the next record uses again.
///
/// A message of hundreds of records is so read without asking for memory for each.
struct DNSRecordOctets {
    /// The owner name in full.
    private(set) var name: [UInt8] = [0]
    /// Whether the owner is known to be that of the record before.
    private(set) var hasNameOfLast = false
    private(set) var type = DNSType(rawValue: 0)
    private(set) var recordClass = DNSClass.internet
    private(set) var timeToLive: UInt32 = 0
    /// The rdata with its names in full; as it came if it does not have the form of its type.
    private(set) var rdata: [UInt8] = []
    /// Whether it has.
    private(set) var isValid = true
    /// Where the rdata stands in the message.
    private(set) var place = 0..<0

    /// What a pointer to the name at hand points to; it need not be read again then.
    private var target = -1

    /// Forgets the message at hand.
    mutating func beginMessage() { target = -1 }

    /// Reads the record that comes next.
    ///
    /// - Throws: ``DNSError`` when the framing is broken; rdata is only told to be valid or not.
    mutating func read(_ reader: inout ByteReader) throws(DNSError) {
        try readName(&reader)
        guard reader.remaining >= 10, let type = reader.readUInt16(),
            let recordClass = reader.readUInt16(), let timeToLive = reader.readUInt32(),
            let length = reader.readUInt16()
        else { throw .tooShort(needed: 10, available: reader.remaining, offset: reader.offset) }
        let start = reader.offset
        guard var octets = reader.readReader(Int(length)) else {
            throw .tooShort(needed: Int(length), available: reader.remaining, offset: start)
        }
        self.type = DNSType(rawValue: type)
        self.recordClass = DNSClass(rawValue: recordClass)
        self.timeToLive = timeToLive
        place = start..<start + Int(length)
        rdata.removeAll(keepingCapacity: true)
        isValid = DNSField.readRData(&octets, self.type, self.recordClass, into: &rdata)
        if !isValid {
            rdata.removeAll(keepingCapacity: true)
            rdata.append(reader.bytes.extracting(place))
        }
    }

    /// Most owners are one pointer, to the question or to the record before.
    private mutating func readName(_ reader: inout ByteReader) throws(DNSError) {
        let start = reader.offset
        var place = start
        if let high = reader.peek(), high >> 6 == 3, let low = reader.peek(1) {
            place = Int(high & 0x3f) << 8 | Int(low)
            if place == target {
                reader.skip(2)
                hasNameOfLast = true
                return
            }
        }
        hasNameOfLast = false
        target = -1
        name.removeAll(keepingCapacity: true)
        try DNSName.append(&reader, to: &name)
        target = place
    }
}
