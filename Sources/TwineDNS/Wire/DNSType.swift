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
    /// A signature, today only of a transaction (RFC 2931).
    public static let sig = DNSType(rawValue: 24)
    /// A key, today only of transactions (RFC 2539, RFC 3445).
    public static let key = DNSType(rawValue: 25)
    /// An IPv6 address (RFC 3596 §2.1).
    public static let aaaa = DNSType(rawValue: 28)
    /// Where the name's host is on the Earth (RFC 1876).
    public static let loc = DNSType(rawValue: 29)
    /// The host and port of a service (RFC 2782).
    public static let srv = DNSType(rawValue: 33)
    /// A rule by which a name becomes a URI or another name (RFC 3403).
    public static let naptr = DNSType(rawValue: 35)
    /// A certificate (RFC 4398).
    public static let cert = DNSType(rawValue: 37)
    /// An alias for all names below (RFC 6672).
    public static let dname = DNSType(rawValue: 39)
    /// The pseudo-record of EDNS (RFC 6891).
    public static let opt = DNSType(rawValue: 41)
    /// The digest of a key of the zone below (RFC 4034 §5).
    public static let ds = DNSType(rawValue: 43)
    /// The fingerprint of a host's key for SSH (RFC 4255).
    public static let sshfp = DNSType(rawValue: 44)
    /// The signature of a set of records (RFC 4034 §3).
    public static let rrsig = DNSType(rawValue: 46)
    /// The next name of the zone, and the types of this one (RFC 4034 §4).
    public static let nsec = DNSType(rawValue: 47)
    /// A key of the zone (RFC 4034 §2).
    public static let dnskey = DNSType(rawValue: 48)
    /// As NSEC, with names hashed (RFC 5155 §3).
    public static let nsec3 = DNSType(rawValue: 50)
    /// How names are hashed for NSEC3 (RFC 5155 §4).
    public static let nsec3param = DNSType(rawValue: 51)
    /// The certificate that a TLS server may have (RFC 6698).
    public static let tlsa = DNSType(rawValue: 52)
    /// Where a service is, and how it is spoken to (RFC 9460).
    public static let svcb = DNSType(rawValue: 64)
    /// As SVCB, for HTTP (RFC 9460 §9).
    public static let https = DNSType(rawValue: 65)
    /// The signature of a transaction (RFC 8945).
    public static let tsig = DNSType(rawValue: 250)
    /// A question for what has changed in a zone (RFC 1995).
    public static let ixfr = DNSType(rawValue: 251)
    /// A question for a whole zone (RFC 5936).
    public static let axfr = DNSType(rawValue: 252)
    /// A question for all types (RFC 1035 §3.2.3, RFC 8482).
    public static let any = DNSType(rawValue: 255)
    /// A URI of the service that the name stands for (RFC 7553).
    public static let uri = DNSType(rawValue: 256)
    /// Who may issue certificates for the name (RFC 8659).
    public static let caa = DNSType(rawValue: 257)
}

extension DNSType: CustomStringConvertible {
    /// The types that BIND 9.20 has a name for.
    ///
    /// IANA's registry "Resource Record (RR) TYPEs".
    private static let mnemonics: [UInt16: String] = [
        1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR",
        10: "NULL", 11: "WKS", 12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP",
        18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT", 22: "NSAP", 23: "NSAP-PTR", 24: "SIG",
        25: "KEY", 26: "PX", 27: "GPOS", 28: "AAAA", 29: "LOC", 30: "NXT", 31: "EID", 32: "NIMLOC",
        33: "SRV", 34: "ATMA", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME", 40: "SINK",
        41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC",
        48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA",
        55: "HIP", 56: "NINFO", 57: "RKEY", 58: "TALINK", 59: "CDS", 60: "CDNSKEY",
        61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 66: "DSYNC",
        67: "HHIT", 68: "BRID", 99: "SPF", 100: "UINFO", 101: "UID", 102: "GID", 103: "UNSPEC",
        104: "NID", 105: "L32", 106: "L64", 107: "LP", 108: "EUI48", 109: "EUI64", 249: "TKEY",
        250: "TSIG", 251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI",
        257: "CAA", 258: "AVC", 259: "DOA", 260: "AMTRELAY", 261: "RESINFO", 262: "WALLET",
        32768: "TA", 32769: "DLV",
    ]
    private static let numbers = Dictionary(
        uniqueKeysWithValues: mnemonics.map { ($0.value, $0.key) })

    /// The types that have a mnemonic here, by their numbers.
    public static let named = mnemonics.keys.sorted().map { DNSType(rawValue: $0) }

    /// The mnemonic, such as `AAAA`, or `TYPE65534` for a type without one here.
    ///
    /// RFC 3597 §5.
    public var description: String { mnemonic ?? "TYPE\(rawValue)" }

    /// The mnemonic; nil for a type without one here.
    var mnemonic: String? { Self.mnemonics[rawValue] }
}

extension DNSType {
    /// The type of a mnemonic, such as `AAAA`, or of `TYPE` and a number; case does not count.
    ///
    /// RFC 3597 §5.
    public init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let number = Self.numbers[upper] {
            self.init(rawValue: number)
        } else {
            guard upper.hasPrefix("TYPE"),
                let number = DNSNumber.parse(upper.dropFirst(4), most: 65535)
            else { return nil }
            self.init(rawValue: UInt16(number))
        }
    }
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

extension DNSClass {
    /// The class of a mnemonic, such as `IN`, or of `CLASS` and a number; case does not count.
    ///
    /// RFC 3597 §5.
    public init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        switch upper {
        case "IN": self = .internet
        case "CH", "CHAOS": self = .chaos
        case "HS", "HESIOD": self = .hesiod
        case "NONE": self = .none
        case "RESERVED0": self.init(rawValue: 0)
        case "ANY": self = .any
        default:
            guard upper.hasPrefix("CLASS"),
                let number = DNSNumber.parse(upper.dropFirst(5), most: 65535)
            else { return nil }
            self.init(rawValue: UInt16(number))
        }
    }
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
        // As BIND calls it; IANA's registry has it reserved.
        case DNSClass(rawValue: 0): "RESERVED0"
        case .any: "ANY"
        default: "CLASS\(rawValue)"
        }
    }
}
