extension DNSExtensions.Option {
    /// What kind of option it is: any 16-bit number.
    ///
    /// IANA's registry "DNS EDNS0 Option Codes (OPT)".
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
        /// The number on the wire.
        public let rawValue: UInt16

        /// The code with this number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The code with this number.
        public init(integerLiteral value: UInt16) { rawValue = value }

        /// A query whose answer is kept up to date (RFC 8764).
        public static let longLivedQuery: Code = 1
        /// How long an update holds (RFC 9664).
        public static let updateLease: Code = 2
        /// Which server it is (RFC 5001).
        public static let nsid: Code = 3
        /// The algorithms of DNSSEC that a client knows (RFC 6975).
        public static let dnssecAlgorithms: Code = 5
        /// The digests of DS records that a client knows (RFC 6975).
        public static let digestAlgorithms: Code = 6
        /// The hashes of NSEC3 that a client knows (RFC 6975).
        public static let hashAlgorithms: Code = 7
        /// The network for which the answer shall be (RFC 7871).
        public static let clientSubnet: Code = 8
        /// After how long a secondary's zone expires (RFC 7314).
        public static let expire: Code = 9
        /// What proves that both sides can be reached at their addresses (RFC 7873).
        public static let cookie: Code = 10
        /// How long an idle TCP connection is kept (RFC 7828).
        public static let tcpKeepalive: Code = 11
        /// Octets without a meaning (RFC 7830).
        public static let padding: Code = 12
        /// A request for all records that validation needs (RFC 7901).
        public static let chain: Code = 13
        /// The keys that a validator trusts (RFC 8145).
        public static let keyTag: Code = 14
        /// Why an answer is as it is (RFC 8914).
        public static let extendedError: Code = 15
        /// A number that client and server have agreed on.
        public static let clientTag: Code = 16
        /// A number that client and server have agreed on.
        public static let serverTag: Code = 17
        /// Where errors are reported (RFC 9567).
        public static let reportChannel: Code = 18
        /// Which version of the zone the answer is from (RFC 9660).
        public static let zoneVersion: Code = 19
    }
}

extension DNSExtensions.Option.Code: CustomStringConvertible {
    /// The names of the codes, and further ones that are only read.
    ///
    /// They are dig's; what it prints of an option and what `+ednsopt` takes differ in places.
    private static let names: [(code: UInt16, name: String, others: [String])] = [
        (1, "LLQ", []), (2, "UPDATE-LEASE", ["UL"]), (3, "NSID", []), (5, "DAU", []),
        (6, "DHU", []), (7, "N3U", []), (8, "CLIENT-SUBNET", ["ECS"]), (9, "EXPIRE", []),
        (10, "COOKIE", []), (11, "TCP-KEEPALIVE", ["KEEPALIVE"]), (12, "PADDING", ["PAD"]),
        (13, "CHAIN", []), (14, "KEY-TAG", []), (15, "EDE", []), (16, "CLIENT-TAG", []),
        (17, "SERVER-TAG", []), (18, "Report-Channel", ["RC"]), (19, "ZONEVERSION", []),
    ]

    /// The code of a name such as `NSID`, `ECS` or `KEEPALIVE`, or of a number; case does not
    /// count.
    public init?(_ text: some StringProtocol) {
        let wanted = text.uppercased()
        let named = Self.names.first {
            $0.name.uppercased() == wanted || $0.others.contains(wanted)
        }
        // A code that nobody registered, but dig knows.
        let number = wanted == "DEVICEID" ? 26946 : DNSNumber.parse(wanted, most: 65535)
        guard let code = named?.code ?? number.map({ UInt16($0) }) else { return nil }
        self.init(rawValue: code)
    }

    /// The name as dig prints it, such as `CLIENT-SUBNET`, or `OPT=65001`.
    public var description: String {
        Self.names.first { $0.code == rawValue }?.name ?? "OPT=\(rawValue)"
    }
}
