import TwineCore
import TwineDNS
import TwineTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What goes wrong with servers, in the words that scripts look for in dig's output.
enum Failure {
    static func text(_ error: DNSChannelError) -> String {
        switch error {
        case .notConnected(let error): text(error)
        case .notBound(let error): text(error.reason)
        case .notSecure(let error): text(error)
        case .timedOut: "timed out"
        case .ended: "end of file"
        case .lost(let error): text(error)
        case .broken(let text): text
        }
    }

    /// What is wrong with TLS, in OpenSSL's words where dig has those.
    static func text(_ error: TLSError) -> String {
        switch error {
        case .wrongHost: "hostname mismatch"
        case .unknownIssuer: "unable to get local issuer certificate"
        case .selfSigned: "self-signed certificate"
        case .expired: "certificate has expired"
        case .notYetValid: "certificate is not yet valid"
        case .revoked: "certificate revoked"
        case .untrusted(_, let reason): reason
        default: "\(error)"
        }
    }

    private static func text(_ error: ConnectError) -> String {
        switch error {
        case .refused: "connection refused"
        case .noNetwork: "network unreachable"
        case .noRoute: "host unreachable"
        case .timedOut: "timed out"
        case .system(let error, _): text(error)
        case .cancelled, .lookup, .noProtocol: "\(error)"
        }
    }

    private static func text(_ error: SystemError) -> String {
        switch error.errno {
        case ECONNREFUSED: "connection refused"
        case ENETUNREACH: "network unreachable"
        case EHOSTUNREACH: "host unreachable"
        case ENETDOWN: "network down"
        case EHOSTDOWN: "host down"
        case ECONNRESET, EPIPE: "connection reset"
        case EADDRNOTAVAIL: "address not available"
        case EADDRINUSE: "address in use"
        case EACCES, EPERM: "permission denied"
        case ETIMEDOUT: "timed out"
        default: "\(error)"
        }
    }

    /// Whether a name may have addresses, although none were found.
    static func isTransient(_ error: any Error) -> Bool {
        switch error as? LookupError {
        case .noSuchName, .noAddress, .noRecord, .invalidName: false
        default: true
        }
    }

    /// Why a channel could not even be made.
    static func setUpText(_ error: DNSChannelError, _ lookup: Lookup) -> String {
        if (lookup.certificateFile == nil) != (lookup.keyFile == nil) {
            return "both TLS client certificate and key file must be specified a the same time"
        }
        guard case .notSecure(let error) = error else { return text(error) }
        return "TLS context cannot be created: \(error)"
    }
}
