import TwineCore
import TwineHTTP
import TwineTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Errors of the layers below, in the system's words, as wget tells them.
enum FailureText {
    /// Why a name has no address.
    static func lookup(_ error: any Error) -> String {
        var error = error
        if case ConnectError.lookup(let inner) = error { error = inner }
        switch error as? LookupError {
        case .noSuchName, .invalidName: return "Name or service not known"
        case .noAddress, .noRecord: return "No address associated with hostname"
        case .noServer, .noNetwork, .serverFailure: return "Temporary failure in name resolution"
        case .timedOut: return "timed out"
        case .system(_, let reason): return reason
        case nil: return "\(error)"
        }
    }

    /// Why an address could not be connected to.
    static func connect(_ error: any Error) -> String {
        switch error {
        case ConnectError.refused: system(ECONNREFUSED)
        case ConnectError.noNetwork: system(ENETUNREACH)
        case ConnectError.noRoute: system(EHOSTUNREACH)
        case ConnectError.timedOut: system(ETIMEDOUT)
        case ConnectError.system(let error, _): "\(error)"
        case let error as CannotListenError: "\(error.reason)"
        default: "\(error)"
        }
    }

    /// Why reading from a connection failed.
    static func read(_ error: any Error) -> String {
        switch error {
        case HTTPError.timeout: return system(ETIMEDOUT)
        case ConnectionLost.lost(let error): return "\(error)"
        case let error as TLSError: return error.description
        default: return "\(error)"
        }
    }

    static func system(_ code: Int32) -> String { "\(SystemError(errno: code))" }

    /// What a request that got no reply has failed by.
    ///
    /// - Parameters:
    ///   - error: What the client gave.
    ///   - retriesRefused: Whether a host that refuses may change its mind.
    /// - Returns: The failure.
    static func kind(_ error: any Error, retriesRefused: Bool) -> RetrievalFailure {
        switch error {
        case is LookupError, ConnectError.lookup: .hostUnknown
        case ConnectError.refused, ConnectError.noNetwork, ConnectError.noRoute:
            retriesRefused ? .connectFailed : .connectImpossible
        case ConnectError.system(let error, _) where error.errno == EAFNOSUPPORT:
            .connectImpossible
        case is ConnectError, HTTPError.timeout(.connect, _): .connectFailed
        case is CannotListenError: .connectImpossible
        case HTTPError.tunnelRefused: .tunnelRefused
        case HTTPError.invalidProxy: .proxyFailed
        case TLSError.unusableFile, TLSError.wrongKeyPassword: .tlsUnusable
        case let error as TLSError: error.isDistrust ? .notTrusted : .notSecure
        // What ends before a reply's head has begun, interim ones aside, is no reply.
        case HTTPError.noResponse, HTTPError.truncated(received: 0, expected: nil): .noReply
        case HTTPError.invalidURL, HTTPError.unsupportedScheme: .urlInvalid
        default: .replyBroken
        }
    }
}
