#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a connection could not be made, or a port not be opened.
public enum ConnectError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host answers, but nobody listens there (ECONNREFUSED).
    case refused(SocketAddress)
    /// This machine has no network, or none that leads there (ENETUNREACH, ENETDOWN).
    case noNetwork(SocketAddress)
    /// There is a network, but no way to that host (EHOSTUNREACH, and routes that forbid it).
    case noRoute(SocketAddress)
    /// No answer within the seconds given, or within the system's own limit (then nil).
    case timedOut(SocketAddress, seconds: Double?)
    /// The Deferred was cancelled.
    case cancelled(host: String)
    /// The name has no address; why, is in the error.
    case lookup(LookupError)
    /// The factory gave no protocol for the connection.
    case noProtocol
    /// Any other error of the system.
    case system(SystemError, SocketAddress)

    /// The case for an error of connect(2).
    package init(_ error: SystemError, _ address: SocketAddress) {
        guard case .ip(let ip, _) = address else {
            // A path has no network: only a refusal means the same.
            self = error.errno == ECONNREFUSED ? .refused(address) : .system(error, address)
            return
        }
        self =
            switch error.errno {
            case ECONNREFUSED: .refused(address)
            case ENETUNREACH, ENETDOWN, EAFNOSUPPORT: .noNetwork(address)
            // For IPv6 most often: the machine has no address of that family at all. For IPv4: all
            // local ports are in use.
            case EADDRNOTAVAIL where ip.isIPv6: .noNetwork(address)
            // EACCES is what a `prohibit` route gives, EINVAL a `blackhole` one.
            case EHOSTUNREACH, EHOSTDOWN, EACCES, EPERM, EINVAL: .noRoute(address)
            case ETIMEDOUT: .timedOut(address, seconds: nil)
            default: .system(error, address)
            }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .refused(let address): "connection refused: nobody listens at \(address)"
        case .noNetwork(let address): "no network: \(address) cannot be reached from here"
        case .noRoute(let address): "no route to \(address)"
        case .timedOut(let address, let seconds?):
            "no answer from \(address) within \(seconds) seconds"
        case .timedOut(let address, nil): "no answer from \(address)"
        case .cancelled(let host): "connecting to \(host) was cancelled"
        case .lookup(let error): error.description
        case .noProtocol: "the factory gave no protocol for the connection"
        case .system(let error, let address): "cannot connect to \(address): \(error)"
        }
    }
}

/// Why an address could not be listened at.
public struct CannotListenError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The address.
    public let address: SocketAddress
    /// The system's reason.
    public let reason: SystemError

    /// One line for people.
    public var description: String {
        switch reason.errno {
        case EACCES: "cannot listen at \(address): ports below 1024 need privileges"
        case EADDRINUSE: "cannot listen at \(address): another program does"
        default: "cannot listen at \(address): \(reason)"
        }
    }
}

/// Why a connection ended.
public enum ConnectionLost: Error, Equatable, Sendable, CustomStringConvertible {
    /// Closed in order, by either side.
    case done
    /// Cut off by the system: a reset by the peer, for example.
    case lost(SystemError)
    /// Cut off by this side, by `abortConnection()`.
    case aborted
    /// Cut off by a layer above the socket, such as TLS; the text says why.
    case layer(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .done: "connection closed"
        case .lost(let error): "connection lost: \(error)"
        case .aborted: "connection aborted"
        case .layer(let text): text
        }
    }
}
