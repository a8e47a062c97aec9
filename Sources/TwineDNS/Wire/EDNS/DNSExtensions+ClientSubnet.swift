extension DNSExtensions {
    /// The network of a client, for which the answer shall be, or is.
    ///
    /// RFC 7871 §6.
    public struct ClientSubnet: Hashable, Sendable {
        /// 4 octets of IPv4 or 16 of IPv6, zero behind the prefix; none when no family is told.
        public let address: [UInt8]
        /// How many bits of the address count.
        public let sourcePrefix: UInt8
        /// For how many bits the answer is; 0 in a query.
        public let scopePrefix: UInt8

        /// No network at all: the server shall use none (RFC 7871 §7.1.2).
        public static let none = ClientSubnet(checked: [], 0, 0)

        private init(checked address: [UInt8], _ sourcePrefix: UInt8, _ scopePrefix: UInt8) {
            self.address = address
            self.sourcePrefix = sourcePrefix
            self.scopePrefix = scopePrefix
        }

        /// Makes a network; the bits behind the prefix are set to zero.
        ///
        /// - Parameters:
        ///   - address: 4 octets of IPv4, or 16 of IPv6.
        ///   - sourcePrefix: How many bits of it count.
        ///   - scopePrefix: For how many bits the answer is; 0 in a query.
        ///
        /// It is nil when the address has another length, or a prefix is longer than it.
        public init?(address: [UInt8], sourcePrefix: UInt8, scopePrefix: UInt8 = 0) {
            guard address.count == 4 || address.count == 16,
                max(sourcePrefix, scopePrefix) <= address.count * 8
            else { return nil }
            let bits = Int(sourcePrefix)
            let masked = address.enumerated().map { index, octet in
                let kept = min(max(bits - index * 8, 0), 8)
                return octet & ~UInt8(truncatingIfNeeded: 0xff >> kept)
            }
            self.init(checked: masked, sourcePrefix, scopePrefix)
        }

        /// Reads `192.0.2.0/24`, `2001:db8::/56`, an address alone, or `0` for ``none``.
        ///
        /// An address of IPv4 may lack octets at its end, as in `10/8`. It is nil if the text is
        /// anything else; as in dig, a prefix over 32 counts as 32 for IPv4.
        public init?(_ text: some StringProtocol) {
            guard text != "0", text != "0/0" else {
                self = .none
                return
            }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let most = parts.count == 2 ? DNSNumber.parse(parts[1], most: 128) : 128
            guard parts.count <= 2, let most else { return nil }
            let written = Array(parts[0].utf8)
            if let address = DNSAddress.parse6(written[...]) {
                self.init(address: address, sourcePrefix: UInt8(most))
                return
            }
            let isWhole = parts.count == 1
            let octets = written.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let missing = isWhole ? 0 : max(4 - octets.count, 0)
            let whole = written + (0..<missing).flatMap { _ in Array(".0".utf8) }
            guard let address = DNSAddress.parse4(whole[...]) else { return nil }
            self.init(address: address, sourcePrefix: UInt8(min(most, 32)))
        }

        /// Reads octets whose form was checked.
        init?(_ octets: [UInt8]) {
            guard octets.count >= 4 else { return nil }
            let length = [0, 4, 16]
            guard octets[0] == 0, Int(octets[1]) < length.count else { return nil }
            let count = length[Int(octets[1])]
            guard octets.count - 4 <= count else { return nil }
            let address = octets.dropFirst(4)
            let zeros = [UInt8](repeating: 0, count: count - address.count)
            self.init(checked: Array(address) + zeros, octets[2], octets[3])
        }

        /// What stands in the option: no more octets than the prefix needs.
        var octets: [UInt8] {
            let family: UInt8 = address.isEmpty ? 0 : address.count == 4 ? 1 : 2
            let kept = address.prefix((Int(sourcePrefix) + 7) / 8)
            return [0, family, sourcePrefix, scopePrefix] + kept
        }
    }
}

extension DNSExtensions.ClientSubnet: CustomStringConvertible {
    /// The address and both prefixes, as in `192.0.2.0/24/0`.
    public var description: String {
        "\(addressText)/\(sourcePrefix)/\(scopePrefix)"
    }

    /// The address alone; `0` when no family is told.
    var addressText: String {
        guard !address.isEmpty else { return "0" }
        var writer = DNSTextWriter(style: .line)
        writer.write(address: address.span)
        return String(decoding: writer.text, as: UTF8.self)
    }
}
