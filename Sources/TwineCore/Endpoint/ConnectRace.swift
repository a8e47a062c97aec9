/// One race of attempts to connect to the addresses of a name.
///
/// RFC 8305 §§3–5.
@Reactor
final class ConnectRace<Connection> {
    /// What the race is for, and its times in seconds.
    struct Course {
        let host: String
        let port: UInt16
        var timeout = 30.0
        var attemptDelay = 0.25
        var resolutionDelay = 0.05
        /// Which families are looked up; the first of them is waited for.
        var families = [AddressFamily.ipv6, .ipv4]
        var lookupTimeout: Double?
    }

    private struct Attempt {
        let number: Int
        let address: IPAddress
        let connecting: Deferred<Connection>
    }

    private let course: Course
    private let clock: any ReactorTime
    private let attempt: @Reactor (IPAddress) -> Deferred<Connection>
    /// Closes a connection that came too late.
    private let discard: @Reactor (Connection) -> Void

    /// Nil once the race is decided: what ends after that changes nothing.
    private var winner: Deferred<Connection>?
    private var lookups: [Deferred<Void>] = []
    private var ended: Set<AddressFamily> = []
    /// Of each family, the addresses not tried yet.
    private var addresses: [AddressFamily: ArraySlice<IPAddress>] = [:]
    private var lookupErrors: [any Error] = []
    /// The family whose turn it is.
    private var turn: AddressFamily
    private var hasBegun = false
    private var isStarting = false
    private var running: [Attempt] = []
    private var attempts = 0
    private var errors: [any Error] = []
    private var nextAttempt: DelayedCall?
    private var resolutionTimer: DelayedCall?
    private var deadline: DelayedCall?
    private var lookupDeadline: DelayedCall?

    private init(
        _ course: Course, _ clock: any ReactorTime,
        _ attempt: @escaping @Reactor (IPAddress) -> Deferred<Connection>,
        _ discard: @escaping @Reactor (Connection) -> Void
    ) {
        self.course = course
        self.clock = clock
        self.attempt = attempt
        self.discard = discard
        turn = course.families.first ?? .ipv6
    }

    /// Runs the race.
    ///
    /// - Returns: The first connection, or why there is none. When it fires, no timer, lookup or
    ///   attempt is left.
    static func run(
        _ course: Course, resolver: any NameResolver, clock: any ReactorTime,
        attempt: @escaping @Reactor (IPAddress) -> Deferred<Connection>,
        discard: @escaping @Reactor (Connection) -> Void
    ) -> Deferred<Connection> {
        let race = ConnectRace(course, clock, attempt, discard)
        let winner = Deferred<Connection>(canceller: { _ in
            race.finish(ConnectError.cancelled(host: course.host))
        })
        race.winner = winner
        race.start(resolver)
        return winner
    }

    private func start(_ resolver: any NameResolver) {
        deadline = clock.callLater(course.timeout) { self.timedOut() }
        lookupDeadline = course.lookupTimeout.map { seconds in
            clock.callLater(seconds) { self.lookupTimedOut(seconds) }
        }
        for family in course.families where winner != nil {
            // A resolver may answer before it returns.
            let lookup = resolver.addresses(of: course.host, family: family)
                .addBoth { self.lookupEnded(family, $0) }
            if !lookup.isFired { lookups.append(lookup) }
        }
    }

    // MARK: Lookups

    private func lookupEnded(_ family: AddressFamily, _ result: Result<[IPAddress], any Error>) {
        guard winner != nil, ended.insert(family).inserted else { return }
        switch result {
        case .success([]): lookupErrors.append(LookupError.noAddress(course.host))
        case .success(let found): addresses[family] = found[...]
        case .failure(let error): lookupErrors.append(error)
        }
        if ended.count == course.families.count { lookupDeadline.take()?.cancel() }
        let first = course.families.first ?? family
        if hasBegun || family == first || ended.contains(first) {
            begin()
        } else if case .success = result {
            // IPv4 came first, say: IPv6 has a moment to catch up.
            resolutionTimer = clock.callLater(course.resolutionDelay) { self.begin() }
        }
    }

    private func begin() {
        resolutionTimer.take()?.cancel()
        hasBegun = true
        // With an attempt under way, new addresses wait for its head start to be over.
        if nextAttempt == nil { startNext() }
    }

    // MARK: Attempts

    private func takeAddress() -> IPAddress? {
        let other = turn == .ipv6 ? AddressFamily.ipv4 : .ipv6
        if let address = addresses[turn]?.popFirst() {
            turn = other
            return address
        }
        return addresses[other]?.popFirst()
    }

    /// Starts the next attempt; one that fails at once is followed by another, in a loop since a
    /// name may have thousands of addresses.
    private func startNext() {
        nextAttempt.take()?.cancel()
        guard !isStarting else { return }
        isStarting = true
        defer { isStarting = false }
        while winner != nil, let address = takeAddress() {
            attempts += 1
            let number = attempts
            let connecting = attempt(address)
            running.append(Attempt(number: number, address: address, connecting: connecting))
            connecting.addBoth { self.attemptEnded(number, $0) }
            guard running.last?.number != number else {
                nextAttempt = clock.callLater(course.attemptDelay) { self.startNext() }
                return
            }
        }
        finishIfLost()
    }

    private func attemptEnded(_ number: Int, _ result: Result<Connection, any Error>) {
        running.removeAll { $0.number == number }
        switch result {
        case .success(let connection):
            guard let winner = decide() else { return discard(connection) }
            winner.callback(connection)
        case .failure(let error):
            guard winner != nil else { return }
            errors.append(error)
            startNext()
        }
    }

    private func finishIfLost() {
        guard running.isEmpty, ended.count == course.families.count else { return }
        finish(mostTelling ?? ConnectError.lookup(lookupError))
    }

    /// Of several errors the one that got farthest says most.
    private var mostTelling: (any Error)? {
        errors.max { Self.weight($0) < Self.weight($1) }
    }

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

    private var lookupError: LookupError {
        LookupError.telling(lookupErrors.map { .failure($0) }, of: course.host)
    }

    // MARK: The end

    private func timedOut() {
        let seconds = course.timeout
        if let oldest = running.first {
            let address = SocketAddress.ip(oldest.address, port: course.port)
            finish(ConnectError.timedOut(address, seconds: seconds))
        } else if let error = mostTelling {
            // The addresses of one family failed, and those of the other never came.
            finish(error)
        } else {
            let silence = LookupError.noServer(course.host, tried: "for \(seconds) seconds")
            if case .noAddress = lookupError { return finish(ConnectError.lookup(silence)) }
            finish(ConnectError.lookup(lookupError))
        }
    }

    /// What is not known by now does not count; what is may still connect.
    private func lookupTimedOut(_ seconds: Double) {
        lookupDeadline = nil
        let late = lookups
        lookups = []
        lookupErrors.append(LookupError.timedOut(course.host, seconds: seconds))
        ended = Set(course.families)
        for lookup in late { lookup.cancel() }
        if winner != nil, nextAttempt == nil { begin() }
    }

    private func finish(_ error: any Error) { decide()?.errback(error) }

    /// Ends the race: gives up everything that is under way and leaves no timer behind.
    ///
    /// - Returns: What is to be fired; nil when the race had ended before.
    private func decide() -> Deferred<Connection>? {
        guard let winner = winner.take() else { return nil }
        for timer in [nextAttempt, resolutionTimer, deadline, lookupDeadline] { timer?.cancel() }
        lookupDeadline = nil
        nextAttempt = nil
        resolutionTimer = nil
        deadline = nil
        let lookups = lookups
        let running = running
        self.lookups = []
        self.running = []
        for lookup in lookups { lookup.cancel() }
        for attempt in running { attempt.connecting.cancel() }
        return winner
    }
}
