extension HTTPAuthenticator {
    /// What an answer is made for.
    public struct Request: Sendable {
        /// Who gets it: the server's origin, or the proxy's.
        public var origin: HTTPOrigin
        /// The method as it is sent.
        public var method: String
        /// What Digest's answer names: path and query, or what CONNECT asks for.
        public var target: String
        /// The body that goes with it.
        public var body: Body

        /// A request for a URL.
        ///
        /// - Parameters:
        ///   - url: What is asked for.
        ///   - method: The method as it is sent.
        ///   - body: The body that goes with it.
        ///   - proxy: Who is to be answered, where that is a proxy.
        /// - Throws: What ``HTTPOrigin/init(_:)`` throws.
        public init(
            _ url: WebURL, method: String = "GET", body: Body = .octets([]),
            proxy: HTTPOrigin? = nil
        ) throws(HTTPError) {
            origin = if let proxy { proxy } else { try HTTPOrigin(url) }
            self.method = method
            target = url.requestTarget
            self.body = body
        }

        /// A request to a proxy to connect to a server.
        ///
        /// - Parameters:
        ///   - authority: The server's host and port, as CONNECT names them.
        ///   - proxy: Who is to be answered.
        public init(connectTo authority: String, proxy: HTTPOrigin) {
            origin = proxy
            method = "CONNECT"
            target = authority
            body = .octets([])
        }
    }

    /// The body of a request, which Digest may have to protect.
    public enum Body: Sendable {
        /// These octets.
        case octets([UInt8])
        /// Octets that have these checksums.
        case checksums([Checksum])
        /// Octets that cannot be read before they are sent: no server that insists on their protection
        /// can be answered.
        case unknown

        func checksum(_ algorithm: Checksum.Algorithm) -> Checksum? {
            switch self {
            case .octets(let octets): algorithm.checksum(of: octets)
            case .checksums(let checksums): checksums.first { $0.algorithm == algorithm }
            case .unknown: nil
            }
        }
    }
}
