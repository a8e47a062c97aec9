public import TwineCore
import TwineTLS

/// A server endpoint that is open and not served here: several processes serve it (`--workers`).
///
/// TCP and UDP ports get one socket for each process, on one port, among which the kernel shares out
/// what comes; the processes take turns at all other sockets. A process that ends and is started anew
/// finds what came in between.
@Reactor
public final class SharedEndpoint {
    private let string: EndpointString
    private let sockets: [ServerSocket]
    /// Where it is open.
    public let address: SocketAddress

    /// Opens what a string names, as ``serverFromString(_:)`` and ``datagramServerFromString(_:)``
    /// take it, but for `stdio`, which cannot be shared.
    ///
    /// - Parameters:
    ///   - text: The string.
    ///   - count: For how many processes.
    /// - Throws: ``EndpointStringError``, `CannotListenError`, `TLSError` for files that cannot be
    ///   used.
    public init(_ text: String, for count: Int) throws {
        string = try EndpointString(text)
        let open: (SocketAddress?) throws(CannotListenError) -> ServerSocket
        var isPort = false
        if EndpointTypes.datagramServers[string.type] != nil {
            let endpoint = try datagramServerFromString(text)
            if case .ip = endpoint.address { isPort = true }
            open = { address throws(CannotListenError) in
                try endpoint.openSocket(at: address, reusePort: isPort)
            }
        } else {
            let endpoint = try serverFromString(text)
            switch (endpoint as? TLSServerEndpoint)?.lower ?? endpoint {
            case let endpoint as TCPServerEndpoint:
                if case .ip = endpoint.address { isPort = true }
                open = { address throws(CannotListenError) in
                    try endpoint.openSocket(at: address, reusePort: isPort)
                }
            case let endpoint as AdoptedServerEndpoint:
                open = { _ throws(CannotListenError) in try endpoint.openSocket() }
            default: throw NotShareable(endpoint: text)
            }
        }
        let first = try open(nil)
        address = first.address
        // The first has the port; the others share it.
        let others = isPort ? max(0, count - 1) : 0
        sockets = try [first] + (0..<others).map { _ in try open(first.address) }
    }

    /// The socket that one of the processes serves.
    ///
    /// - Parameter index: Which process, from 0.
    /// - Returns: The socket, to be handed to that process.
    public func socket(for index: Int) -> ServerSocket { sockets[index % sockets.count] }

    /// What such a process gives to ``serverFromString(_:)``, or to ``datagramServerFromString(_:)``.
    ///
    /// - Parameter descriptor: The number by which the process has the socket.
    /// - Returns: The string.
    public func string(for descriptor: Int32) -> String {
        if EndpointTypes.datagramServers[string.type] != nil { return "fdgram:\(descriptor)" }
        guard string.type == "tls" else { return "fd:\(descriptor)" }
        // The files; what concerns the socket is done.
        let files = string.arguments.filter { ["privateKey", "certKey"].contains($0.name) }
            .map { "\($0.name ?? "")=\(EndpointString.quote($0.value))" }
        return (["tls:fd=\(descriptor)"] + files).joined(separator: ":")
    }

    /// Closes the sockets here: when all processes have done so too, nobody can connect any more.
    public func close() {
        for socket in sockets { socket.close() }
    }
}

/// An endpoint that one process alone can serve.
public struct NotShareable: Error, CustomStringConvertible {
    /// Its string.
    public let endpoint: String
    /// One line for people.
    public var description: String { "\(endpoint) cannot be served by several processes" }
}
