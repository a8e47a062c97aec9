/// A cookie that is kept.
///
/// RFC 6265bis §5.7.
public struct Cookie: Equatable, Sendable {
    /// The name; empty for a cookie that is a value alone.
    public var name: String
    /// The value as it goes back.
    public var value: String
    /// The host or domain it goes back to, in small letters, without a leading dot; IPv6 addresses
    /// without brackets.
    public var domain: String
    /// Whether it goes back to that host only, and not to the names below it.
    public var isHostOnly: Bool
    /// The one port it goes back to; nil is any, as the standard has it.
    public var port: UInt16?
    /// The path below which it goes back.
    public var path: String
    /// Whether it goes back over TLS only.
    public var isSecure: Bool
    /// Whether scripts in pages are not to see it.
    public var isHTTPOnly = false
    /// With which requests from other sites it goes.
    public var sameSite = SetCookie.SameSite.unspecified
    /// The last second at which it is good, counted from 1970; nil for the end of the session.
    public var expires: Int?

    /// When it came among all cookies of a jar; one that replaces another has the other's.
    var creation = 0
    /// When it was last stored or sent, among all that a jar did.
    var lastUse = 0

    /// Makes a cookie.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: Its value.
    ///   - domain: The host or domain, in small letters, without a leading dot.
    ///   - isHostOnly: Whether names below the domain are left out.
    ///   - path: The path below which it goes back.
    ///   - isSecure: Whether it goes back over TLS only.
    ///   - expires: The last second at which it is good; nil for the end of the session.
    public init(
        name: String, value: String, domain: String, isHostOnly: Bool = true, path: String = "/",
        isSecure: Bool = false, expires: Int? = nil
    ) {
        self.name = name
        self.value = value
        self.domain = domain
        self.isHostOnly = isHostOnly
        self.path = path
        self.isSecure = isSecure
        self.expires = expires
    }

    /// Tells whether its time is over.
    ///
    /// - Parameter now: Seconds since 1970.
    /// - Returns: Whether it is.
    public func isExpired(at now: Int) -> Bool {
        expires.map { $0 < now } ?? false
    }

    /// `name=value` as a request has it, or the value of one that has no name.
    public var pair: String {
        name.isEmpty ? value : name + "=" + value
    }

    /// Whether storing this does away with `other`.
    func replaces(_ other: Cookie) -> Bool {
        name == other.name && isHostOnly == other.isHostOnly && path == other.path
            && port == other.port && domain == other.domain
    }
}
