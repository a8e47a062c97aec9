/// Percent-encoding and its inverse.
///
/// RFC 3986 §2.1, WHATWG URL §1.3.
public enum PercentEncoding {
    /// Appends `octets` to `output`, each as `%XX` that `set` holds; the others in whole runs.
    static func append(_ octets: Span<UInt8>, _ set: PercentEncodeSet, to output: inout [UInt8]) {
        var start = 0
        for index in 0..<octets.count where set.contains(octets[index]) {
            if start < index { output.appendOctets(octets.extracting(start..<index)) }
            append(octets[index], set, to: &output)
            start = index + 1
        }
        if start < octets.count { output.appendOctets(octets.extracting(start..<octets.count)) }
    }

    /// Appends `octet` to `output`, as `%XX` if `set` holds it.
    static func append(_ octet: UInt8, _ set: PercentEncodeSet, to output: inout [UInt8]) {
        guard set.contains(octet) else {
            output.append(octet)
            return
        }
        output.append(UInt8(ascii: "%"))
        output.append(upperHexDigit(octet >> 4))
        output.append(upperHexDigit(octet & 0xF))
    }

    private static func upperHexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    /// The value of a hexadecimal digit.
    ///
    /// - Parameter octet: An ASCII octet.
    /// - Returns: 0 to 15, or nil if `octet` is no digit.
    @inline(__always)
    static func hexValue(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Writes the UTF-8 octets of `text` that are in `set` as `%XX`.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - set: What is encoded.
    /// - Returns: The encoded text, all ASCII.
    public static func encode(_ text: String, _ set: PercentEncodeSet) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        append(text.utf8.span, set, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Replaces each `%XX` by its octet; a `%` without two hexadecimal digits stays.
    ///
    /// - Parameter bytes: Percent-encoded octets.
    /// - Returns: The octets meant, which need not be UTF-8.
    public static func decode(_ bytes: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let octet = bytes[index]
            if octet == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(octet)
                index += 1
            }
        }
        return output
    }

    /// Replaces each `%XX` in `text` by its octet and reads the whole as UTF-8.
    ///
    /// - Parameter text: A percent-encoded text.
    /// - Returns: The text meant; octets that are not UTF-8 become U+FFFD.
    public static func decode(_ text: String) -> String {
        String(decoding: decode(text.utf8.span), as: UTF8.self)
    }
}
