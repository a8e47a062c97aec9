/// The way to an origin: what connections are pooled by.
public struct HTTPRoute: Hashable, Sendable, CustomStringConvertible {
    /// Where the connection leads in the end: to the origin, or to the proxy that forwards each request.
    public let origin: HTTPOrigin

    /// The way without a proxy.
    public init(_ origin: HTTPOrigin) {
        self.origin = origin
    }

    /// As text.
    public var description: String { "\(origin)" }
}
