/// How a connection to a host is made: over which of its addresses, in which order, from where, and
/// how long each step may take.
public struct ConnectOptions: Sendable {
    /// In which order the addresses of a name are tried.
    public enum Order: Hashable, Sendable {
        /// Each a moment after the one before, whichever family comes first; the first to connect
        /// wins (Happy Eyeballs, RFC 8305).
        case racing
        /// One after the other, when both families have been looked up; the next has its turn when the
        /// one before has failed.
        case inTurn
    }

    /// Which kinds of addresses are used.
    public enum Families: Hashable, Sendable {
        /// Both, in the order that the system would try them.
        case any
        /// IPv4 alone; no IPv6 address is asked for.
        case ipv4Only
        /// IPv6 alone; no IPv4 address is asked for.
        case ipv6Only
        /// All of IPv4 first.
        case ipv4First
        /// All of IPv6 first.
        case ipv6First
    }

    /// A host and port whose addresses are known without a lookup.
    public struct Pin: Hashable, Sendable {
        let host: String
        let port: UInt16?

        /// Makes one.
        ///
        /// - Parameters:
        ///   - host: The name, in any case; `*` is every name that has no pin of its own.
        ///   - port: The port; nil is every port that has no pin of its own.
        public init(host: String, port: UInt16?) {
            self.host = host.lowercased()
            self.port = port
        }
    }

    /// In which order the addresses are tried.
    public var order = Order.racing
    /// Which kinds of addresses are used.
    public var families = Families.any
    /// Where to bind before; by default the system chooses.
    public var bindAddress: SocketAddress?
    /// How long the lookup of the name may take, in seconds; nil is as long as the whole.
    public var lookupTimeout: Double?
    /// How long each address has to connect, in seconds; nil is as long as the whole.
    public var attemptTimeout: Double?
    /// The head start of each attempt of a race, in seconds (RFC 8305 §5 recommends 0.25).
    public var attemptDelay = 0.25
    /// How long the one family waits for the other one to come first in a race, in seconds
    /// (RFC 8305 §3 recommends 0.05).
    public var resolutionDelay = 0.05
    /// Addresses that are known without a lookup.
    public var pins: [Pin: [IPAddress]] = [:]
    /// The path of a Unix socket that is connected to, whatever the host; nothing is looked up then.
    public var socketPath: String?

    /// A race over all addresses.
    public init() {}

    /// The addresses that are pinned; nil where a lookup is called for.
    func pinned(_ host: String, port: UInt16) -> [IPAddress]? {
        guard !pins.isEmpty else { return nil }
        let name = host.lowercased()
        for pin in [
            Pin(host: name, port: port), Pin(host: name, port: nil), Pin(host: "*", port: port),
            Pin(host: "*", port: nil),
        ] {
            if let addresses = pins[pin] { return addresses }
        }
        return nil
    }
}

extension ConnectOptions.Families {
    /// The families that are asked for; the one that a race would begin with stands first.
    var lookedUp: [AddressFamily] {
        switch self {
        case .any, .ipv6First: [.ipv6, .ipv4]
        case .ipv4First: [.ipv4, .ipv6]
        case .ipv4Only: [.ipv4]
        case .ipv6Only: [.ipv6]
        }
    }

    /// Whether an address is of a kind that is used.
    func allows(_ address: IPAddress) -> Bool {
        switch self {
        case .any, .ipv4First, .ipv6First: true
        case .ipv4Only: !address.isIPv6
        case .ipv6Only: address.isIPv6
        }
    }
}
