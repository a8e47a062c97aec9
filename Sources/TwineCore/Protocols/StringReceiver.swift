/// A protocol of strings that are sent with their lengths (Twisted's NetstringReceiver and
/// IntNStringReceivers).
///
/// ```swift
/// final class Echo: StringReceiver {
///     init() { super.init(.int16) }
///     override func stringReceived(_ string: [UInt8]) { try? sendString(string) }
/// }
/// ```
@Reactor
open class StringReceiver: StreamProtocol {
    /// The way to the peer, from `connectionMade` until `connectionLost`.
    public private(set) var transport: (any StreamTransport)?

    private var framer: StringFramer
    private var isPaused = false
    private var isEnded = false
    private var isDelivering = false

    /// Makes one that is not connected.
    ///
    /// - Parameters:
    ///   - prefix: How lengths are sent.
    ///   - maxLength: The octets that a string may have at most.
    public init(_ prefix: StringFramer.Prefix, maxLength: Int = 99_999) {
        framer = StringFramer(prefix, maxLength: maxLength)
    }

    /// What has come and is not delivered yet; in a callback another protocol can take it over, or
    /// other octets be put in its place.
    public var rest: [UInt8] {
        get { framer.rest }
        set { framer.rest = newValue }
    }

    // MARK: To override

    /// A string has come.
    ///
    /// - Parameter string: Its octets.
    open func stringReceived(_ string: [UInt8]) {}

    /// A string is too long, and is not delivered; closes the connection unless it is overridden.
    ///
    /// - Parameter length: What its length says.
    open func lengthLimitExceeded(_ length: Int) { loseConnection() }

    /// The connection is open; an override calls `super` first.
    open func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    /// The connection is gone; an override calls `super`.
    open func connectionLost(_ reason: ConnectionLost) {
        isEnded = true
        transport = nil
    }

    // MARK: To call

    /// Sends a string.
    ///
    /// - Parameter string: Its octets.
    /// - Throws: ``StringTooLong`` when its length cannot be told; nothing is sent.
    public func sendString(_ string: [UInt8]) throws(StringTooLong) {
        transport?.write(try framer.frame(string))
    }

    /// Closes the connection when what was written is sent; no string is delivered any more.
    public func loseConnection() {
        isEnded = true
        transport?.loseConnection()
    }

    /// Delivers the strings that the octets complete.
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
            case .string(let string): stringReceived(string)
            case .tooLong(let length):
                lengthLimitExceeded(length)
                isEnded = true
            case .malformed: loseConnection()
            }
        }
    }
}

extension StringReceiver: Producer {
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
