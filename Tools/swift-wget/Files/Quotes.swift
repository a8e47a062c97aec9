/// How messages quote names: as the locale has it.
enum Quotes: Sendable {
    /// `'name'`, and what is not ASCII as octal numbers: the locale "C".
    case ascii
    /// `‘name’`: a locale with UTF-8.
    case unicode
}

extension Octets {
    /// The text in quotes, so that a terminal can show it: wget's `quote`.
    ///
    /// Control characters, octets that are no text, and the closing quote are escaped with a
    /// backslash.
    func quoted(_ quotes: Quotes) -> Octets {
        let marks = quotes == .unicode ? ("‘", "’") : ("'", "'")
        return Octets(
            Array(marks.0.utf8) + escaped(quotes, mark: true).bytes + Array(marks.1.utf8))
    }

    /// The text without quotes, so that a terminal can show it.
    ///
    /// - Parameters:
    ///   - quotes: What the locale can show.
    ///   - mark: Whether the closing quote is escaped as well.
    /// - Returns: Text of the locale.
    func escaped(_ quotes: Quotes, mark: Bool = false) -> Octets {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let octet = bytes[index]
            if octet < 0x80 {
                Octets.append(octet, mark && quotes == .ascii, to: &output)
                index += 1
            } else if quotes == .unicode, let scalar = Octets.scalar(of: bytes[index...]) {
                let octets = Array(Character(scalar).utf8)
                if mark, scalar == "’" { output.append(UInt8(ascii: "\\")) }
                if Octets.isPrintable(scalar) {
                    output += octets
                } else {
                    for octet in octets { Octets.appendOctal(octet, to: &output) }
                }
                index += octets.count
            } else {
                Octets.appendOctal(octet, to: &output)
                index += 1
            }
        }
        return Octets(output)
    }

    private static func append(_ octet: UInt8, _ mark: Bool, to output: inout [UInt8]) {
        let letter: UInt8
        switch octet {
        // BEL, BS, HT, LF, VT, FF, CR.
        case 0x07...0x0D:
            letter = "abtnvfr".utf8.span[Int(octet) - 0x07]
        case 0..<0x20, 0x7F: return appendOctal(octet, to: &output)
        case UInt8(ascii: "\\"): letter = octet
        default:
            if octet == UInt8(ascii: "'"), mark { output.append(UInt8(ascii: "\\")) }
            return output.append(octet)
        }
        output.append(UInt8(ascii: "\\"))
        output.append(letter)
    }

    private static func appendOctal(_ octet: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(ascii: "0") + octet >> 6)
        output.append(UInt8(ascii: "0") + octet >> 3 & 7)
        output.append(UInt8(ascii: "0") + octet & 7)
    }

    /// The character that octets begin with; nil if they are no UTF-8.
    static func scalar(of octets: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let first = octets.first else { return nil }
        let count = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        return String(validating: octets.prefix(count), as: UTF8.self)?.unicodeScalars.first
    }

    /// Whether a terminal shows something for a character: iswprint(3) in a locale with UTF-8.
    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

extension Octets {
    /// The octets as they are, but for control characters, which are shown as numbers.
    var forTerminal: Octets {
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
        return Octets(
            bytes.reduce(into: []) { output, octet in
                if octet < 0x20 || octet == 0x7F {
                    Octets.appendOctal(octet, to: &output)
                } else {
                    output.append(octet)
                }
            })
    }

    /// Joins two texts.
    static func + (left: Octets, right: Octets) -> Octets { Octets(left.bytes + right.bytes) }
}
