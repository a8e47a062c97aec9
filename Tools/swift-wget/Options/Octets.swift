/// A word as the shell hands it over: octets that are usually, but need not be, UTF-8.
///
/// Names of files and URLs may be in any encoding, and what is posted may be anything; as a `String`
/// they would be repaired, and no longer be what was meant.
struct Octets: Sendable, Hashable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isEmpty: Bool { bytes.isEmpty }

    /// The text, if it is UTF-8.
    var text: String? { String(validating: bytes, as: UTF8.self) }

    /// Without white space at the ends.
    var trimmed: ArraySlice<UInt8> {
        guard let start = bytes.firstIndex(where: { !Self.isSpace($0) }) else { return [] }
        let end = bytes.lastIndex { !Self.isSpace($0) } ?? start
        return bytes[start...end]
    }

    /// Whether both are the same but for the case of ASCII letters.
    func isSame(as other: String) -> Bool {
        bytes.count == other.utf8.count
            && zip(bytes, other.utf8).allSatisfy { Self.lowercased($0) == Self.lowercased($1) }
    }

    /// Space, tab, line feed, vertical tab, form feed and carriage return.
    static func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || 0x09...0x0d ~= octet }

    static func isDigit(_ octet: UInt8) -> Bool { 0x30...0x39 ~= octet }

    static func lowercased(_ octet: UInt8) -> UInt8 {
        0x41...0x5a ~= octet ? octet | 0x20 : octet
    }
}

extension [Octets] {
    /// Appends what was said, or forgets all before it when it is nothing.
    mutating func change(by value: Octets) {
        if value.isEmpty { removeAll() } else { append(value) }
    }
}

extension Octets: ExpressibleByStringLiteral, CustomStringConvertible {
    init(stringLiteral text: String) { self.init(text) }

    /// For messages: what is not UTF-8 is replaced.
    var description: String { String(decoding: bytes, as: UTF8.self) }
}
