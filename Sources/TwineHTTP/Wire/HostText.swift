/// The host parser.
///
/// WHATWG URL §3.5.
enum HostText {
    /// Octets that no host has, one bit for each below 0x40 and one for each up to 0x7F: NUL, tab,
    /// line ends, space and `#/:<>?@[\]^|`.
    private static let forbidden: (low: UInt64, high: UInt64) = (
        0xD400_8009_0000_2601, 0x1000_0000_7800_0001
    )

    private static func isForbidden(_ octet: UInt8) -> Bool {
        guard octet < 0x80 else { return false }
        let half = octet < 0x40 ? forbidden.low : forbidden.high
        return half >> UInt64(octet & 0x3F) & 1 == 1
    }

    private static func isForbiddenInDomain(_ octet: UInt8) -> Bool {
        isForbidden(octet) || octet < 0x20 || octet == UInt8(ascii: "%") || octet == 0x7F
    }

    /// Parses a host and appends its serialization.
    ///
    /// - Parameters:
    ///   - input: What stands between the slashes, without credentials and port; not empty.
    ///   - isSpecial: Whether the URL's scheme is special, and the host a domain or an address.
    ///   - output: Where the serialization goes.
    /// - Returns: What kind of host it is.
    /// - Throws: ``WebURLError`` naming what is wrong.
    static func parse(
        _ input: Span<UInt8>, isSpecial: Bool, to output: inout [UInt8]
    ) throws(WebURLError) -> WebURL.HostKind {
        if input.count > 0, input[0] == UInt8(ascii: "[") {
            guard input[input.count - 1] == UInt8(ascii: "]"), input.count > 2,
                let address = IPv6Text.parse(input.extracting(1..<(input.count - 1)))
            else { throw .ipv6Malformed }
            output.append(UInt8(ascii: "["))
            IPv6Text.serialize(address, to: &output)
            output.append(UInt8(ascii: "]"))
            return .ipv6
        }
        guard isSpecial else {
            for index in 0..<input.count {
                if isForbidden(input[index]) { throw .hostForbidsOctet(input[index]) }
                PercentEncoding.append(input[index], .c0Control, to: &output)
            }
            return .opaque
        }
        let start = output.count
        if isPlain(input) {
            for index in 0..<input.count {
                let octet = input[index]
                let isCapital = octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z")
                output.append(isCapital ? octet | 0x20 : octet)
            }
        } else {
            output += try domainToASCII(PercentEncoding.decode(input))
        }
        guard output.count > start else { throw .hostMissing }
        guard IPv4Number.endsInNumber(output.span.extracting(start..<output.count)) else {
            return .domain
        }
        guard let address = IPv4Number.parse(output.span.extracting(start..<output.count)) else {
            throw .ipv4Malformed
        }
        output.removeSubrange(start...)
        IPv4Number.serialize(address, to: &output)
        return .ipv4
    }

    /// Whether every octet is an ASCII one that a domain may have: nothing to decode or map.
    private static func isPlain(_ input: Span<UInt8>) -> Bool {
        for index in 0..<input.count where input[index] >= 0x80 || isForbiddenInDomain(input[index])
        {
            return false
        }
        return true
    }

    private static func domainToASCII(_ domain: [UInt8]) throws(WebURLError) -> [UInt8] {
        let ascii: [UInt8]
        if domain.allSatisfy({ $0 < 0x80 }) {
            ascii = domain.map {
                $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0
            }
        } else {
            // libidn2 reads to the first NUL.
            if domain.contains(0) { throw .hostForbidsOctet(0) }
            ascii = try IDNA.toASCII(String(decoding: domain, as: UTF8.self))
        }
        // Only now: "<" and U+0338 make U+226E, which is valid, and full-width forms map to
        // what is forbidden.
        for octet in ascii where isForbiddenInDomain(octet) { throw .hostForbidsOctet(octet) }
        return ascii
    }
}
