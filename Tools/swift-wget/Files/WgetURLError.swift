/// Why wget takes a text for no URL.
enum WgetURLError: Error, Equatable {
    /// There is no scheme, and the text is no shorthand either.
    case schemeMissing
    /// The scheme is none that is spoken here; as it was written.
    case schemeUnsupported(Octets)
    /// There is no host, or something stands behind the bracket of an address.
    case hostInvalid
    /// The port has other characters than digits, or is above 65535.
    case portInvalid
    /// Something stands before the `@` that has no user name.
    case userInvalid
    /// The bracket of an IPv6 address is missing.
    case addressUnterminated
    /// What stands in the brackets is no IPv6 address.
    case addressInvalid

    /// What wget prints behind the URL and a colon, without its full stop.
    func message(_ quotes: Quotes) -> Octets {
        switch self {
        case .schemeMissing: "Scheme missing"
        case .schemeUnsupported(let scheme): "Unsupported scheme " + scheme.quoted(quotes)
        case .hostInvalid: "Invalid host name"
        case .portInvalid: "Bad port number"
        case .userInvalid: "Invalid user name"
        case .addressUnterminated: "Unterminated IPv6 numeric address"
        case .addressInvalid: "Invalid IPv6 numeric address"
        }
    }
}
