import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a program does with datagrams.
@Reactor
public protocol DatagramProtocol: AnyObject {
    /// The port is open.
    func portOpened(_ port: UDPPort)

    /// One datagram has come.
    ///
    /// - Parameters:
    ///   - bytes: Its payload, perhaps empty; lent for the time of the call.
    ///   - address: Who sent it.
    func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress)

    /// The network answered that a datagram could not be delivered; only on connected ports.
    ///
    /// - Parameter error: ECONNREFUSED for a port nobody has, EHOSTUNREACH, ENETUNREACH…
    func deliveryFailed(_ error: SystemError)
}

extension DatagramProtocol {
    /// Does nothing.
    public func portOpened(_ port: UDPPort) {}
    /// Does nothing.
    public func deliveryFailed(_ error: SystemError) {}
}

/// An open datagram socket, UDP or Unix, for any peer or connected to one.
public final class UDPPort: WatchedDescriptor, ListeningPort {
    /// Where it is bound.
    public private(set) lazy var address: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")
    /// The only peer, when it is connected.
    public let peer: SocketAddress?

    private var user: (any DatagramProtocol)?
    /// The file of a Unix socket that this port has made, and removes.
    private var file: String?

    /// Opens a port for datagrams from anybody.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - reusePort: Whether other processes may share the port.
    ///   - mode: The permissions of a Unix socket's file; nil leaves them to the umask.
    ///   - user: Gets the datagrams.
    /// - Returns: The open port; it is open until ``stopListening()``.
    /// - Throws: ``CannotListenError``.
    public static func listen(
        _ address: SocketAddress, reusePort: Bool = false, mode: UInt16? = nil,
        _ user: any DatagramProtocol
    ) throws(CannotListenError) -> UDPPort {
        let port = try UDPPort(family: address.family, peer: nil, user, address)
        if reusePort, address.family != AF_UNIX {
            _ = twine_setsockopt(port.number, SOL_SOCKET, SO_REUSEPORT, 1)
        }
        do {
            port.file = try address.bindServer(port.number, mode: mode, datagram: true)
        } catch {
            port.close()
            throw CannotListenError(address: address, reason: error)
        }
        port.open()
        return port
    }

    /// Opens a port that sends to `peer` and hears from nobody else.
    ///
    /// Errors that the network reports come as ``DatagramProtocol/deliveryFailed(_:)``.
    ///
    /// - Parameters:
    ///   - peer: The only peer.
    ///   - local: Where to bind; by default the system chooses address and port.
    ///   - user: Gets the datagrams.
    /// - Returns: The open port; it is open until ``stopListening()``.
    /// - Throws: ``CannotListenError`` or ``ConnectError``.
    public static func connect(
        to peer: SocketAddress, from local: SocketAddress? = nil, _ user: any DatagramProtocol
    ) throws -> UDPPort {
        let port = try UDPPort(family: peer.family, peer: peer, user, local ?? peer)
        if let local, local.bindSocket(port.number) < 0 {
            let error = CannotListenError(address: local, reason: SystemError.last)
            port.close()
            throw error
        }
        guard peer.connectSocket(port.number) == 0 else {
            let error = ConnectError(SystemError.last, peer)
            port.close()
            throw error
        }
        _ = twine_receive_errors(port.number, peer.family)
        port.open()
        return port
    }

    private init(
        family: Int32, peer: SocketAddress?, _ user: any DatagramProtocol, _ address: SocketAddress
    ) throws(CannotListenError) {
        let number = twine_socket(family, true)
        guard number >= 0 else {
            throw CannotListenError(address: address, reason: SystemError.last)
        }
        self.peer = peer
        self.user = user
        super.init(Descriptor(number))
        if family == AF_INET6 {
            // As for listening TCP ports: `::` never takes the IPv4 port as well.
            _ = twine_setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
    }

    private func open() {
        interest = .read
        user?.portOpened(self)
    }

    /// Datagrams taken in one turn of the loop.
    private static let batch = 64

    override func serve(_ readiness: Readiness) {
        if readiness.contains(.failed) { takeErrors() }
        let buffer = unsafe Reactor.shared.loop.watched.readBuffer
        for _ in 0..<Self.batch {
            guard !isClosed else { return }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(number, buffer.baseAddress, buffer.count, 0, $0, &length)
                }
            }
            guard count >= 0 else {
                let error = SystemError.last
                if error.errno == EAGAIN || error.errno == EINTR { return }
                #if os(Linux)
                // The queue of errors tells about it, with the next event.
                if peer != nil { return }
                #endif
                user?.deliveryFailed(error)
                return
            }
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            user?.datagramReceived(
                unsafe bytes.bindMemory(to: UInt8.self).span,
                from: peer ?? SocketAddress(storage, length: length))
        }
    }

    private func takeErrors() {
        var errors = 0
        while errors < Self.batch, !isClosed {
            let code = twine_next_queued_error(number)
            guard code != 0 else { break }
            errors += 1
            user?.deliveryFailed(SystemError(errno: code))
        }
        guard errors == 0, !isClosed else { return }
        let code = twine_socket_error(number)
        if code != 0 { user?.deliveryFailed(SystemError(errno: code)) }
    }

    /// Sends one datagram, at once.
    ///
    /// - Parameters:
    ///   - bytes: The payload.
    ///   - address: To whom; the peer of a connected port when nil.
    /// - Throws: The system's error, EAGAIN when its buffer is full: the datagram is not sent.
    public func send(_ bytes: Span<UInt8>, to address: SocketAddress? = nil) throws(SystemError) {
        let number = number
        let error = unsafe bytes.withUnsafeBufferPointer { bytes -> Int32 in
            guard let address, peer == nil else {
                var sent = unsafe twine_send(number, bytes.baseAddress, bytes.count)
                #if os(Linux)
                // The error may be of an earlier datagram: that one is told about by the queue of
                // errors, and the second try tells what becomes of this one.
                if sent < 0, sent != Int(-EAGAIN) {
                    sent = unsafe twine_send(number, bytes.baseAddress, bytes.count)
                }
                #endif
                return sent < 0 ? Int32(-sent) : 0
            }
            let result = unsafe address.withSockaddr {
                unsafe sendto(number, bytes.baseAddress, bytes.count, 0, $0, $1) < 0 ? -1 : 0
            }
            return result < 0 ? SystemError.last.errno : 0
        }
        if error != 0 { throw SystemError(errno: error) }
    }

    /// Joins a multicast group: from now on its datagrams come as well.
    ///
    /// - Parameters:
    ///   - group: The group, of the port's own family.
    ///   - interface: The number of the interface; 0 lets the system choose.
    /// - Throws: The system's error: EINVAL for an address that is no group.
    public func joinGroup(_ group: IPAddress, interface: UInt32 = 0) throws(SystemError) {
        try changeGroup(group, interface, joins: true)
    }

    /// Leaves a multicast group.
    ///
    /// - Parameters:
    ///   - group: As it was joined.
    ///   - interface: As it was joined.
    /// - Throws: The system's error: EADDRNOTAVAIL for one that was not joined.
    public func leaveGroup(_ group: IPAddress, interface: UInt32 = 0) throws(SystemError) {
        try changeGroup(group, interface, joins: false)
    }

    private func changeGroup(
        _ group: IPAddress, _ interface: UInt32, joins: Bool
    ) throws(SystemError) {
        let number = number
        let result = unsafe SocketAddress.ip(group, port: 0).withSockaddr {
            unsafe twine_multicast(number, $0, $1, interface, joins)
        }
        if result < 0 { throw SystemError.last }
    }

    /// Closes the port; its protocol hears no more, and a Unix socket's file is removed.
    public func stopListening() {
        _ = address
        user = nil
        if let file = file.take() { _ = unsafe unlink(file) }
        interest = []
        close()
    }
}

/// A UDP or Unix address to take datagrams at.
@Reactor
public struct UDPEndpoint: CustomStringConvertible {
    /// Where; port 0 lets the system choose.
    public let address: SocketAddress
    /// Whether other processes may share the port (SO_REUSEPORT).
    public var reusePort: Bool
    /// A multicast group to join.
    public var group: IPAddress?
    /// The permissions of a Unix socket's file; nil leaves them to the umask.
    public var mode: UInt16?

    /// Makes the endpoint; nothing is opened before `listen`.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - reusePort: Whether other processes may share the port.
    ///   - group: A multicast group to join.
    ///   - mode: The permissions of a Unix socket's file; nil leaves them to the umask.
    public init(
        _ address: SocketAddress, reusePort: Bool = false, group: IPAddress? = nil,
        mode: UInt16? = nil
    ) {
        self.address = address
        self.reusePort = reusePort
        self.group = group
        self.mode = mode
    }

    /// Opens the port.
    ///
    /// - Parameter user: Gets the datagrams.
    /// - Returns: The open port.
    /// - Throws: ``CannotListenError``.
    public func listen(_ user: any DatagramProtocol) throws(CannotListenError) -> UDPPort {
        let port = try UDPPort.listen(address, reusePort: reusePort, mode: mode, user)
        guard let group else { return port }
        do {
            try port.joinGroup(group)
        } catch {
            port.stopListening()
            throw CannotListenError(address: .ip(group, port: address.port ?? 0), reason: error)
        }
        return port
    }

    /// Its address.
    nonisolated public var description: String { "udp:\(address)" }
}
