/// Writes down what goes in and out on a connection, piece by piece.
public final class LoggedConnection: ProtocolWrapper {
    /// Which way a piece went.
    public enum Direction: Sendable {
        /// From the peer.
        case received
        /// To the peer.
        case sent
    }

    private let log: @Reactor (Direction, [UInt8]) -> Void

    /// Wraps a protocol.
    ///
    /// - Parameters:
    ///   - wrapped: The protocol inside.
    ///   - log: Gets each piece, before the protocol or the transport does.
    public init(
        _ wrapped: any StreamProtocol, _ log: @escaping @Reactor (Direction, [UInt8]) -> Void
    ) {
        self.log = log
        super.init(wrapped)
    }

    /// See `StreamProtocol`.
    public override func dataReceived(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { log(.received, unsafe Array($0)) }
        super.dataReceived(bytes)
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { log(.sent, unsafe Array($0)) }
        super.write(bytes)
    }

    /// See `StreamTransport`.
    public override func write(_ bytes: [UInt8]) {
        log(.sent, bytes)
        super.write(bytes)
    }
}
