import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Datagrams that one system call receives, or sends.
@Reactor
@safe
final class DatagramBatch {
    /// How many it holds.
    static let capacity = Int(TWINE_DATAGRAMS)

    private let datagrams: OpaquePointer
    /// Those that wait to be sent.
    private(set) var count = 0
    /// Whose they are: those of one socket at a time.
    private var port: UDPPort?

    /// The loop has two, one for each direction, as long as the program runs.
    init() { unsafe datagrams = twine_datagrams_new() }

    /// Receives what has come, without waiting.
    ///
    /// - Parameter number: The socket.
    /// - Returns: How many datagrams that were, or a negative errno value.
    func receive(from number: Int32) -> Int {
        unsafe Int(twine_datagrams_receive(datagrams, number))
    }

    /// The payload of a datagram received, lent until the next are.
    func bytes(_ place: Int) -> UnsafeRawBufferPointer {
        var count = 0
        let start = unsafe twine_datagrams_bytes(datagrams, Int32(place), &count)
        return unsafe UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Who sent a datagram received.
    func sender(_ place: Int) -> SocketAddress {
        var storage = sockaddr_storage()
        let length = unsafe twine_datagrams_sender(datagrams, Int32(place), &storage)
        return SocketAddress(storage, length: length)
    }

    /// Sends what another socket has here, and makes room for one more of this one.
    ///
    /// - Returns: Whether it is the first of this socket.
    func makeRoom(for port: UDPPort) -> Bool {
        if let other = self.port, other !== port || count == Self.capacity { other.sendWaiting() }
        guard self.port == nil else { return false }
        self.port = port
        return true
    }

    /// Adds a datagram to send; ``makeRoom(for:)`` comes first.
    ///
    /// - Parameters:
    ///   - bytes: The payload.
    ///   - address: To whom; nil for the peer of a connected socket.
    /// - Returns: Whether a datagram can be that long at all.
    func append(_ bytes: Span<UInt8>, to address: SocketAddress?) -> Bool {
        let fits: Bool
        if let address {
            fits = unsafe address.withSockaddr { unsafe put(bytes, $0, $1) ? 1 : 0 } == 1
        } else {
            fits = unsafe put(bytes, nil, 0)
        }
        if fits { count += 1 }
        return fits
    }

    @unsafe
    private func put(
        _ bytes: Span<UInt8>, _ address: UnsafePointer<sockaddr>?, _ length: socklen_t
    ) -> Bool {
        unsafe bytes.withUnsafeBufferPointer {
            unsafe twine_datagrams_put(
                datagrams, Int32(count), $0.baseAddress, $0.count, address, length)
        }
    }

    /// Sends what `port` has here; none of it is left, whatever happens.
    ///
    /// - Parameter port: The socket.
    /// - Returns: The error of each datagram that the system did not take.
    func send(of port: UDPPort) -> [SystemError] {
        guard self.port === port else { return [] }
        self.port = nil
        var next: Int32 = 0
        let end = Int32(count)
        count = 0
        var errors: [SystemError] = []
        var isSecondTry = false
        let isConnected = if case .ip? = port.peer { true } else { false }
        while next < end, !port.isClosed {
            let sent = unsafe twine_datagrams_send(datagrams, port.number, next, end, isConnected)
            #if os(Linux)
            // The error may be of an earlier datagram: that one is told about by the queue of
            // errors, and the second try tells what becomes of this one.
            if sent < 0, sent != -EAGAIN, port.peer != nil, !isSecondTry {
                isSecondTry = true
                continue
            }
            #endif
            isSecondTry = false
            if sent < 0 { errors.append(SystemError(errno: -sent)) }
            next += max(1, sent)
        }
        return errors
    }
}
