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

    override var mayBeShared: Bool { true }

    private let factory: ConnectionFactory
    /// The file of a Unix socket that this port has made, and removes.
    private let file: String?

    /// Serves a socket from now on.
    ///
    /// - Parameters:
    ///   - socket: The socket, which is this port's from now on.
    ///   - factory: Gives each connection its protocol.
    init(_ socket: ServerSocket, factory: @escaping ConnectionFactory) {
        self.factory = factory
        file = socket.takeFile()
        super.init(socket.takeDescriptor())
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
    /// The file of a Unix socket that the port has made is removed.
    public func stopListening() {
        guard !isClosed else { return }
        _ = address
        if let file { _ = unsafe unlink(file) }
        interest = []
        close()
    }
}
