import CTwine

/// Attempts to connect to the addresses of a name, one after the other.
@Reactor
struct ConnectSequence<Connection> {
    let host: String
    let port: UInt16
    let options: ConnectOptions
    /// The addresses where no lookup is called for.
    var pinned: [IPAddress]?
    let resolver: any NameResolver
    let clock: any ReactorTime
    var observer: (any ConnectObserver)?
    var memory: AddressMemory?
    let attempt: @Reactor (IPAddress) -> Deferred<Connection>

    /// Begins.
    ///
    /// - Returns: The first connection, or the error of the last attempt.
    func run() -> Deferred<Connection> {
        inlineCallbacks { try await connect() }
    }

    private func connect() async throws -> Connection {
        if let pinned { return try await connect(pinned, from: 0) }
        guard let memory, let known = memory[host] else {
            return try await connect(try await lookUp(), from: 0)
        }
        do {
            return try await connect(known.addresses, from: known.failed)
        } catch let error as ConnectError {
            if case .cancelled = error { throw error }
            guard known.hasConnected else { throw error }
            // They worked once: the name may have moved.
            memory.forget(host)
            return try await connect(try await lookUp(), from: 0)
        }
    }

    // MARK: Lookup

    private func lookUp() async throws -> [IPAddress] {
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
            memory?.learn(host, sorted)
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

    // MARK: Attempts

    private func connect(_ addresses: [IPAddress], from start: Int) async throws -> Connection {
        var failure: any Error = ConnectError.lookup(.noAddress(host))
        for index in start..<max(start, addresses.count) {
            let address = addresses[index]
            let place = SocketAddress.ip(address, port: port)
            do {
                let connection = try await attempt(address).value
                memory?.connected(host)
                return connection
            } catch ConnectError.cancelled {
                throw ConnectError.cancelled(host: host)
            } catch is CancelledError {
                throw ConnectError.cancelled(host: host)
            } catch {
                observer?.connectFailed(to: place, error)
                memory?.failed(host, at: index)
                failure = error
            }
        }
        throw failure
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
