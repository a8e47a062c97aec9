import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A socket that is bound, and listens when it is a stream one, but is not served here: it is to be
/// handed to another process, which adopts it.
///
/// What connects in the meantime waits in the kernel.
@Reactor
public final class ServerSocket {
    /// What it carries.
    public enum Kind: Sendable {
        /// Connections.
        case stream
        /// Datagrams.
        case datagram
    }

    /// The descriptor's number, until it is closed.
    public var number: Int32 { descriptor?.number ?? -1 }
    /// Where it is bound, with the port that the system chose for port 0.
    public private(set) lazy var address: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")
    private var descriptor: Descriptor?
    /// The file of a Unix socket that was made here.
    private var file: String?

    /// Opens one.
    ///
    /// - Parameters:
    ///   - kind: What it carries.
    ///   - address: Where; port 0 lets the system choose.
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether other sockets may share the port.
    ///   - mode: The permissions of a Unix socket's file; nil leaves them to the umask.
    /// - Throws: ``CannotListenError``.
    public init(
        _ kind: Kind, _ address: SocketAddress, backlog: Int32 = 4096, reusePort: Bool = false,
        mode: UInt16? = nil
    ) throws(CannotListenError) {
        let number = twine_socket(address.family, kind == .datagram)
        guard number >= 0 else {
            throw CannotListenError(address: address, reason: SystemError.last)
        }
        descriptor = Descriptor(number)
        Self.setOptions(number, kind, address.family, reusePort: reusePort)
        do throws(SystemError) {
            file = try address.bindServer(number, mode: mode, datagram: kind == .datagram)
            guard kind == .datagram || listen(number, backlog) == 0 else { throw SystemError.last }
        } catch {
            close()
            throw CannotListenError(address: address, reason: error)
        }
    }

    /// Opens a datagram socket that is not bound yet.
    init(unbound family: Int32) throws(SystemError) {
        let number = twine_socket(family, true)
        guard number >= 0 else { throw SystemError.last }
        descriptor = Descriptor(number)
        Self.setOptions(number, .datagram, family, reusePort: false)
    }

    /// Takes over a socket that another process has opened; the original is closed.
    ///
    /// - Parameters:
    ///   - number: The socket.
    ///   - kind: What it must carry.
    /// - Throws: ``CannotListenError``, for what is no such socket too.
    public init(adopting number: Int32, _ kind: Kind) throws(CannotListenError) {
        let state = twine_socket_state(number)
        // A copy, as the original may be at the number of a standard stream.
        let copy = state == (kind == .stream ? 1 : 2) ? fcntl(number, F_DUPFD_CLOEXEC, 3) : -1
        guard copy >= 0, twine_nonblocking(copy) == 0 else {
            let reason = state >= 0 && copy < 0 ? SystemError(errno: EINVAL) : SystemError.last
            if copy >= 0 { _ = Descriptor(copy) }
            throw CannotListenError(address: .unix(path: "fd:\(number)"), reason: reason)
        }
        descriptor = Descriptor(copy)
        _ = Descriptor(number)
    }

    private static func setOptions(
        _ number: Int32, _ kind: Kind, _ family: Int32, reusePort: Bool
    ) {
        guard family != AF_UNIX else { return }
        // For datagrams it would let any other program share the port.
        if kind == .stream { _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEADDR, 1) }
        if reusePort { _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEPORT, 1) }
        if family == AF_INET6 {
            // `::` alone would take the IPv4 port as well, or not, by a setting of the system.
            _ = twine_setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
    }

    /// Joins a multicast group, or leaves it.
    static func changeGroup(
        _ number: Int32, _ group: IPAddress, _ interface: UInt32, joins: Bool
    ) throws(SystemError) {
        let result = unsafe SocketAddress.ip(group, port: 0).withSockaddr {
            unsafe twine_multicast(number, $0, $1, interface, joins)
        }
        if result < 0 { throw SystemError.last }
    }

    /// Hands the descriptor over to a port.
    func takeDescriptor() -> Descriptor { descriptor.take() ?? Descriptor(-1) }

    /// Hands the file over to a port, which removes it in the end.
    func takeFile() -> String? { file.take() }

    /// Closes it here, and removes the file of a Unix socket.
    public func close() {
        _ = address
        if let file = file.take() { _ = unsafe unlink(file) }
        descriptor = nil
    }
}
