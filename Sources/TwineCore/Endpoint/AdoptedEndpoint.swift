import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A socket that listens already: opened by systemd, or by a parent process.
@Reactor
public final class AdoptedServerEndpoint: StreamServerEndpoint {
    private var descriptor: Int32?
    /// Its number.
    nonisolated public let description: String

    /// Takes a descriptor over; nothing happens to it before `listen`.
    ///
    /// - Parameter descriptor: A stream socket that listens.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        description = "fd:\(descriptor)"
    }

    /// See ``StreamServerEndpoint``; a second call fails with EALREADY, and what is no listening
    /// socket with the system's reason.
    ///
    /// The socket is copied and the original closed.
    public func listen(_ factory: @escaping ConnectionFactory) -> Deferred<any ListeningPort> {
        maybeDeferred { TCPPort(try openSocket(), factory: factory) }
    }

    /// Takes the socket over without serving it, to hand it to another process.
    ///
    /// - Returns: The socket; the original is closed.
    /// - Throws: ``CannotListenError``.
    public func openSocket() throws(CannotListenError) -> ServerSocket {
        guard let number = descriptor.take() else {
            throw CannotListenError(
                address: .unix(path: description), reason: SystemError(errno: EALREADY))
        }
        return try ServerSocket(adopting: number, .stream)
    }
}

/// A stream socket that is connected already, such as one that a parent process has made.
@Reactor
public final class AdoptedClientEndpoint: StreamClientEndpoint {
    private var descriptor: Int32?
    /// Its number.
    nonisolated public let description: String

    /// Takes a descriptor over; nothing happens to it before `connect`.
    ///
    /// - Parameter descriptor: A stream socket that is connected.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        description = "fd:\(descriptor)"
    }

    /// See ``StreamClientEndpoint``; a second call fails with EALREADY, and what is no such socket
    /// with EINVAL.
    public func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        maybeDeferred {
            guard let number = descriptor.take() else { throw SystemError(errno: EALREADY) }
            guard twine_socket_state(number) == 3 else { throw SystemError(errno: EINVAL) }
            // A copy, as the original may be at the number of a standard stream.
            let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0, twine_nonblocking(copy) == 0 else { throw SystemError.last }
            _ = Descriptor(number)
            let peer = unsafe SocketAddress.of(copy, getpeername) ?? .unix(path: "")
            return try TCPConnection(connected: Descriptor(copy), peer: peer).attach(factory)
        }
    }
}

/// The sockets that systemd has opened for this process (sd_listen_fds(3)).
@Reactor
public enum ActivatedSockets {
    /// The first descriptor that is passed.
    private static let first: Int32 = 3

    /// Their names in order, as `FileDescriptorName=` gives them; empty when none were passed, or
    /// not to this process.
    public static let names: [String] = {
        guard environmentVariable("LISTEN_PID") == "\(getpid())",
            let count = environmentVariable("LISTEN_FDS").flatMap({ Int($0) }),
            (1...1024).contains(count)
        else { return [] }
        let names = (environmentVariable("LISTEN_FDNAMES") ?? "").split(
            separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { names.indices.contains($0) ? String(names[$0]) : "unknown" }
    }()

    /// The descriptor at a place; nil when there are not so many.
    public static func descriptor(at index: Int) -> Int32? {
        names.indices.contains(index) ? first + Int32(index) : nil
    }
}

/// Standard input and output as the one connection of a server, as inetd starts it.
@Reactor
public struct StandardIOEndpoint: StreamServerEndpoint {
    /// Makes the endpoint; nothing is read before `listen`.
    public init() {}

    /// See ``StreamServerEndpoint``; the connection is made at once.
    ///
    /// From then on descriptors 0 and 1 are /dev/null, so that nothing else can be read or written
    /// in between.
    public func listen(_ factory: @escaping ConnectionFactory) -> Deferred<any ListeningPort> {
        let port = StandardIOPort()
        let input = fcntl(0, F_DUPFD_CLOEXEC, 3)
        let output = fcntl(1, F_DUPFD_CLOEXEC, 3)
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard input >= 0, output >= 0, null >= 0, dup2(null, 0) >= 0, dup2(null, 1) >= 0 else {
            let error = SystemError.last
            for number in [input, output, null] where number >= 0 { close(number) }
            return fail(CannotListenError(address: port.address, reason: error))
        }
        close(null)
        let reader = Descriptor(input)
        let writer = Descriptor(output)
        guard let user = factory(port.address) else { return succeed(port) }
        PipeConnection.open(input: reader, output: writer, user)
        return succeed(port)
    }

    /// `stdio`.
    nonisolated public var description: String { "stdio" }
}

private final class StandardIOPort: ListeningPort {
    let address = SocketAddress.unix(path: "")
    func stopListening() {}
}
