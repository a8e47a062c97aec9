import HTTPTypes
import TwineCore
import TwineTLS

/// One connection of an ``HTTPClient``: one request at a time, one after the other.
@Reactor
final class HTTPConnection: StreamProtocol, FileSink {
    /// A body that is given up is waited for this long, in seconds, before the connection is closed.
    private static let drainTime = 5.0

    let route: HTTPRoute
    private weak var pool: ConnectionPool?
    private(set) var transport: (any StreamTransport)?
    private var parser: HTTPParser
    var exchange: HTTPExchange?
    /// The exchange that goes on elsewhere when the input at hand is done with.
    private var follower: HTTPExchange?
    private var trailers = HTTPFields()
    private var writer: HTTPBodyWriter?
    private var observed: ObservedMessages?
    /// The file that the rest of the body goes to, once the input at hand is done with.
    private var mover: BodyFileWriter?
    private var isMoving = false
    private var drainTimer: DelayedCall?
    private(set) var isReadingPaused = false
    private var isProcessing = false
    private var isDraining = false
    private var hasReceived = false
    private var framing: HTTPFraming?
    /// How many requests were sent over it.
    private(set) var requests = 0
    /// When it was last released, in seconds of the client's clock; negative while in use.
    var idleSince = -1.0
    /// Whether it counts among the pool's connections.
    var isCounted = true

    init(_ pool: ConnectionPool, _ route: HTTPRoute) {
        self.pool = pool
        self.route = route
        let options = pool.options
        parser = HTTPParser(
            .responses, limits: options.limits, isTolerant: options.isTolerant)
        parser.ignoresLength = options.ignoresLength
    }

    var isOpen: Bool { transport != nil }
    /// None: HTTP has no use for one direction, and the runtime would look for long to find that out.
    var halfCloseable: (any HalfCloseableProtocol)? { nil }

    func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
    }

    // MARK: Sending

    /// Sends an exchange's request; nothing is written when it throws.
    func send(_ exchange: HTTPExchange) throws(HTTPError) {
        guard let transport, let pool else { throw .noResponse }
        let request = exchange.request
        let body: HTTPFraming.Body
        switch request.body {
        case .bytes(let bytes): body = .length(bytes.count)
        case .stream(let length, _): body = length.map { .length($0) } ?? .chunked
        case .none:
            // RFC 9110 §8.6: where content is usual its absence is said.
            let isUsual = request.method == .post || request.method == .put
            body = isUsual ? .length(0) : .none
        }
        var head = pool.takeScratch()
        defer { pool.giveScratch(head) }
        try HTTPSerializer.serialize(
            exchange.requestHead(), body: body,
            form: exchange.forwarder == nil ? .origin : .absolute,
            into: &head)
        self.exchange = exchange
        observed = request.observer.map { ObservedMessages($0) }
        if requests > 0 {
            let agreement = (transport as? TLSConnection)?.engine.agreement
            observed?.observer.reusing(transport.peer, from: transport.host, agreement)
        }
        requests += 1
        hasReceived = false
        trailers = HTTPFields()
        parser.requestMethod = request.method
        transport.write(head.span)
        observed?.headSent(head.span)
        switch request.body {
        case .none: observed?.observer.requestComplete()
        case .bytes(let bytes):
            transport.write(bytes)
            observed?.bodySent(bytes.span)
        case .stream(let length, let start):
            let writer = HTTPBodyWriter(
                transport, length: length, observer: request.observer
            ) { [weak self] result in
                self?.bodySent(result)
            }
            self.writer = writer
            start(writer)
        }
    }

    private func bodySent(_ result: Result<Void, any Error>) {
        writer = nil
        guard case .failure(let error) = result else {
            observed?.observer.requestComplete()
            return
        }
        let exchange = exchange
        self.exchange = nil
        close(abort: true)
        exchange?.connection = nil
        exchange?.failed(error)
    }

    // MARK: Receiving

    func dataReceived(_ bytes: Span<UInt8>) {
        guard exchange != nil || isDraining else {
            // RFC 9112 §9.3.2: nothing was asked. What it would answer next would be taken for another's.
            return close(abort: true)
        }
        hasReceived = true
        isProcessing = true
        process(bytes)
        isProcessing = false
        if let mover { moveBody(to: mover) }
        if isDraining { drain() }
        if let follower {
            self.follower = nil
            follower.follow()
        }
    }

    private func process(_ input: Span<UInt8>) {
        var offset = 0
        do throws(HTTPError) {
            while let event = try nextEvent(input, &offset) {
                switch event {
                case .request, .informational: break
                case .response(let head, let framing):
                    self.framing = framing
                    if framing.body == .none || framing.body == .length(0) {
                        _ = try nextEvent(input, &offset)
                        return complete(head, framing, hasMore: offset < input.count)
                    }
                    let exchange = exchange
                    if exchange?.headReceived(
                        head, framing, isComplete: false, wasReused: requests > 1) == true
                    {
                        follower = exchange
                    }
                case .body(let range):
                    exchange?.bodyReceived(input.extracting(range))
                case .bodyStart(let octets): exchange?.bodyReceived(octets.span)
                case .trailers(let fields): trailers = fields
                case .end:
                    let exchange = exchange
                    messageEnded(hasMore: offset < input.count)
                    exchange?.messageEnded(trailers)
                    return
                }
                if transport == nil { return }
            }
        } catch {
            let exchange = exchange
            self.exchange = nil
            close(abort: true)
            exchange?.connection = nil
            exchange?.responseBroken(error)
        }
    }

    private func nextEvent(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> HTTPEvent? {
        guard let observed else { return try parser.nextEvent(in: input, at: &offset) }
        return try observed.nextEvent(of: &parser, in: input, at: &offset)
    }

    /// A response without body: the connection is free before anybody hears of it.
    private func complete(_ head: HTTPResponse, _ framing: HTTPFraming, hasMore: Bool) {
        let exchange = exchange
        let wasReused = requests > 1
        messageEnded(hasMore: hasMore)
        if exchange?.headReceived(head, framing, isComplete: true, wasReused: wasReused) == true {
            follower = exchange
        }
    }

    private func messageEnded(hasMore: Bool) {
        exchange = nil
        observed = nil
        mover = nil
        isMoving = false
        isDraining = false
        drainTimer.take()?.cancel()
        // A request that is not sent whole, or octets that nobody asked for, spoil the connection.
        guard parser.isIdle, !hasMore, writer == nil, let pool else { return close(abort: false) }
        resumeReading()
        pool.release(self)
    }

    func connectionLost(_ reason: ConnectionLost) {
        transport = nil
        writer = nil
        drainTimer.take()?.cancel()
        pool?.closed(self)
        guard let exchange else { return }
        self.exchange = nil
        do {
            guard case .done = reason else { throw reason }
            if parser.isIdle { throw HTTPError.noResponse }
            try inputEnded(exchange)
        } catch {
            let wasReused = requests > 1
            exchange.connectionLost(error, hasReceived: hasReceived, wasReused: wasReused)
        }
        observed = nil
        if let follower = follower.take() { follower.follow() }
    }

    /// Ends the message with the connection, or tells that it is not whole.
    private func inputEnded(_ exchange: HTTPExchange) throws(HTTPError) {
        while let event = try parser.receiveEndOfInput() {
            switch event {
            case .informational(let head): observed?.informational(head)
            case .response(let head, let framing):
                observed?.headReceived(head)
                self.framing = framing
                if exchange.headReceived(
                    head, framing, isComplete: false, wasReused: requests > 1)
                {
                    follower = exchange
                    return
                }
            case .bodyStart(let octets): exchange.bodyReceived(octets.span)
            case .end: return exchange.messageEnded(trailers)
            case .request, .body, .trailers: break
            }
        }
        throw .noResponse
    }

    // MARK: Moving into a file

    /// Lets the rest of the body go into a file without coming this way, if that can be.
    func moveBody(to mover: BodyFileWriter) {
        self.mover = mover
        guard !isProcessing, !isMoving else { return }
        guard let remaining = parser.bodyRemaining, remaining > 0, exchange != nil,
            observed?.observer.hearsBodies != true,
            let transport, transport.moveInput(remaining, into: self)
        else {
            self.mover = nil
            return
        }
        isMoving = true
    }

    private func stopMoving() {
        mover = nil
        guard isMoving else { return }
        isMoving = false
        _ = transport?.moveInput(0, into: self)
    }

    var descriptor: Int32 { mover?.descriptor ?? -1 }

    func octetsWritten(_ count: Int) {
        hasReceived = true
        parser.bodyTaken(count)
        exchange?.bodyMoved(count)
        guard parser.bodyRemaining == 0 else { return }
        isProcessing = true
        process(Span())
        isProcessing = false
    }

    func writeFailed(_ error: SystemError) {
        isMoving = false
        exchange?.moveFailed(error)
    }

    // MARK: Control

    func pauseReading() {
        guard !isReadingPaused else { return }
        isReadingPaused = true
        transport?.pauseReading()
    }

    func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        transport?.resumeReading()
    }

    /// The exchange wants no more: what remains is read and dropped, or the connection closed.
    func discard() {
        exchange = nil
        observed = nil
        stopMoving()
        guard transport != nil else { return }
        isDraining = true
        if !isProcessing { drain() }
    }

    private func drain() {
        let limit = pool?.options.drainLimit ?? 0
        guard let remaining = parser.bodyRemaining, remaining <= limit, writer == nil,
            framing?.isPersistent == true, !parser.isClosed
        else { return close(abort: true) }
        if drainTimer == nil {
            drainTimer = pool?.clock.callLater(Self.drainTime) { [weak self] in
                self?.close(abort: true)
            }
        }
        resumeReading()
    }

    func close(abort: Bool) {
        isDraining = false
        drainTimer.take()?.cancel()
        pool?.closed(self)
        let transport = transport
        self.transport = nil
        writer?.stopProducing()
        writer = nil
        if abort { transport?.abortConnection() } else { transport?.loseConnection() }
    }
}
