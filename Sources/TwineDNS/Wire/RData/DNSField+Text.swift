import TwineBytes

/// Rdata as text, in the form of zone files.
extension DNSField {
    /// Writes rdata, names in it being in full; as octets if it does not have the form of its type.
    static func writeRData(
        _ rdata: Span<UInt8>, _ type: DNSType, _ recordClass: DNSClass,
        isValid: @autoclosure () -> Bool, to writer: inout DNSTextWriter
    ) {
        let start = writer.text.count
        if !writer.style.isUnknownFormat, let fields = fields(of: type, recordClass), isValid(),
            write(rdata, fields, to: &writer)
        {
            return
        }
        writer.text.removeSubrange(start...)
        writer.writeUnknown(rdata)
    }

    /// Writes rdata whose form was checked; false if it has no text but that of RFC 3597.
    static func write(
        _ rdata: Span<UInt8>, _ fields: [DNSField], to writer: inout DNSTextWriter
    ) -> Bool {
        var reader = ByteReader(rdata)
        for field in fields {
            guard field.write(&reader, to: &writer) else { return false }
        }
        return true
    }

    /// Writes one field; false if it has no text.
    func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        switch self {
        case .uint8, .algorithmNumber:
            return reader.readUInt8().map { writer.writeField($0) } != nil
        case .uint16, .reserved: return reader.readUInt16().map { writer.writeField($0) } != nil
        case .uint32: return reader.readUInt32().map { writer.writeField($0) } != nil
        case .zoneNumber(let name): return Self.writeZoneNumber(name, &reader, &writer)
        case .ipv4: return Self.writeAddress(4, &reader, &writer)
        case .ipv6: return Self.writeAddress(16, &reader, &writer)
        case .name, .signer: return Self.writeName(&reader, &writer)
        case .characterString: return Self.writeCharacterString(&reader, &writer)
        case .optionalCharacterString, .characterStrings:
            while !reader.isAtEnd {
                guard Self.writeCharacterString(&reader, &writer) else { return false }
            }
        case .tag:
            guard let count = reader.readUInt8(), let tag = reader.readBytes(Int(count)) else {
                return false
            }
            writer.writeField(String(decoding: tag, as: UTF8.self))
        case .text:
            guard let octets = reader.readSpan(reader.remaining) else { return false }
            writer.beginField()
            writer.writeQuoted(octets)
        case .type: return Self.writeType(&reader, &writer)
        case .coveredType:
            guard let number = reader.readUInt16() else { return false }
            writer.writeField(DNSType(rawValue: number).mnemonic ?? String(number))
        case .types: return Self.writeTypes(&reader, &writer)
        case .time:
            guard let time = reader.readUInt32() else { return false }
            writer.writeField(DNSTime.text(of: time, now: writer.style.now))
        case .certificateType:
            guard let number = reader.readUInt16() else { return false }
            writer.writeField(DNSMnemonics.certificateType(number))
        case .algorithm:
            guard let number = reader.readUInt8() else { return false }
            writer.writeField(DNSMnemonics.algorithm(number))
        case .scheme:
            guard let number = reader.readUInt8() else { return false }
            writer.writeField(number == 1 ? "NOTIFY" : String(number))
        case .locator: return Self.writeLocator(&reader, &writer)
        case .hardwareAddress(let count):
            guard let octets = reader.readSpan(count) else { return false }
            writer.beginField()
            for index in octets.indices {
                if index > 0 { writer.write("-") }
                writer.write(octets.extracting(index...index), as: .smallHexadecimal)
            }
        case .salt:
            guard let count = reader.readUInt8(), let octets = reader.readSpan(Int(count)) else {
                return false
            }
            guard count > 0 else {
                writer.writeField("-")
                return true
            }
            writer.writeField(octets, as: .hexadecimal)
        case .hash:
            guard let count = reader.readUInt8(), let octets = reader.readSpan(Int(count)) else {
                return false
            }
            writer.writeField(octets, as: .base32)
        case .digest(.fingerprint), .hexadecimal:
            return Self.writeRest(&reader, as: .hexadecimal, &writer)
        case .digest: return Self.writeRest(&reader, as: .hexadecimal, canBeHidden: true, &writer)
        case .base64: return Self.writeRest(&reader, as: .base64, &writer)
        case .publicKey, .signature:
            return Self.writeRest(&reader, as: .base64, canBeHidden: true, &writer)
        case .key: return Self.writeKey(&reader, &writer)
        case .nsapAddress:
            guard let octets = reader.readSpan(reader.remaining) else { return false }
            writer.writeField("0x")
            writer.write(octets, as: .smallHexadecimal)
        case .wholeBase64:
            guard let octets = reader.readSpan(reader.remaining) else { return false }
            guard !octets.isEmpty else {
                writer.writeField("-")
                return true
            }
            writer.writeField(octets, as: .base64)
        case .odd(let type): return type.write(&reader, to: &writer)
        case .open: if !reader.isAtEnd { writer.open() }
        case .openFirst: writer.open(isFirst: true)
        case .line: if !reader.isAtEnd { writer.breakLine() }
        case .close: writer.close()
        case .closeZone:
            let isOnOwnLine = writer.style.isMultiline && writer.style.hasComments
            if isOnOwnLine { writer.breakLine() }
            writer.close(isTight: writer.style.isMultiline)
        case .closeKey(let tellsUse): Self.closeKey(reader, tellsUse: tellsUse, &writer)
        case .closeDHCID:
            writer.close()
            if writer.style.isMultiline, writer.style.hasComments {
                Self.commentDHCID(reader, &writer)
            }
        }
        return true
    }

    static func writeName(_ reader: inout ByteReader, _ writer: inout DNSTextWriter) -> Bool {
        writer.writeName(&reader)
    }

    /// Writes an address of 4 or 16 octets.
    static func writeAddress(
        _ count: Int, _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        guard let octets = reader.readSpan(count) else { return false }
        writer.beginField()
        writer.write(address: octets, canBeExpanded: true)
        return true
    }

    static func writeCharacterString(
        _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        guard let count = reader.readUInt8(), let octets = reader.readSpan(Int(count)) else {
            return false
        }
        writer.beginField()
        writer.writeQuoted(octets)
        return true
    }

    static func writeType(_ reader: inout ByteReader, _ writer: inout DNSTextWriter) -> Bool {
        guard let number = reader.readUInt16() else { return false }
        writer.writeField(DNSType(rawValue: number).description)
        return true
    }

    private static func writeTypes(
        _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        while !reader.isAtEnd {
            guard let window = reader.readUInt8(), let count = reader.readUInt8(),
                let map = reader.readSpan(Int(count))
            else { return false }
            for index in map.indices {
                for bit in 0..<8 where map[index] & (0x80 >> UInt8(bit)) != 0 {
                    let number = UInt16(window) << 8 | UInt16(index * 8 + bit)
                    writer.writeField(DNSType(rawValue: number).description)
                }
            }
        }
        return true
    }

    private static func writeLocator(
        _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        guard let bits = reader.readUInt64() else { return false }
        let groups = [bits >> 48, bits >> 32 & 0xffff, bits >> 16 & 0xffff, bits & 0xffff]
        writer.writeField(groups.map { String($0, radix: 16) }.joined(separator: ":"))
        return true
    }

    /// Writes all that is left, or that it is left out if it can be.
    static func writeRest(
        _ reader: inout ByteReader, as letters: DNSLetters, canBeHidden: Bool = false,
        _ writer: inout DNSTextWriter
    ) -> Bool {
        guard let octets = reader.readSpan(reader.remaining) else { return false }
        guard !octets.isEmpty else { return true }
        guard !canBeHidden || !writer.style.hidesKeys else {
            writer.writeField("[omitted]")
            return true
        }
        writer.writeField(octets, as: letters, isSplit: true)
        return true
    }

    /// Writes a number of a SOA record, with a comment if the style has them.
    private static func writeZoneNumber(
        _ name: String, _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        guard let number = reader.readUInt32() else { return false }
        writer.breakLine()
        let start = writer.text.count
        writer.writeField(number)
        guard writer.style.isMultiline, writer.style.hasComments else { return true }
        while writer.text.count - start < 10 { writer.write(" ") }
        writer.write(" ; \(name)")
        let isTime = reader.remaining < 16
        if isTime { writer.write(" (\(DNSTime.inWords(number)))") }
        return true
    }

    private static func writeKey(
        _ reader: inout ByteReader, _ writer: inout DNSTextWriter
    ) -> Bool {
        guard writer.style.hidesKeys, !reader.isAtEnd else {
            return writeRest(&reader, as: .base64, canBeHidden: true, &writer)
        }
        _ = reader.readSpan(reader.remaining)
        writer.writeField("[key id = \(keyTag(reader.bytes))]")
        return true
    }

    private static func closeKey(
        _ reader: borrowing ByteReader, tellsUse: Bool, _ writer: inout DNSTextWriter
    ) {
        let rdata = reader.bytes
        guard rdata.count > 4 else { return }
        let style = writer.style
        if style.hasComments {
            writer.breakLine()
        } else if style.isMultiline {
            writer.write(" ")
        }
        if style.isMultiline { writer.write(")") }
        guard style.hasComments else { return }
        if tellsUse {
            let isEntry = rdata[1] & 1 != 0
            let isRevoked = rdata[1] & 0x80 != 0
            writer.write(isEntry ? isRevoked ? " ; revoked KSK" : " ; KSK" : " ; ZSK")
        }
        writer.write("; alg = \(DNSMnemonics.algorithm(rdata[3])) ; key id = \(keyTag(rdata))")
    }

    /// The number by which signatures refer to a key.
    ///
    /// RFC 4034 §B; the other way to count for RSA/MD5 (§B.1) is not dig's any more.
    static func keyTag(_ rdata: Span<UInt8>) -> UInt16 {
        var sum = 0
        for index in rdata.indices {
            sum += index & 1 == 0 ? Int(rdata[index]) << 8 : Int(rdata[index])
        }
        sum += sum >> 16 & 0xffff
        return UInt16(truncatingIfNeeded: sum)
    }

    /// RFC 4701 §3.3: what identifies the client, by which digest, and its length.
    private static func commentDHCID(
        _ reader: borrowing ByteReader, _ writer: inout DNSTextWriter
    ) {
        let rdata = reader.bytes
        guard rdata.count >= 3 else { return }
        let kind = UInt16(rdata[0]) << 8 | UInt16(rdata[1])
        writer.write(" ; \(kind) \(rdata[2]) \(rdata.count - 3)")
    }
}
