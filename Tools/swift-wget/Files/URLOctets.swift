/// How wget writes octets in URLs: which are escaped, which are decoded, and when.
///
/// Its classes are those of RFC 1738 with `$` and `,` as of RFC 2396, and not those of browsers.
/// What is escaped already stays as it was written, lower case or not.
enum URLOctets {
    /// Whether an octet has a meaning of its own in URLs: decoding it would change what is meant.
    static func isReserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ";"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["),
            UInt8(ascii: "]"):
            true
        default:
            false
        }
    }

    /// Whether an octet cannot stand in a URL as it is, or only where it has its meaning.
    static func isUnsafe(_ octet: UInt8) -> Bool {
        switch octet {
        case 0...0x20, 0x7F...0xFF: true
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: ":"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: "["),
            UInt8(ascii: "\\"), UInt8(ascii: "]"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            true
        default:
            false
        }
    }

    /// Makes a text that somebody typed, or wrote into a page, fit for a request.
    ///
    /// Unsafe octets are escaped, and percent signs that begin no escape; the reserved ones and
    /// every escape that is there stay. Doing it twice changes nothing more.
    static func reencoded(_ text: [UInt8]) -> [UInt8] {
        // Most texts are fit.
        guard text.contains(where: { isUnsafe($0) && !isReserved($0) }) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for (index, octet) in text.enumerated() {
            let isKept =
                octet == UInt8(ascii: "%")
                ? escape(in: text, at: index) != nil : !isUnsafe(octet) || isReserved(octet)
            if isKept { output.append(octet) } else { appendEscape(of: octet, to: &output) }
        }
        return output
    }

    /// Escapes every unsafe octet, percent signs too: for what is a text and no URL yet.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - reserved: Whether reserved octets are escaped too.
    /// - Returns: The text, all ASCII.
    static func escaped(_ text: [UInt8], reserved: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for octet in text {
            if isUnsafe(octet) || reserved && isReserved(octet) {
                appendEscape(of: octet, to: &output)
            } else {
                output.append(octet)
            }
        }
        return output
    }

    /// Decodes every escape, but for `%00`: no name of a file can have it.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - reserved: Whether escapes of reserved octets are decoded too.
    /// - Returns: The octets.
    static func decoded(_ text: some Collection<UInt8>, reserved: Bool = true) -> [UInt8] {
        let text = Array(text)
        guard text.contains(UInt8(ascii: "%")) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if let octet = escape(in: text, at: index), octet != 0, reserved || !isReserved(octet) {
                output.append(octet)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    /// What the escape says that begins at `index`; nil if none does.
    private static func escape(in text: [UInt8], at index: Int) -> UInt8? {
        guard text[index] == UInt8(ascii: "%"), index + 2 < text.count,
            let high = digit(text[index + 1]), let low = digit(text[index + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// Appends `%XX`, in capitals.
    static func appendEscape(of octet: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "%"))
        output.append(capitalDigit(octet >> 4))
        output.append(capitalDigit(octet & 0xF))
    }

    private static func capitalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
