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

/// An open UDP socket, for any peer or connected to one.
public final class UDPPort: WatchedDescriptor {
    /// Where it is bound.
    public private(set) lazy var address: SocketAddress =
        unsafe SocketAddress.of(number, getsockname) ?? .unix(path: "")
    /// The only peer, when it is connected.
    public let peer: SocketAddress?

    private var user: (any DatagramProtocol)?

    /// Opens a port for datagrams from anybody.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - user: Gets the datagrams.
    /// - Returns: The open port; it is open until ``stopListening()``.
    /// - Throws: ``CannotListenError``.
    public static func listen(
        _ address: SocketAddress, _ user: any DatagramProtocol
    ) throws(CannotListenError) -> UDPPort {
        let port = try UDPPort(family: address.family, peer: nil, user, address)
        guard unsafe address.withSockaddr({ unsafe bind(port.number, $0, $1) }) == 0 else {
            let error = CannotListenError(address: address, reason: SystemError.last)
            port.close()
            throw error
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
        if let local, unsafe local.withSockaddr({ unsafe bind(port.number, $0, $1) }) < 0 {
            let error = CannotListenError(address: local, reason: SystemError.last)
            port.close()
            throw error
        }
        guard unsafe peer.withSockaddr({ unsafe Self.systemConnect(port.number, $0, $1) }) == 0
        else {
            let error = ConnectError(SystemError.last, peer)
            port.close()
            throw error
        }
        _ = twine_receive_errors(port.number, peer.family)
        port.open()
        return port
    }

    @unsafe
    private static func systemConnect(
        _ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
    ) -> Int32 {
        #if canImport(Glibc)
        return unsafe Glibc.connect(number, address, length)
        #elseif canImport(Musl)
        return unsafe Musl.connect(number, address, length)
        #else
        return unsafe Darwin.connect(number, address, length)
        #endif
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

    /// Closes the port; its protocol hears no more.
    public func stopListening() {
        _ = address
        user = nil
        interest = []
        close()
    }
}
