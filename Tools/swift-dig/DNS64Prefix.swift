import TwineCore

/// The prefixes by which IPv4 addresses are mapped into IPv6, found by what `ipv4only.arpa` is mapped
/// to.
///
/// RFC 6052 §2.2, RFC 7050 §3.
enum DNS64Prefix {
    /// The addresses of `ipv4only.arpa`, 192.0.0.170 and 192.0.0.171.
    private static let known: [[UInt8]] = [[192, 0, 0, 170], [192, 0, 0, 171]]

    /// The prefixes that an address of IPv6 may be made of, as `64:ff9b::/96`.
    static func prefixes(in octets: [UInt8]) -> [String] {
        [32, 40, 48, 56, 64, 96].compactMap { length in
            guard embedded(octets, length).map({ known.contains($0) }) == true else { return nil }
            let prefix = octets.prefix(length / 8) + [UInt8](repeating: 0, count: 16 - length / 8)
            return IPAddress(octets: Array(prefix).span).map { "\($0)/\(length)" }
        }
    }

    /// The four octets behind a prefix; the ninth octet is left out, and zero.
    private static func embedded(_ octets: [UInt8], _ length: Int) -> [UInt8]? {
        guard octets.count == 16 else { return nil }
        if length == 96 { return Array(octets[12...]) }
        guard octets[8] == 0 else { return nil }
        let start = length / 8
        let places = (start..<16).filter { $0 != 8 }
        guard places.dropFirst(4).allSatisfy({ octets[$0] == 0 }) else { return nil }
        return places.prefix(4).map { octets[$0] }
    }
}
