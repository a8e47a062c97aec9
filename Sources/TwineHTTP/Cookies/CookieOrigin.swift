/// What a URL says about the cookies that come from it and go to it.
struct CookieOrigin {
    /// In small letters, IPv6 addresses without brackets.
    let host: String
    let isAddress: Bool
    let port: UInt16
    let path: String
    /// Whether it is reached over TLS.
    let isSecure: Bool

    init(_ url: WebURL) throws(CookieRefusal) {
        switch url.specialScheme {
        case .http, .ws: isSecure = false
        case .https, .wss: isSecure = true
        default: throw .notHTTP
        }
        switch url.host {
        case .domain: isAddress = false
        case .ipv4, .ipv6: isAddress = true
        default: throw .notHTTP
        }
        host = url.bareHostName
        port = url.effectivePort ?? 0
        path = url.path
    }

    // MARK: Taking

    /// The cookie that a field makes.
    ///
    /// RFC 6265bis §5.7.
    func cookie(
        _ field: SetCookie, at now: Int, rules: CookieRules, publicSuffixes: PublicSuffixes
    ) throws(CookieRefusal) -> Cookie {
        let domain = try domain(of: field, publicSuffixes)
        guard isSecure || !field.isSecure else { throw .insecure }
        guard field.isSecure || field.sameSite != .none else { throw .crossSiteInsecure }
        if let prefix = CookiePrefix(field.name) {
            guard field.isSecure, prefix == .secure || domain == nil && field.path == "/" else {
                throw .brokenPromise(prefix)
            }
        }
        var cookie = Cookie(
            name: field.name, value: field.value, domain: domain ?? host,
            isHostOnly: domain == nil,
            path: field.path
                ?? CookieMatching.defaultPath(path, keepsSlash: rules.keepsSlash),
            isSecure: field.isSecure, expires: Self.expiry(of: field, at: now, rules))
        cookie.isHTTPOnly = field.isHTTPOnly
        cookie.sameSite = field.sameSite
        if rules.keepsPort, domain == nil, port != 80, port != 443 { cookie.port = port }
        return cookie
    }

    /// The domain that a field names and its sender may speak for; nil for the host alone.
    private func domain(
        of field: SetCookie, _ publicSuffixes: PublicSuffixes
    ) throws(CookieRefusal) -> String? {
        guard let domain = field.domain else { return nil }
        guard CookieMatching.host(host, isIn: domain, isAddress: isAddress) else {
            throw .foreignDomain(domain)
        }
        guard !isAddress, publicSuffixes.isPublicSuffix(domain) else { return domain }
        guard domain == host else { throw .publicSuffix(domain) }
        return nil
    }

    /// The last second of a cookie; nil for one of the session.
    private static func expiry(of field: SetCookie, at now: Int, _ rules: CookieRules) -> Int? {
        let expiry: Int
        if let seconds = field.maxAge {
            expiry = seconds <= 0 ? .min : now.addingSaturated(seconds)
        } else if let date = field.expires {
            expiry = date.secondsSince1970
        } else {
            return nil
        }
        return rules.maxAge.map { min(expiry, now.addingSaturated($0)) } ?? expiry
    }

    // MARK: Giving

    /// Whether a cookie of this host, or of a domain above it, goes with a request.
    func takes(_ cookie: Cookie, at now: Int) -> Bool {
        guard cookie.domain == host || !cookie.isHostOnly else { return false }
        guard isSecure || !cookie.isSecure else { return false }
        if let port = cookie.port, port != self.port { return false }
        return !cookie.isExpired(at: now)
            && CookieMatching.path(path.isEmpty ? "/" : path, isBelow: cookie.path)
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit.
    func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
