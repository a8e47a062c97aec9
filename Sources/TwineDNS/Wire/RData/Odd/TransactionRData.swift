import TwineBytes

/// TKEY: a key for the signatures of transactions is agreed upon.
///
/// RFC 2930 §2.
enum TransactionKeyRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        DNSField.copyName(&reader, &rdata) && DNSField.copy(12, &reader, &rdata)
            && TransactionRData.copyCounted(&reader, &rdata)
            && TransactionRData.copyCounted(&reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard DNSField.writeName(&reader, &writer), let inception = reader.readUInt32(),
            let expiration = reader.readUInt32(), let mode = reader.readUInt16(),
            let error = reader.readUInt16()
        else { return false }
        writer.writeField(inception)
        writer.writeField(expiration)
        writer.writeField(mode)
        writer.writeField(DNSMnemonics.transactionError(error))
        return TransactionRData.writeCounted(&reader, &writer)
            && TransactionRData.writeCounted(&reader, &writer)
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata += try reader.name().wire
        for _ in 0..<2 { rdata.append(bigEndian: UInt32(try reader.number(most: Int(UInt32.max)))) }
        rdata.append(bigEndian: UInt16(try reader.number(most: 65535, "a mode")))
        try TransactionRData.scanError(&reader, &rdata)
        try TransactionRData.scanCounted(&reader, &rdata)
        try TransactionRData.scanCounted(&reader, &rdata)
    }
}

/// TSIG: the signature of a transaction.
///
/// RFC 8945 §4.2.
enum TransactionSignatureRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        DNSField.copyName(&reader, &rdata) && DNSField.copy(8, &reader, &rdata)
            && TransactionRData.copyCounted(&reader, &rdata)
            && DNSField.copy(4, &reader, &rdata)
            && TransactionRData.copyCounted(&reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard DNSField.writeName(&reader, &writer), let time = reader.readUInt48(),
            let fudge = reader.readUInt16()
        else { return false }
        writer.writeField(time)
        writer.writeField(fudge)
        guard let count = reader.readUInt16(), let code = reader.readSpan(Int(count)) else {
            return false
        }
        writer.writeField(count)
        if count > 0 {
            writer.open()
            writer.breakLine()
            writer.write(code, as: .base64, isSplit: true)
            writer.close()
        }
        guard let id = reader.readUInt16(), let error = reader.readUInt16(),
            let otherCount = reader.readUInt16()
        else { return false }
        writer.write(" \(id) \(DNSMnemonics.transactionError(error)) \(otherCount) ")
        writer.write(reader.readRemaining().span, as: .base64)
        return true
    }

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        guard json.member("algorithmName", .name(compressible: false), &reader),
            let time = reader.readUInt48(), let fudge = reader.readUInt16(),
            let count = reader.readUInt16(), let code = reader.readBytes(Int(count)),
            let id = reader.readUInt16(), let error = reader.readUInt16(),
            reader.readUInt16() != nil
        else { return false }
        json.member("timeSigned", Int(time))
        json.member("fudge", Int(fudge))
        json.member("macHEX", hexadecimal: code)
        json.member("originalID", Int(id))
        json.member("error", Int(error))
        json.member("otherDataHEX", hexadecimal: reader.readRemaining())
        return true
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata += try reader.name().wire
        let time = try reader.number(most: 1 << 48 - 1, "a time")
        rdata.append(bigEndian: UInt16(time >> 32))
        rdata.append(bigEndian: UInt32(truncatingIfNeeded: time))
        rdata.append(bigEndian: UInt16(try reader.number(most: 65535, "seconds")))
        try TransactionRData.scanCounted(&reader, &rdata)
        rdata.append(bigEndian: UInt16(try reader.number(most: 65535, "an id")))
        try TransactionRData.scanError(&reader, &rdata)
        try TransactionRData.scanCounted(&reader, &rdata)
    }
}

private enum TransactionRData {
    /// Appends a count of 16 bits and so many octets to `rdata`; false if fewer are left.
    static func copyCounted(_ reader: inout ByteReader, _ rdata: inout [UInt8]) -> Bool {
        guard let high = reader.peek(), let low = reader.peek(1) else { return false }
        return DNSField.copy(2 + (Int(high) << 8 | Int(low)), &reader, &rdata)
    }

    /// Writes a count, and so many octets in base 64.
    static func writeCounted(_ reader: inout ByteReader, _ writer: inout DNSTextWriter) -> Bool {
        guard let count = reader.readUInt16(), let octets = reader.readSpan(Int(count)) else {
            return false
        }
        writer.writeField(count)
        if count > 0 { writer.writeField(octets, as: .base64, isSplit: true) }
        return true
    }

    /// Reads the name or number of an error.
    static func scanError(
        _ reader: inout DNSTextReader, _ rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let word = try reader.word("an error")
        let name = reader.string(word).uppercased()
        let named = (0...22 as ClosedRange<UInt16>).first {
            DNSMnemonics.transactionError($0) == name
        }
        guard let number = named ?? DNSNumber.parse(name, most: 65535).map({ UInt16($0) }) else {
            throw reader.error(word, isNot: "an error")
        }
        rdata.append(bigEndian: number)
    }

    /// Reads a count, and so many octets in base 64 of one word or more.
    static func scanCounted(
        _ reader: inout DNSTextReader, _ rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let count = try reader.number(most: 65535, "a count")
        rdata.append(bigEndian: UInt16(count))
        var text: [UInt8] = []
        while text.count < (count + 2) / 3 * 4 {
            text += reader.text[try reader.word("base 64").range]
        }
        guard let octets = DNSLetters.base64.decode(text), octets.count == count else {
            throw reader.error("\(count) octets in base 64 are missing")
        }
        rdata += octets
    }
}
