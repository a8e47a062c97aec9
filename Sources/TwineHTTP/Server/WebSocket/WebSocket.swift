public import TwineCore

/// One WebSocket of a server: whole messages in, whole messages out.
///
/// Pings are answered by themselves, and a peer from which nothing comes is asked whether it is there.
///
/// RFC 6455.
public final class WebSocket: StreamProtocol, Producer {
    /// A message.
    public enum Message: Equatable, Sendable {
        /// Text.
        case text(String)
        /// Octets.
        case binary([UInt8])
    }

    /// How a WebSocket behaves.
    public struct Options: Sendable {
        /// The most octets of a message that is received: 1 MiB.
        public var messageLimit = 1 << 20
        /// After so many seconds without a word the peer is pinged, and after as many again given up.
        public var pingInterval = 30.0
        /// The subprotocols that are spoken here, the best first.
        public var subprotocols: [String] = []

        /// The options that fit most.
        public init() {}
    }

    /// The request that it began with.
    public let request: WebRequest
    /// The subprotocol that both speak; nil for none.
    public let subprotocol: String?
    /// Hears of each message.
    public var onMessage: (@Reactor (Message) -> Void)?
    /// Hears once of the end: the peer's code and reason, 1006 when the connection was lost without a
    /// word.
    public var onClose: (@Reactor (_ code: UInt16, _ reason: String) -> Void)?

    private let options: Options
    private let clock: any ReactorTime
    private var parser: WebSocketParser
    private var transport: (any StreamTransport)?
    private var begin: (@Reactor (WebSocket) -> Void)?
    private var isPaused = false
    private var isDelivering = false
    private var hasSentClose = false
    private var hasEnded = false
    private var hasPinged = false
    private var timer: DelayedCall?

    init(
        _ request: WebRequest, _ options: Options, subprotocol: String?, clock: any ReactorTime,
        _ begin: @escaping @Reactor (WebSocket) -> Void
    ) {
        self.request = request
        self.options = options
        self.subprotocol = subprotocol
        self.clock = clock
        self.begin = begin
        parser = WebSocketParser(isServer: true, messageLimit: options.messageLimit)
    }

    // MARK: To call

    /// Sends a message; nothing happens once the WebSocket is closing.
    ///
    /// - Parameter message: The message.
    public func send(_ message: Message) {
        switch message {
        case .text(let text): send(.text, Array(text.utf8))
        case .binary(let octets): send(.binary, octets)
        }
    }

    /// Octets that wait to be sent: whoever sends much looks at it.
    public var bufferedCount: Int { transport?.bufferedCount ?? 0 }

    /// Delivers no more messages until ``resume()``; the peer is held back.
    public func pause() {
        isPaused = true
        transport?.pauseReading()
    }

    /// Goes on with the messages.
    public func resume() {
        guard isPaused else { return }
        isPaused = false
        deliver()
        if !isPaused { transport?.resumeReading() }
    }

    /// Closes: says so, and waits for the peer's answer.
    ///
    /// - Parameters:
    ///   - code: Why: 1000 for a normal end, or what RFC 6455 §7.4 has; a code that cannot be sent is
    ///     sent as 1000.
    ///   - reason: For people; cut to 123 octets.
    public func close(code: UInt16 = 1000, reason: String = "") {
        guard !hasSentClose, transport != nil else { return }
        let code = WebSocketParser.isSendable(code) ? code : 1000
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        send(.close, [UInt8(code >> 8), UInt8(code & 255)] + Array(text.utf8))
        hasSentClose = true
        // A peer that does not answer is not waited for.
        rest(Self.closeTimeout)
    }

    private static let closeTimeout = 5.0

    private func send(_ opcode: WebSocketParser.Opcode, _ payload: [UInt8]) {
        guard !hasSentClose, let transport else { return }
        transport.write(WebSocketParser.frame(opcode, payload))
        // An echo of what a peer sends without reading is no reason to hold it all.
        if transport.bufferedCount > transport.writeHighWatermark, !isPaused {
            pause()
            transport.registerProducer(self, streaming: true)
        }
    }

    // MARK: StreamProtocol

    /// See `StreamProtocol`.
    public func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        rest(options.pingInterval)
        begin.take()?(self)
    }

    /// See `StreamProtocol`.
    public func dataReceived(_ bytes: Span<UInt8>) {
        hasPinged = false
        if !hasSentClose { rest(options.pingInterval) }
        parser.receive(bytes)
        deliver()
    }

    private func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        while !isPaused, transport != nil, let event = parser.nextEvent() {
            switch event {
            case .text(let text): onMessage?(.text(text))
            case .binary(let octets): onMessage?(.binary(octets))
            case .ping(let octets): send(.pong, octets)
            case .pong: break
            case .close(let code, let reason):
                close(code: code)
                end(code, reason)
                transport?.loseConnection()
            case .failure(let code, let reason):
                close(code: code, reason: reason)
                end(code, reason)
                transport?.loseConnection()
            }
        }
    }

    /// See `StreamProtocol`.
    public func connectionLost(_ reason: ConnectionLost) {
        timer.take()?.cancel()
        transport = nil
        end(1006, "\(reason)")
    }

    private func end(_ code: UInt16, _ reason: String) {
        guard !hasEnded else { return }
        hasEnded = true
        onMessage = nil
        onClose.take()?(code, reason)
    }

    // MARK: Time

    private func rest(_ seconds: Double) {
        if let timer, timer.isActive {
            timer.reset(seconds)
        } else {
            timer = clock.callLater(seconds) { [weak self] in self?.rested() }
        }
    }

    private func rested() {
        timer = nil
        guard let transport else { return }
        guard !hasSentClose, !hasPinged else { return transport.abortConnection() }
        hasPinged = true
        send(.ping, [])
        rest(options.pingInterval)
    }

    // MARK: Producer

    /// See `Producer`.
    public func pauseProducing() {}

    /// There is room again for what is sent.
    public func resumeProducing() {
        transport?.unregisterProducer()
        resume()
    }

    /// See `Producer`.
    public func stopProducing() {}
}
