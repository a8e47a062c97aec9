public import TwineCore

/// The header by which a proxy tells a server whom it speaks for.
///
/// PROXY protocol version 2, §2.2.
public struct ProxyHeader: Equatable, Sendable {
    /// The client and the server that it meant to reach; nil says that the proxy speaks for itself.
    public var addresses: (source: SocketAddress, destination: SocketAddress)?
    /// Whether it stands before a datagram.
    public var isDatagram: Bool

    /// Makes a header.
    ///
    /// - Parameters:
    ///   - addresses: The client and the server that it meant to reach, both of one family; nil says
    ///     that the proxy speaks for itself.
    ///   - isDatagram: Whether it stands before a datagram.
    public init(
        _ addresses: (source: SocketAddress, destination: SocketAddress)? = nil,
        isDatagram: Bool = false
    ) {
        self.addresses = addresses
        self.isDatagram = isDatagram
    }

    /// Equal when both say the same.
    public static func == (left: ProxyHeader, right: ProxyHeader) -> Bool {
        left.isDatagram == right.isDatagram
            && left.addresses?.source == right.addresses?.source
            && left.addresses?.destination == right.addresses?.destination
    }

    private static let signature: [UInt8] = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    /// The octets of the header.
    public var octets: [UInt8] {
        let transport: UInt8 = isDatagram ? 2 : 1
        guard let addresses, case .ip(let source, let sourcePort) = addresses.source,
            case .ip(let destination, let destinationPort) = addresses.destination,
            source.isIPv6 == destination.isIPv6
        else {
            // LOCAL, of an unspecified family, without addresses.
            return Self.signature + [0x20, 0x00, 0, 0]
        }
        let family: UInt8 = source.isIPv6 ? 0x20 : 0x10
        let body =
            source.octets + destination.octets
            + [sourcePort, destinationPort].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        return Self.signature + [0x21, family | transport, 0, UInt8(body.count)] + body
    }
}
