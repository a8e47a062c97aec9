public import HTTPTypes
public import TwineCore
public import TwineTLS

/// How long an ``HTTPClient`` waits, in seconds; nil is for ever.
public struct HTTPTimeouts: Equatable, Sendable {
    /// For lookup, connection and TLS handshake together.
    public var connect: Double? = 30
    /// From the request to the first octet of the response.
    public var response: Double? = 60
    /// Between two pieces of the response; a pause that the caller makes does not count.
    public var idle: Double? = 60
    /// For the whole, redirects and body included.
    public var total: Double?

    /// The limits that fit the web.
    public init() {}

    /// Limits of one's own.
    public init(connect: Double?, response: Double?, idle: Double?, total: Double? = nil) {
        self.connect = connect
        self.response = response
        self.idle = idle
        self.total = total
    }

    func seconds(_ which: HTTPTimeout) -> Double? {
        switch which {
        case .connect: connect
        case .response: response
        case .idle: idle
        case .total: total
        }
    }
}

extension HTTPClient {
    /// What holds for all requests of a client.
    public struct Options: Sendable {
        /// The User-Agent field; nil sends none.
        public var userAgent: String? = "Twine"
        /// How long to wait, where a request does not say otherwise.
        public var timeouts = HTTPTimeouts()
        /// How many redirects are followed; 0 hands them to the caller.
        public var maxRedirects = 20
        /// The most octets of a decoded body; nil is without limit.
        public var maxBody: Int?
        /// Whether content codings are offered and taken off.
        public var decodesContent = true
        /// Connections to one origin at a time (browsers keep to 6); more requests wait.
        public var maxConnectionsPerHost = 6
        /// Connections in all; more requests wait.
        public var maxConnections = 4096
        /// Connections kept for the next request; above it the oldest is closed.
        public var maxIdleConnections = 256
        /// How long a connection is kept without a request, in seconds; 0 closes each after its response.
        public var keepAlive = 30.0
        /// A body that is given up is read to its end, to keep the connection, if no more octets than this
        /// are known to remain; else the connection is closed.
        public var drainLimit = 65_536
        /// Which proxy is used for a URL; what it throws fails the request.
        ///
        /// See ``ProxyRules``.
        public var proxy: (@Reactor @Sendable (WebURL) throws -> HTTPProxy?)?
        /// What is answered to a proxy that refuses CONNECT with 407, in Proxy-Authorization; nil gives up.
        ///
        /// A user name that the proxy's URL has is sent as Basic authentication without being asked for.
        public var proxyAuthorization: (@Reactor @Sendable (HTTPProxy, HTTPResponse) -> String?)?
        /// What a tunnel's CONNECT says beside Host; nil is the User-Agent.
        public var tunnelFields: HTTPFields?
        /// Whether CONNECT has Host behind its other fields; RFC 9110 §7.2 would have it first.
        public var tunnelHostIsLast = false
        /// How TLS is done with a proxy; nil is as with servers.
        public var proxyTLS: TLSOptions?
        /// Over which addresses connections are made, in which order, from where.
        public var connecting = ConnectOptions()
        /// Whether names are looked up once and addresses that failed not tried again while others can be;
        /// only for addresses that are tried in turn.
        public var remembersAddresses = false
        /// How long a TLS handshake may take, in seconds; nil is as long as all of connecting.
        public var handshakeTimeout: Double?
        /// How TLS is done for `https`: whom to trust, which versions.
        public var tls = TLSOptions()
        /// The limits on what a server may send.
        public var limits = HTTPLimits()
        /// Whether malformed responses are made the best of: see ``HTTPParser/init(_:limits:isTolerant:)``.
        public var isTolerant = false
        /// Whether the Content-Length of responses is not believed: see ``HTTPParser/ignoresLength``.
        public var ignoresLength = false

        /// What fits the web.
        public init() {}
    }

    /// One request.
    public struct Request: Sendable {
        /// What is sent after the head.
        public enum Body: Sendable {
            /// Nothing.
            case none
            /// Octets; their number is announced.
            case bytes([UInt8])
            /// What the function writes, of that length if it is known, else in chunks. A request with such
            /// a body is sent once: never retried, never redirected with its body.
            case stream(length: Int?, @Reactor @Sendable (HTTPBodyWriter) -> Void)
        }

        /// What is fetched.
        ///
        /// A fragment is kept from the server. A user name and password are sent as Basic authentication.
        public var url: WebURL
        /// What is done.
        public var method: HTTPRequest.Method
        /// Fields in addition to the client's; those of the same name replace them.
        public var fields: HTTPFields
        /// What is sent after the head.
        public var body: Body
        /// What `Host` says in place of the URL's host and port; not to where a redirect leads.
        public var authority: String?
        /// What the request line asks for in place of the URL's path and query, for who knows better how a
        /// server reads it; not where a redirect leads.
        public var target: String?
        /// How long to wait; nil is as the client's options say.
        public var timeouts: HTTPTimeouts?
        /// How many redirects are followed; nil is as the client's options say.
        public var maxRedirects: Int?
        /// The most octets of a decoded body; nil is as the client's options say.
        public var maxBody: Int?
        /// Whether the content codings of the response are taken off, where the client's options say so.
        ///
        /// It is asked when the head has come; nil takes them off whatever the head says.
        public var decodes: (@Reactor @Sendable (HTTPResponse) -> Bool)?
        /// What hears of each step; redirects keep it.
        public var observer: (any HTTPRequestObserver)?

        /// A request for a URL.
        public init(
            _ url: WebURL, method: HTTPRequest.Method = .get, fields: HTTPFields = HTTPFields(),
            body: Body = .none
        ) {
            self.url = url
            self.method = method
            self.fields = fields
            self.body = body
        }

        /// Whether it may be sent again when nothing shows that it arrived.
        ///
        /// RFC 9110 §9.2.2.
        var isRepeatable: Bool {
            if case .stream = body { return false }
            switch method {
            case .get, .head, .options, .trace, .put, .delete: return true
            default: return false
            }
        }
    }

    /// A redirect that was followed.
    public struct Redirect: Equatable, Sendable {
        /// The status that redirected.
        public let status: Int
        /// The URL that was asked.
        public let from: WebURL
        /// The URL that was asked next.
        public let to: WebURL
    }
}
