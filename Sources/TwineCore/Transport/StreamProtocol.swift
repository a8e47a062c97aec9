/// What a program does with one connection: the transport calls it as things happen.
///
/// All calls come on the reactor, one at a time: ``connectionMade(_:)`` first,
/// ``connectionLost(_:)`` last, each exactly once.
@Reactor
public protocol StreamProtocol: AnyObject {
    /// The connection is open.
    ///
    /// - Parameter transport: The way to the peer; keep it until ``connectionLost(_:)``.
    func connectionMade(_ transport: any StreamTransport)

    /// Bytes have come: as many as there were, never none.
    ///
    /// - Parameter bytes: Lent for the time of the call; what is to be kept is to be copied.
    func dataReceived(_ bytes: Span<UInt8>)

    /// The connection is gone; nothing more can be sent.
    ///
    /// - Parameter reason: Why.
    func connectionLost(_ reason: ConnectionLost)

    /// What hears of the end of one direction, if the protocol goes on after that.
    ///
    /// This is the protocol itself when it is a ``HalfCloseableProtocol``; one that wraps another
    /// answers as that one would.
    var halfCloseable: (any HalfCloseableProtocol)? { get }
}

/// A protocol that goes on when one direction has ended.
///
/// For any other protocol the end of input ends the connection, once what was written is sent.
@Reactor
public protocol HalfCloseableProtocol: StreamProtocol {
    /// The peer has ended its sending side; writing goes on until this side closes.
    func readConnectionLost()

    /// This side's ``StreamTransport/loseWriteConnection()`` is done: the end was sent.
    func writeConnectionLost()
}

extension StreamProtocol {
    /// The protocol itself, when it is one that goes on.
    public var halfCloseable: (any HalfCloseableProtocol)? { self as? any HalfCloseableProtocol }
    /// Does nothing.
    public func connectionMade(_ transport: any StreamTransport) {}
    /// Does nothing.
    public func connectionLost(_ reason: ConnectionLost) {}
}

extension HalfCloseableProtocol {
    /// Does nothing.
    public func writeConnectionLost() {}
}

/// The way to the peer of a connection: an ordered stream of octets in each direction.
@Reactor
public protocol StreamTransport: AnyObject {
    /// Sends `bytes` after all that was written before.
    ///
    /// Nothing is sent during the callback that writes: what it wrote leaves together, in one
    /// system call, when it has returned. After the connection is lost or closing, it is dropped.
    func write(_ bytes: Span<UInt8>)

    /// As the other, for an array: a large one is kept, not copied.
    func write(_ bytes: [UInt8])

    /// Closes the connection when all that was written is sent, and a registered producer is done.
    func loseConnection()

    /// Closes the connection now, by a reset; what was not sent is dropped.
    func abortConnection()

    /// Ends the sending side when all that was written is sent; receiving goes on.
    func loseWriteConnection()

    /// Stops `dataReceived`; the kernel then holds the peer back.
    func pauseReading()

    /// Takes back ``pauseReading()``.
    func resumeReading()

    /// Moves the next octets into a file without lending them to the protocol; after them, `dataReceived`
    /// has its turn again.
    ///
    /// While that lasts, the end and the loss of the connection are told as always, and
    /// ``pauseReading()`` holds. The file's system calls are made in the loop.
    ///
    /// - Parameters:
    ///   - count: How many octets; 0 ends what an earlier call began.
    ///   - sink: The file, and what is told of it.
    /// - Returns: Whether this transport can do that: only TCP and Unix sockets on Linux can.
    func moveInput(_ count: Int, into sink: any FileSink) -> Bool

    /// Registers what makes the data, to be held back while the peer is slow.
    ///
    /// - Parameters:
    ///   - producer: Told to pause when more than ``writeHighWatermark`` octets wait to be sent, and
    ///     to resume when all but ``writeLowWatermark`` are gone.
    ///   - streaming: True for one that goes on by itself until it is paused; false for one that
    ///     produces once at each `resumeProducing`, and is asked for more when the buffer is empty.
    func registerProducer(_ producer: any Producer, streaming: Bool)

    /// Ends what ``registerProducer(_:streaming:)`` began.
    func unregisterProducer()

    /// Octets that wait to be sent.
    var bufferedCount: Int { get }

    /// Where the peer is.
    var peer: SocketAddress { get }

    /// Where this side is.
    var host: SocketAddress { get }
}

extension StreamTransport {
    /// More octets than this waiting to be sent pause the producer.
    public var writeHighWatermark: Int { 65_536 }

    /// Fewer octets than this waiting to be sent resume it.
    public var writeLowWatermark: Int { 16_384 }

    /// It cannot move input into files, unless it says otherwise.
    public func moveInput(_ count: Int, into sink: any FileSink) -> Bool { false }

    /// Sends text as UTF-8.
    ///
    /// - Parameter text: The text, with its line ends.
    public func write(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        write(text.utf8.span)
    }
}

/// What makes data for a transport, and can be held back.
@Reactor
public protocol Producer: AnyObject {
    /// Make no more until ``resumeProducing()``.
    func pauseProducing()
    /// Go on; for one that does not stream: make one piece.
    func resumeProducing()
    /// The consumer is gone: stop for good.
    func stopProducing()
}
