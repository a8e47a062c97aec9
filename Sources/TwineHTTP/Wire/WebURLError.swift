/// Why a text is not a URL, or a host not a host.
public enum WebURLError: Error, Equatable, Sendable {
    /// The text is longer than ``WebURL/maxLength`` octets.
    case tooLong(length: Int)

    /// The text has no scheme, and there is no base URL to take one from.
    case schemeMissing

    /// The base URL (`mailto:a@b`, `data:…`) has no hierarchy that a relative URL could join.
    case baseCannotBeJoined

    /// A host is needed and there is none.
    case hostMissing

    /// The host has an octet that no host may have.
    case hostForbidsOctet(UInt8)

    /// The host is an international name that UTS #46 refuses.
    case hostNotInternational(reason: String)

    /// The host ends in a number and so must be an IPv4 address, which it is not.
    case ipv4Malformed

    /// What stands in brackets is not an IPv6 address, or a bracket is missing.
    case ipv6Malformed

    /// The port is not a number.
    case portNotANumber

    /// The port is greater than 65535.
    case portTooLarge
}

extension WebURLError: CustomStringConvertible {
    /// One clear line for a person.
    public var description: String {
        switch self {
        case .tooLong(let length):
            "the URL has \(length) octets, more than \(WebURL.maxLength)"
        case .schemeMissing: "the URL has no scheme"
        case .baseCannotBeJoined: "a relative URL cannot be joined to this base"
        case .hostMissing: "the URL has no host"
        case .hostForbidsOctet(let octet):
            "the host contains the forbidden octet 0x\(String(octet, radix: 16))"
        case .hostNotInternational(let reason):
            "the host is not a valid international name: \(reason)"
        case .ipv4Malformed: "the host ends in a number but is no IPv4 address"
        case .ipv6Malformed: "the host is no IPv6 address in brackets"
        case .portNotANumber: "the port is not a number"
        case .portTooLarge: "the port is greater than 65535"
        }
    }
}
