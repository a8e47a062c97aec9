/// The text form of IPv6 addresses.
///
/// WHATWG URL §3.5, RFC 4291 §2.2, RFC 5952 §4.
enum IPv6Text {
    /// Parses an address without brackets and without a zone.
    ///
    /// - Parameter text: The octets between the brackets.
    /// - Returns: The address, its first octet in the highest bits; nil if malformed.
    static func parse(_ text: Span<UInt8>) -> UInt128? {
        var pieces: UInt128 = 0  // those read so far, the last one lowest
        var count = 0
        var compressAt: Int?
        var index = 0
        if text.count >= 1, text[0] == UInt8(ascii: ":") {
            guard text.count >= 2, text[1] == UInt8(ascii: ":") else { return nil }
            index = 2
            compressAt = 0
        }
        while index < text.count {
            guard count < 8 else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard compressAt == nil else { return nil }
                index += 1
                compressAt = count
                continue
            }
            var value: UInt16 = 0
            let start = index
            while index < text.count, index - start < 4,
                let digit = PercentEncoding.hexValue(text[index])
            {
                value = value << 4 | UInt16(digit)
                index += 1
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard index > start, count <= 6, let tail = embeddedIPv4(text, from: start) else {
                    return nil
                }
                pieces = pieces << 32 | UInt128(tail)
                count += 2
                index = text.count
                break
            }
            if index < text.count {
                guard text[index] == UInt8(ascii: ":"), index + 1 < text.count else { return nil }
                index += 1
            }
            pieces = pieces << 16 | UInt128(value)
            count += 1
        }
        guard let compressAt else { return count == 8 ? pieces : nil }
        guard count < 8 else { return nil }
        // What stands behind the "::" moves to the low end; zeros take its place.
        let behind = UInt128(16 * (count - compressAt))
        let low = pieces & ((1 << behind) - 1)
        let front = pieces >> behind
        return compressAt == 0 ? low : front << UInt128(128 - 16 * compressAt) | low
    }

    /// Four decimal numbers without leading zeros, up to the end of `text`.
    private static func embeddedIPv4(_ text: Span<UInt8>, from start: Int) -> UInt32? {
        var address: UInt32 = 0
        var index = start
        for part in 0..<4 {
            if part > 0 {
                guard index < text.count, text[index] == UInt8(ascii: ".") else { return nil }
                index += 1
            }
            var value: UInt32?
            while index < text.count, text[index] >= UInt8(ascii: "0"),
                text[index] <= UInt8(ascii: "9")
            {
                let digit = UInt32(text[index] - UInt8(ascii: "0"))
                if value == 0 { return nil }
                let next = (value ?? 0) * 10 + digit
                guard next <= 255 else { return nil }
                value = next
                index += 1
            }
            guard let value else { return nil }
            address = address << 8 | value
        }
        return index == text.count ? address : nil
    }

    /// Appends `address` without brackets; the longest run of two or more zeros becomes `::`.
    static func serialize(_ address: UInt128, to output: inout [UInt8]) {
        func piece(_ index: Int) -> UInt16 {
            UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * index))
        }
        var best = 8..<8
        var index = 0
        while index < 8 {
            let start = index
            while index < 8, piece(index) == 0 { index += 1 }
            if index - start > max(best.count, 1) { best = start..<index }
            index += 1
        }
        index = 0
        while index < 8 {
            if index == best.lowerBound {
                output.append(UInt8(ascii: ":"))
                if index == 0 { output.append(UInt8(ascii: ":")) }
                index = best.upperBound
                continue
            }
            output.append(contentsOf: String(piece(index), radix: 16).utf8)
            index += 1
            if index < 8 { output.append(UInt8(ascii: ":")) }
        }
    }
}
