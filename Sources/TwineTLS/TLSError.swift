/// Why a connection is not secure, or cannot be made secure.
public enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The certificate was valid until then.
    case expired(host: String, on: String)
    /// The certificate is valid from then on.
    case notYetValid(host: String, until: String)
    /// The certificate is signed by itself and not known here.
    case selfSigned(host: String)
    /// Nobody known here signed the certificate.
    case unknownIssuer(host: String, issuer: String)
    /// The certificate is for other names.
    case wrongHost(host: String, names: [String])
    /// The certificate was withdrawn.
    case revoked(host: String)
    /// The certificate breaks another rule, in OpenSSL's words.
    case untrusted(host: String, reason: String)
    /// The server's public key is none of those that it may have.
    case wrongKey(host: String)
    /// The peer refused, by the alert of that name.
    case refused(host: String, alert: String)
    /// The two sides have no version or cipher in common.
    case noCommonVersion(host: String, reason: String)
    /// The peer does not speak TLS.
    case notTLS(host: String)
    /// The peer ended the connection without saying so, as an attacker who cuts it off would.
    case truncated
    /// The peer broke the protocol, in OpenSSL's words.
    case broken(reason: String)
    /// A file of certificates or keys cannot be used.
    case unusableFile(path: String, reason: String)
    /// The private key is encrypted, and the password is missing or wrong.
    case wrongKeyPassword(path: String)

    /// Whether the peer is there and speaks TLS, and what it shows is not trusted.
    public var isDistrust: Bool {
        switch self {
        case .expired, .notYetValid, .selfSigned, .unknownIssuer, .wrongHost, .revoked, .untrusted,
            .wrongKey:
            true
        default: false
        }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .expired(let host, let on): "the certificate of \(host) expired on \(on)"
        case .notYetValid(let host, let until):
            "the certificate of \(host) is not valid before \(until)"
        case .selfSigned(let host):
            "the certificate of \(host) is self-signed, and not among those trusted here"
        case .unknownIssuer(let host, let issuer):
            "the certificate of \(host) was issued by an authority not known here (\(issuer))"
        case .wrongHost(let host, let names):
            "the certificate is not for \(host), but for "
                + (names.isEmpty ? "no name at all" : names.joined(separator: ", "))
        case .revoked(let host): "the certificate of \(host) was revoked"
        case .untrusted(let host, let reason):
            "the certificate of \(host) is not trusted: \(reason)"
        case .wrongKey(let host): "the public key of \(host) is not the one that is pinned"
        case .refused(let host, let alert): "\(host) refused the TLS handshake: \(alert)"
        case .noCommonVersion(let host, let reason):
            "no TLS version or cipher in common with \(host): \(reason)"
        case .notTLS(let host): "\(host) does not speak TLS on that port"
        case .truncated: "the connection was cut off without TLS's farewell"
        case .broken(let reason): "TLS protocol error: \(reason)"
        case .unusableFile(let path, let reason): "cannot use \(path): \(reason)"
        case .wrongKeyPassword(let path): "\(path) is encrypted, and the password does not fit"
        }
    }
}
