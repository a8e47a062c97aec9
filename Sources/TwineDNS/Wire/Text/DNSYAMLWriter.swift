/// Writes lines of YAML at the depth at hand.
struct DNSYAMLWriter {
    private(set) var text: [UInt8] = []
    /// How many times two spaces stand before each line.
    var depth: Int

    init(depth: Int) { self.depth = depth }

    /// Writes a whole line.
    mutating func line(_ line: String) {
        indent()
        text += line.utf8
        text.append(UInt8(ascii: "\n"))
    }

    /// Writes an item of a list, in single quotes: those in it are doubled.
    mutating func item(_ item: some Sequence<UInt8>) {
        indent()
        text += "- '".utf8
        for octet in item {
            if octet == UInt8(ascii: "'") { text.append(octet) }
            text.append(octet)
        }
        text += "'\n".utf8
    }

    /// Writes a member whose value stands in double quotes.
    ///
    /// What is not printable becomes a dot; octets above 127 stay if `isUTF8` says that they are
    /// characters.
    mutating func quoted(_ prefix: String, _ value: [UInt8], isUTF8: Bool = false, _ end: String) {
        indent()
        text += prefix.utf8
        text.append(UInt8(ascii: "\""))
        for octet in value {
            switch octet {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += [UInt8(ascii: "\\"), octet]
            case 0x20...0x7e: text.append(octet)
            default: text.append(isUTF8 && octet >= 0x80 ? octet : UInt8(ascii: "."))
            }
        }
        text.append(UInt8(ascii: "\""))
        text += "\(end)\n".utf8
    }

    /// Writes octets as they are.
    mutating func raw(_ string: String) { text += string.utf8 }

    private mutating func indent() {
        for _ in 0..<depth { text += "  ".utf8 }
    }
}
