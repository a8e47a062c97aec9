/// The type of a record, or of what a question asks for: any 16-bit number.
///
/// RFC 1035 §3.2.2; the numbers are IANA's.
public struct DNSType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The type with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address (RFC 1035 §3.4.1).
    public static let a = DNSType(rawValue: 1)
    /// A name server of the zone (RFC 1035 §3.3.11).
    public static let ns = DNSType(rawValue: 2)
    /// The canonical name of an alias (RFC 1035 §3.3.1).
    public static let cname = DNSType(rawValue: 5)
    /// The start of a zone of authority (RFC 1035 §3.3.13).
    public static let soa = DNSType(rawValue: 6)
    /// A pointer to a name, as in reverse lookup (RFC 1035 §3.3.12).
    public static let ptr = DNSType(rawValue: 12)
    /// A mail exchange (RFC 1035 §3.3.9).
    public static let mx = DNSType(rawValue: 15)
    /// Texts (RFC 1035 §3.3.14).
    public static let txt = DNSType(rawValue: 16)
    /// An IPv6 address (RFC 3596 §2.1).
    public static let aaaa = DNSType(rawValue: 28)
    /// The host and port of a service (RFC 2782).
    public static let srv = DNSType(rawValue: 33)
    /// An alias for all names below (RFC 6672).
    public static let dname = DNSType(rawValue: 39)
    /// The pseudo-record of EDNS (RFC 6891).
    public static let opt = DNSType(rawValue: 41)
    /// A question for a whole zone (RFC 5936).
    public static let axfr = DNSType(rawValue: 252)
    /// A question for all types (RFC 1035 §3.2.3, RFC 8482).
    public static let any = DNSType(rawValue: 255)
}

extension DNSType: CustomStringConvertible {
    private static let mnemonics: [DNSType: String] = [
        .a: "A", .ns: "NS", .cname: "CNAME", .soa: "SOA", .ptr: "PTR", .mx: "MX", .txt: "TXT",
        .aaaa: "AAAA", .srv: "SRV", .dname: "DNAME", .opt: "OPT", .axfr: "AXFR", .any: "ANY",
    ]

    /// The mnemonic, such as `AAAA`, or `TYPE65534` for a type without one here.
    ///
    /// RFC 3597 §5.
    public var description: String { Self.mnemonics[self] ?? "TYPE\(rawValue)" }
}

/// The class of a record, or of a question: any 16-bit number, nearly always that of the Internet.
///
/// RFC 1035 §3.2.4.
public struct DNSClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The class with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The Internet (RFC 1035 §3.2.4).
    public static let internet = DNSClass(rawValue: 1)
    /// Chaos, where servers tell their version (RFC 1035 §3.2.4).
    public static let chaos = DNSClass(rawValue: 3)
    /// Hesiod (RFC 1035 §3.2.4).
    public static let hesiod = DNSClass(rawValue: 4)
    /// None, in updates (RFC 2136 §2.4).
    public static let none = DNSClass(rawValue: 254)
    /// Any class, in questions and updates (RFC 1035 §3.2.5).
    public static let any = DNSClass(rawValue: 255)
}

extension DNSClass: CustomStringConvertible {
    /// The mnemonic, such as `IN`, or `CLASS32` for a class without one.
    ///
    /// RFC 3597 §5.
    public var description: String {
        switch self {
        case .internet: "IN"
        case .chaos: "CH"
        case .hesiod: "HS"
        case .none: "NONE"
        case .any: "ANY"
        default: "CLASS\(rawValue)"
        }
    }
}
