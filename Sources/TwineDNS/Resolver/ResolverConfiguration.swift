public import TwineCore

/// How a stub resolver asks: which servers, how often, and how long it waits.
///
/// The defaults and limits are those of glibc's resolver.
public struct ResolverConfiguration: Equatable, Sendable {
    /// The servers, in the order in which they are asked: at most three from a file.
    public var servers: [NameServer]
    /// The names that are appended to a name that is not complete, in order.
    public var search: [DNSName]
    /// A name with at least as many dots is first asked for as it is: 0 to 15.
    public var ndots: Int
    /// How long one server may take to answer before the next is asked, in seconds: 1 to 30.
    public var timeout: Double
    /// How often all servers are asked before the resolver gives up: 1 to 5.
    public var attempts: Int
    /// Whether each question begins with another server.
    public var rotates: Bool
    /// Whether questions go over TCP from the start.
    public var usesTCP: Bool
    /// Whether nobody shall ask for IPv6 addresses: names have none then.
    public var avoidsIPv6: Bool
    /// The address of this host that servers of its family are asked from; nil is whichever leads there.
    ///
    /// Servers that are asked by a channel of the caller's are not concerned.
    public var bindAddress: IPAddress?
    /// Whether an answer that is asked for often is asked for anew shortly before it expires.
    public var prefetches = true
    /// How long an answer that has expired may still be given, in seconds, when no server answers or
    /// none within ``DNSCache/staleDelay``; 0 is never, and RFC 8767 advises one to three days.
    public var staleAge = 0.0
    /// Whether that goes for the answers, too, that there is no such name or record.
    public var servesStaleNegatives = false

    /// The most servers that a file can name.
    public static let maxServers = 3
    /// The port that DNS servers listen at (RFC 1035 §4.2).
    public static let port: UInt16 = 53

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - servers: The servers, in the order in which they are asked.
    ///   - search: What is appended to names that are not complete.
    ///   - ndots: How many dots a name needs to be asked for as it is first.
    ///   - timeout: How long a server may take to answer, in seconds.
    ///   - attempts: How often all servers are asked.
    ///   - rotates: Whether each question begins with another server.
    ///   - usesTCP: Whether questions go over TCP from the start.
    ///   - avoidsIPv6: Whether nobody shall ask for IPv6 addresses.
    public init(
        servers: [NameServer] = [.ip(.loopback4)], search: [DNSName] = [],
        ndots: Int = 1, timeout: Double = 5, attempts: Int = 2, rotates: Bool = false,
        usesTCP: Bool = false, avoidsIPv6: Bool = false
    ) {
        self.servers = servers
        self.search = search
        self.ndots = ndots
        self.timeout = timeout
        self.attempts = attempts
        self.rotates = rotates
        self.usesTCP = usesTCP
        self.avoidsIPv6 = avoidsIPv6
    }
}

extension ResolverConfiguration {
    /// Reads the text of a resolv.conf(5); what it does not understand it passes over, as glibc.
    ///
    /// - Parameters:
    ///   - text: The content of the file; an empty one stands for a file that is missing.
    ///   - hostName: The name of this host: its domain is the search list if the file has none.
    ///   - environment: Where `LOCALDOMAIN` overrides the search list, and `RES_OPTIONS` the options.
    public init(resolvConf text: String, hostName: String = "", environment: [String: String] = [:])
    {
        self.init(servers: [])
        var search: [DNSName]?
        for line in text.split(whereSeparator: \.isNewline) {
            // A keyword stands at the very start of its line.
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else {
                continue
            }
            let words = line.split(whereSeparator: \.isWhitespace)
            let arguments = words.dropFirst()
            switch words[0] {
            case "nameserver": addServer(arguments.first)
            // The last of the two wins.
            case "domain": search = Self.names(arguments.prefix(1))
            case "search": search = Self.names(arguments)
            case "options": setOptions(arguments)
            default: break
            }
        }
        if let domain = environment["LOCALDOMAIN"] {
            search = Self.names(domain.split(whereSeparator: \.isWhitespace)[...])
        }
        if let options = environment["RES_OPTIONS"] {
            setOptions(options.split(whereSeparator: \.isWhitespace)[...])
        }
        if servers.isEmpty { servers = [.ip(.loopback4)] }
        self.search = search ?? Self.domain(of: hostName)
    }

    private mutating func addServer(_ text: Substring?) {
        guard servers.count < Self.maxServers, let text, let address = IPAddress(text) else {
            return
        }
        servers.append(.ip(address))
    }

    private static func names(_ words: ArraySlice<Substring>) -> [DNSName] {
        words.prefix { !$0.hasPrefix("#") && !$0.hasPrefix(";") }.compactMap { try? DNSName($0) }
    }

    private static func domain(of hostName: String) -> [DNSName] {
        let parts = hostName.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let name = try? DNSName(parts[1]) else { return [] }
        return [name]
    }

    private mutating func setOptions(_ words: ArraySlice<Substring>) {
        for word in words {
            let parts = word.split(separator: ":", maxSplits: 1)
            guard let option = parts.first else { continue }
            let number = parts.count == 2 ? Int(parts[1].prefix { $0.isNumber }) : nil
            switch option {
            case "ndots": ndots = min(max(number ?? 0, 0), 15)
            case "timeout": timeout = Double(min(max(number ?? 5, 1), 30))
            case "attempts": attempts = min(max(number ?? 2, 1), 5)
            case "rotate": rotates = true
            case "use-vc": usesTCP = true
            case "no-aaaa": avoidsIPv6 = true
            // `edns0`: EDNS is always used here, and left out for a server that does not know it.
            // `trust-ad`: nothing here reads the AD bit, so there is nothing to trust it for.
            // `single-request`, `single-request-reopen`: each question has a socket of its own, so
            // no server or firewall sees two on one port.
            default: break
            }
        }
    }
}

extension ResolverConfiguration {
    /// The complete names that `name` may stand for, in the order in which they are asked.
    ///
    /// A name that ends in a dot is complete. Another one is asked for as it is first if it has at
    /// least ``ndots`` dots, and last if not; combinations that are too long are left out.
    ///
    /// - Parameters:
    ///   - name: The name as it was given, taken as complete.
    ///   - isComplete: Whether it ended in a dot.
    /// - Returns: At least one name.
    public func candidates(for name: DNSName, isComplete: Bool) -> [DNSName] {
        guard !isComplete, !name.isRoot else { return [name] }
        var candidates: [DNSName] = []
        for suffix in search {
            guard let candidate = try? name.appending(suffix), candidate != name,
                !candidates.contains(candidate)
            else { continue }
            candidates.append(candidate)
        }
        let dots = name.labelCount - 1
        candidates.insert(name, at: dots >= ndots ? 0 : candidates.count)
        return candidates
    }
}
