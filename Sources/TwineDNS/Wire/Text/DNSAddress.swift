import TwineBytes

/// Addresses in rdata as text, both ways.
enum DNSAddress {
    /// Appends 4 octets in dotted decimal.
    static func write4(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        for index in octets.indices {
            if index > 0 { writer.text.append(UInt8(ascii: ".")) }
            writer.text.append(decimal: UInt64(octets[index]))
        }
    }

    /// Appends 16 octets as RFC 5952 has them; the addresses that embed one of IPv4 as RFC 4291
    /// §2.2 does.
    static func write6(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        func group(_ index: Int) -> UInt16 {
            UInt16(octets[2 * index]) << 8 | UInt16(octets[2 * index + 1])
        }
        // The longest run of zeros, of two or more, and the first of those.
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end) == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        let isMapped = longest == 0..<5 && group(5) == 0xffff
        let embeds = longest == 0..<6 || isMapped
        let colon = UInt8(ascii: ":")
        var index = 0
        while index < (embeds ? 6 : 8) {
            if index == longest.lowerBound, !longest.isEmpty {
                writer.write("::")
                index = longest.upperBound
                continue
            }
            if index > 0, index != longest.upperBound || longest.isEmpty {
                writer.text.append(colon)
            }
            writer.text.append(hexadecimal: group(index))
            index += 1
        }
        guard embeds else { return }
        if isMapped { writer.text.append(colon) }
        write4(octets.extracting(12..<16), to: &writer)
    }

    /// The octets of dotted decimal; nil if it is anything else.
    static func parse4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard part.count == 1 || part.count <= 3 && part.first != UInt8(ascii: "0"),
                let number = DNSNumber.parse(String(decoding: part, as: UTF8.self), most: 255)
            else { return nil }
            octets.append(UInt8(number))
        }
        return octets
    }

    /// The octets of an address of IPv6; nil if it is anything else.
    ///
    /// RFC 4291 §2.2.
    static func parse6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        var parts = text.split(separator: colon, omittingEmptySubsequences: false)
        // Only the two colons that stand for zeros may be at an end.
        if parts.count > 2, parts[0].isEmpty {
            guard parts[1].isEmpty else { return nil }
            parts.removeFirst()
        }
        if parts.count > 1, parts[parts.count - 1].isEmpty {
            guard parts[parts.count - 2].isEmpty, text.count >= 2 else { return nil }
            parts.removeLast()
        }
        var octets: [UInt8] = []
        var gap: Int?
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                guard gap == nil, text.count > 1 else { return nil }
                gap = octets.count
            } else if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let embedded = parse4(part) else { return nil }
                octets += embedded
            } else {
                guard part.count <= 4,
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-")
                else { return nil }
                octets += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        guard let gap else { return octets.count == 16 ? octets : nil }
        guard octets.count <= 14 else { return nil }
        return octets[..<gap] + [UInt8](repeating: 0, count: 16 - octets.count) + octets[gap...]
    }

    /// Appends 16 octets with all their digits.
    static func writeExpanded(_ octets: Span<UInt8>, to writer: inout DNSTextWriter) {
        for index in octets.indices {
            if index > 0, index % 2 == 0 { writer.write(":") }
            writer.write(octets.extracting(index..<index + 1), as: .smallHexadecimal)
        }
    }
}
