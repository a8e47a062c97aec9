import TwineBytes

/// What a TSIG record says.
///
/// RFC 8945 §4.2.
struct TransactionRecord {
    /// The name of the key.
    var name: DNSName
    var algorithm: DNSName
    /// When it was signed: seconds since 1970, 48 bits of them.
    var time: UInt64
    /// How many seconds that may be away from the receiver's time.
    var fudge: UInt16
    var signature: [UInt8]
    /// The id that the message had when it was signed.
    var originalID: UInt16
    var error: UInt16
    var other: [UInt8]

    /// Reads the record at the end of a message.
    ///
    /// - Returns: What it says; nil if it does not have that form.
    init?(_ message: Span<UInt8>, _ record: DNSRecordScanner.Record) {
        let whole = ByteReader(message)
        guard record.recordClass == .any, record.timeToLive == 0,
            record.rdata.upperBound == message.count,
            var owner = whole.reader(at: record.start), let name = try? DNSName.parse(&owner),
            var rdata = whole.reader(at: record.rdata.lowerBound),
            let algorithm = try? DNSName.parse(&rdata), let time = rdata.readUInt48(),
            let fudge = rdata.readUInt16(), let length = rdata.readUInt16(),
            let signature = rdata.readBytes(Int(length)), let id = rdata.readUInt16(),
            let error = rdata.readUInt16(), let otherLength = rdata.readUInt16(),
            let other = rdata.readBytes(Int(otherLength)), rdata.isAtEnd
        else { return nil }
        self.name = name
        self.algorithm = algorithm
        self.time = time
        self.fudge = fudge
        self.signature = signature
        originalID = id
        self.error = error
        self.other = other
    }

    /// A record of a query, not yet signed.
    init(_ key: TransactionKey, time: UInt64, fudge: UInt16, originalID: UInt16) {
        name = key.name
        algorithm = key.algorithm.name
        self.time = time
        self.fudge = fudge
        signature = []
        self.originalID = originalID
        error = 0
        other = []
    }

    /// The octets of the record, to be added to a message.
    var wire: [UInt8] {
        var rdata = ByteWriter(capacity: 96)
        rdata.write(algorithm.wire)
        write(timers: &rdata)
        rdata.write(UInt16(truncatingIfNeeded: signature.count))
        rdata.write(signature)
        rdata.write(originalID)
        rdata.write(error)
        rdata.write(UInt16(truncatingIfNeeded: other.count))
        rdata.write(other)
        var writer = ByteWriter(capacity: name.wire.count + 10 + rdata.count)
        writer.write(name.wire)
        writer.write(DNSType.tsig.rawValue)
        writer.write(DNSClass.any.rawValue)
        writer.write(UInt32(0))
        writer.write(UInt16(truncatingIfNeeded: rdata.count))
        writer.write(rdata.bytes)
        return writer.take()
    }

    private func write(timers writer: inout ByteWriter) {
        writer.write(UInt16(truncatingIfNeeded: time >> 32))
        writer.write(UInt32(truncatingIfNeeded: time))
        writer.write(fudge)
    }

    /// What is signed along with a query, or the first response to it.
    ///
    /// RFC 8945 §4.3.3: names in small letters.
    var variables: [UInt8] {
        var writer = ByteWriter(capacity: 96)
        writer.write(name.wire.map(DNSName.folded))
        writer.write(DNSClass.any.rawValue)
        writer.write(UInt32(0))
        writer.write(algorithm.wire.map(DNSName.folded))
        write(timers: &writer)
        writer.write(error)
        writer.write(UInt16(truncatingIfNeeded: other.count))
        writer.write(other)
        return writer.take()
    }

    /// What is signed along with the later messages of a stream.
    ///
    /// RFC 8945 §5.3.1.
    var timers: [UInt8] {
        var writer = ByteWriter(capacity: 8)
        write(timers: &writer)
        return writer.take()
    }

    /// The server's clock, which an error of time tells.
    ///
    /// RFC 8945 §5.2.3.
    var serverTime: Int? {
        guard other.count == 6 else { return nil }
        return other.reduce(0) { $0 << 8 | Int($1) }
    }
}
