import TwineBytes

/// Rdata on the wire: checked, and its names in full.
extension DNSField {
    /// Reads rdata that ends where the reader does.
    ///
    /// - Returns: The rdata with its names in full; nil if it does not have the form of its type.
    static func readRData(
        _ reader: inout ByteReader, _ type: DNSType, _ recordClass: DNSClass
    ) -> [UInt8]? {
        var rdata: [UInt8] = []
        rdata.reserveCapacity(reader.remaining)
        return readRData(&reader, type, recordClass, into: &rdata) ? rdata : nil
    }

    /// Reads rdata that ends where the reader does into `rdata`, which is empty.
    ///
    /// - Returns: Whether it has the form of its type; if not, `rdata` is of no meaning.
    static func readRData(
        _ reader: inout ByteReader, _ type: DNSType, _ recordClass: DNSClass,
        into rdata: inout [UInt8]
    ) -> Bool {
        // In updates (RFC 2136 §2.4) a record without rdata stands for a whole set.
        let isEmptyUpdate = reader.isAtEnd && (recordClass == .any || recordClass == .none)
        guard !isEmptyUpdate, let fields = fields(of: type, recordClass) else {
            return copy(reader.remaining, &reader, &rdata)
        }
        for field in fields {
            guard field.read(&reader, into: &rdata) else { return false }
        }
        return reader.isAtEnd
    }

    /// Whether it is a name that senders may compress.
    var isCompressible: Bool {
        if case .name(compressible: true) = self { true } else { false }
    }

    /// Reads the field and appends it to `rdata`, a name in full; false if it is not well formed.
    func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        switch self {
        case .uint8, .algorithm, .algorithmNumber, .scheme: return Self.copy(1, &reader, &rdata)
        case .uint16, .type, .coveredType, .certificateType: return Self.copy(2, &reader, &rdata)
        case .reserved:
            return reader.peek() == 0 && reader.peek(1) == 0 && Self.copy(2, &reader, &rdata)
        case .uint32, .zoneNumber, .ipv4, .time: return Self.copy(4, &reader, &rdata)
        case .locator: return Self.copy(8, &reader, &rdata)
        case .ipv6: return Self.copy(16, &reader, &rdata)
        case .hardwareAddress(let count): return Self.copy(count, &reader, &rdata)
        case .name: return Self.copyName(&reader, &rdata)
        case .signer:
            guard let name = try? DNSName.parse(&reader), rdata.count >= 4,
                name.labelCount <= Int(rdata[3])
            else { return false }
            rdata += name.wire
            return true
        case .characterString: return Self.copyCounted(&reader, &rdata)
        case .optionalCharacterString: return reader.isAtEnd || Self.copyCounted(&reader, &rdata)
        case .characterStrings:
            repeat {
                guard Self.copyCounted(&reader, &rdata) else { return false }
            } while !reader.isAtEnd
            return true
        case .tag:
            let start = rdata.count + 1
            guard Self.copyCounted(&reader, &rdata), rdata.count > start else { return false }
            return rdata[start...].allSatisfy(Self.isAlphanumeric)
        case .salt: return Self.copyCounted(&reader, &rdata)
        case .hash:
            guard let count = reader.peek(), 1...39 ~= count else { return false }
            return Self.copyCounted(&reader, &rdata)
        case .types(let canBeEmpty):
            return (canBeEmpty || !reader.isAtEnd) && Self.copyTypes(&reader, &rdata)
        case .digest(let digest):
            guard let kind = rdata.last, digest.isValid(count: reader.remaining, kind: kind)
            else { return false }
            return Self.copy(reader.remaining, &reader, &rdata)
        case .publicKey:
            return reader.remaining >= 1 && Self.copy(reader.remaining, &reader, &rdata)
        case .hexadecimal(let minimum), .base64(let minimum):
            return reader.remaining >= minimum && Self.copy(reader.remaining, &reader, &rdata)
        case .nsapAddress:
            return reader.remaining >= 1 && Self.copy(reader.remaining, &reader, &rdata)
        case .text(let canBeEmpty):
            return (canBeEmpty || !reader.isAtEnd) && Self.copy(reader.remaining, &reader, &rdata)
        case .wholeBase64: return Self.copy(reader.remaining, &reader, &rdata)
        case .key: return Self.copyKey(&reader, &rdata)
        case .signature:
            guard rdata.count >= 3, Self.hasAlgorithm(reader, rdata[2]), !reader.isAtEnd else {
                return false
            }
            return Self.copy(reader.remaining, &reader, &rdata)
        case .odd(let type): return type.read(&reader, into: &rdata)
        case .open, .openFirst, .line,
            .close, .closeZone, .closeKey, .closeDHCID:
            return true
        }
    }

    /// Appends the next `count` octets to `rdata`; false if fewer are left.
    static func copy(
        _ count: Int, _ reader: inout ByteReader, _ rdata: inout [UInt8]
    ) -> Bool {
        guard let span = reader.readSpan(count) else { return false }
        rdata.append(span)
        return true
    }

    /// Appends a name in full to `rdata`; false if there is none.
    static func copyName(_ reader: inout ByteReader, _ rdata: inout [UInt8]) -> Bool {
        (try? DNSName.append(&reader, to: &rdata)) != nil
    }

    /// Appends an octet to `rdata` and as many more as it says; false if fewer are left.
    static func copyCounted(_ reader: inout ByteReader, _ rdata: inout [UInt8]) -> Bool {
        guard let count = reader.peek() else { return false }
        return copy(1 + Int(count), &reader, &rdata)
    }

    static func isAlphanumeric(_ octet: UInt8) -> Bool {
        octet &- 48 < 10 || (octet | 0x20) &- 0x61 < 26
    }

    /// RFC 4034 §4.1.2: blocks in ascending order, without zeros at their ends.
    private static func copyTypes(_ reader: inout ByteReader, _ rdata: inout [UInt8]) -> Bool {
        var last = -1
        while !reader.isAtEnd {
            guard let window = reader.peek(), Int(window) > last, let count = reader.peek(1),
                1...32 ~= count, copy(2 + Int(count), &reader, &rdata), rdata.last != 0
            else { return false }
            last = Int(window)
        }
        return true
    }

    /// RFC 2535 §3.1: flags may say that there is no key; else there is one.
    private static func copyKey(_ reader: inout ByteReader, _ rdata: inout [UInt8]) -> Bool {
        guard rdata.count == 4 else { return false }
        let hasNoKey = rdata[0] & 0xc0 == 0xc0
        guard !hasNoKey else { return reader.isAtEnd }
        guard !reader.isAtEnd, hasAlgorithm(reader, rdata[3]) else { return false }
        return copy(reader.remaining, &reader, &rdata)
    }

    /// Whether a private algorithm is named at the start of its octets.
    ///
    /// RFC 4034 §A.1.1.
    private static func hasAlgorithm(_ reader: borrowing ByteReader, _ algorithm: UInt8) -> Bool {
        guard algorithm == 253 || algorithm == 254, !reader.isAtEnd else { return true }
        var rest = ByteReader(reader.bytes)
        rest.skip(reader.offset)
        if algorithm == 253 {
            return (try? DNSName.parse(&rest, isCompressible: false)) != nil
        }
        // A count, and an object identifier in DER of so many octets.
        guard let count = rest.readUInt8(), let object = rest.readBytes(Int(count)),
            object.count >= 3, object[0] == 6, Int(object[1]) == object.count - 2
        else { return false }
        return object[object.count - 1] < 0x80
    }
}
