public import HTTPTypes
public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A tree of resources served by HTTP: the factory of a listener's connections.
///
/// ```swift
/// let site = Site(root)
/// let port = try await site.listen(at: TCPServerEndpoint.loopback(port: 8080)).value
/// ```
@Reactor
public final class Site {
    /// What clients may ask for, and for how long.
    public struct Options: Sendable {
        /// The limits on heads and chunks.
        public var limits = HTTPLimits(head: 32_768, fields: 100, chunkExtension: 256)
        /// The most octets of a request's body, unless the resource has a limit of its own: 1 MiB.
        public var bodyLimit = 1 << 20
        /// How long a head may take from its first octet, in seconds; then 408.
        public var headTimeout = 30.0
        /// How long a body may take, in seconds, beside what ``bodyRate`` grants.
        public var bodyTimeout = 20.0
        /// Octets of a body for which a client gets one second more.
        public var bodyRate = 500.0
        /// How long a connection may wait for a request, in seconds.
        public var idleTimeout = 60.0
        /// How long a client may take nothing of what is sent, in seconds.
        public var writeTimeout = 60.0
        /// How long a connection that is being closed is read, in seconds, so that the client sees
        /// the last response instead of a reset.
        public var lingerTimeout = 5.0
        /// The most requests on one connection.
        public var requestsPerConnection = Int.max

        /// The options that fit most sites.
        public init() {}
    }

    /// The resource of `/`.
    public let root: Resource
    /// The limits.
    public let options: Options
    /// Makes the page of an error that the site answers itself.
    public var errorPage: @Reactor (HTTPResponse.Status, String?) -> WebResponse = {
        status, detail in
        .error(status, detail)
    }

    /// Hears of each request when its response is written, or the client has gone.
    @safe @exclusivity(unchecked) public var accessLog: (@Reactor (AccessRecord) -> Void)?

    let clock: any ReactorTime
    /// The buffer in which responses are put together: one for all connections.
    @safe @exclusivity(unchecked) private var scratch: [UInt8] = []
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private(set) var isClosing = false
    private var closed: Deferred<Void>?
    @safe @exclusivity(unchecked) private var date: (second: Int, line: [UInt8]) = (.min, [])

    /// Makes a site; nothing is served before a listener has it.
    ///
    /// - Parameters:
    ///   - root: The resource of `/`.
    ///   - options: The limits.
    ///   - clock: Whose time the timeouts go by.
    public init(
        _ root: Resource, options: Options = Options(), clock: any ReactorTime = Reactor.clock
    ) {
        self.root = root
        self.options = options
        self.clock = clock
    }

    /// Opens a port for the site.
    ///
    /// - Parameter endpoint: Where to listen.
    /// - Returns: The open port, or ``CannotListenError``.
    public func listen(at endpoint: any StreamServerEndpoint) -> Deferred<any ListeningPort> {
        endpoint.listen { self.connection(from: $0) }
    }

    /// The protocol of a new connection; what a listener's factory calls.
    ///
    /// - Parameter peer: Where the client is.
    /// - Returns: The protocol; nil when the site is closing.
    public func connection(from peer: SocketAddress) -> (any StreamProtocol)? {
        isClosing ? nil : ServerConnection(self)
    }

    /// The number of open connections.
    public var connectionCount: Int { connections.count }

    /// Closes the site's connections: idle ones now, others when their response is sent.
    ///
    /// - Parameter grace: How long that may take, in seconds; then they are cut.
    /// - Returns: Fires when all are closed.
    @discardableResult
    public func close(grace: Double = 30) -> Deferred<Void> {
        guard !isClosing else { return closed?.addCallback { () } ?? succeed(()) }
        isClosing = true
        for connection in Array(connections.values) { connection.closeWhenIdle() }
        guard !connections.isEmpty else { return succeed(()) }
        let closed = Deferred<Void>()
        self.closed = closed
        let timer = clock.callLater(grace) { [weak self] in
            guard let self else { return }
            for connection in Array(connections.values) { connection.abort() }
        }
        return closed.addCallback { _ = timer.cancel() }
    }

    func opened(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func lost(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if isClosing, connections.isEmpty { closed.take()?.callback(()) }
    }

    /// An empty buffer, with the memory of the last response.
    func takeScratch() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &scratch)
        taken.removeAll(keepingCapacity: true)
        return taken
    }

    /// Takes the buffer back.
    func giveBack(_ buffer: [UInt8]) { scratch = buffer }

    /// The line of the `Date` field, made once a second.
    ///
    /// RFC 9110 §6.6.1.
    var dateLine: [UInt8] {
        let second = time(nil)
        if second != date.second {
            date = (second, Array("Date: \(HTTPDate(secondsSince1970: second))\r\n".utf8))
        }
        return date.line
    }
}
