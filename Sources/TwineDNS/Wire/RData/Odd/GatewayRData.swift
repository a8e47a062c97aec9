import TwineBytes

/// An address or a name by its kind: what IPSECKEY and AMTRELAY have in common.
private enum Gateway {
    /// Reads a gateway; false if it is not well formed, or of an unknown kind.
    static func read(
        _ kind: UInt8, _ reader: inout ByteReader, into rdata: inout [UInt8]
    ) -> Bool {
        switch kind {
        case 0: true
        case 1: DNSField.copy(4, &reader, &rdata)
        case 2: DNSField.copy(16, &reader, &rdata)
        case 3: DNSField.copyName(&reader, &rdata)
        default: false
        }
    }

    static func write(
        _ kind: UInt8, _ reader: inout ByteReader, to writer: inout DNSTextWriter
    ) -> Bool {
        switch kind {
        case 0: writer.writeField(".")
        case 1: return DNSField.writeAddress(4, &reader, &writer)
        case 2: return DNSField.writeAddress(16, &reader, &writer)
        case 3: return DNSField.writeName(&reader, &writer)
        default: return false
        }
        return true
    }
}

/// IPSECKEY: a public key, and the gateway that has it.
///
/// RFC 4025.
enum IPsecKeyRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard let kind = reader.peek(1), DNSField.copy(3, &reader, &rdata) else { return false }
        return Gateway.read(kind, &reader, into: &rdata)
            && DNSField.copy(reader.remaining, &reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let precedence = reader.readUInt8(), let kind = reader.readUInt8(),
            let algorithm = reader.readUInt8()
        else { return false }
        writer.open(isFirst: true)
        for number in [precedence, kind, algorithm] { writer.writeField(number) }
        guard Gateway.write(kind, &reader, to: &writer) else { return false }
        if !reader.isAtEnd {
            writer.breakLine()
            guard DNSField.writeRest(&reader, as: .base64, &writer) else { return false }
        }
        writer.close()
        return true
    }
}

/// AMTRELAY: a relay of automatic multicast tunneling.
///
/// RFC 8777 §4.
enum MulticastRelayRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard let kind = reader.peek(1).map({ $0 & 0x7f }), DNSField.copy(2, &reader, &rdata)
        else { return false }
        // What relays of other kinds look like is not known.
        guard kind <= 3 else { return DNSField.copy(reader.remaining, &reader, &rdata) }
        return Gateway.read(kind, &reader, into: &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let precedence = reader.readUInt8(), let kind = reader.readUInt8() else {
            return false
        }
        writer.writeField(precedence)
        writer.writeField(kind >> 7)
        writer.writeField(kind & 0x7f)
        return Gateway.write(kind & 0x7f, &reader, to: &writer)
    }
}

/// HIP: the identity of a host, its key, and its rendezvous servers.
///
/// RFC 8005 §5.
enum HostIdentityRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard let tag = reader.peek(), let high = reader.peek(2), let low = reader.peek(3) else {
            return false
        }
        let key = Int(high) << 8 | Int(low)
        guard tag > 0, key > 0, DNSField.copy(4 + Int(tag) + key, &reader, &rdata) else {
            return false
        }
        while !reader.isAtEnd {
            guard DNSField.copyName(&reader, &rdata) else { return false }
        }
        return true
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let tagLength = reader.readUInt8(), let algorithm = reader.readUInt8(),
            let keyLength = reader.readUInt16(), let tag = reader.readSpan(Int(tagLength)),
            let key = reader.readSpan(Int(keyLength))
        else { return false }
        writer.open(isFirst: true)
        writer.writeField(algorithm)
        writer.writeField(tag, as: .hexadecimal)
        writer.breakLine()
        writer.writeField(key, as: .base64)
        while !reader.isAtEnd {
            writer.breakLine()
            guard DNSField.writeName(&reader, &writer) else { return false }
        }
        writer.close()
        return true
    }
}
