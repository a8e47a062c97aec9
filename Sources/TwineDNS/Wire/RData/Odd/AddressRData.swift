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

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata += try reader.name().wire
        let word = try reader.word("an address in octal digits")
        guard let address = UInt16(reader.string(word), radix: 8) else {
            throw reader.error(word, isNot: "an address in octal digits")
        }
        rdata.append(bigEndian: address)
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

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let prefix = try reader.number(most: 128, "a length of a prefix")
        rdata.append(UInt8(prefix))
        if prefix < 128 {
            let kept = try reader.address6().dropFirst(prefix / 8)
            rdata += kept
            // The bits of the prefix that share an octet with the rest are left out.
            rdata[rdata.count - kept.count] &= 0xff >> UInt8(prefix % 8)
        }
        if prefix > 0 { rdata += try reader.name().wire }
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

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        json.beginMember("items", "[")
        while !reader.isAtEnd {
            guard let family = reader.readUInt16(), let most = octets(family),
                let prefix = reader.readUInt8(), let count = reader.readUInt8(),
                let part = reader.readBytes(Int(count & 0x7f)), part.count <= most
            else { return false }
            var writer = DNSTextWriter(style: .line)
            writer.write(address: (part + [UInt8](repeating: 0, count: most - part.count)).span)
            json.begin("{")
            json.member("addressFamily", Int(family))
            json.member("negation", Int(count >> 7))
            json.member("address", String(decoding: writer.text, as: UTF8.self))
            json.member("prefix", Int(prefix))
            json.end("}")
        }
        json.end("]")
        return true
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        while let word = try reader.next() {
            let item = reader.text[word.range]
            let isNegated = item.first == UInt8(ascii: "!")
            let rest = isNegated ? item.dropFirst() : item
            guard !word.isQuoted, let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let slash = rest.lastIndex(of: UInt8(ascii: "/")), colon < slash,
                let family = DNSNumber.parse(
                    String(decoding: rest[..<colon], as: UTF8.self), most: 2),
                let prefix = DNSNumber.parse(
                    String(decoding: rest[(slash + 1)...], as: UTF8.self), most: 128),
                let octets = family == 1
                    ? DNSAddress.parse4(rest[(colon + 1)..<slash])
                    : DNSAddress.parse6(rest[(colon + 1)..<slash])
            else { throw reader.error(word, isNot: "a range such as 1:192.0.2.0/24") }
            let count = (octets.lastIndex { $0 != 0 } ?? -1) + 1
            rdata.append(bigEndian: UInt16(family))
            rdata += [UInt8(prefix), UInt8(count) | (isNegated ? 0x80 : 0)] + octets[..<count]
        }
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

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let word = try reader.word("an address")
        let text = reader.text[word.range]
        let isNumber = text.first == UInt8(ascii: "+")
        let parts = (isNumber ? text.dropFirst() : text).split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let digits = Array(parts.joined())
        guard !parts.contains(where: \.isEmpty),
            let octets = isNumber ? digits : DNSLetters.hexadecimal.decode(digits)
        else { throw reader.error(word, isNot: "+ and a number, or hexadecimal digits") }
        rdata += [isNumber ? 1 : 0] + octets
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

    /// The names of the services of RFC 1035's time.
    private static let ports = [
        "echo": 7, "discard": 9, "systat": 11, "daytime": 13, "netstat": 15, "qotd": 17,
        "chargen": 19, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37,
        "domain": 53, "tftp": 69, "gopher": 70, "finger": 79, "http": 80, "hostname": 101,
        "pop3": 110, "sunrpc": 111, "auth": 113, "nntp": 119, "ntp": 123, "imap2": 143,
        "snmp": 161, "https": 443,
    ]
    private static let protocols = ["icmp": 1, "tcp": 6, "udp": 17]

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata += try reader.address4()
        rdata.append(UInt8(try number(&reader, "a protocol", most: 255, named: protocols)))
        var map: [UInt8] = []
        while try !reader.isAtEnd() {
            let port = try number(&reader, "a port", most: 65535, named: ports)
            while map.count <= port / 8 { map.append(0) }
            map[port / 8] |= 0x80 >> UInt8(port % 8)
        }
        rdata += map
    }

    private static func number(
        _ reader: inout DNSTextReader, _ what: String, most: Int, named: [String: Int]
    ) throws(DNSTextError) -> Int {
        let word = try reader.word(what)
        let name = reader.string(word).lowercased()
        guard let number = named[name] ?? DNSNumber.parse(name, most: most) else {
            throw reader.error(word, isNot: "\(what)'s number or name")
        }
        return number
    }
}
