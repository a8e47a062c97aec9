import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A protocol that takes the descriptors which the peer of a Unix connection passes to it.
///
/// To other protocols none is passed: the kernel closes what comes.
public protocol DescriptorReceiver: StreamProtocol {
    /// A descriptor has come; the octet that it was sent with comes with the next delivery.
    ///
    /// Octets written before that one may come with it, too. Descriptors keep their order.
    ///
    /// - Parameter descriptor: Close-on-exec, and now this program's to close.
    func descriptorReceived(_ descriptor: Int32)
}

/// A Unix connection, by which descriptors can be passed to another process.
@Reactor
public protocol DescriptorTransport: StreamTransport {
    /// Writes octets, and a descriptor with the first of them.
    ///
    /// - Parameters:
    ///   - descriptor: What to pass; it may be closed at once, for a copy is sent.
    ///   - octets: At least one, since a descriptor does not travel alone.
    /// - Throws: The system's error: EBADF; EAFNOSUPPORT when this is no Unix connection; EINVAL
    ///   without octets; ENOBUFS when 64 wait already; EPIPE after the end of the writing side.
    func sendDescriptor(_ descriptor: Int32, with octets: [UInt8]) throws(SystemError)
}

/// Descriptors that wait to be sent, each before an octet of the output.
@Reactor
final class PassedDescriptors {
    /// The most that wait.
    static let limit = 64

    private final class Passed {
        /// Octets of output that go before it.
        var ahead: Int
        let descriptor: Descriptor

        init(_ descriptor: consuming Descriptor, ahead: Int) {
            self.ahead = ahead
            self.descriptor = descriptor
        }
    }

    private var waiting: [Passed] = []
    var isEmpty: Bool { waiting.isEmpty }
    var isFull: Bool { waiting.count >= Self.limit }

    func append(_ descriptor: consuming Descriptor, ahead: Int) {
        waiting.append(Passed(descriptor, ahead: ahead))
    }

    /// Sends octets up to the next descriptor, or that and those behind it.
    ///
    /// - Parameters:
    ///   - output: What waits, from its first octet on.
    ///   - number: The socket.
    /// - Returns: The octets sent or a negative errno value, and how many were offered.
    func send(_ output: Span<UInt8>, to number: Int32) -> (sent: Int, offered: Int) {
        guard let first = waiting.first else { return (0, 0) }
        let passes = first.ahead == 0
        let end = passes ? (waiting.count > 1 ? waiting[1].ahead : output.count) : first.ahead
        let piece = output.extracting(..<min(end, output.count))
        let sent = unsafe piece.withUnsafeBufferPointer {
            passes
                ? unsafe twine_send_descriptor(
                    number, first.descriptor.number, $0.baseAddress, $0.count)
                : unsafe twine_send(number, $0.baseAddress, $0.count)
        }
        if sent > 0 {
            if passes { waiting.removeFirst() }
            for other in waiting { other.ahead -= sent }
        }
        return (sent, piece.count)
    }
}
