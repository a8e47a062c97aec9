import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open port: it accepts connections until it is told to stop.
public final class ListeningPort: WatchedDescriptor {
    /// Gives each connection its protocol; nil closes the connection.
    public typealias Factory = @Reactor (_ peer: SocketAddress) -> (any StreamProtocol)?

    /// Where it listens, with the port that the system chose for port 0.
    public private(set) lazy var address: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")

    private let factory: Factory

    /// Opens a port.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether other processes may share the port.
    ///   - factory: Gives each connection its protocol.
    /// - Throws: ``CannotListenError``.
    init(
        _ address: SocketAddress, backlog: Int32, reusePort: Bool, factory: @escaping Factory
    ) throws(CannotListenError) {
        self.factory = factory
        let number = twine_socket(address.family, false)
        guard number >= 0 else {
            throw CannotListenError(address: address, reason: SystemError.last)
        }
        super.init(Descriptor(number))
        _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEADDR, 1)
        if reusePort { _ = twine_setsockopt(number, SOL_SOCKET, SO_REUSEPORT, 1) }
        if address.family == AF_INET6 {
            // `::` alone would take the IPv4 port as well, or not, by a setting of the system.
            _ = twine_setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        guard unsafe address.withSockaddr({ unsafe bind(number, $0, $1) }) == 0,
            listen(number, backlog) == 0
        else {
            let error = CannotListenError(address: address, reason: SystemError.last)
            close()
            throw error
        }
        interest = .read
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
    /// The file of a Unix socket is removed.
    public func stopListening() {
        guard !isClosed else { return }
        if case .unix(let path) = address, !path.isEmpty { _ = unsafe unlink(path) }
        interest = []
        close()
    }
}
