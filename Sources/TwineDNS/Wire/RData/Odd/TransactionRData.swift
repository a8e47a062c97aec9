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
        guard TransactionRData.writeCounted(&reader, &writer), let id = reader.readUInt16(),
            let error = reader.readUInt16()
        else { return false }
        writer.writeField(id)
        writer.writeField(DNSMnemonics.transactionError(error))
        return TransactionRData.writeCounted(&reader, &writer)
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
}
