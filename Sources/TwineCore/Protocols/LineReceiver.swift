/// A protocol of lines, with parts between them that are no lines: override what you need.
///
/// ```swift
/// final class Echo: LineReceiver {
///     override func lineReceived(_ line: [UInt8]) { sendLine(line) }
/// }
/// ```
@Reactor
open class LineReceiver: StreamProtocol {
    /// The way to the peer, from `connectionMade` until `connectionLost`.
    public private(set) var transport: (any StreamTransport)?

    private var framer: LineFramer
    private var isPaused = false
    private var isEnded = false
    /// The loop over the events is on the stack.
    private var isDelivering = false

    /// Makes one that is not connected.
    ///
    /// - Parameters:
    ///   - delimiter: What ends a line, CR LF by default.
    ///   - maxLength: The octets that a line may have at most, without its delimiter.
    public init(delimiter: [UInt8] = [13, 10], maxLength: Int = 16_384) {
        framer = LineFramer(delimiter: delimiter, maxLength: maxLength)
    }

    /// The octets that a line may have at most, without its delimiter.
    public var maxLength: Int {
        get { framer.maxLength }
        set { framer.maxLength = newValue }
    }

    // MARK: To override

    /// A line has come.
    ///
    /// - Parameter line: Its octets, without the delimiter.
    open func lineReceived(_ line: [UInt8]) {}

    /// Octets have come in raw mode.
    ///
    /// - Parameter bytes: As they came, never none.
    open func rawDataReceived(_ bytes: [UInt8]) {}

    /// A line is too long; closes the connection unless it is overridden.
    ///
    /// - Parameter bytes: All the octets that were there, from the first of that line on.
    open func lineLengthExceeded(_ bytes: [UInt8]) { loseConnection() }

    /// The connection is open; an override calls `super` first.
    open func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    /// The connection is gone; an override calls `super`.
    open func connectionLost(_ reason: ConnectionLost) {
        isEnded = true
        transport = nil
    }

    // MARK: To call

    /// From now on what comes is handed on as it is.
    public func setRawMode() { framer.isRaw = true }

    /// From now on what comes is cut into lines.
    ///
    /// - Parameter rest: Octets of the raw part that belong to the lines: they are next.
    public func setLineMode(_ rest: [UInt8] = []) {
        framer.isRaw = false
        framer.putBack(rest)
        deliver()
    }

    /// Takes what has come and was not delivered yet.
    public func clearLineBuffer() -> [UInt8] { framer.takeBuffer() }

    /// Sends a line; the delimiter is added.
    ///
    /// - Parameter line: Its octets.
    public func sendLine(_ line: [UInt8]) { transport?.write(line + framer.delimiter) }

    /// Sends a line of text as UTF-8; the delimiter is added.
    ///
    /// - Parameter line: Its text.
    public func sendLine(_ line: String) { sendLine(Array(line.utf8)) }

    /// Closes the connection when what was written is sent; no line is delivered any more.
    public func loseConnection() {
        isEnded = true
        transport?.loseConnection()
    }

    // MARK: StreamProtocol

    /// Delivers what the octets complete.
    public final func dataReceived(_ bytes: Span<UInt8>) {
        guard !isEnded else { return }
        framer.receive(bytes)
        deliver()
    }

    private func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        while !isPaused, !isEnded, let event = framer.nextEvent() {
            switch event {
            case .line(let line): lineReceived(line)
            case .raw(let bytes): rawDataReceived(bytes)
            case .lineTooLong(let bytes): lineLengthExceeded(bytes)
            }
        }
    }
}

extension LineReceiver: Producer {
    /// Stops the delivery at this point, from inside a callback too; what has come is kept.
    public func pauseProducing() {
        isPaused = true
        transport?.pauseReading()
    }

    /// Goes on with what was kept, then with what comes.
    public func resumeProducing() {
        isPaused = false
        deliver()
        if !isPaused, !isEnded { transport?.resumeReading() }
    }

    /// Ends the delivery and closes the connection.
    public func stopProducing() { loseConnection() }
}

/// A protocol of lines and nothing else.
///
/// A line that is too long closes the connection, unless `lineLengthExceeded` is overridden.
@Reactor
open class LineOnlyReceiver: StreamProtocol {
    /// The way to the peer, from `connectionMade` until `connectionLost`.
    public private(set) var transport: (any StreamTransport)?

    private var framer: LineFramer
    private var isEnded = false

    /// Makes one that is not connected.
    ///
    /// - Parameters:
    ///   - delimiter: What ends a line, CR LF by default.
    ///   - maxLength: The octets that a line may have at most, without its delimiter.
    public init(delimiter: [UInt8] = [13, 10], maxLength: Int = 16_384) {
        framer = LineFramer(delimiter: delimiter, maxLength: maxLength)
    }

    /// A line has come.
    ///
    /// - Parameter line: Its octets, without the delimiter.
    open func lineReceived(_ line: [UInt8]) {}

    /// A line is too long; closes the connection unless it is overridden.
    ///
    /// - Parameter bytes: All the octets that were there, from the first of that line on.
    open func lineLengthExceeded(_ bytes: [UInt8]) { loseConnection() }

    /// The connection is open; an override calls `super` first.
    open func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    /// The connection is gone; an override calls `super`.
    open func connectionLost(_ reason: ConnectionLost) {
        isEnded = true
        transport = nil
    }

    /// Sends a line; the delimiter is added.
    ///
    /// - Parameter line: Its octets.
    public func sendLine(_ line: [UInt8]) { transport?.write(line + framer.delimiter) }

    /// Closes the connection when what was written is sent; no line is delivered any more.
    public func loseConnection() {
        isEnded = true
        transport?.loseConnection()
    }

    /// Delivers the lines that the octets complete.
    public final func dataReceived(_ bytes: Span<UInt8>) {
        guard !isEnded else { return }
        framer.receive(bytes)
        while !isEnded, let event = framer.nextEvent() {
            switch event {
            case .line(let line): lineReceived(line)
            case .raw: break
            case .lineTooLong(let bytes): lineLengthExceeded(bytes)
            }
        }
    }
}
