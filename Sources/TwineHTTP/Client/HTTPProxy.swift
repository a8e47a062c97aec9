import TwineCore

/// A server that connections go through, or that forwards requests.
///
/// ```swift
/// let proxy = try HTTPProxy("socks5h://user:secret@proxy.example:1080")
/// ```
public final class HTTPProxy: Hashable, Sendable, CustomStringConvertible {
    /// What is spoken with it.
    public enum Kind: String, Hashable, Sendable {
        /// HTTP: requests for `http` are forwarded, connections for `https` made by CONNECT.
        case http
        /// The same over TLS.
        case https
        /// SOCKS4: names are looked up here, and IPv4 alone is used.
        case socks4
        /// SOCKS4a: names are looked up by the proxy.
        case socks4a
        /// SOCKS5: names are looked up here.
        case socks5
        /// SOCKS5: names are looked up by the proxy.
        case socks5h

        var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            case .socks4, .socks4a, .socks5, .socks5h: 1080
            }
        }
    }

    /// What is spoken with it.
    public let kind: Kind
    /// Its host name, or an IP address without brackets.
    public let host: String
    /// Its port.
    public let port: UInt16
    /// Who asks; nil for nobody in particular.
    public let userName: String?
    /// The password to it.
    public let password: String?

    /// The proxy at that place.
    ///
    /// - Parameters:
    ///   - kind: What is spoken with it.
    ///   - host: Its host name, or an IP address without brackets.
    ///   - port: Its port; nil is 80, 443 or 1080.
    ///   - userName: Who asks.
    ///   - password: The password to it.
    public init(
        _ kind: Kind, host: String, port: UInt16? = nil, userName: String? = nil,
        password: String? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port ?? kind.defaultPort
        self.userName = userName
        self.password = password
    }

    /// The proxy that a text names: `[scheme://][user[:password]@]host[:port]`, as environments have it.
    ///
    /// Without a scheme it is an HTTP proxy. A path behind the port is ignored; user name and password are
    /// percent-decoded.
    ///
    /// - Throws: ``HTTPError/invalidProxy(_:)``.
    public convenience init(_ text: String) throws(HTTPError) {
        var kind = Kind.http
        var rest = Substring(text)
        if let end = text.firstRange(of: "://") {
            guard let known = Kind(rawValue: text[..<end.lowerBound].lowercased()) else {
                throw .invalidProxy("the scheme of \(text) is not known here")
            }
            kind = known
            rest = text[end.upperBound...]
        }
        // Of the schemes that a URL may have, this one's host and port are read as they are here.
        guard let url = WebURL("http://\(rest)"), url.effectivePort != 0 else {
            throw .invalidProxy("\(text) names no host")
        }
        // A port that is HTTP's own is not kept in a URL.
        let port = url.port ?? (Self.hasPort80(rest) ? 80 : kind.defaultPort)
        let name = PercentEncoding.decode(url.userName)
        self.init(
            kind, host: url.bareHostName, port: port,
            userName: url.hasCredentials ? name : nil,
            password: url.hasCredentials ? PercentEncoding.decode(url.password) : nil)
    }

    private static func hasPort80(_ text: Substring) -> Bool {
        let place = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let digits = place.reversed().prefix { $0.isWholeNumber }
        let number = Int(String(digits.reversed()))
        return number == 80 && place.dropLast(digits.count).last == ":"
    }

    /// The value of Proxy-Authorization that says who asks; nil for nobody in particular.
    ///
    /// RFC 7617 §2.
    public var basicAuthorization: String? {
        guard let userName else { return nil }
        return "Basic " + Base64.encode(Array("\(userName):\(password ?? "")".utf8))
    }

    /// Where an HTTP proxy is.
    var origin: HTTPOrigin {
        HTTPOrigin(isSecure: kind == .https, host: host, port: port)
    }

    /// Whether it speaks HTTP.
    var isHTTP: Bool { kind == .http || kind == .https }

    /// Whether both are the same server, asked by the same user.
    public static func == (left: HTTPProxy, right: HTTPProxy) -> Bool {
        left === right
            || left.kind == right.kind && left.host == right.host && left.port == right.port
                && left.userName == right.userName && left.password == right.password
    }

    /// Hashes what tells proxies apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(host)
        hasher.combine(port)
        hasher.combine(userName)
        hasher.combine(password)
    }

    /// Its URL, without user name and password.
    public var description: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(kind.rawValue)://\(name):\(port)"
    }
}
