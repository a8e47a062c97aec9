/// A set of octets that are written as `%XX` in one part of a URL.
///
/// Every set holds the C0 controls, DEL and all octets from 0x80 up.
///
/// WHATWG URL §1.3.
public struct PercentEncodeSet: Sendable {
    /// One bit for each octet below 0x40, and one for each from 0x40 to 0x7F.
    private let low: UInt64
    private let high: UInt64

    /// Literals, and not code that reads a text, so that the sets need no initialisation.
    private init(_ low: UInt64, _ high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Whether `octet` is written as `%XX`.
    public func contains(_ octet: UInt8) -> Bool {
        if octet >= 0x80 { return true }
        let half = octet < 0x40 ? low : high
        return half >> UInt64(octet & 0x3F) & 1 == 1
    }

    /// Controls only: opaque hosts and opaque paths.
    public static let c0Control = PercentEncodeSet(
        0x0000_0000_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For fragments: also space and `"`, `<`, `>` and the grave accent.
    public static let fragment = PercentEncodeSet(
        0x5000_0005_FFFF_FFFF, 0x8000_0001_0000_0000)
    /// For queries of schemes that are not special: also space, `"`, `#`, `<` and `>`.
    public static let query = PercentEncodeSet(
        0x5000_000D_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For queries of `http`, `https`, `ws`, `wss`, `ftp` and `file`: also `'`.
    public static let specialQuery = PercentEncodeSet(
        0x5000_008D_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For path segments: as ``query``, and `?`, `^`, `{`, `}` and the grave accent.
    public static let path = PercentEncodeSet(
        0xD000_000D_FFFF_FFFF, 0xA800_0001_4000_0000)
    /// For user names and passwords: as ``path``, and `/:;=@[\]|`.
    public static let userInfo = PercentEncodeSet(
        0xFC00_800D_FFFF_FFFF, 0xB800_0001_7800_0001)
    /// For any text that shall stay one component: as ``userInfo``, and `$%&+,`.
    public static let component = PercentEncodeSet(
        0xFC00_987D_FFFF_FFFF, 0xB800_0001_7800_0001)
}

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
