/// An algorithm of keys and signatures: any 8-bit number.
///
/// IANA's registry "DNS Security Algorithm Numbers".
struct DNSSECAlgorithm: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// RSA with SHA-1 (RFC 3110).
    static let rsaSHA1 = DNSSECAlgorithm(rawValue: 5)
    /// The same, in zones that may have NSEC3 (RFC 5155 §2).
    static let rsaSHA1NSEC3 = DNSSECAlgorithm(rawValue: 7)
    /// RSA with SHA-256 (RFC 5702).
    static let rsaSHA256 = DNSSECAlgorithm(rawValue: 8)
    /// RSA with SHA-512 (RFC 5702).
    static let rsaSHA512 = DNSSECAlgorithm(rawValue: 10)
    /// ECDSA on P-256 with SHA-256 (RFC 6605).
    static let ecdsaP256 = DNSSECAlgorithm(rawValue: 13)
    /// ECDSA on P-384 with SHA-384 (RFC 6605).
    static let ecdsaP384 = DNSSECAlgorithm(rawValue: 14)
    /// Ed25519 (RFC 8080).
    static let ed25519 = DNSSECAlgorithm(rawValue: 15)
    /// Ed448 (RFC 8080).
    static let ed448 = DNSSECAlgorithm(rawValue: 16)

    /// Whether signatures of it can be checked; a zone that has others only is as if not signed.
    ///
    /// RFC 4035 §5.2.
    var isSupported: Bool {
        switch self {
        case .rsaSHA1, .rsaSHA1NSEC3: DNSSECCrypto.hasSHA1Signatures
        case .rsaSHA256, .rsaSHA512, .ecdsaP256, .ecdsaP384, .ed25519, .ed448: true
        default: false
        }
    }

    /// The mnemonic, such as `RSASHA256`, or the number.
    var description: String { DNSMnemonics.algorithm(rawValue) }
}

/// A kind of digest in DS records: any 8-bit number.
///
/// IANA's registry "DNSSEC Delegation Signer (DS) Resource Record (RR) Type Digest Algorithms".
struct DNSSECDigest: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// SHA-1 (RFC 4034 §5.1.3).
    static let sha1 = DNSSECDigest(rawValue: 1)
    /// SHA-256 (RFC 4509).
    static let sha256 = DNSSECDigest(rawValue: 2)
    /// SHA-384 (RFC 6605 §2).
    static let sha384 = DNSSECDigest(rawValue: 4)

    /// Whether it can be computed.
    var isSupported: Bool { self == .sha1 || self == .sha256 || self == .sha384 }

    var description: String {
        switch self {
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        default: "digest \(rawValue)"
        }
    }
}
