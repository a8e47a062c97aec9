public import TwineCore

/// A server that answers questions, and how it is asked.
///
/// ```swift
/// let server = NameServer("tls://192.0.2.1#dns.example")
/// ```
///
/// Two are equal when they are written alike.
public enum NameServer: Sendable {
    /// Makes the channel of a server, when it is first asked; whose time is the argument's.
    public typealias ChannelFactory =
        @Reactor @Sendable (_ clock: any ReactorTime) throws(DNSChannelError) -> any DNSChannel

    /// Gives the server for a text with a certain scheme; nil if the text is none.
    public typealias Scheme = @Sendable (_ text: String) -> NameServer?

    /// By UDP, and by TCP what a datagram cannot hold.
    case plain(SocketAddress)
    /// By TLS alone. With a host the server's certificate must be for it (strict); without, any
    /// certificate is taken (opportunistic), which only helps against those who listen and do
    /// nothing else. It is never asked in the clear instead: for that, name it once more as plain.
    ///
    /// RFC 7858, RFC 8310 §5.
    case tls(SocketAddress, host: String?)
    /// By a channel of the caller's, such as one by HTTPS; the name is for people, and tells such
    /// servers apart.
    case channel(name: String, ChannelFactory)

    /// The port of DNS over TLS (RFC 7858 §3.1).
    public static let tlsPort: UInt16 = 853

    /// A server by UDP and TCP.
    ///
    /// - Parameters:
    ///   - address: Where.
    ///   - port: The port.
    /// - Returns: The server.
    public static func ip(
        _ address: IPAddress, port: UInt16 = ResolverConfiguration.port
    ) -> NameServer {
        .plain(.ip(address, port: port))
    }

    /// Where it is; nil for one whose channel knows.
    public var address: SocketAddress? {
        switch self {
        case .plain(let address), .tls(let address, _): address
        case .channel: nil
        }
    }

    /// Its IP address, if that is known.
    public var ip: IPAddress? { address?.ip }

    /// Whether nobody on the way can read or change what it is asked, as far as its kind tells.
    var isEncrypted: Bool { if case .plain = self { false } else { true } }
}

extension NameServer {
    /// Reads the text of a server; nil if it is none.
    ///
    /// - Parameters:
    ///   - text: An address with or without a port (`192.0.2.1`, `192.0.2.1:5300`,
    ///     `[2001:db8::1]:5300`); `tls://` before one, with `#` and the name in its certificate
    ///     behind it if that is to be checked; or what one of the schemes reads.
    ///   - schemes: Further kinds of servers by what stands before the first colon, such as `https`.
    public init?(_ text: some StringProtocol, schemes: [String: Scheme] = [:]) {
        if let address = Self.address(Substring(text), port: ResolverConfiguration.port) {
            self = .plain(address)
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let scheme = parts[0].lowercased()
        if let read = schemes[scheme] {
            guard let server = read(String(text)) else { return nil }
            self = server
            return
        }
        guard scheme == "tls" else { return nil }
        let place = parts[1].hasPrefix("//") ? parts[1].dropFirst(2) : parts[1][...]
        let words = Substring(place).split(
            separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = words.first.flatMap({ Self.address($0, port: Self.tlsPort) }) else {
            return nil
        }
        var host: String?
        if words.count == 2 {
            guard let name = try? DNSName(international: words[1]), !name.isRoot else {
                return nil
            }
            host = name.text
        }
        self = .tls(address, host: host)
    }

    /// An address, in brackets when it is one of IPv6 that has a port.
    private static func address(_ text: Substring, port: UInt16) -> SocketAddress? {
        if let address = SocketAddress(text, port: port) { return address }
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
        var rest = text[host.endIndex...]
        if isBracketed, rest.popFirst() != "]" { return nil }
        guard let address = IPAddress(host), address.isIPv6 == isBracketed else { return nil }
        guard let colon = rest.popFirst() else { return .ip(address, port: port) }
        let isNumber = rest.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard colon == ":", isNumber, let port = UInt16(rest), port > 0 else { return nil }
        return .ip(address, port: port)
    }
}

extension NameServer: Hashable, CustomStringConvertible {
    /// Equal when both are of one kind and written alike.
    public static func == (left: NameServer, right: NameServer) -> Bool {
        switch (left, right) {
        case (.plain(let left), .plain(let right)): left == right
        case (.tls(let left, let leftHost), .tls(let right, let rightHost)):
            left == right && leftHost == rightHost
        case (.channel(let left, _), .channel(let right, _)): left == right
        default: false
        }
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .plain(let address): hasher.combine(address)
        case .tls(let address, let host):
            hasher.combine(address)
            hasher.combine(host)
        case .channel(let name, _): hasher.combine(name)
        }
    }

    /// The text of the server, without the port that is everybody's.
    public var description: String {
        switch self {
        case .plain(.ip(let address, ResolverConfiguration.port)): "\(address)"
        case .plain(let address): "\(address)"
        case .tls(.ip(let address, Self.tlsPort), let host):
            "tls://\(address)" + (host.map { "#\($0)" } ?? "")
        case .tls(let address, let host): "tls://\(address)" + (host.map { "#\($0)" } ?? "")
        case .channel(let name, _): name
        }
    }
}
