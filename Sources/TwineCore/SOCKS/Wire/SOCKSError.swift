/// Why a SOCKS proxy makes no connection.
public enum SOCKSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first octet is none of a SOCKS proxy's.
    case notSOCKS(octet: UInt8)
    /// The proxy takes none of the ways to log in that were offered.
    case noAcceptableMethod
    /// The proxy does not know this user, or the password is wrong.
    case authenticationFailed
    /// The proxy refuses, or could not connect.
    case refused(Refusal)
    /// The proxy broke the protocol.
    case malformed
    /// The version of the protocol cannot carry the destination, or the name or password is too long.
    case inexpressible(String)
    /// The proxy closed the connection in the middle of the exchange.
    case closed

    /// What a proxy says when it refuses.
    public enum Refusal: Equatable, Sendable {
        /// Something went wrong at the proxy.
        case generalFailure
        /// The proxy's rules forbid it.
        case notAllowed
        /// No way leads to the destination's network.
        case networkUnreachable
        /// No way leads to the destination.
        case hostUnreachable
        /// Nobody listens at the destination.
        case connectionRefused
        /// The way is too long.
        case timeToLiveExpired
        /// The proxy makes no such connections.
        case commandNotSupported
        /// The proxy knows no addresses of that kind.
        case addressTypeNotSupported
        /// A SOCKS4 proxy refuses, without a reason.
        case rejected
        /// A SOCKS4 proxy could not ask who the user is, or was told another name.
        case identityNotConfirmed
        /// Another number.
        case other(UInt8)
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .notSOCKS(let octet): "no SOCKS proxy answers there (its first octet is \(octet))"
        case .noAcceptableMethod: "the SOCKS proxy wants another way to log in"
        case .authenticationFailed: "the SOCKS proxy refuses the user name or password"
        case .refused(let refusal): "the SOCKS proxy does not connect: \(refusal)"
        case .malformed: "the SOCKS proxy broke the protocol"
        case .inexpressible(let reason): "SOCKS cannot carry \(reason)"
        case .closed: "the SOCKS proxy closed the connection"
        }
    }
}

extension SOCKSError.Refusal: CustomStringConvertible {
    /// The meaning of a reply of SOCKS5, 0 excepted.
    init(reply5 number: UInt8) {
        self =
            switch number {
            case 1: .generalFailure
            case 2: .notAllowed
            case 3: .networkUnreachable
            case 4: .hostUnreachable
            case 5: .connectionRefused
            case 6: .timeToLiveExpired
            case 7: .commandNotSupported
            case 8: .addressTypeNotSupported
            default: .other(number)
            }
    }

    /// The meaning of a reply of SOCKS4, 90 excepted.
    init(reply4 number: UInt8) {
        self =
            switch number {
            case 91: .rejected
            case 92, 93: .identityNotConfirmed
            default: .other(number)
            }
    }

    /// A few words for people.
    public var description: String {
        switch self {
        case .generalFailure: "general failure"
        case .notAllowed: "its rules forbid it"
        case .networkUnreachable: "network unreachable"
        case .hostUnreachable: "host unreachable"
        case .connectionRefused: "connection refused"
        case .timeToLiveExpired: "time to live expired"
        case .commandNotSupported: "it makes no such connections"
        case .addressTypeNotSupported: "it knows no such addresses"
        case .rejected: "rejected"
        case .identityNotConfirmed: "it could not confirm who the user is"
        case .other(let number): "reply \(number)"
        }
    }
}
