import TwineBytes

/// Rdata from its text.
extension DNSField {
    /// Reads the text of rdata to the end of its record.
    ///
    /// What is read is then checked as if it had come on the wire: each rule stands once.
    static func scan(
        _ reader: inout DNSTextReader, _ type: DNSType, _ recordClass: DNSClass
    ) throws(DNSTextError) -> [UInt8] {
        let start = reader
        var rdata: [UInt8] = []
        if let first = try reader.next(), !first.isQuoted, reader.string(first) == "\\#" {
            rdata = try scanUnknown(&reader)
        } else {
            reader = start
            guard let fields = fields(of: type, recordClass) else {
                throw reader.error("\(type) has no text but \\# and its octets")
            }
            for field in fields { try field.scan(&reader, into: &rdata) }
        }
        if let word = try reader.next() {
            throw reader.error(
                "'\(reader.string(word).prefix(64))' is more than \(type) has", at: word)
        }
        var check = ByteReader(rdata.span)
        guard rdata.count <= 65535, readRData(&check, type, recordClass) == rdata else {
            throw start.error("these values are not allowed together in \(type)")
        }
        return rdata
    }

    /// RFC 3597 §5: how many octets, and the octets.
    private static func scanUnknown(
        _ reader: inout DNSTextReader
    ) throws(DNSTextError) -> [UInt8] {
        let count = try reader.number(most: 65535, "a number of octets")
        let octets = try reader.rest("hexadecimal digits", .hexadecimal)
        guard octets.count == count else {
            throw reader.error("\(octets.count) octets are there, not \(count)")
        }
        return octets
    }

    /// Reads one field and appends it to `rdata`.
    private func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        switch self {
        case .uint8: rdata.append(UInt8(try reader.number(most: 255)))
        case .uint16, .reserved: rdata.append(bigEndian: UInt16(try reader.number(most: 65535)))
        case .uint32, .zoneNumber("serial"):
            rdata.append(bigEndian: UInt32(try reader.number(most: Int(UInt32.max))))
        case .zoneNumber: rdata.append(bigEndian: try reader.duration())
        case .ipv4: rdata += try reader.address4()
        case .ipv6: rdata += try reader.address6()
        case .name, .signer: rdata += try reader.name().wire
        case .characterString, .tag: rdata += try reader.characterString()
        case .optionalCharacterString:
            if try !reader.isAtEnd() { rdata += try reader.characterString() }
        case .characterStrings:
            repeat { rdata += try reader.characterString() } while try !reader.isAtEnd()
        case .text: rdata += try reader.octets("a text")
        case .type: rdata.append(bigEndian: try reader.type().rawValue)
        case .coveredType:
            let word = try reader.word("a type")
            let name = reader.string(word)
            let number =
                DNSType(name)?.rawValue
                ?? DNSNumber.parse(name, most: 65535).map { UInt16($0) }
            guard let number else { throw reader.error(word, isNot: "a type") }
            rdata.append(bigEndian: number)
        case .types: try Self.scanTypes(&reader, &rdata)
        case .time: rdata.append(bigEndian: try Self.scanTime(&reader))
        case .certificateType:
            let word = try reader.word("a type of certificate")
            let name = reader.string(word).uppercased()
            let named = DNSMnemonics.certificateTypes.first { $0.value == name }?.key
            guard let number = named ?? DNSNumber.parse(name, most: 65535).map({ UInt16($0) })
            else { throw reader.error(word, isNot: "a type of certificate") }
            rdata.append(bigEndian: number)
        case .algorithm, .algorithmNumber: rdata.append(try Self.scanAlgorithm(&reader))
        case .scheme:
            let word = try reader.word("a scheme")
            let name = reader.string(word)
            guard let number = name.uppercased() == "NOTIFY" ? 1 : DNSNumber.parse(name, most: 255)
            else { throw reader.error(word, isNot: "NOTIFY, or a number up to 255") }
            rdata.append(UInt8(number))
        case .locator: try Self.scanGroups(4, separator: ":", &reader, &rdata)
        case .hardwareAddress(let count):
            try Self.scanGroups(count, separator: "-", &reader, &rdata)
        case .salt:
            let start = reader
            let word = try reader.word("a salt, or -")
            var octets: [UInt8] = []
            if reader.string(word) != "-" {
                reader = start
                octets = try reader.encoded("hexadecimal digits", .hexadecimal)
            }
            try Self.append(counted: octets, reader, &rdata)
        case .hash:
            try Self.append(counted: reader.encoded("base 32", .base32), reader, &rdata)
        case .digest, .hexadecimal: rdata += try reader.rest("hexadecimal digits", .hexadecimal)
        case .base64, .publicKey, .signature, .key: rdata += try reader.rest("base 64", .base64)
        case .wholeBase64:
            let start = reader
            let word = try reader.word("octets in base 64, or -")
            guard reader.string(word) != "-" else { return }
            reader = start
            rdata += try reader.rest("base 64", .base64)
        case .nsapAddress:
            let word = try reader.word("an NSAP address")
            let digits = reader.text[word.range].dropFirst(2).filter { $0 != UInt8(ascii: ".") }
            guard reader.string(word).lowercased().hasPrefix("0x"),
                let octets = DNSLetters.hexadecimal.decode(digits), !octets.isEmpty
            else { throw reader.error(word, isNot: "0x and hexadecimal digits") }
            rdata += octets
        case .odd(let type): try type.scan(&reader, into: &rdata)
        case .open, .openFirst, .line, .close, .closeZone, .closeKey, .closeDHCID: break
        }
    }

    private static func append(
        counted octets: [UInt8], _ reader: borrowing DNSTextReader, _ rdata: inout [UInt8]
    ) throws(DNSTextError) {
        guard let count = UInt8(exactly: octets.count) else {
            throw reader.error("\(octets.count) octets are too many, 255 are allowed")
        }
        rdata.append(count)
        rdata += octets
    }

    /// Reads types to the end into a map.
    private static func scanTypes(
        _ reader: inout DNSTextReader, _ rdata: inout [UInt8]
    ) throws(DNSTextError) {
        var windows: [UInt8: [UInt8]] = [:]
        while try !reader.isAtEnd() {
            let number = try reader.type().rawValue
            let index = Int(number & 0xff) / 8
            var map = windows[UInt8(number >> 8)] ?? []
            while map.count <= index { map.append(0) }
            map[index] |= 0x80 >> UInt8(number & 7)
            windows[UInt8(number >> 8)] = map
        }
        for (window, map) in windows.sorted(by: { $0.key < $1.key }) {
            rdata += [window, UInt8(map.count)] + map
        }
    }

    /// Reads `YYYYMMDDHHMMSS`, or seconds since 1970.
    private static func scanTime(_ reader: inout DNSTextReader) throws(DNSTextError) -> UInt32 {
        let word = try reader.word("a time")
        guard let time = DNSTime.number(of: reader.string(word)) else {
            throw reader.error(word, isNot: "a time such as 20301231235959")
        }
        return time
    }

    /// Reads the name or number of an algorithm of DNSSEC.
    static func scanAlgorithm(_ reader: inout DNSTextReader) throws(DNSTextError) -> UInt8 {
        let word = try reader.word("an algorithm")
        let name = reader.string(word).uppercased()
        let named = DNSMnemonics.algorithms.first { $0.value == name }?.key
        guard let number = named ?? DNSNumber.parse(name, most: 255).map({ UInt8($0) }) else {
            throw reader.error(word, isNot: "an algorithm")
        }
        return number
    }

    /// Reads groups of hexadecimal digits: four of up to four digits, or else of two.
    private static func scanGroups(
        _ count: Int, separator: Character, _ reader: inout DNSTextReader, _ rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let word = try reader.word("an identifier")
        let groups = reader.string(word).split(
            separator: separator, omittingEmptySubsequences: false)
        let isWide = separator == ":"
        var octets: [UInt8] = []
        for group in groups {
            guard isWide ? 1...4 ~= group.count : group.count == 2,
                group.allSatisfy(\.isHexDigit), let number = UInt16(group, radix: 16)
            else { throw reader.error(word, isNot: "\(count) groups of hexadecimal digits") }
            if isWide { octets.append(bigEndian: number) } else { octets.append(UInt8(number)) }
        }
        guard groups.count == count else {
            throw reader.error(word, isNot: "\(count) groups of hexadecimal digits")
        }
        rdata += octets
    }
}

extension [UInt8] {
    /// Appends octets as they are.
    mutating func append(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number in network byte order.
    mutating func append(bigEndian number: UInt16) {
        append(UInt8(number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }

    /// Appends a number in network byte order.
    mutating func append(bigEndian number: UInt32) {
        append(bigEndian: UInt16(number >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: number))
    }
}
