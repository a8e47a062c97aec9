/// How messages quote what somebody wrote, as GNU programs do.
///
/// What would not be seen is escaped as in C; in a locale of UTF-8 the marks are curly.
struct Quotation: Sendable, Equatable {
    /// Whether the locale's encoding is UTF-8.
    var isUTF8: Bool

    init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

    /// Decides by the environment, in the order of setlocale(3).
    init(_ environment: [String: Octets]) {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        let charset = name?.description.lowercased().filter { $0 != "-" } ?? ""
        isUTF8 = charset.contains("utf8")
    }

    func callAsFunction(_ text: String) -> String { self(Octets(text)) }

    func callAsFunction(_ octets: Octets) -> String {
        var text = isUTF8 ? "\u{2018}" : "'"
        var rest = octets.bytes[...]
        while let first = rest.first {
            if first >= 0x80, isUTF8, let scalar = Self.scalar(&rest) {
                if scalar == "\u{2019}" { text += "\\" }
                text.unicodeScalars.append(scalar)
                continue
            }
            rest.removeFirst()
            text += escaped(first)
        }
        return text + (isUTF8 ? "\u{2019}" : "'")
    }

    private func escaped(_ octet: UInt8) -> String {
        switch octet {
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0a: "\\n"
        case 0x0b: "\\v"
        case 0x0c: "\\f"
        case 0x0d: "\\r"
        case UInt8(ascii: "\\"): "\\\\"
        case UInt8(ascii: "'") where !isUTF8: "\\'"
        case 0x20..<0x7f: String(Unicode.Scalar(octet))
        default:
            "\\" + String(octet >> 6) + String(octet >> 3 & 7) + String(octet & 7)
        }
    }

    /// Takes one character that may be printed off the front, if there is one.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        let count =
            switch rest.first ?? 0 {
            case 0xc2...0xdf: 2
            case 0xe0...0xef: 3
            case 0xf0...0xf4: 4
            default: 0
            }
        guard count > 0, let text = String(validating: rest.prefix(count), as: UTF8.self),
            let scalar = text.unicodeScalars.first
        else { return nil }
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: return nil
        default: break
        }
        rest.removeFirst(count)
        return scalar
    }
}
