import CTwine

/// The addresses of a host in the order in which they are to be tried, both families looked up.
@Reactor
public struct HostLookup {
    let host: String
    let port: UInt16
    let options: ConnectOptions
    let resolver: any NameResolver
    let clock: any ReactorTime
    let observer: (any ConnectObserver)?

    /// Prepares a lookup.
    ///
    /// - Parameters:
    ///   - host: The name, or an IP address in text form.
    ///   - port: The port, for addresses that are pinned.
    ///   - options: Which families count, which addresses are pinned, how long it may take.
    ///   - resolver: Who knows the addresses.
    ///   - clock: Whose time.
    ///   - observer: What hears of a lookup; not of addresses that need none.
    public init(
        _ host: String, port: UInt16, options: ConnectOptions, resolver: any NameResolver,
        clock: any ReactorTime = Reactor.clock, observer: (any ConnectObserver)? = nil
    ) {
        self.host = host
        self.port = port
        self.options = options
        self.resolver = resolver
        self.clock = clock
        self.observer = observer
    }

    /// Looks the addresses up.
    ///
    /// - Returns: At least one address, or `ConnectError.lookup`.
    public func addresses() -> Deferred<[IPAddress]> {
        guard let known else { return inlineCallbacks { try await lookUp() } }
        let usable = known.filter(options.families.allows)
        return usable.isEmpty ? fail(ConnectError.lookup(.noAddress(host))) : succeed(usable)
    }

    /// What needs no lookup: an address in place of a name, or what is pinned.
    private var known: [IPAddress]? {
        IPAddress(host).map { [$0] } ?? options.pinned(host, port: port)
    }

    func lookUp() async throws -> [IPAddress] {
        observer?.resolving(host: host)
        let families = options.families.lookedUp
        let lookups = DeferredList(
            families.map { resolver.addresses(of: host, family: $0) }, consumeErrors: true)
        var isLate = false
        let limit = options.lookupTimeout.map { seconds in
            clock.callLater(seconds) {
                isLate = true
                lookups.cancel()
            }
        }
        let outcomes = try await lookups.value.results
        if let limit, limit.isActive { limit.cancel() }
        let isCancelled = outcomes.contains {
            if case .failure(is CancelledError) = $0 { true } else { false }
        }
        if isCancelled, !isLate { throw ConnectError.cancelled(host: host) }
        let found = outcomes.flatMap { (try? $0.get()) ?? [] }
        guard found.isEmpty else {
            let sorted = sort(found)
            observer?.resolved(host: host, addresses: sorted)
            return sorted
        }
        let error =
            isLate
            ? LookupError.timedOut(host, seconds: options.lookupTimeout ?? 0)
            : LookupError.telling(outcomes, of: host)
        observer?.resolveFailed(host: host, error)
        throw ConnectError.lookup(error)
    }

    /// The order of the families as asked for; else what this machine has no way to comes last, as
    /// getaddrinfo(3) would have it.
    ///
    /// RFC 6724 §6, rules 1 and 6.
    private func sort(_ addresses: [IPAddress]) -> [IPAddress] {
        guard options.families == .any, addresses.contains(where: \.isIPv6),
            addresses.contains(where: { !$0.isIPv6 })
        else { return addresses }
        var reachable: [IPAddress] = []
        var others: [IPAddress] = []
        for address in addresses {
            if address.isLoopback || SocketAddress.ip(address, port: 9).hasRoute {
                reachable.append(address)
            } else {
                others.append(address)
            }
        }
        return reachable + others
    }
}

extension LookupError {
    /// Of the errors of several lookups the one that says more than "no address of that family".
    static func telling(
        _ outcomes: [Result<[IPAddress], any Error>], of host: String
    ) -> LookupError {
        var errors: [any Error] = []
        for case .failure(let error) in outcomes { errors.append(error) }
        let telling = errors.lazy.compactMap { $0 as? LookupError }
            .first { if case .noAddress = $0 { false } else { true } }
        if let telling { return telling }
        let other = errors.first { !($0 is LookupError) }
        return other.map { .system(host, reason: "\($0)") } ?? .noAddress(host)
    }
}

extension SocketAddress {
    /// Whether this machine has a way there; nothing is sent.
    fileprivate var hasRoute: Bool {
        let probe = Descriptor(twine_socket(family, true))
        return probe.number >= 0 && connectSocket(probe.number) == 0
    }
}
