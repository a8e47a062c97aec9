/// The name of one record, which no other record ever has.
///
/// WARC/1.1 §5.3.
public struct WARCRecordID: Hashable, Sendable, CustomStringConvertible {
    /// As a field has it: a URI between angle brackets.
    public let description: String

    /// A random UUID (version 4) as a URN.
    ///
    /// - Parameters:
    ///   - high: 64 random bits.
    ///   - low: As many more.
    public init(high: UInt64, low: UInt64) {
        // RFC 9562 §5.4: six of the bits tell which kind of UUID it is.
        let marked = (high & ~0xF000 | 0x4000, low & ~(0b11 << 62) | 0b10 << 62)
        let digits = Array((Self.hex(marked.0) + Self.hex(marked.1)).utf8)
        var text = "<urn:uuid:"
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        description = text + ">"
    }

    /// A random name.
    public static func random() -> WARCRecordID {
        var generator = SystemRandomNumberGenerator()
        return WARCRecordID(high: generator.next(), low: generator.next())
    }

    /// The name that another archive gave to a record.
    ///
    /// - Parameter text: With its angle brackets; nil comes of what could not stand in a field.
    public init?(_ text: String) {
        guard text.utf8.count > 2, text.hasPrefix("<"), text.hasSuffix(">"),
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return nil }
        description = text
    }

    private static func hex(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
