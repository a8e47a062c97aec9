/// One race of attempts to connect to the addresses of a name.
///
/// RFC 8305 §§3–5.
@Reactor
final class ConnectRace {
    private(set) var winner: Deferred<TCPConnection>!
    private let host: String
    private let attemptDelay: Double
    private let resolutionDelay: Double
    private let clock: any ReactorTime
    private let attempt: @Reactor (IPAddress) -> Deferred<TCPConnection>

    private var lookups: [AddressFamily: Deferred<Void>] = [:]
    private var addresses: [AddressFamily: [IPAddress]] = [.ipv4: [], .ipv6: []]
    private var lookupErrors: [any Error] = []
    /// The family whose turn it is.
    private var turn = AddressFamily.ipv6
    private var hasBegun = false
    private var running: [Int: Deferred<TCPConnection>] = [:]
    private var attempts = 0
    private var firstAddress: IPAddress?
    private var errors: [any Error] = []
    private var nextAttempt: DelayedCall?
    private var resolutionTimer: DelayedCall?
    private var deadline: DelayedCall?
    private let timeout: Double

    init(
        host: String, attemptDelay: Double, resolutionDelay: Double, timeout: Double,
        clock: any ReactorTime, attempt: @escaping @Reactor (IPAddress) -> Deferred<TCPConnection>
    ) {
        self.host = host
        self.attemptDelay = attemptDelay
        self.resolutionDelay = resolutionDelay
        self.timeout = timeout
        self.clock = clock
        self.attempt = attempt
        winner = Deferred(canceller: { _ in self.finish(ConnectError.cancelled(host: host)) })
    }

    func start(_ resolver: any NameResolver) {
        deadline = clock.callLater(timeout) { self.timedOut() }
        for family in [AddressFamily.ipv6, .ipv4] {
            lookups[family] = resolver.addresses(of: host, family: family)
                .addBoth { self.lookupEnded(family, $0) }
        }
    }

    // MARK: Lookups

    private func lookupEnded(_ family: AddressFamily, _ result: Result<[IPAddress], any Error>) {
        guard !winner.isFired else { return }
        lookups[family] = nil
        ended.insert(family)
        switch result {
        case .success(let found): addresses[family] = found
        case .failure(let error): lookupErrors.append(error)
        }
        if hasBegun || family == .ipv6 || ended.contains(.ipv6) {
            begin()
        } else if resolutionTimer == nil, case .success = result {
            // IPv4 came first: IPv6 has a moment to catch up.
            resolutionTimer = clock.callLater(resolutionDelay) { self.begin() }
        }
    }
    private var ended: Set<AddressFamily> = []

    private func begin() {
        resolutionTimer.take()?.cancel()
        hasBegun = true
        // With an attempt under way, new addresses wait for its head start to be over.
        if nextAttempt == nil { startNext() }
    }

    // MARK: Attempts

    private func takeAddress() -> IPAddress? {
        for family in [turn, turn == .ipv6 ? .ipv4 : .ipv6] {
            guard var list = addresses[family], !list.isEmpty else { continue }
            let address = list.removeFirst()
            addresses[family] = list
            turn = family == .ipv6 ? .ipv4 : .ipv6
            return address
        }
        return nil
    }

    private func startNext() {
        nextAttempt.take()?.cancel()
        guard !winner.isFired else { return }
        guard let address = takeAddress() else { return finishIfLost() }
        if firstAddress == nil { firstAddress = address }
        attempts += 1
        let number = attempts
        nextAttempt = clock.callLater(attemptDelay) {
            self.nextAttempt = nil
            self.startNext()
        }
        let connecting = attempt(address)
        running[number] = connecting
        connecting.addBoth { self.attemptEnded(number, $0) }
    }

    private func attemptEnded(_ number: Int, _ result: Result<TCPConnection, any Error>) {
        running[number] = nil
        switch result {
        case .success(let connection):
            guard !winner.isFired else { return connection.close() }
            cleanUp()
            winner.callback(connection)
        case .failure(let error):
            guard !winner.isFired else { return }
            errors.append(error)
            startNext()
        }
    }

    private func finishIfLost() {
        guard running.isEmpty, lookups.isEmpty || ended.count == 2 else { return }
        if let error = errors.max(by: { Self.weight($0) < Self.weight($1) }) {
            finish(error)
        } else {
            finish(ConnectError.lookup(lookupError))
        }
    }

    /// Of several errors the one that got farthest says most.
    private static func weight(_ error: any Error) -> Int {
        switch error as? ConnectError {
        case .refused: 5
        case .timedOut: 4
        case .system, nil: 3
        case .noRoute: 2
        case .noNetwork: 1
        default: 0
        }
    }

    /// Of the two lookups' errors the one that says more than "no address of that family".
    private var lookupError: LookupError {
        let errors = lookupErrors.compactMap { $0 as? LookupError }
        let telling = errors.first { if case .noAddress = $0 { false } else { true } }
        return telling ?? errors.first
            ?? .system(host, reason: lookupErrors.first.map { "\($0)" } ?? "no address")
    }

    // MARK: The end

    private func timedOut() {
        if let firstAddress {
            finish(ConnectError.timedOut(.ip(firstAddress, port: port), seconds: timeout))
        } else {
            finish(ConnectError.lookup(.noServer(host, tried: "for \(timeout) seconds")))
        }
    }
    var port: UInt16 = 0

    private func finish(_ error: any Error) {
        guard !winner.isFired else { return }
        cleanUp()
        winner.errback(error)
    }

    /// Gives up everything that is still under way and leaves no timer behind.
    private func cleanUp() {
        for timer in [nextAttempt, resolutionTimer, deadline] { timer?.cancel() }
        nextAttempt = nil
        resolutionTimer = nil
        deadline = nil
        let lost = (Array(lookups.values), Array(running.values))
        lookups = [:]
        running = [:]
        for lookup in lost.0 { lookup.cancel() }
        for attempt in lost.1 { attempt.cancel() }
    }
}
