/// Names as text: the presentation format, with its escapes, both ways.
extension DNSName: CustomStringConvertible {
    /// Reads a name from its text.
    ///
    /// `www.example.org` and `www.example.org.` are the same: the name is complete, with the dot at the end or without.
    /// `\.` and `\\` stand for the character, `\DDD` for the octet of that decimal number.
    /// Characters outside of ASCII are taken as the octets of their UTF-8; for IDNA see
    /// ``DNSName/init(international:)``.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``DNSError`` with the offset, in octets, of what is wrong in the text.
    ///
    /// RFC 1035 §5.1.
    public init(_ text: some StringProtocol) throws(DNSError) {
        var text = String(text)
        text.makeContiguousUTF8()
        self = try Self.parse(text: text.utf8.span)
    }

    private static func parse(text: Span<UInt8>) throws(DNSError) -> DNSName {
        if text.count == 1, text[0] == UInt8(ascii: ".") { return .root }
        var wire: [UInt8] = [0]
        wire.reserveCapacity(text.count + 2)
        // Where the length of the label at hand stands, and where the label began in the text.
        var label = 0
        var labelStart = 0
        var offset = 0
        while offset < text.count {
            var octet = text[offset]
            if octet == UInt8(ascii: ".") {
                guard wire.count - label > 1 else { throw .labelEmpty(offset: offset) }
                label = wire.count
                wire.append(0)
                offset += 1
                labelStart = offset
                continue
            }
            if octet == UInt8(ascii: "\\") {
                octet = try unescape(text, &offset)
            } else {
                offset += 1
            }
            wire.append(octet)
            let length = wire.count - label - 1
            guard length <= maxLabelLength else {
                throw .labelTooLong(length: length, offset: labelStart)
            }
            guard wire.count < maxLength else {
                throw .nameTooLong(length: wire.count + 1, offset: 0)
            }
            wire[label] = UInt8(length)
        }
        guard wire.count > 1 else { throw .labelEmpty(offset: 0) }
        // The text may, but need not, have ended in a dot, which wrote the root's zero.
        if wire.count - label > 1 { wire.append(0) }
        return DNSName(validated: wire)
    }

    /// Reads what a backslash at `offset` stands for, and moves behind it.
    private static func unescape(
        _ text: Span<UInt8>, _ offset: inout Int
    ) throws(DNSError) -> UInt8 {
        guard offset + 1 < text.count else { throw .escapeInvalid(offset: offset) }
        let first = text[offset + 1]
        guard isDigit(first) else {
            offset += 2
            return first
        }
        guard offset + 3 < text.count, isDigit(text[offset + 2]), isDigit(text[offset + 3]) else {
            throw .escapeInvalid(offset: offset)
        }
        let number =
            (Int(first) - 48) * 100 + (Int(text[offset + 2]) - 48) * 10
            + (Int(text[offset + 3]) - 48)
        guard let octet = UInt8(exactly: number) else { throw .escapeInvalid(offset: offset) }
        offset += 4
        return octet
    }

    private static func isDigit(_ octet: UInt8) -> Bool { octet &- 48 < 10 }

    /// The text with the root's dot at the end, as in `www.example.org.`, complete.
    ///
    /// What has a meaning in zone files is escaped by a backslash, what is not printable ASCII by
    /// its number: reading the text gives the same octets again.
    public var description: String {
        isRoot ? "." : text + "."
    }

    /// The text without the root's dot, as people write host names; empty for the root.
    public var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        writeLabels(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the complete name, with the root's dot.
    func write(to text: inout [UInt8]) {
        writeLabels(to: &text)
        text.append(UInt8(ascii: "."))
    }

    private func writeLabels(to text: inout [UInt8]) {
        var offset = 0
        while wire[offset] != 0 {
            if offset > 0 { text.append(UInt8(ascii: ".")) }
            let next = offset + 1 + Int(wire[offset])
            for octet in wire[offset + 1..<next] { Self.escape(octet, into: &text) }
            offset = next
        }
    }

    private static func escape(_ octet: UInt8, into text: inout [UInt8]) {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(octet)
        case 0x21...0x7e:
            text.append(octet)
        default:
            text.append(UInt8(ascii: "\\"))
            text.append(48 + octet / 100)
            text.append(48 + octet / 10 % 10)
            text.append(48 + octet % 10)
        }
    }
}
