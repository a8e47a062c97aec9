import CTwine
import ToolKit
import ToolOptions
import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Serves on every endpoint until it is told to end.
@Reactor
final class Server {
    private let options: SwiftEcho
    private let report: Report
    private var ports: [any ListeningPort] = []
    private var datagramServices: [SimpleDatagramService] = []
    private var sessions: [Session] = []
    private var past = Statistics()
    private var isEnding = false
    private let finished = Deferred<ExitStatus>()
    private var drainTimer: DelayedCall?
    private var progress: ProgressLine?

    init(_ options: SwiftEcho) {
        self.options = options
        report = Report(options)
    }

    /// Serves; the status comes with the end.
    nonisolated static func run(_ options: SwiftEcho) -> ExitStatus {
        ExitStatus(
            rawValue: runReactor { _ in
                inlineCallbacks {
                    let status = try await Server(options).serve()
                    throw SystemExit(status.rawValue)
                }
            })
    }

    private func serve() async throws -> ExitStatus {
        _ = twine_lift_descriptor_limit()
        do {
            for (index, place) in options.places.enumerated() {
                try await listen(
                    place, as: options.named.indices.contains(index) ? options.named[index] : place)
            }
        } catch {
            Report.message(Self.explain(error))
            return error is CannotListenError ? .cannotListen : .usage
        }
        try handleSignals()
        if options.worker != nil {
            WorkerChannel.open(
                end: { self.end(atOnce: $0) }, report: { self.statistics.numbers })
        } else if !options.quiet {
            progress = ProgressLine(every: 1) { "swift-echo: \(self.statistics.line)" }
        }
        // Standard input and output may have been the only peer, and gone already.
        endIfDone()
        let status = try await finished.value
        progress?.end()
        return status
    }

    private func listen(_ place: String, as name: String) async throws {
        let type = place.prefix { $0 != ":" }
        let address: SocketAddress
        if ["udp", "udp6", "unixgram", "fdgram"].contains(type) {
            let service = SimpleDatagramService(options.service)
            let port = try datagramServerFromString(place).listen(service)
            datagramServices.append(service)
            ports.append(port)
            address = port.address
        } else {
            let endpoint = ServedEndpoint(name, self)
            let port = try await serverFromString(place).listen(factory(endpoint)).value
            if type != "stdio" { ports.append(port) }
            address = port.address
        }
        if options.worker == nil { report.listening(place, at: address) }
    }

    private func factory(_ endpoint: ServedEndpoint) -> ConnectionFactory {
        let (service, rate, idle) = (options.service, options.rate, options.idleTimeout)
        let limit = options.maxConnections ?? .max
        return { _ in
            guard self.sessions.count < limit else {
                self.past.refused += 1
                return nil
            }
            var user = service.makeProtocol()
            if let rate { user = ThrottledConnection(user, rate: Double(rate.octets)) }
            if let idle { user = TimeoutConnection(user, seconds: idle) }
            return Session(user, endpoint)
        }
    }

    static func explain(_ error: any Error) -> String {
        guard let refused = error as? CannotListenError, refused.reason.errno == EACCES,
            let port = refused.address.port, port < 1024
        else { return "\(error)" }
        return "\(error); --port 7007, for example, needs none"
    }

    // MARK: Connections

    func began(_ session: Session) {
        session.index = sessions.count
        sessions.append(session)
        past.total += 1
    }

    func ended(_ session: Session, _ reason: ConnectionLost, seconds: Double) {
        let last = sessions.removeLast()
        if last !== session {
            sessions[session.index] = last
            last.index = session.index
        }
        past.received += session.received
        past.sent += session.sent
        progress?.clear()
        report.ended(session, reason, seconds: seconds)
        // Its own end is not over yet.
        if sessions.isEmpty, isEnding || ports.isEmpty {
            Reactor.callLater(0) { self.endIfDone() }
        }
    }

    /// What was done so far.
    var statistics: Statistics {
        var sum = past
        sum.open = sessions.count
        for session in sessions {
            sum.received += session.received
            sum.sent += session.sent
        }
        for service in datagramServices {
            sum.datagrams += service.count
            sum.received += service.received
            sum.sent += service.sent
        }
        return sum
    }

    // MARK: The end

    private func handleSignals() throws {
        var signals = 0
        try Reactor.onSignal(SIGTERM) {
            signals += 1
            self.end(atOnce: signals > 1)
        }
        // At a terminal it reaches the workers too, which their supervisor ends.
        try Reactor.onSignal(SIGINT) {
            if self.options.worker == nil { self.end(atOnce: true) }
        }
        try Reactor.onSignal(SIGUSR1) {
            self.progress?.clear()
            self.report.statistics(self.statistics)
        }
    }

    /// Takes nothing new, and ends when the connections have ended.
    ///
    /// - Parameter atOnce: Whether they are cut instead.
    func end(atOnce: Bool) {
        isEnding = true
        for port in ports { port.stopListening() }
        if atOnce {
            for session in sessions { session.abortConnection() }
        } else if drainTimer == nil {
            drainTimer = Reactor.callLater(options.drain) {
                for session in self.sessions { session.loseConnection() }
                // What their peers do not take until then is lost.
                self.drainTimer = Reactor.callLater(Self.lastWait) { self.end(atOnce: true) }
            }
        }
        endIfDone()
    }

    /// How long, in seconds, connections that are being closed may take.
    private static let lastWait = 1.0

    private func endIfDone() {
        guard sessions.isEmpty, isEnding || ports.isEmpty, !finished.isFired else { return }
        drainTimer.take()?.cancel()
        finished.callback(.success)
    }
}
