import TwineHTTP

/// A URL as wget reads it.
///
/// What is requested and how files are named depend on it: wget keeps what browsers repair
/// (`%2e%2e`, the quote in a query, `0x7f.1` as a host), and escapes what they leave (`|`) or turn
/// into a slash (`\`). ``WebURL`` is what the client takes; ``webURL`` converts as far as that can
/// carry it.
struct WgetURL: Hashable, Sendable {
    enum Scheme: String, Sendable, CaseIterable {
        case http, https, ftp, ftps

        /// The port where none is written.
        ///
        /// That of `ftps` is that of `ftp`: encryption begins later.
        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            case .ftp, .ftps: 21
            }
        }

        /// What a URL of it begins with: its name and `://`.
        var lead: [UInt8] {
            switch self {
            case .http: Self.leads.http
            case .https: Self.leads.https
            case .ftp: Self.leads.ftp
            case .ftps: Self.leads.ftps
            }
        }

        private static let leads = (
            http: Array("http://".utf8), https: Array("https://".utf8),
            ftp: Array("ftp://".utf8), ftps: Array("ftps://".utf8)
        )

        /// Whether paths have `;type=a` behind them, and no query.
        var isFTP: Bool { self == .ftp || self == .ftps }
    }

    var scheme: Scheme
    /// The user's name, decoded.
    var user: [UInt8]?
    /// The password, decoded.
    var password: [UInt8]?
    /// The host, lower case and decoded, an IPv6 address without brackets.
    var host: [UInt8]
    /// The port, the scheme's own if none was written.
    var port: Int
    /// The path without its first slash, escaped, without `.` and `..`.
    var path: [UInt8] = []
    /// What stands behind the `;` of an FTP URL, escaped.
    var parameters: [UInt8]?
    /// What stands behind the `?`, escaped; empty and nil are different.
    var query: [UInt8]?
    /// What stands behind the `#`, escaped.
    var fragment: [UInt8]?

    /// Whether the port is another than the scheme's own.
    var hasPort: Bool { port != scheme.defaultPort }

    /// The path's folders, escaped; of `a//b/c` the second is empty.
    var folders: [ArraySlice<UInt8>] {
        path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropLast()
    }

    /// What stands behind the last slash, decoded; empty for a folder.
    var file: [UInt8] {
        URLOctets.decoded(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }
}

extension WgetURL {
    /// The URL as the client takes it.
    ///
    /// Its target is wget's, but for segments `%2e` and `%2e%2e`, which WebURL removes as dots, and
    /// for `'` in a query, which it escapes. Hosts are normalised: `0x7f.1` is `127.0.0.1`.
    ///
    /// - Returns: nil where the host is one that no name can be: it cannot be resolved either.
    var webURL: WebURL? { WebURL(text(.shown)) }

    /// The URL as the client takes it, without user and password.
    var plainWebURL: WebURL? { WebURL(text(.hidden)) }

    /// Reads a URL that the client has: of a redirect, or of a link.
    init?(_ url: WebURL) {
        guard let parsed = try? WgetURL.parse(Array(url.serialization.utf8)) else { return nil }
        self = parsed
    }
}
