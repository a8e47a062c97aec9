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
}

extension Octets: ExpressibleByStringLiteral, CustomStringConvertible {
    init(stringLiteral text: String) { self.init(text) }

    /// For messages: what is not UTF-8 is replaced.
    var description: String { String(decoding: bytes, as: UTF8.self) }
}
