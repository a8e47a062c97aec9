import TwineCore
import TwineDNS
import TwineHTTP
import TwineTLS

/// The name servers that options name, in place of the system's.
///
/// `udp:`, `tcp:` and `tls:` before an address say how it is asked, and so does the URL of a server that
/// speaks DNS over HTTPS. Without a word it is UDP, as of `--dns-servers`.
@Reactor
struct NameServers {
    /// A word that names no server.
    struct Failure: Error, Equatable {
        let word: String
    }

    /// What finds names by them.
    ///
    /// - Parameters:
    ///   - words: The servers, in the order in which they are asked.
    ///   - dohURL: A server that is asked in place of these; they find its own name then.
    ///   - bindAddress: Where they are asked from.
    ///   - tls: Who is trusted.
    ///   - hosts: Names that nobody is asked for.
    /// - Returns: nil when there are none: the system's are to be asked.
    /// - Throws: ``Failure``.
    static func resolver(
        _ words: [String], dohURL: String?, from bindAddress: IPAddress?, tls: TLSOptions,
        hosts: HostsTable
    ) throws(Failure) -> (any NameResolver)? {
        let this = NameServers(bindAddress: bindAddress, tls: tls, hosts: hosts)
        let named = try words.isEmpty ? nil : this.resolver(words)
        guard let dohURL else { return named }
        guard let url = this.httpsURL(dohURL) else { throw Failure(word: dohURL) }
        return this.resolver(over: url, foundBy: named ?? DNSResolver.shared)
    }

    private let bindAddress: IPAddress?
    private let tls: TLSOptions
    private let hosts: HostsTable

    private func resolver(_ words: [String]) throws(Failure) -> any NameResolver {
        var servers: [NameServer] = []
        for word in words {
            // A server whose own name is to be found first stands alone.
            if let url = httpsURL(word), IPAddress(url.bareHostName) == nil {
                guard words.count == 1 else { throw Failure(word: word) }
                return resolver(over: url, foundBy: DNSResolver.shared)
            }
            servers.append(try server(word))
        }
        return resolver(servers)
    }

    private func resolver(_ servers: [NameServer]) -> DNSResolver {
        var configuration = ResolverConfiguration(servers: servers)
        configuration.bindAddress = bindAddress
        return DNSResolver(configuration: configuration, hosts: hosts, tls: tls)
    }

    private func resolver(
        over url: WebURL, foundBy other: any NameResolver
    ) -> any NameResolver {
        if let address = IPAddress(url.bareHostName) { return resolver([server(url, at: address)]) }
        return FoundResolver(of: url.bareHostName, by: other) { address in
            resolver([server(url, at: address)])
        }
    }

    private func server(_ word: String) throws(Failure) -> NameServer {
        if let url = httpsURL(word), let address = IPAddress(url.bareHostName) {
            return server(url, at: address)
        }
        let parts = word.split(separator: ":", maxSplits: 1)
        let scheme = parts.count == 2 ? parts[0].lowercased() : ""
        let isKnown = scheme == "udp" || scheme == "tcp"
        let rest = isKnown ? parts[1].drop { $0 == "/" } : word[...]
        guard let server = NameServer(rest) else { throw Failure(word: word) }
        guard scheme == "tcp", case .plain(let address) = server else { return server }
        let local = bindAddress(for: address)
        return .channel(name: "tcp://\(address)") { clock in
            StreamChannel(to: address, from: local, clock: clock)
        }
    }

    private func bindAddress(for server: SocketAddress) -> SocketAddress? {
        guard let bindAddress, bindAddress.isIPv6 == server.ip?.isIPv6 else { return nil }
        return .ip(bindAddress, port: 0)
    }

    // MARK: DNS over HTTPS

    /// A URL of such a server; without TLS it is of use in tests, and behind a proxy on this host.
    private func httpsURL(_ word: String) -> WebURL? {
        guard let url = WebURL(word), url.scheme == "https" || url.scheme == "http",
            !url.bareHostName.isEmpty
        else { return nil }
        return url
    }

    private func server(_ url: WebURL, at address: IPAddress) -> NameServer {
        let peer = SocketAddress.ip(address, port: url.effectivePort ?? 443)
        let local = bindAddress(for: peer)
        var options: TLSOptions? = url.scheme == "https" ? tls : nil
        options?.applicationProtocols = HTTPSChannel.applicationProtocols
        let text = url.serialization
        // The braces of a URI template are escaped in a URL.
        let path = Self.template(url)
        let host = url.bareHostName
        return .channel(name: text) { [options] clock throws(DNSChannelError) in
            do throws(TLSError) {
                return HTTPSChannel(
                    to: peer, from: local, host: host, path: path,
                    tls: try options.map { options throws(TLSError) in
                        try TLSContext(.client, options)
                    }, clock: clock)
            } catch {
                throw .notSecure(error)
            }
        }
    }

    private static func template(_ url: WebURL) -> String {
        var path = url.path.isEmpty ? "/" : url.path
        if let query = url.query { path += "?" + query }
        for (escape, sign) in [("%7B", "{"), ("%7D", "}")] {
            path = path.split(separator: escape, omittingEmptySubsequences: false)
                .joined(separator: sign)
        }
        return path
    }
}

/// A resolver whose server has a name, which another one finds when the first name is asked for.
@Reactor
private final class FoundResolver: NameResolver {
    private let host: String
    private let other: any NameResolver
    private let make: @Reactor (IPAddress) -> any NameResolver
    private var found: (any NameResolver)?

    init(
        of host: String, by other: any NameResolver,
        _ make: @escaping @Reactor (IPAddress) -> any NameResolver
    ) {
        self.host = host
        self.other = other
        self.make = make
    }

    func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        inlineCallbacks {
            try await self.resolver().addresses(of: name, family: family).value
        }
    }

    private func resolver() async throws -> any NameResolver {
        if let found { return found }
        let addresses: [IPAddress]
        do {
            addresses = try await other.addresses(of: host, family: .ipv4).value
        } catch {
            addresses = try await other.addresses(of: host, family: .ipv6).value
        }
        guard let address = addresses.first else { throw LookupError.noAddress(host) }
        // Another name may have been asked for meanwhile, and found it.
        let made = found ?? make(address)
        found = made
        return made
    }
}
