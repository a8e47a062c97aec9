extension WebURL {
    /// The scheme in lower case, without the colon: `https`.
    public var scheme: String { String(slice(0, Int(layout.schemeEnd))) }

    /// Whether the scheme is `http`, `https`, `ws`, `wss`, `ftp` or `file`.
    public var isSpecial: Bool { specialScheme != nil }

    var specialScheme: SpecialScheme? {
        SpecialScheme(serialization.utf8.span.extracting(0..<Int(layout.schemeEnd)))
    }

    /// The user name, percent-encoded; empty if there is none.
    public var userName: String {
        guard layout.host != .none else { return "" }
        return String(slice(Int(layout.schemeEnd) + 3, Int(layout.userNameEnd)))
    }

    /// The password, percent-encoded; empty if there is none.
    public var password: String {
        guard layout.hostStart > layout.userNameEnd + 1 else { return "" }
        return String(slice(Int(layout.userNameEnd) + 1, Int(layout.hostStart) - 1))
    }

    /// Whether there is a user name or a password.
    public var hasCredentials: Bool {
        layout.host != .none && layout.hostStart > layout.schemeEnd + 3
    }

    /// The host; nil if the URL has none (`mailto:a@b`, `web+demo:/a`).
    public var host: Host? {
        let octets = Int(layout.hostStart)..<Int(layout.hostEnd)
        switch layout.host {
        case .none:
            return nil
        case .empty:
            return .empty
        case .domain:
            return .domain(hostName)
        case .opaque:
            return .opaque(hostName)
        case .ipv4:
            return IPv4Number.parse(serialization.utf8.span.extracting(octets)).map { .ipv4($0) }
        case .ipv6:
            let inside = (octets.lowerBound + 1)..<(octets.upperBound - 1)
            return IPv6Text.parse(serialization.utf8.span.extracting(inside)).map { .ipv6($0) }
        }
    }

    /// The host as it stands in the URL, IPv6 addresses in brackets; empty if there is none.
    public var hostName: String {
        String(slice(Int(layout.hostStart), Int(layout.hostEnd)))
    }

    /// The host as resolvers and certificates know it: IPv6 addresses without brackets.
    public var bareHostName: String {
        guard layout.host == .ipv6 else { return hostName }
        return String(slice(Int(layout.hostStart) + 1, Int(layout.hostEnd) - 1))
    }

    /// Host and port as a `Host` field names them: `example.com:8080`, `[::1]`.
    ///
    /// RFC 9110 §7.2.
    public var hostAndPort: String {
        guard layout.hasPort else { return hostName }
        return String(slice(Int(layout.hostStart), Int(layout.hostEnd))) + ":\(Int(layout.port))"
    }

    /// The port written in the URL; nil if it is the scheme's own.
    public var port: UInt16? { layout.hasPort ? layout.port : nil }

    /// The port to connect to: the one written or the scheme's own.
    public var effectivePort: UInt16? { port ?? specialScheme?.defaultPort }

    /// The path, percent-encoded.
    public var path: String { String(slice(Int(layout.pathStart), pathEnd)) }

    /// Whether the path is a text without hierarchy (`mailto:a@b`, `data:…`).
    public var hasOpaquePath: Bool {
        guard layout.host == .none else { return false }
        let start = Int(layout.pathStart)
        guard start < pathEnd else { return true }
        return serialization.utf8.span[start] != UInt8(ascii: "/")
    }

    /// The query without its `?`, percent-encoded; nil if there is none.
    public var query: String? {
        guard layout.queryStart != .max else { return nil }
        return String(slice(Int(layout.queryStart) + 1, queryEnd))
    }

    /// The fragment without its `#`, percent-encoded; nil if there is none.
    public var fragment: String? {
        guard layout.fragmentStart != .max else { return nil }
        return String(slice(Int(layout.fragmentStart) + 1, length))
    }

    /// Path and query as a request line has them; `/` if both are empty.
    ///
    /// RFC 9112 §3.2.1.
    public var requestTarget: String {
        let start = Int(layout.pathStart)
        let end = queryEnd
        if start < pathEnd { return String(slice(start, end)) }
        return "/" + slice(start, end)
    }

    /// This URL without its fragment: what is fetched, and what caches and visited sets hold.
    public var withoutFragment: WebURL {
        guard layout.fragmentStart != .max else { return self }
        var layout = layout
        layout.fragmentStart = .max
        return WebURL(serialization: String(slice(0, queryEnd)), layout: layout)
    }

    /// Scheme, host and port: what pools and same-origin rules compare.
    ///
    /// - Returns: nil for an opaque origin, which equals no other: `file:`, `data:` and the like.
    ///
    /// WHATWG URL §4.7.
    public var origin: Origin? {
        switch specialScheme {
        case .file:
            return nil
        case .none:
            guard scheme == "blob", hasOpaquePath, let inner = WebURL(path),
                inner.specialScheme == .http || inner.specialScheme == .https
            else { return nil }
            return inner.origin
        case .some:
            return Origin(scheme: scheme, host: hostName, port: port)
        }
    }

    /// A scheme, a host and a port.
    ///
    /// WHATWG HTML §7.1.1, RFC 6454 §4.
    public struct Origin: Hashable, Sendable, CustomStringConvertible {
        /// The scheme, lower case.
        public let scheme: String
        /// The host, IPv6 addresses in brackets.
        public let host: String
        /// The port; nil if it is the scheme's own.
        public let port: UInt16?

        /// The form that an `Origin` field has: `https://example.com:8443`.
        public var description: String {
            "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
        }
    }
}
