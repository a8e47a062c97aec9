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
        try self.init(text.utf8.span, origin: .root)
    }

    /// Reads a name from its text; `origin` follows it if it does not end in a dot.
    init(_ text: Span<UInt8>, origin: DNSName) throws(DNSError) {
        if text.count == 1, text[0] == UInt8(ascii: ".") {
            self = .root
            return
        }
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
                octet = try Self.unescape(text, &offset)
            } else {
                offset += 1
            }
            wire.append(octet)
            let length = wire.count - label - 1
            guard length <= Self.maxLabelLength else {
                throw .labelTooLong(length: length, offset: labelStart)
            }
            guard wire.count < Self.maxLength else {
                throw .nameTooLong(length: wire.count + 1, offset: 0)
            }
            wire[label] = UInt8(length)
        }
        guard wire.count > 1 else { throw .labelEmpty(offset: 0) }
        // A dot at the end wrote the root's zero.
        guard wire.count - label > 1 else {
            self.init(validated: wire)
            return
        }
        let length = wire.count + origin.wire.count
        guard length <= Self.maxLength else { throw .nameTooLong(length: length, offset: 0) }
        wire += origin.wire
        self.init(validated: wire)
    }

    /// Reads what a backslash at `offset` stands for, and moves behind it.
    private static func unescape(
        _ text: Span<UInt8>, _ offset: inout Int
    ) throws(DNSError) -> UInt8 {
        var rest: [UInt8] = []
        for index in offset + 1..<min(offset + 4, text.count) { rest.append(text[index]) }
        guard let (octet, count) = unescaped(rest[...]) else {
            throw .escapeInvalid(offset: offset)
        }
        offset += 1 + count
        return octet
    }

    /// What follows a backslash: a character, or the number of an octet in three digits.
    ///
    /// - Returns: The octet, and how many octets of the text stand for it; nil if none do.
    static func unescaped(_ text: ArraySlice<UInt8>) -> (octet: UInt8, count: Int)? {
        guard let first = text.first else { return nil }
        guard isDigit(first) else { return (first, 1) }
        let digits = text.prefix(3)
        guard digits.count == 3, digits.allSatisfy(isDigit) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        guard let octet = UInt8(exactly: number) else { return nil }
        return (octet, 3)
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

    /// Appends the complete name in a style.
    func write(to text: inout [UInt8], _ style: DNSTextStyle) {
        guard style.isInternational, let international else { return write(to: &text) }
        text += international.utf8
    }

    private func writeLabels(to text: inout [UInt8]) {
        Self.writeLabels(wire.span, to: &text)
        if !isRoot { text.removeLast() }
    }

    /// Appends the labels of a valid name, a dot after each.
    static func writeLabels(_ wire: Span<UInt8>, to text: inout [UInt8]) {
        guard wire.count > 1 else { return }
        // Nearly all names need no escape: they are copied, and each length becomes a dot.
        let start = text.count
        text.append(wire.extracting(1...))
        var end = 1 + Int(wire[0])
        var labels = 1
        while end < wire.count {
            text[start + end - 1] = UInt8(ascii: ".")
            labels += wire[end] == 0 ? 0 : 1
            end += 1 + Int(wire[end])
        }
        guard !isPlain(text[start...], dots: labels) else { return }
        text.removeSubrange(start...)
        writeEscapedLabels(wire, to: &text)
    }

    /// Whether all octets but so many dots are written as they are; a dot more is in a label.
    private static func isPlain(_ octets: ArraySlice<UInt8>, dots: Int) -> Bool {
        unsafe octets.withUnsafeBufferPointer { octets in
            var dots = dots
            var plain: UInt64 = 1
            for index in octets.indices {
                let octet = unsafe octets[index]
                if octet == UInt8(ascii: ".") {
                    dots &-= 1
                    continue
                }
                let bits = octet < 64 ? plainLow : plainHigh
                plain &= octet < 128 ? bits &>> UInt64(octet & 63) : 0
            }
            return plain & 1 == 1 && dots == 0
        }
    }

    private static func writeEscapedLabels(_ wire: Span<UInt8>, to text: inout [UInt8]) {
        var offset = 0
        while offset < wire.count, wire[offset] != 0 {
            let next = min(offset + 1 + Int(wire[offset]), wire.count)
            for index in offset + 1..<next { escape(wire[index], into: &text) }
            text.append(UInt8(ascii: "."))
            offset = next
        }
    }

    /// The octets below 64, and from there to 127, that ``escape(_:into:)`` writes as they are: a
    /// bit for each.
    private static let plainLow: UInt64 = 0xf7ff_bcea_0000_0000
    private static let plainHigh: UInt64 = 0x7fff_ffff_efff_fffe

    /// Appends an octet of a label, with its escape if it needs one.
    static func escape(_ octet: UInt8, into text: inout [UInt8]) {
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
