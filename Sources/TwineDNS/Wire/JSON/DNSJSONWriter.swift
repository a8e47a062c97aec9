import TwineBytes

/// Writes JSON in one line, without spaces.
///
/// RFC 8259.
struct DNSJSONWriter {
    private(set) var text: [UInt8] = []

    // MARK: Values

    /// Opens an object or a list as the next value.
    mutating func begin(_ bracket: String) {
        separate()
        text += bracket.utf8
    }

    /// Closes what was opened.
    mutating func end(_ bracket: String) { text += bracket.utf8 }

    /// Writes a string as the next value.
    mutating func string(_ string: String) {
        separate()
        text.append(UInt8(ascii: "\""))
        for octet in string.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), octet]
            case 0..<0x20, 0x7f:
                text += "\\u00".utf8
                text += String(UInt16(octet) + 0x100, radix: 16).dropFirst().utf8
            default: text.append(octet)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Writes what separates the next value from the one before.
    private mutating func separate() {
        switch text.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: text.append(UInt8(ascii: ","))
        }
    }

    // MARK: Members

    /// Writes a member's name, and what its value begins with.
    mutating func beginMember(_ name: String, _ bracket: String) {
        string(name)
        text.append(UInt8(ascii: ":"))
        text += bracket.utf8
    }

    mutating func member(_ name: String, _ number: Int) { beginMember(name, String(number)) }

    mutating func member(_ name: String, _ value: String) {
        beginMember(name, "")
        string(value)
    }

    mutating func member(_ name: String, hexadecimal octets: [UInt8]) {
        var writer = DNSTextWriter(style: .line)
        writer.write(octets.span, as: .hexadecimal)
        member(name, String(decoding: writer.text, as: UTF8.self))
    }

    /// Writes octets that should be a text; those of another kind are told in hexadecimal digits,
    /// and the member's name ends in `HEX`.
    ///
    /// RFC 8427 §2.4.
    mutating func member(_ name: String, octets: [UInt8]) {
        if let string = String(validating: octets, as: UTF8.self) {
            member(name, string)
        } else {
            member(name + "HEX", hexadecimal: octets)
        }
    }

    /// Writes a list of octets that should be texts, as ``member(_:octets:)`` does one.
    mutating func member(_ name: String, _ items: [[UInt8]]) {
        let strings = items.compactMap { String(validating: $0, as: UTF8.self) }
        let areTexts = strings.count == items.count
        beginMember(areTexts ? name : name + "HEX", "[")
        for string in strings where areTexts { self.string(string) }
        for item in items where !areTexts {
            var writer = DNSTextWriter(style: .line)
            writer.write(item.span, as: .hexadecimal)
            string(String(decoding: writer.text, as: UTF8.self))
        }
        end("]")
    }

    /// Writes the field that stands where the reader is; false if it is not well formed.
    mutating func member(_ name: String, _ field: DNSField, _ reader: inout ByteReader) -> Bool {
        field.writeMember(name, &reader, to: &self)
    }

    /// Takes back what was written behind `count` octets.
    mutating func truncate(to count: Int) { text.removeSubrange(count...) }
}
