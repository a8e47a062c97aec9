/// Where a SOCKS proxy is asked to connect to.
public enum SOCKSDestination: Equatable, Sendable {
    /// An IPv4 address, the first octet as the highest byte.
    case ipv4(UInt32, port: UInt16)
    /// An IPv6 address, high and low half.
    case ipv6(high: UInt64, low: UInt64, port: UInt16)
    /// A name that the proxy looks up: 1 to 255 octets.
    case name(String, port: UInt16)

    var port: UInt16 {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port), .name(_, let port): port
        }
    }
}

extension [UInt8] {
    /// Appends a number, the highest octet first.
    mutating func append(bigEndian number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
