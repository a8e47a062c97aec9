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

    override var mayBeShared: Bool { true }

    private var user: (any DatagramProtocol)?
    /// The file of a Unix socket that this port has made, and removes.
    private let file: String?

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
        UDPPort(
            try ServerSocket(.datagram, address, reusePort: reusePort, mode: mode), peer: nil, user)
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
        let socket = try ServerSocket(unbound: peer.family)
        if let local, local.bindSocket(socket.number) < 0 {
            throw CannotListenError(address: local, reason: SystemError.last)
        }
        guard peer.connectSocket(socket.number) == 0 else {
            throw ConnectError(SystemError.last, peer)
        }
        _ = twine_receive_errors(socket.number, peer.family)
        return UDPPort(socket, peer: peer, user)
    }

    fileprivate init(_ socket: ServerSocket, peer: SocketAddress?, _ user: any DatagramProtocol) {
        self.peer = peer
        self.user = user
        file = socket.takeFile()
        super.init(socket.takeDescriptor())
        interest = .read
        user.portOpened(self)
    }

    /// Datagrams taken in one turn of the loop.
    private static let datagramsPerTurn = 64
    /// Whether datagrams that were received together are being handed over.
    private var isServing = false

    override func serve(_ readiness: Readiness) {
        if readiness.contains(.failed) { takeErrors() }
        isServing = true
        defer {
            isServing = false
            sendWaiting()
        }
        let batch = watched.receivedDatagrams
        var served = 0
        while served < Self.datagramsPerTurn, !isClosed {
            let count = batch.receive(from: number)
            guard count >= 0 else { return receivingFailed(SystemError(errno: Int32(-count))) }
            for place in 0..<count {
                // It may be closed by what is done with a datagram.
                guard let user else { return }
                user.datagramReceived(
                    unsafe batch.bytes(place).bindMemory(to: UInt8.self).span,
                    from: peer ?? batch.sender(place))
            }
            // What comes after this is told by the next event.
            guard count == DatagramBatch.capacity else { return }
            served += count
        }
    }

    private func receivingFailed(_ error: SystemError) {
        if error.errno == EAGAIN || error.errno == EINTR { return }
        #if os(Linux)
        // The queue of errors tells about it, with the next event.
        if peer != nil { return }
        #endif
        user?.deliveryFailed(error)
    }

    private func takeErrors() {
        var errors = 0
        while errors < Self.datagramsPerTurn, !isClosed {
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

    /// Answers with one datagram, sent with the others of this turn in one system call.
    ///
    /// Datagrams that have come together are answered together; outside of
    /// ``DatagramProtocol/datagramReceived(_:from:)`` it is sent at once. What the system does not take
    /// is told to ``DatagramProtocol/deliveryFailed(_:)``, and not sent.
    ///
    /// - Parameters:
    ///   - bytes: The payload.
    ///   - address: To whom.
    public func reply(_ bytes: Span<UInt8>, to address: SocketAddress) {
        guard isServing, peer == nil else {
            do throws(SystemError) {
                try send(bytes, to: address)
            } catch {
                user?.deliveryFailed(error)
            }
            return
        }
        put(bytes, to: address)
    }

    /// Sends one datagram to the peer of a connected port, with the others of this callback in one
    /// system call.
    ///
    /// Those of one length go together, perhaps before others, and may be told of one error of the network
    /// together. What the system does not take is not sent, and told to
    /// ``DatagramProtocol/deliveryFailed(_:)`` when the callback has returned (EAGAIN or ENOBUFS when its
    /// buffers are full), or at once when no datagram can be that long or the batch was full.
    ///
    /// - Parameter bytes: The payload.
    /// - Precondition: The port is connected.
    public func sendSoon(_ bytes: Span<UInt8>) {
        precondition(peer != nil, "sendSoon() on a port that is not connected")
        if put(bytes, to: nil) { Reactor.whenCallbackReturns { self.sendWaiting() } }
    }

    /// Puts one datagram into the batch; whether it is the first there.
    @discardableResult
    private func put(_ bytes: Span<UInt8>, to address: SocketAddress?) -> Bool {
        let batch = watched.sentDatagrams
        guard !isClosed else { return false }
        let isFirst = batch.makeRoom(for: self)
        guard !isClosed else { return false }
        if !batch.append(bytes, to: address) { user?.deliveryFailed(SystemError(errno: EMSGSIZE)) }
        return isFirst
    }

    /// Sends those in the batch that are this port's.
    func sendWaiting() {
        for error in watched.sentDatagrams.send(of: self) { user?.deliveryFailed(error) }
    }

    /// Joins a multicast group: from now on its datagrams come as well.
    ///
    /// - Parameters:
    ///   - group: The group, of the port's own family.
    ///   - interface: The number of the interface; 0 lets the system choose.
    /// - Throws: The system's error: EINVAL for an address that is no group.
    public func joinGroup(_ group: IPAddress, interface: UInt32 = 0) throws(SystemError) {
        try ServerSocket.changeGroup(number, group, interface, joins: true)
    }

    /// Leaves a multicast group.
    ///
    /// - Parameters:
    ///   - group: As it was joined.
    ///   - interface: As it was joined.
    /// - Throws: The system's error: EADDRNOTAVAIL for one that was not joined.
    public func leaveGroup(_ group: IPAddress, interface: UInt32 = 0) throws(SystemError) {
        try ServerSocket.changeGroup(number, group, interface, joins: false)
    }

    /// Closes the port; its protocol hears no more, and a Unix socket's file is removed.
    public func stopListening() {
        _ = address
        sendWaiting()
        user = nil
        if let file, !isClosed { _ = unsafe unlink(file) }
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
    private var descriptor: Int32?

    /// A datagram socket that another process has opened.
    ///
    /// - Parameter descriptor: The socket; `listen` closes it and goes on with a copy.
    public init(descriptor: Int32) {
        self.init(.unix(path: "fd:\(descriptor)"))
        self.descriptor = descriptor
    }

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
        UDPPort(try openSocket(), peer: nil, user)
    }

    /// Opens the socket without serving it, to hand it to another process.
    ///
    /// - Parameters:
    ///   - address: Where; by default the endpoint's own address.
    ///   - reusePort: Whether other sockets may share the port; by default as the endpoint says.
    /// - Returns: The socket, bound and in its group.
    /// - Throws: ``CannotListenError``.
    public func openSocket(
        at address: SocketAddress? = nil, reusePort: Bool? = nil
    ) throws(CannotListenError) -> ServerSocket {
        if let descriptor { return try ServerSocket(adopting: descriptor, .datagram) }
        let socket = try ServerSocket(
            .datagram, address ?? self.address, reusePort: reusePort ?? self.reusePort, mode: mode)
        guard let group else { return socket }
        do {
            try ServerSocket.changeGroup(socket.number, group, 0, joins: true)
        } catch {
            socket.close()
            throw CannotListenError(
                address: .ip(group, port: self.address.port ?? 0), reason: error)
        }
        return socket
    }

    /// Its address.
    nonisolated public var description: String { "udp:\(address)" }
}
