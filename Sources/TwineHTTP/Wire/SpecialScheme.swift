/// The schemes whose URLs follow rules of their own.
///
/// WHATWG URL §4.2.
enum SpecialScheme: UInt8, Sendable {
    case http
    case https
    case ws
    case wss
    case ftp
    case file

    /// The special scheme that the lower-case octets name.
    init?(_ scheme: Span<UInt8>) {
        switch scheme.count {
        case 2 where scheme.equalsExactly("ws"): self = .ws
        case 3 where scheme.equalsExactly("wss"): self = .wss
        case 3 where scheme.equalsExactly("ftp"): self = .ftp
        case 4 where scheme.equalsExactly("http"): self = .http
        case 4 where scheme.equalsExactly("file"): self = .file
        case 5 where scheme.equalsExactly("https"): self = .https
        default: return nil
        }
    }

    /// The port of a URL that names none.
    var defaultPort: UInt16? {
        switch self {
        case .http, .ws: 80
        case .https, .wss: 443
        case .ftp: 21
        case .file: nil
        }
    }
}
