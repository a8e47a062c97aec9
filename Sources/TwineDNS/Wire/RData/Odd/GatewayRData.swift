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

    /// Writes a gateway as text; an empty one is null.
    static func writeMember(
        _ name: String, _ kind: UInt8, _ reader: inout ByteReader, to json: inout DNSJSONWriter
    ) -> Bool {
        switch kind {
        case 0: json.beginMember(name, "null")
        case 1: return json.member(name, .ipv4, &reader)
        case 2: return json.member(name, .ipv6, &reader)
        case 3: return json.member(name, .name(compressible: false), &reader)
        default: return false
        }
        return true
    }

    static func scan(
        _ kind: UInt8, _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        switch kind {
        case 0:
            let word = try reader.word("a dot")
            guard reader.string(word) == "." else { throw reader.error(word, isNot: "a dot") }
        case 1: rdata += try reader.address4()
        case 2: rdata += try reader.address6()
        case 3: rdata += try reader.name().wire
        default: throw reader.error("gateways of kind \(kind) have no text but \\# and octets")
        }
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

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        guard let precedence = reader.readUInt8(), let kind = reader.readUInt8(),
            let algorithm = reader.readUInt8()
        else { return false }
        json.member("precedence", Int(precedence))
        json.member("gatewayType", Int(kind))
        json.member("algorithm", Int(algorithm))
        return Gateway.writeMember("gateway", kind, &reader, to: &json)
            && json.member("publicKey", .base64(minimum: 0), &reader)
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let precedence = UInt8(try reader.number(most: 255, "a precedence"))
        let kind = UInt8(try reader.number(most: 3, "a kind of gateway"))
        rdata += [precedence, kind, try DNSField.scanAlgorithm(&reader)]
        try Gateway.scan(kind, &reader, into: &rdata)
        rdata += try reader.rest("base 64", .base64)
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

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        guard let precedence = reader.readUInt8(), let kind = reader.readUInt8() else {
            return false
        }
        json.member("precedence", Int(precedence))
        json.member("discoveryOptional", Int(kind >> 7))
        json.member("relayType", Int(kind & 0x7f))
        return Gateway.writeMember("relay", kind & 0x7f, &reader, to: &json)
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata.append(UInt8(try reader.number(most: 255, "a precedence")))
        let discovery = UInt8(try reader.number(most: 1, "whether discovery is optional,"))
        let kind = UInt8(try reader.number(most: 127, "a kind of relay"))
        rdata.append(discovery << 7 | kind)
        try Gateway.scan(kind, &reader, into: &rdata)
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

    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        guard let tagLength = reader.readUInt8(), let algorithm = reader.readUInt8(),
            let keyLength = reader.readUInt16(), let tag = reader.readBytes(Int(tagLength)),
            var key = reader.readReader(Int(keyLength))
        else { return false }
        json.member("pkAlgorithm", Int(algorithm))
        json.member("hitHEX", hexadecimal: tag)
        guard json.member("publicKey", .base64(minimum: 1), &key) else { return false }
        json.beginMember("rendezvousServers", "[")
        while !reader.isAtEnd {
            guard let name = try? DNSName.parse(&reader, isCompressible: false) else {
                return false
            }
            json.string(name.description)
        }
        json.end("]")
        return true
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let algorithm = UInt8(try reader.number(most: 255, "an algorithm"))
        let tag = try reader.encoded("hexadecimal digits", .hexadecimal)
        let key = try reader.encoded("base 64", .base64)
        guard tag.count < 256, key.count < 65536 else {
            throw reader.error("the tag or the key is too long")
        }
        rdata += [UInt8(tag.count), algorithm]
        rdata.append(bigEndian: UInt16(key.count))
        rdata += tag + key
        while try !reader.isAtEnd() { rdata += try reader.name().wire }
    }
}
