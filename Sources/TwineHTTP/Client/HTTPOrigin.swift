/// Where an HTTP connection leads: what connections are pooled by.
public struct HTTPOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Whether TLS is spoken.
    public let isSecure: Bool
    /// The host name, or an IP address without brackets.
    public let host: String
    /// The port.
    public let port: UInt16

    /// The place of that name.
    public init(isSecure: Bool, host: String, port: UInt16) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
    }

    /// The place that an `http` or `https` URL is fetched from.
    ///
    /// - Throws: ``HTTPError/unsupportedScheme(_:)``, or ``HTTPError/invalidURL(_:)`` without a host.
    public init(_ url: WebURL) throws(HTTPError) {
        let scheme = url.scheme
        guard scheme == "http" || scheme == "https" else { throw .unsupportedScheme(scheme) }
        guard let port = url.effectivePort, !url.hostName.isEmpty, port > 0 else {
            throw .invalidURL(url.serialization)
        }
        isSecure = scheme == "https"
        host = url.bareHostName
        self.port = port
    }

    /// Host and port, as a CONNECT request has them.
    var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(name):\(port)"
    }

    /// As an `Origin` field has it, with the port always.
    public var description: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
