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

    /// Adds a datagram to send; the batch must not be full.
    ///
    /// - Returns: Whether a datagram can be that long at all.
    func append(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        let place = Int32(count)
        let fits = unsafe address.withSockaddr { address, length in
            unsafe bytes.withUnsafeBufferPointer {
                unsafe twine_datagrams_put(
                    datagrams, place, $0.baseAddress, $0.count, address, length) ? 1 : 0
            }
        }
        if fits == 1 { count += 1 }
        return fits == 1
    }

    /// Sends what was added; none is left, whatever happens.
    ///
    /// - Parameters:
    ///   - number: The socket.
    ///   - failed: Gets the error of each datagram that the system did not take; whether to go on.
    func send(to number: Int32, failed: (SystemError) -> Bool) {
        var next: Int32 = 0
        let end = Int32(count)
        count = 0
        while next < end {
            let sent = unsafe twine_datagrams_send(datagrams, number, next, end)
            if sent < 0, !failed(SystemError(errno: -sent)) { return }
            next += max(1, sent)
        }
    }
}
