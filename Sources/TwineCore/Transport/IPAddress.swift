#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address, the first octet as the highest byte.
    case v4(UInt32)
    /// An IPv6 address, high and low half, and the number of its zone (0: none).
    case v6(high: UInt64, low: UInt64, zone: UInt32 = 0)

    /// The address `127.0.0.1`.
    public static let loopback4 = IPAddress.v4(0x7f00_0001)
    /// The address `::1`.
    public static let loopback6 = IPAddress.v6(high: 0, low: 1)
    /// Every IPv4 address, `0.0.0.0`.
    public static let any4 = IPAddress.v4(0)
    /// Every IPv6 address, `::`.
    public static let any6 = IPAddress.v6(high: 0, low: 0)

    /// The address that `text` spells: dotted decimal, or RFC 4291 text, with `%zone` if need be.
    ///
    /// - Parameter text: The address, without brackets.
    @inlinable
    public init?(_ text: some StringProtocol) { self.init(text: String(text)) }

    @usableFromInline
    init?(text: String) {
        let octets = text.utf8
        // C would stop reading at a NUL and take what stands before it for the whole.
        guard !octets.contains(0) else { return nil }
        let percent = octets.firstIndex(of: UInt8(ascii: "%"))
        let address = percent.map { String(decoding: octets[..<$0], as: UTF8.self) } ?? text
        var v4 = in_addr()
        if percent == nil, unsafe inet_pton(AF_INET, address, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
        var zone: UInt32 = 0
        if let percent {
            let name = String(decoding: octets[octets.index(after: percent)...], as: UTF8.self)
            let isNumber = name.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            zone = isNumber ? UInt32(name) ?? 0 : unsafe if_nametoindex(name)
            guard zone != 0 else { return nil }
        }
        self.init(v6, zone: zone)
    }

    init(_ address: in6_addr, zone: UInt32 = 0) {
        var address = address
        let halves = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe (
                UInt64(bigEndian: bytes.load(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self = .v6(high: halves.0, low: halves.1, zone: zone)
    }

    /// The address whose octets, 4 or 16 of them, these are in the order of the wire.
    ///
    /// - Parameter octets: The octets of an A or AAAA record, for example.
    public init?(octets: Span<UInt8>) {
        switch octets.count {
        case 4:
            var bits: UInt32 = 0
            for index in 0..<4 { bits = bits << 8 | UInt32(octets[index]) }
            self = .v4(bits)
        case 16:
            var high: UInt64 = 0
            var low: UInt64 = 0
            for index in 0..<8 {
                high = high << 8 | UInt64(octets[index])
                low = low << 8 | UInt64(octets[index + 8])
            }
            self = .v6(high: high, low: low)
        default: return nil
        }
    }

    /// Its octets, 4 or 16 of them, in the order of the wire; without the zone.
    public var octets: [UInt8] {
        switch self {
        case .v4(let bits): (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) }
        case .v6(let high, let low, _):
            [high, low].flatMap { half in
                (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * UInt64($0))) }
            }
        }
    }

    /// Whether it is an IPv6 address.
    public var isIPv6: Bool {
        if case .v6 = self { true } else { false }
    }

    /// Whether it is of the host itself: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch self {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low, _): high == 0 && low == 1
        }
    }

    var in6: in6_addr {
        var address = in6_addr()
        guard case .v6(let high, let low, _) = self else { return address }
        unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return address
    }

    /// The usual text: dotted decimal, or RFC 5952.
    public var description: String {
        switch self {
        case .v4(let bits):
            let parts = [24, 16, 8, 0].map { String(Int(bits >> UInt32($0) & 255)) }
            return parts.joined(separator: ".")
        case .v6(_, _, let zone):
            var address = in6
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let length = socklen_t(text.count)
            guard unsafe inet_ntop(AF_INET6, &address, &text, length) != nil else { return "" }
            let plain = String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return zone == 0 ? plain : "\(plain)%\(zone)"
        }
    }
}
