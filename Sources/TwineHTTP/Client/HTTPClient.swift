public import HTTPTypes
public import TwineCore
public import TwineDNS

/// Fetches over HTTP/1.1.
///
/// ```swift
/// let client = HTTPClient()
/// let response = try await client.request("https://example.com/").value
/// for try await piece in response.body { … }
/// ```
///
/// Connections are kept and used again; redirects are followed; content codings are taken off; what fails says
/// how: `ConnectError` (with `LookupError`) before a connection stands, `ConnectionLost` when it is cut,
/// ``HTTPError`` for time, protocol and content.
///
/// RFC 9110, RFC 9112.
@Reactor
public final class HTTPClient {
    /// What holds for all requests.
    public let options: Options
    let clock: any ReactorTime
    let pool: ConnectionPool
    let defaultFields: HTTPFields

    /// A client that all of a script may use.
    public static let shared = HTTPClient()

    /// Makes a client; nothing is connected before the first request.
    ///
    /// - Parameters:
    ///   - options: What holds for all requests.
    ///   - resolver: Who knows the addresses of names.
    ///   - connector: What makes the connections; by default TCP, with TLS for `https`. Another one sees
    ///     to names and TLS itself.
    ///   - clock: Whose time.
    public init(
        _ options: Options = Options(), resolver: any NameResolver = DNSResolver.shared,
        connector: (any HTTPConnector)? = nil, clock: any ReactorTime = Reactor.clock
    ) {
        self.options = options
        self.clock = clock
        let connector =
            connector ?? NetworkConnector(options, resolver: resolver, clock: clock)
        pool = ConnectionPool(options, connector, clock)
        var fields = HTTPFields()
        if let userAgent = options.userAgent { fields[.userAgent] = userAgent }
        fields[.accept] = "*/*"
        if options.decodesContent { fields[.acceptEncoding] = ContentCoding.acceptEncoding }
        if options.keepAlive <= 0 { fields[.connection] = "close" }
        defaultFields = fields
    }

    /// Sends a request.
    ///
    /// - Parameter request: What is asked.
    /// - Returns: The response once its head has come, whatever its status. Cancelling gives the request up.
    public func request(_ request: Request) -> Deferred<Response> {
        HTTPExchange(self, request).begin()
    }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - url: An absolute `http` or `https` URL.
    ///   - method: What is done.
    ///   - fields: Fields in addition to the client's; those of the same name replace them.
    ///   - body: What is sent after the head.
    /// - Returns: As ``request(_:)``; ``HTTPError/invalidURL(_:)`` for a text that is no URL.
    public func request(
        _ url: String, method: HTTPRequest.Method = .get, fields: HTTPFields = HTTPFields(),
        body: Request.Body = .none
    ) -> Deferred<Response> {
        do throws(WebURLError) {
            let url = try WebURL.parse(url)
            return request(Request(url, method: method, fields: fields, body: body))
        } catch {
            return fail(HTTPError.invalidURL("\(url): \(error)"))
        }
    }

    /// Fetches a whole page.
    ///
    /// - Parameter url: An absolute `http` or `https` URL.
    /// - Returns: The body, content codings taken off; ``HTTPError/status(code:reason:)`` unless the status is a
    ///   success.
    public func getPage(_ url: String) -> Deferred<[UInt8]> {
        request(url).addCallback { try $0.requireSuccess().collect() }
    }

    /// Connections that are open, those being made included.
    public var connectionCount: Int { pool.open }

    /// Connections that are kept for a next request.
    public var idleConnectionCount: Int { pool.idleCount }

    /// Closes the connections that are kept and takes no more requests; those under way go on to their end.
    public func close() {
        pool.closeAll()
    }
}

/// Fetches a whole page by ``HTTPClient/shared``: ten lines of script need no more.
///
/// - Parameter url: An absolute `http` or `https` URL.
/// - Returns: The body; ``HTTPError/status(code:reason:)`` unless the status is a success.
@Reactor
public func getPage(_ url: String) -> Deferred<[UInt8]> {
    HTTPClient.shared.getPage(url)
}
