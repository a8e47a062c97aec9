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
/// system drops what others send, and tells when nobody listens there. Sockets stay open until the
/// query ends, for a late reply counts.
@Reactor
final class DNSExchange {
    private var query: StubQuery
    private let clock: any ReactorTime
    private var random = SystemRandomNumberGenerator()
    private var timer: DelayedCall?
    private var datagrams: [DatagramAttempt] = []
    private var streams: [StreamAttempt] = []
    private var ended: (@Reactor (Result<DNSMessage, StubQuery.Failure>) -> Void)?
    private var isStepping = false

    init(
        _ query: StubQuery, clock: any ReactorTime,
        ended: @escaping @Reactor (Result<DNSMessage, StubQuery.Failure>) -> Void
    ) {
        self.query = query
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
        switch attempt.transport {
        case .datagram:
            do {
                datagrams.append(try DatagramAttempt(attempt, self, &random))
            } catch {
                query.attemptFailed(attempt.number, StubQuery.Reason(error))
            }
        case .stream:
            let stream = StreamAttempt(attempt, self)
            streams.append(stream)
            stream.connect(clock)
        }
    }

    // MARK: What the attempts report

    fileprivate func received(
        _ bytes: Span<UInt8>, _ number: Int, from address: SocketAddress
    ) {
        if query.receive(bytes, to: number, from: address) { step() }
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
        _ attempt: StubQuery.Attempt, _ exchange: DNSExchange,
        _ random: inout SystemRandomNumberGenerator
    ) throws {
        number = attempt.number
        self.exchange = exchange
        let port = try open(attempt.server, &random)
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
        _ server: SocketAddress, _ random: inout SystemRandomNumberGenerator
    ) throws -> UDPPort {
        let any: IPAddress = server.ip?.isIPv6 == true ? .any6 : .any4
        for _ in 0..<Self.tries {
            let local = SocketAddress.ip(any, port: .random(in: Self.ports, using: &random))
            do {
                return try UDPPort.connect(to: server, from: local, self)
            } catch is CannotListenError {
                // Somebody has that port.
            }
        }
        return try UDPPort.connect(to: server, self)
    }

    func close() { port.take()?.stopListening() }

    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        exchange?.received(bytes, number, from: address)
    }

    func deliveryFailed(_ error: SystemError) { exchange?.failed(number, error) }
}

/// One message over a TCP connection of its own.
@Reactor
private final class StreamAttempt: StreamProtocol {
    private let attempt: StubQuery.Attempt
    private weak var exchange: DNSExchange?
    private var connecting: Deferred<Void>?
    private var transport: (any StreamTransport)?
    private var framer = DNSFramer()
    private var isClosed = false

    init(_ attempt: StubQuery.Attempt, _ exchange: DNSExchange) {
        self.attempt = attempt
        self.exchange = exchange
    }

    func connect(_ clock: any ReactorTime) {
        // The exchange's own timer is the limit: this one is only never sooner.
        let endpoint = TCPClientEndpoint(attempt.server, timeout: 60, clock: clock)
        connecting = endpoint.connect { self }.addBoth { [weak self] result in
            guard let self, !isClosed, case .failure(let error) = result else { return }
            exchange?.failed(attempt.number, error)
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        connecting.take()?.cancel()
        transport.take()?.abortConnection()
    }

    func connectionMade(_ transport: any StreamTransport) {
        guard !isClosed else { return transport.abortConnection() }
        self.transport = transport
        if let framed = try? DNSFramer.frame(attempt.message) { transport.write(framed) }
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        framer.receive(bytes)
        while !isClosed, let message = framer.nextMessage() {
            exchange?.received(message.span, attempt.number, from: attempt.server)
        }
    }

    func connectionLost(_ reason: ConnectionLost) {
        transport = nil
        guard !isClosed else { return }
        exchange?.failed(attempt.number, reason)
    }
}
