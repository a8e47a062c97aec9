/// How messages are signed with a secret that both sides know: an HMAC.
///
/// RFC 8945 §6.
public enum TransactionAlgorithm: String, CaseIterable, Sendable {
    /// HMAC-MD5, for old servers only.
    case hmacMD5 = "hmac-md5"
    /// HMAC-SHA-1, for old servers only.
    case hmacSHA1 = "hmac-sha1"
    /// HMAC-SHA-224.
    case hmacSHA224 = "hmac-sha224"
    /// HMAC-SHA-256, which every server has.
    case hmacSHA256 = "hmac-sha256"
    /// HMAC-SHA-384.
    case hmacSHA384 = "hmac-sha384"
    /// HMAC-SHA-512.
    case hmacSHA512 = "hmac-sha512"

    /// The algorithm of a name such as `hmac-sha256`; case does not count.
    ///
    /// - Parameter text: The name; for HMAC-MD5 also the long one of the wire.
    public init?(_ text: some StringProtocol) {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name == "hmac-md5.sig-alg.reg.int" { name = Self.hmacMD5.rawValue }
        self.init(rawValue: name)
    }

    /// The name on the wire, in small letters.
    public var name: DNSName { DNSName(validated: wire) }

    private var wire: [UInt8] {
        var labels = [rawValue]
        if self == .hmacMD5 { labels += ["sig-alg", "reg", "int"] }
        return labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// The octets of a whole signature.
    public var digestLength: Int {
        switch self {
        case .hmacMD5: 16
        case .hmacSHA1: 20
        case .hmacSHA224: 28
        case .hmacSHA256: 32
        case .hmacSHA384: 48
        case .hmacSHA512: 64
        }
    }

    /// The number that it has in the key files of BIND.
    init?(keyFileNumber number: UInt8) {
        switch number {
        case 157: self = .hmacMD5
        case 161: self = .hmacSHA1
        case 162: self = .hmacSHA224
        case 163: self = .hmacSHA256
        case 164: self = .hmacSHA384
        case 165: self = .hmacSHA512
        default: return nil
        }
    }

    /// What OpenSSL calls the digest.
    var digestName: String {
        switch self {
        case .hmacMD5: "MD5"
        case .hmacSHA1: "SHA1"
        case .hmacSHA224: "SHA224"
        case .hmacSHA256: "SHA256"
        case .hmacSHA384: "SHA384"
        case .hmacSHA512: "SHA512"
        }
    }
}
