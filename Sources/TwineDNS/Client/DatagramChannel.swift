public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A way to a name server by UDP: one socket, connected to it, for any number of queries.
///
/// The system drops what others send, and tells when nobody listens there.
@Reactor
public final class DatagramChannel: DNSChannel {
    /// Where the server is.
    public let peer: SocketAddress
    private let bindAddress: SocketAddress?
    private let header: [UInt8]
    private let pending: PendingQueries
    private var port: UDPPort?

    /// Makes a channel; nothing is opened before the first query.
    ///
    /// - Parameters:
    ///   - peer: Where the server is.
    ///   - bindAddress: Where to send from; by default the system chooses address and port.
    ///   - header: Octets before each query, such as a ``ProxyHeader``.
    ///   - clock: Whose time.
    public init(
        to peer: SocketAddress, from bindAddress: SocketAddress? = nil, header: [UInt8] = [],
        clock: any ReactorTime = Reactor.clock
    ) {
        self.peer = peer
        self.bindAddress = bindAddress
        self.header = header
        pending = PendingQueries(clock)
    }

    /// Where this side is; nil before the first query.
    public var local: SocketAddress? { port?.address }

    /// See ``DNSChannel``.
    public func send(_ query: [UInt8], timeout: Double, to receiver: any DNSReplyReceiver) {
        let port: UDPPort
        do {
            port = try self.port ?? UDPPort.connect(to: peer, from: bindAddress, self)
        } catch {
            return receiver.exchangeFailed(DNSChannelError(connecting: error))
        }
        self.port = port
        pending.add(query, timeout, receiver)
        header.isEmpty ? port.sendSoon(query.span) : port.sendSoon((header + query).span)
        receiver.querySent(on: self)
    }

    /// See ``DNSChannel``.
    public func forget(_ receiver: any DNSReplyReceiver) { pending.remove(receiver) }

    /// See ``DNSChannel``.
    public func close() {
        pending.removeAll()
        port.take()?.stopListening()
    }
}

extension DatagramChannel: DatagramProtocol {
    /// Gives the message to whom it is for.
    public func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
        pending.deliver(bytes)
    }

    /// Tells all that wait: the network does not say which datagram it was.
    public func deliveryFailed(_ error: SystemError) {
        // Lost on the way out, like any datagram may be: the wait for the reply runs.
        if error.errno == EAGAIN || error.errno == ENOBUFS { return }
        pending.fail(.lost(error))
    }
}
