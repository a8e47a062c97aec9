public import TwineCore

extension DNSName {
    /// The name under which the names of an address are found, below `in-addr.arpa` or `ip6.arpa`.
    ///
    /// - Parameter address: An address; its zone does not count.
    ///
    /// RFC 1035 §3.5, RFC 3596 §2.5.
    public init(reverseOf address: IPAddress) {
        var wire: [UInt8] = []
        wire.reserveCapacity(74)
        for octet in address.octets.reversed() {
            let labels =
                address.isIPv6
                ? [octet & 15, octet >> 4].map { String($0, radix: 16) } : ["\(octet)"]
            for label in labels {
                wire.append(UInt8(label.utf8.count))
                wire += Array(label.utf8)
            }
        }
        wire += address.isIPv6 ? Self.ip6 : Self.inAddr
        self.init(validated: wire)
    }

    private static let inAddr: [UInt8] =
        [7] + Array("in-addr".utf8) + [4] + Array("arpa".utf8) + [0]
    private static let ip6: [UInt8] = [3] + Array("ip6".utf8) + [4] + Array("arpa".utf8) + [0]
}
