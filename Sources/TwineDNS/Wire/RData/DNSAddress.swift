import TwineBytes

/// Addresses in rdata as text, both ways.
enum DNSAddress {
    /// Appends 4 octets in dotted decimal.
    static func write4(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        for index in octets.indices {
            if index > 0 { writer.write(".") }
            writer.write(octets[index])
        }
    }

    /// Appends 16 octets as RFC 5952 has them; the addresses that embed one of IPv4 as RFC 4291
    /// §2.2 does.
    static func write6(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        let groups = (0..<8).map { UInt16(octets[2 * $0]) << 8 | UInt16(octets[2 * $0 + 1]) }
        // The longest run of zeros, of two or more, and the first of those.
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        let isMapped = longest == 0..<5 && groups[5] == 0xffff
        let embeds = longest == 0..<6 || isMapped
        var index = 0
        while index < (embeds ? 6 : 8) {
            if index == longest.lowerBound, !longest.isEmpty {
                writer.write("::")
                index = longest.upperBound
                continue
            }
            if index > 0, index != longest.upperBound || longest.isEmpty { writer.write(":") }
            writer.write(String(groups[index], radix: 16))
            index += 1
        }
        guard embeds else { return }
        if isMapped { writer.write(":") }
        write4(octets.extracting(12..<16), to: &writer)
    }

    /// Appends 16 octets with all their digits.
    static func writeExpanded(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        for index in octets.indices {
            if index > 0, index % 2 == 0 { writer.write(":") }
            writer.write(octets.extracting(index..<index + 1), as: .smallHexadecimal)
        }
    }
}
