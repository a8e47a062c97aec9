/// Why a cookie is not taken.
public enum CookieRefusal: Error, Equatable, Sendable {
    /// The field has a control character.
    case controlCharacter
    /// Name and value have `length` octets, more than ``SetCookie/maxLength``.
    case tooLong(length: Int)
    /// There is neither a name nor a value.
    case empty
    /// There is no name, and the value looks as if one with a ``CookiePrefix`` stood in it.
    case hiddenPrefix
    /// The URL that it came from has no host, or is not of HTTP.
    case notHTTP
    /// It is for a domain that the host is not in.
    case foreignDomain(String)
    /// It is for a domain in which anybody may have a name, such as `co.uk`.
    case publicSuffix(String)
    /// It says `Secure` and came without TLS.
    case insecure
    /// It came without TLS and would stand before one that says `Secure`.
    case shadowsSecure
    /// It says `SameSite=None` without `Secure`.
    case crossSiteInsecure
    /// It does not keep what the prefix of its name promises.
    case brokenPromise(CookiePrefix)
}

extension CookieRefusal: CustomStringConvertible {
    /// One clear line for a person.
    public var description: String {
        switch self {
        case .controlCharacter: "the cookie has a control character"
        case .tooLong(let length):
            "the cookie has \(length) octets, more than \(SetCookie.maxLength)"
        case .empty: "the cookie has neither a name nor a value"
        case .hiddenPrefix: "the cookie without a name pretends to have one"
        case .notHTTP: "the cookie does not come from HTTP"
        case .foreignDomain(let domain): "the cookie is for \(domain), another domain"
        case .publicSuffix(let domain): "the cookie is for all of \(domain)"
        case .insecure: "the cookie says Secure and came without TLS"
        case .shadowsSecure: "the cookie came without TLS and would hide one that says Secure"
        case .crossSiteInsecure: "the cookie says SameSite=None without Secure"
        case .brokenPromise(let prefix):
            "the cookie does not keep what the prefix \(prefix.rawValue) promises"
        }
    }
}
