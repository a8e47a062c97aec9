import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a socket is bound or connected: an IP address and a port, or a path.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// An IP address and a port.
    case ip(IPAddress, port: UInt16)
    /// A Unix socket; the path is empty for one without a name.
    case unix(path: String)

    /// An IP address from its text, and a port.
    ///
    /// - Parameters:
    ///   - host: An address such as `127.0.0.1` or `::1`; a name gives nil.
    ///   - port: The port.
    public init?(_ host: some StringProtocol, port: UInt16) {
        guard let address = IPAddress(host) else { return nil }
        self = .ip(address, port: port)
    }

    /// The IP address, if it is one.
    public var ip: IPAddress? {
        if case .ip(let address, _) = self { address } else { nil }
    }

    /// The port, if it has one.
    public var port: UInt16? {
        if case .ip(_, let port) = self { port } else { nil }
    }

    /// `192.0.2.1:80`, `[2001:db8::1]:80` or the path.
    public var description: String {
        switch self {
        case .ip(let address, let port):
            address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .unix(let path): path.isEmpty ? "unnamed Unix socket" : path
        }
    }

    package var family: Int32 {
        switch self {
        case .ip(let address, _): address.isIPv6 ? AF_INET6 : AF_INET
        case .unix: AF_UNIX
        }
    }

    /// Calls `body` with the address as the system calls take it; -1 when a path is too long.
    @unsafe
    func withSockaddr(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var storage = sockaddr_storage()
        let length: Int
        switch self {
        case .ip(.v4(let bits), let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = bits.bigEndian
            length = MemoryLayout<sockaddr_in>.size
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: address, as: sockaddr_in.self)
            }
        case .ip(.v6(_, _, let zone), let port):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            if let ip { address.sin6_addr = ip.in6 }
            address.sin6_scope_id = zone
            length = MemoryLayout<sockaddr_in6>.size
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: address, as: sockaddr_in6.self)
            }
        case .unix(let path):
            let octets = Array(path.utf8)
            let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
            guard octets.count < MemoryLayout<sockaddr_un>.size - header else {
                errno = ENAMETOOLONG
                return -1
            }
            // The system would silently take the path up to there.
            guard !octets.contains(0) else {
                errno = EINVAL
                return -1
            }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address) { bytes in
                unsafe bytes[header...].copyBytes(from: octets)
            }
            length = header + octets.count + 1
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: address, as: sockaddr_un.self)
            }
        }
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(length))
            }
        }
    }

    /// Binds a socket to the address; 0, or -1 with errno set.
    func bindSocket(_ number: Int32) -> Int32 {
        unsafe withSockaddr { unsafe bind(number, $0, $1) }
    }

    /// Binds the socket of a server, whose file is made with the permissions `mode`; the file that a
    /// killed server has left behind is taken over.
    ///
    /// - Returns: The file of a Unix socket; nil for other families.
    func bindServer(
        _ number: Int32, mode: UInt16?, datagram: Bool
    ) throws(SystemError) -> String? {
        guard case .unix(let path) = self else {
            if bindSocket(number) < 0 { throw SystemError.last }
            return nil
        }
        // On Linux the file is made with the socket's own permissions, less the umask: at no time
        // are there more than `mode`.
        if let mode { _ = fchmod(number, mode_t(mode)) }
        if bindSocket(number) < 0 {
            let error = SystemError.last
            guard error.errno == EADDRINUSE, removeDeadSocket(path, datagram),
                bindSocket(number) == 0
            else { throw error }
        }
        if let mode, unsafe chmod(path, mode_t(mode)) < 0 {
            let error = SystemError.last
            _ = unsafe unlink(path)
            throw error
        }
        return path
    }

    /// Removes the file of a Unix socket at which nobody listens any more.
    private func removeDeadSocket(_ path: String, _ datagram: Bool) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            return false
        }
        let probe = Descriptor(twine_socket(AF_UNIX, datagram))
        guard probe.number >= 0, connectSocket(probe.number) < 0, errno == ECONNREFUSED else {
            return false
        }
        return unsafe unlink(path) == 0
    }

    /// Connects a socket to the address; 0, or -1 with errno set.
    func connectSocket(_ number: Int32) -> Int32 {
        unsafe withSockaddr { unsafe connect(number, $0, $1) }
    }

    /// The address that a system call filled in.
    init(_ storage: sockaddr_storage, length: socklen_t) {
        var storage = storage
        let family = Int32(storage.ss_family)
        self = unsafe withUnsafeBytes(of: &storage) { bytes in
            switch family {
            case AF_INET:
                let address = unsafe bytes.load(as: sockaddr_in.self)
                return .ip(
                    .v4(UInt32(bigEndian: address.sin_addr.s_addr)),
                    port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = unsafe bytes.load(as: sockaddr_in6.self)
                return .ip(
                    IPAddress(address.sin6_addr, zone: address.sin6_scope_id),
                    port: UInt16(bigEndian: address.sin6_port))
            default:
                let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
                let path = unsafe bytes.dropFirst(header).prefix(max(0, Int(length) - header))
                return unsafe .unix(
                    path: String(decoding: unsafe path.prefix { $0 != 0 }, as: UTF8.self))
            }
        }
    }

    /// The address that `call` (getsockname(2), getpeername(2)) gives for a descriptor.
    @unsafe
    static func of(
        _ descriptor: Int32,
        _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(descriptor, $0, &length)
            }
        }
        return result < 0 ? nil : SocketAddress(storage, length: length)
    }
}
