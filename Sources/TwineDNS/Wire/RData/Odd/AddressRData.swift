import TwineBytes

/// A in the class Chaos: a name and 16 bits, written in octal digits.
///
/// RFC 1035 §3.3 leaves it to the class; the form is that of its hosts.
enum ChaosAddressRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        DNSField.copyName(&reader, &rdata) && DNSField.copy(2, &reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard DNSField.writeName(&reader, &writer), let address = reader.readUInt16() else {
            return false
        }
        writer.writeField(String(address, radix: 8))
        return true
    }
}

/// A6: the end of an IPv6 address, and the name that has its beginning.
///
/// RFC 2874 §3.1; historic by RFC 6563.
enum SixAddressRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard let prefix = reader.peek(), prefix <= 128 else { return false }
        if prefix % 8 != 0 {
            // The bits of the prefix are zero in the octet that it ends in.
            guard let first = reader.peek(1), first & ~(0xff >> (prefix % 8)) == 0 else {
                return false
            }
        }
        guard DNSField.copy(1 + 16 - Int(prefix / 8), &reader, &rdata) else { return false }
        return prefix == 0 || DNSField.copyName(&reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let prefix = reader.readUInt8(), prefix <= 128,
            let end = reader.readSpan(16 - Int(prefix / 8))
        else { return false }
        var octets = [UInt8](repeating: 0, count: 16)
        for index in end.indices { octets[16 - end.count + index] = end[index] }
        writer.writeField(prefix)
        writer.beginField()
        if prefix < 128 { writer.write(address: octets.span) }
        return prefix == 0 || DNSField.writeName(&reader, &writer)
    }
}

/// APL: ranges of addresses.
///
/// RFC 3123.
enum AddressPrefixesRData: DNSOddRData {
    private static func octets(_ family: UInt16) -> Int? {
        switch family {
        case 1: 4
        case 2: 16
        default: nil
        }
    }

    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        while !reader.isAtEnd {
            guard let high = reader.peek(), let low = reader.peek(1), let prefix = reader.peek(2),
                let count = reader.peek(3).map({ Int($0 & 0x7f) })
            else { return false }
            if let most = octets(UInt16(high) << 8 | UInt16(low)) {
                guard Int(prefix) <= most * 8, count <= most else { return false }
            }
            // Zeros at the end are left out.
            guard DNSField.copy(4 + count, &reader, &rdata), count == 0 || rdata.last != 0 else {
                return false
            }
        }
        return true
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        while !reader.isAtEnd {
            guard let family = reader.readUInt16(), let most = octets(family),
                let prefix = reader.readUInt8(), let count = reader.readUInt8(),
                let part = reader.readSpan(Int(count & 0x7f)), part.count <= most
            else { return false }
            var octets = [UInt8](repeating: 0, count: most)
            for index in part.indices { octets[index] = part[index] }
            writer.writeField(count & 0x80 != 0 ? "!\(family):" : "\(family):")
            writer.write(address: octets.span)
            writer.write("/\(prefix)")
        }
        return true
    }
}

/// ATMA: the address of an ATM end system.
///
/// The ATM Forum's ATM Name System Specification 1.0.
enum ATMAddressRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard let format = reader.peek(), reader.remaining >= 2 else { return false }
        let start = rdata.count + 1
        guard DNSField.copy(reader.remaining, &reader, &rdata) else { return false }
        return format != 1 || rdata[start...].allSatisfy { $0 &- 48 < 10 }
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard let format = reader.readUInt8(), let octets = reader.readBytes(reader.remaining)
        else { return false }
        switch format {
        case 0: writer.writeField(octets.span, as: .smallHexadecimal)
        case 1: writer.writeField("+" + String(decoding: octets, as: UTF8.self))
        default: return false
        }
        return true
    }
}

/// WKS: the ports of a protocol at which an address has services.
///
/// RFC 1035 §3.4.2.
enum WellKnownServicesRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        5...5 + 8192 ~= reader.remaining && DNSField.copy(reader.remaining, &reader, &rdata)
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard DNSField.writeAddress(4, &reader, &writer), let number = reader.readUInt8(),
            let map = reader.readSpan(reader.remaining)
        else { return false }
        writer.writeField(number)
        for index in map.indices {
            for bit in 0..<8 where map[index] & (0x80 >> UInt8(bit)) != 0 {
                writer.writeField(index * 8 + bit)
            }
        }
        return true
    }
}
