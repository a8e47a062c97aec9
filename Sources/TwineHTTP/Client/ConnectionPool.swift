import DequeModule
import TwineCore

/// The connections of an ``HTTPClient``, by route: open ones that wait for a request, and requests that wait
/// for a connection.
@Reactor
final class ConnectionPool {
    private struct Group {
        /// Released, the latest last: that one is the least likely to have been closed by the server.
        var idle: [HTTPConnection] = []
        /// Connections in all, those being made included.
        var open = 0
        var waiting = Deque<HTTPExchange>()
    }

    /// Thirty years, in seconds: a number that timers can still count with.
    private static let withoutEnd = 1e9

    let options: HTTPClient.Options
    let clock: any ReactorTime
    private let connector: any HTTPConnector
    private var groups: [HTTPRoute: Group] = [:]
    private(set) var open = 0
    /// Idle connections in the order of their release; those taken since are still in it.
    private var released = Deque<(connection: HTTPConnection, since: Double)>()
    private(set) var idleCount = 0
    /// Routes that could have another connection but for the limit of all.
    private var starved = Deque<HTTPRoute>()
    private var sweep: DelayedCall?
    private var isClosed = false
    private var scratch: [UInt8] = []

    init(_ options: HTTPClient.Options, _ connector: any HTTPConnector, _ clock: any ReactorTime) {
        self.options = options
        self.connector = connector
        self.clock = clock
    }

    isolated deinit {
        closeAll()
    }

    // MARK: Requests

    /// Finds a connection for an exchange, or makes one, or lets it wait.
    func dispatch(_ exchange: HTTPExchange, onFreshConnection: Bool = false) {
        guard !isClosed else { return exchange.failed(HTTPError.closed) }
        let route = exchange.route
        if !onFreshConnection, let connection = takeIdle(route) {
            return exchange.use(connection)
        }
        if groups[route]?.open ?? 0 < max(1, options.maxConnectionsPerHost) {
            if open >= max(1, options.maxConnections) { closeOldestIdle() }
            if open < max(1, options.maxConnections) { return connect(exchange) }
            starved.append(route)
        }
        groups[route, default: Group()].waiting.append(exchange)
    }

    private func takeIdle(_ route: HTTPRoute) -> HTTPConnection? {
        while let connection = groups[route]?.idle.popLast() {
            idleCount -= 1
            connection.idleSince = -1
            if connection.isOpen { return connection }
        }
        return nil
    }

    private func connect(_ exchange: HTTPExchange) {
        let route = exchange.route
        groups[route, default: Group()].open += 1
        open += 1
        let attempt = connector.connect(
            to: route, timeout: exchange.timeouts.connect ?? Self.withoutEnd,
            observer: exchange.request.observer
        ) { [unowned self] in HTTPConnection(self, route) }
        exchange.connecting(attempt)
        attempt.addBoth { [self] result in
            switch result {
            case .success(let connection):
                if !connection.isOpen {
                    exchange.connectFailed(HTTPError.noResponse)
                } else if exchange.phase == .connecting {
                    exchange.use(connection)
                } else {
                    release(connection)
                }
            case .failure(let error):
                free(route)
                exchange.connectFailed(error)
            }
        }
    }

    /// An exchange is over: it waits no more.
    func forget(_ exchange: HTTPExchange) {
        groups[exchange.route]?.waiting.removeAll { $0 === exchange }
    }

    // MARK: Connections

    /// Takes a connection back after a response; a request that waits has it at once.
    func release(_ connection: HTTPConnection) {
        guard connection.isOpen else { return }
        let route = connection.route
        if let next = groups[route]?.waiting.popFirst() { return next.use(connection) }
        guard !isClosed, options.keepAlive > 0, options.maxIdleConnections > 0,
            starved.isEmpty
        else { return connection.close(abort: false) }
        let now = clock.seconds()
        connection.idleSince = now
        groups[route, default: Group()].idle.append(connection)
        idleCount += 1
        released.append((connection, now))
        if released.count > 2 * idleCount + 64 {
            released.removeAll { !$0.connection.isOpen || $0.connection.idleSince != $0.since }
        }
        if idleCount > options.maxIdleConnections { closeOldestIdle() }
        if sweep == nil { armSweep(options.keepAlive) }
    }

    /// A connection is closed, by either side.
    func closed(_ connection: HTTPConnection) {
        guard connection.isCounted else { return }
        connection.isCounted = false
        let route = connection.route
        if let index = groups[route]?.idle.firstIndex(where: { $0 === connection }) {
            groups[route]?.idle.remove(at: index)
            idleCount -= 1
        }
        free(route)
    }

    /// There is room for one more connection: for who waits longest.
    private func free(_ route: HTTPRoute) {
        open -= 1
        groups[route]?.open -= 1
        if let group = groups[route] {
            if !group.waiting.isEmpty {
                starved.append(route)
            } else if group.open == 0 {
                groups[route] = nil
            }
        }
        while open < max(1, options.maxConnections), let other = starved.popFirst() {
            guard groups[other]?.open ?? 0 < max(1, options.maxConnectionsPerHost) else { continue }
            if let next = groups[other]?.waiting.popFirst() { connect(next) }
        }
    }

    // MARK: Idle connections

    private func closeOldestIdle() {
        while let (connection, since) = released.popFirst() {
            guard connection.isOpen, connection.idleSince == since else { continue }
            return connection.close(abort: false)
        }
    }

    private func armSweep(_ delay: Double) {
        sweep = clock.callLater(delay) { [weak self] in self?.closeExpired() }
    }

    private func closeExpired() {
        sweep = nil
        let now = clock.seconds()
        while let (connection, since) = released.first {
            let isStale = !connection.isOpen || connection.idleSince != since
            guard isStale || since + options.keepAlive <= now + 1e-6 else {
                return armSweep(since + options.keepAlive - now)
            }
            _ = released.popFirst()
            if !isStale { connection.close(abort: false) }
        }
    }

    /// Closes what is idle and fails what waits; what is under way goes on to its end.
    func closeAll() {
        isClosed = true
        sweep.take()?.cancel()
        starved.removeAll()
        released.removeAll()
        let all = groups
        for (_, group) in all {
            var waiting = group.waiting
            while let exchange = waiting.popFirst() { exchange.failed(HTTPError.closed) }
            for connection in group.idle { connection.close(abort: false) }
        }
    }

    // MARK: Memory

    /// Where a head is written before it is sent: one for all connections.
    func takeScratch() -> [UInt8] {
        let taken = scratch
        scratch = []
        return taken
    }

    func giveScratch(_ taken: [UInt8]) {
        scratch = taken
        scratch.removeAll(keepingCapacity: true)
    }
}
