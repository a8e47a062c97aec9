/// Backslashes in style sheets.
///
/// CSS Syntax 3 §4.3.7.
enum CSSEscapes {
    /// The escape at a backslash, and its length in octets; nil before a line end, where it is none.
    static func escape(_ octets: Span<UInt8>, at place: Int) -> (Unicode.Scalar, Int)? {
        var next = place + 1
        guard next < octets.count else { return nil }
        let first = octets[next]
        if first == 10 || first == 12 || first == 13 { return nil }
        var value: UInt32 = 0
        while next < octets.count, next - place <= 6, let digit = hexValue(octets[next]) {
            value = value << 4 | UInt32(digit)
            next += 1
        }
        guard next > place + 1 else {
            // Of a character of several octets the others follow by themselves.
            return (Unicode.Scalar(first), 2)
        }
        if next < octets.count, octets[next].isHTMLSpace {
            let isPair =
                octets[next] == 13 && next + 1 < octets.count && octets[next + 1] == 10
            next += isPair ? 2 : 1
        }
        let scalar = value == 0 ? nil : Unicode.Scalar(value)
        return (scalar ?? "\u{fffd}", next - place)
    }

    /// A string's or an address's text without its escapes.
    static func decode(_ text: String, inString: Bool) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        let octets = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        var place = 0
        while place < octets.count {
            guard octets[place] == UInt8(ascii: "\\") else {
                output.append(octets[place])
                place += 1
                continue
            }
            guard let (scalar, length) = escape(octets.span, at: place) else {
                // In a string a line end behind a backslash is nothing.
                if !inString { output.append(octets[place]) }
                place += inString ? lineEnd(octets, at: place + 1) + 1 : 1
                continue
            }
            if length == 2, octets[place + 1] >= 0x80 {
                output.append(octets[place + 1])
            } else {
                output += String(Character(scalar)).utf8
            }
            place += length
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func lineEnd(_ octets: [UInt8], at place: Int) -> Int {
        guard place < octets.count else { return 0 }
        let isPair = octets[place] == 13 && place + 1 < octets.count && octets[place + 1] == 10
        return isPair ? 2 : 1
    }

    /// A text as it may stand in a string, or unquoted in `url()`.
    static func encode(_ text: [UInt8], _ quoting: SourceLink.Quoting) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for octet in text {
            switch octet {
            case 1..<32, 127, UInt8(ascii: "<"), UInt8(ascii: ">"):
                // `</style` or `]]>` would end what it stands in; a zero has no escape.
                output.append(UInt8(ascii: "\\"))
                output += String(octet, radix: 16).utf8
                output.append(32)
            case UInt8(ascii: "\\"):
                output += [UInt8(ascii: "\\"), octet]
            case UInt8(ascii: "\"") where quoting != .single,
                UInt8(ascii: "'") where quoting != .double,
                UInt8(ascii: "(") where quoting == .none, UInt8(ascii: ")") where quoting == .none,
                32 where quoting == .none:
                output += [UInt8(ascii: "\\"), octet]
            default: output.append(octet)
            }
        }
        return output
    }

    private static func hexValue(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
