import TwineBytes

/// IPv4 addresses as URLs write them: one to four numbers, decimal, octal or hexadecimal.
///
/// WHATWG URL §3.5.
enum IPv4Number {
    /// Whether the last label of `host` is a number, so that the whole must be an IPv4 address.
    static func endsInNumber(_ host: Span<UInt8>) -> Bool {
        var end = host.count
        if end > 0, host[end - 1] == UInt8(ascii: ".") {
            end -= 1
            // A lone dot: the list of labels is two empty texts.
        }
        var start = end
        while start > 0, host[start - 1] != UInt8(ascii: ".") { start -= 1 }
        guard start < end else { return false }
        var allDigits = true
        for index in start..<end where !isDigit(host[index]) { allDigits = false }
        return allDigits || number(host, start, end) != nil
    }

    /// Parses an address such as `127.1`, `0x7f.1` or `192.168.0.1`.
    ///
    /// - Parameter host: The octets of the host; ``endsInNumber(_:)`` said yes.
    /// - Returns: The address, its first octet in the highest bits; nil if malformed.
    static func parse(_ host: Span<UInt8>) -> UInt32? {
        var end = host.count
        if end > 0, host[end - 1] == UInt8(ascii: ".") { end -= 1 }
        var address: UInt64 = 0
        var parts = 0
        var start = 0
        while true {
            var stop = start
            while stop < end, host[stop] != UInt8(ascii: ".") { stop += 1 }
            parts += 1
            guard parts <= 4, let value = number(host, start, stop) else { return nil }
            if stop == end {
                // The last number fills all octets that the others left.
                let room = UInt64(8 * (5 - parts))
                guard value < 1 << room else { return nil }
                return UInt32(truncatingIfNeeded: address << room | value)
            }
            guard value <= 255 else { return nil }
            address = address << 8 | value
            start = stop + 1
        }
    }

    /// The number in `host[start..<end]`, no greater than 2³²; nil if it is none.
    private static func number(_ host: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64? {
        guard start < end else { return nil }
        var start = start
        var radix: UInt64 = 10
        if end - start >= 2, host[start] == UInt8(ascii: "0") {
            if host[start + 1] | 0x20 == UInt8(ascii: "x") {
                radix = 16
                start += 2
            } else {
                radix = 8
                start += 1
            }
        }
        var value: UInt64 = 0
        for index in start..<end {
            guard let digit = PercentEncoding.hexValue(host[index]), digit < radix else {
                return nil
            }
            // Saturates: anything above 32 bits is refused by the caller.
            value = min(value * radix + UInt64(digit), 1 << 32)
        }
        return value
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
    }

    /// Appends `address` in dotted decimal form.
    static func serialize(_ address: UInt32, to output: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            output.append(decimal: Int(address >> shift & 0xFF))
            if shift > 0 { output.append(UInt8(ascii: ".")) }
        }
    }
}
