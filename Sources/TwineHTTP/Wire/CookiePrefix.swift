/// A beginning of a cookie's name that promises something of the cookie.
///
/// RFC 6265bis §4.1.3.
public enum CookiePrefix: String, Sendable {
    /// It was set over TLS, and goes back over TLS only.
    case secure = "__Secure-"
    /// The same, and by the host it goes back to, for all its paths.
    case host = "__Host-"

    /// The prefix that `name` begins with, in letters of any case; nil for none.
    public init?(_ name: String) {
        let small = name.withSmallLetters().utf8
        let found = [Self.secure, .host].first {
            small.starts(with: $0.rawValue.withSmallLetters().utf8)
        }
        guard let found else { return nil }
        self = found
    }
}
