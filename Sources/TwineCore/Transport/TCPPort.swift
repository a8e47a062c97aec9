import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open stream socket, TCP or Unix: it accepts connections until it is told to stop.
public final class TCPPort: WatchedDescriptor, ListeningPort {
    /// Where it listens, with the port that the system chose for port 0.
    public private(set) lazy var address: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")

    private let factory: ConnectionFactory
    /// The file of a Unix socket that this port has made, and removes.
    private var file: String?

    /// Opens a port.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether other processes may share the port.
    ///   - mode: The permissions of a Unix socket's file; nil leaves them to the umask.
    ///   - factory: Gives each connection its protocol.
    /// - Throws: ``CannotListenError``.
    init(
        _ address: SocketAddress, backlog: Int32, reusePort: Bool, mode: UInt16? = nil,
        factory: @escaping ConnectionFactory
    ) throws(CannotListenError) {
        self.factory = factory
        let number = twine_socket(address.family, false)
        guard number >= 0 else {
            throw CannotListenError(address: address, reason: SystemError.last)
        }
        super.init(Descriptor(number))
        do {
            try open(address, backlog: backlog, reusePort: reusePort, mode: mode)
        } catch {
            let failure = CannotListenError(address: address, reason: error)
            close()
            throw failure
        }
        interest = .read
    }

    /// Takes over a socket that listens already.
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - factory: Gives each connection its protocol.
    init(adopting descriptor: consuming Descriptor, factory: @escaping ConnectionFactory) {
        self.factory = factory
        super.init(descriptor)
        interest = .read
    }

    private func open(
        _ address: SocketAddress, backlog: Int32, reusePort: Bool, mode: UInt16?
    ) throws(SystemError) {
        if address.family != AF_UNIX {
            _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEADDR, 1)
            if reusePort { _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEPORT, 1) }
        }
        if address.family == AF_INET6 {
            // `::` alone would take the IPv4 port as well, or not, by a setting of the system.
            _ = twine_setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        file = try address.bindServer(number, mode: mode, datagram: false)
        guard listen(number, backlog) == 0 else { throw SystemError.last }
    }

    /// Connections taken in one turn of the loop, so that those at work have their turn as well.
    private static let batch = 64
    /// How long accepting rests when the process or the system is out of descriptors, in seconds.
    private static let restAfterExhaustion = 0.1

    override func serve(_ readiness: Readiness) {
        for _ in 0..<Self.batch {
            guard !isClosed else { return }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = unsafe twine_accept(number, &storage, &length)
            guard accepted >= 0 else {
                switch errno {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: return rest()
                // It was gone before it was taken; the next one may be there.
                case ECONNABORTED, EINTR: continue
                default: return
                }
            }
            let peer = SocketAddress(storage, length: length)
            let connection = TCPConnection(connected: Descriptor(accepted), peer: peer)
            if let user = factory(peer) {
                connection.attach(user)
            } else {
                connection.close()
            }
        }
    }

    private func rest() {
        interest = []
        Reactor.callLater(Self.restAfterExhaustion) { [weak self] in
            if let self, !isClosed { interest = .read }
        }
    }

    /// Accepts no more; connections that were accepted live on.
    ///
    /// The file of a Unix socket that the port has made is removed.
    public func stopListening() {
        guard !isClosed else { return }
        _ = address
        if let file { _ = unsafe unlink(file) }
        interest = []
        close()
    }
}
