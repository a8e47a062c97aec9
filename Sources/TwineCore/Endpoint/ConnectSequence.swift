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

    private func lookUp() async throws -> [IPAddress] {
        let addresses = try await HostLookup(
            host, port: port, options: options, resolver: resolver, clock: clock,
            observer: observer
        ).lookUp()
        memory?.learn(host, addresses)
        return addresses
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
