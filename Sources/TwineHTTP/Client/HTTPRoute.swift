/// The way to an origin: what connections are pooled by.
public struct HTTPRoute: Hashable, Sendable, CustomStringConvertible {
    /// Where the connection leads in the end: to the origin, or to the proxy that forwards each request.
    public let origin: HTTPOrigin
    /// What it goes through; nil for a connection straight to ``origin``.
    public let proxy: HTTPProxy?
    /// Whether ``origin`` is a proxy that forwards what is asked of it.
    public let isForwarded: Bool

    /// The way to an origin.
    ///
    /// - Parameters:
    ///   - origin: Where the connection leads in the end.
    ///   - proxy: What it goes through.
    public init(_ origin: HTTPOrigin, through proxy: HTTPProxy? = nil) {
        self.origin = origin
        self.proxy = proxy
        isForwarded = false
    }

    /// The way to an HTTP proxy, for requests that it forwards to whichever origin.
    ///
    /// - Parameter proxy: The proxy.
    public init(forwardedBy proxy: HTTPProxy) {
        origin = proxy.origin
        self.proxy = nil
        isForwarded = true
    }

    /// As text.
    public var description: String {
        if isForwarded { return "forwarded by \(origin)" }
        return proxy.map { "\(origin) through \($0)" } ?? "\(origin)"
    }
}
