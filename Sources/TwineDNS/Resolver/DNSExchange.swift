import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Carries one ``StubQuery`` over real sockets, with one timer.
///
/// Each datagram leaves from a socket of its own, at a random port, connected to its server: so the
/// system drops what others send, and tells when nobody listens there. A ``DatagramChannel`` would
/// send all from one port, and who wants to forge a reply would have to guess the id alone (RFC 5452
/// §9.2). Sockets stay open until the query ends, for a late reply counts. What goes by TCP or TLS
/// shares a channel with the other queries to that server.
@Reactor
final class DNSExchange {
    private var query: StubQuery
    private let channels: ChannelPool
    private let bindAddress: IPAddress?
    private let clock: any ReactorTime
    private var random = SystemRandomNumberGenerator()
    private var timer: DelayedCall?
    private var datagrams: [DatagramAttempt] = []
    private var streams: [ChannelAttempt] = []
    private var ended: (@Reactor (Result<DNSMessage, StubQuery.Failure>) -> Void)?
    private var isStepping = false

    init(
        _ query: StubQuery, _ channels: ChannelPool, from bindAddress: IPAddress?,
        clock: any ReactorTime,
        ended: @escaping @Reactor (Result<DNSMessage, StubQuery.Failure>) -> Void
    ) {
        self.query = query
        self.channels = channels
        self.bindAddress = bindAddress
        self.clock = clock
        self.ended = ended
    }

    /// Does what is due, until there is something to wait for.
    func step() {
        // A send that fails at once reports while the loop below is still at it.
        guard !isStepping, ended != nil else { return }
        isStepping = true
        defer { isStepping = false }
        while true {
            switch query.nextStep(now: clock.seconds(), using: &random) {
            case .send(let attempt):
                send(attempt)
            case .wait(let time):
                return wait(until: time)
            case .finish(let result):
                let ended = ended.take()
                close()
                ended?(result)
                return
            }
        }
    }

    private func wait(until time: Double) {
        let delay = max(0, time - clock.seconds())
        if let timer, timer.isActive {
            timer.reset(delay)
        } else {
            timer = clock.callLater(delay) { [weak self] in self?.step() }
        }
    }

    /// Ends it without a result.
    func cancel() {
        ended = nil
        close()
    }

    private func close() {
        timer.take()?.cancel()
        for datagram in datagrams { datagram.close() }
        for stream in streams { stream.close() }
        datagrams = []
        streams = []
    }

    // MARK: Sending

    private func send(_ attempt: StubQuery.Attempt) {
        do {
            if attempt.transport == .datagram, let address = attempt.server.address {
                datagrams.append(
                    try DatagramAttempt(attempt, to: address, from: bindAddress, self, &random))
            } else {
                for stream in streams { stream.noteSilence() }
                let stream = ChannelAttempt(
                    attempt, try channels.channel(to: attempt.server, from: bindAddress), self)
                streams.append(stream)
                stream.send()
            }
        } catch {
            query.attemptFailed(attempt.number, StubQuery.Reason(error))
        }
    }

    // MARK: What the attempts report

    /// Whether a message is the reply to an attempt; then a step is due.
    fileprivate func accepts(
        _ bytes: Span<UInt8>, _ number: Int, from address: SocketAddress?
    ) -> Bool {
        query.receive(bytes, to: number, from: address)
    }

    fileprivate func failed(_ number: Int, _ error: any Error) {
        query.attemptFailed(number, StubQuery.Reason(error))
        step()
    }
}

extension StubQuery.Reason {
    /// What an error of the network says about a server.
    init(_ error: any Error) {
        switch error {
        case let error as ConnectError:
            switch error {
            case .refused: self = .refused
            case .noNetwork: self = .noNetwork
            case .timedOut(_, let seconds?): self = .timedOut(seconds: seconds)
            case .noRoute: self = .unreachable("no route")
            case .system(let error, _): self = .unreachable("\(error)")
            default: self = .unreachable("\(error)")
            }
        case let error as SystemError:
            switch error.errno {
            case ECONNREFUSED: self = .refused
            case ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT: self = .noNetwork
            default: self = .unreachable("\(error)")
            }
        case let error as DNSChannelError:
            switch error {
            case .notConnected(let error): self.init(error)
            case .lost(let error): self.init(error)
            case .timedOut(let seconds): self = .timedOut(seconds: seconds)
            case .ended: self = .unreachable("\(ConnectionLost.done)")
            case .notBound, .notSecure, .broken: self = .unreachable("\(error)")
            }
        default:
            self = .unreachable("\(error)")
        }
    }
}

/// One datagram and the socket that waits for its reply.
@Reactor
private final class DatagramAttempt: DatagramProtocol {
    private let number: Int
    private weak var exchange: DNSExchange?
    private var port: UDPPort?

    /// Ports that the query may leave from: above those of most services.
    private static let ports: ClosedRange<UInt16> = 16_384...65_535
    /// How many random ports are tried before the system chooses one.
    private static let tries = 8

    init(
        _ attempt: StubQuery.Attempt, to server: SocketAddress, from bindAddress: IPAddress?,
        _ exchange: DNSExchange, _ random: inout SystemRandomNumberGenerator
    ) throws {
        number = attempt.number
        self.exchange = exchange
        let port = try open(server, from: bindAddress, &random)
        self.port = port
        do {
            try port.send(attempt.message.span)
        } catch  where error.errno == EAGAIN || error.errno == ENOBUFS {
            // Lost on the way out, like any datagram may be: the wait for the reply runs.
        } catch {
            close()
            throw error
        }
    }

    private func open(
        _ server: SocketAddress, from bindAddress: IPAddress?,
        _ random: inout SystemRandomNumberGenerator
    ) throws -> UDPPort {
        let isIPv6 = server.ip?.isIPv6 == true
        let bound = bindAddress.flatMap { $0.isIPv6 == isIPv6 ? $0 : nil }
        let any = bound ?? (isIPv6 ? .any6 : .any4)
        for _ in 0..<Self.tries {
            let local = SocketAddress.ip(any, port: .random(in: Self.ports, using: &random))
            do {
                return try UDPPort.connect(to: server, from: local, self)
            } catch is CannotListenError {
                // Somebody has that port.
            }
        }
        return try UDPPort.connect(to: server, from: bound.map { .ip($0, port: 0) }, self)
    }

    func close() { port.take()?.stopListening() }

    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        guard let exchange, exchange.accepts(bytes, number, from: address) else { return }
        exchange.step()
    }

    func deliveryFailed(_ error: SystemError) { exchange?.failed(number, error) }
}

/// One message on a channel that others use as well.
@Reactor
private final class ChannelAttempt: DNSReplyReceiver {
    private let attempt: StubQuery.Attempt
    private let channel: PooledChannel
    private weak var exchange: DNSExchange?
    private var departure: PooledChannel.Departure
    private var wasRepeated = false
    private var isOver = false

    init(
        _ attempt: StubQuery.Attempt, _ channel: PooledChannel, _ exchange: DNSExchange
    ) {
        self.attempt = attempt
        self.channel = channel
        self.exchange = exchange
        departure = channel.departure
    }

    func send() { channel.send(attempt.message, to: self) }

    func noteSilence() {
        if !isOver { channel.noteSilence(since: departure) }
    }

    func close() {
        guard !isOver else { return }
        isOver = true
        channel.leave(self, departure)
    }

    func querySent(on channel: any DNSChannel) {}

    func messageReceived(_ message: Span<UInt8>) -> DNSReceipt {
        guard !isOver, let exchange, exchange.accepts(message, attempt.number, from: nil) else {
            return .ignored
        }
        isOver = true
        channel.replied()
        exchange.step()
        return .finished
    }

    func exchangeFailed(_ error: DNSChannelError) {
        guard !isOver else { return }
        guard !mayRepeat(after: error) else {
            wasRepeated = true
            departure = channel.departure
            return channel.sendAgain(attempt.message, to: self)
        }
        close()
        exchange?.failed(attempt.number, error)
    }

    /// Whether the connection ended for reasons that need not be this query: one that was idle may be
    /// closed just when the query leaves, and some servers close each after so many replies.
    ///
    /// RFC 7766 §6.2.4.
    private func mayRepeat(after error: DNSChannelError) -> Bool {
        switch error {
        case .ended, .lost:
            channel.replies > departure.replies || !wasRepeated && departure.replies > 0
        default: false
        }
    }
}
