/// Which proxy is used for which URL, as the environment of programs says it.
public struct ProxyRules: Equatable, Sendable {
    /// For `http` URLs.
    public var http: HTTPProxy?
    /// For `https` URLs.
    public var https: HTTPProxy?
    /// For those that have none of their own.
    public var all: HTTPProxy?
    /// Hosts that are reached without a proxy, and the domains below them.
    ///
    /// Each is a name or address; one that begins with a dot stands for the names below it alone, and `*` for
    /// every host. Case makes no difference.
    public var exceptions: [String] = []

    /// No proxy at all.
    public init() {}

    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say; an empty one says nothing.
    ///
    /// Only the names in small letters are looked at: a web server hands `HTTP_PROXY` to its programs for
    /// a client that sends the field `Proxy`.
    ///
    /// - Parameter environment: Gives the value of a variable.
    /// - Throws: ``HTTPError/invalidProxy(_:)``.
    public init(environment: (String) -> String?) throws(HTTPError) {
        http = try Self.proxy(environment("http_proxy"))
        https = try Self.proxy(environment("https_proxy"))
        all = try Self.proxy(environment("all_proxy"))
        exceptions = Self.list(environment("no_proxy") ?? "")
    }

    private static func proxy(_ text: String?) throws(HTTPError) -> HTTPProxy? {
        guard let text, !text.isEmpty else { return nil }
        return try HTTPProxy(text)
    }

    /// The parts of a list with commas, as `no_proxy` is one, without the white space around them.
    public static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// The proxy for a URL; nil when it is reached without one.
    public func proxy(for url: WebURL) -> HTTPProxy? {
        let proxy =
            switch url.scheme {
            case "http": http ?? all
            case "https": https ?? all
            default: all
            }
        guard let proxy, !excepts(url.bareHostName) else { return nil }
        return proxy
    }

    /// Whether a host is reached without a proxy.
    public func excepts(_ host: String) -> Bool {
        guard !exceptions.isEmpty else { return false }
        let host = host.lowercased()
        return exceptions.contains { exception in
            if exception == "*" { return true }
            let name = exception.lowercased()
            guard !name.isEmpty, host.hasSuffix(name) else { return false }
            return host.utf8.count == name.utf8.count || name.hasPrefix(".")
                || host.dropLast(name.count).hasSuffix(".")
        }
    }
}
