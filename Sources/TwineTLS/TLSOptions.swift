/// How TLS is to be done.
public struct TLSOptions: Hashable, Sendable {
    /// A version of the protocol.
    public enum Version: Int32, Hashable, Sendable, Comparable {
        /// TLS 1.2, RFC 5246.
        case tls12 = 0x0303
        /// TLS 1.3, RFC 8446.
        case tls13 = 0x0304

        /// Older before newer.
        public static func < (left: Version, right: Version) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The oldest version taken.
    public var oldest = Version.tls12
    /// The newest version taken.
    public var newest = Version.tls13
    /// Whether a client checks the server's certificate and name.
    public var verifies = true
    /// Whether the certificate must be for the name or address that is connected to; without that,
    /// anybody whose certificate is trusted may answer.
    public var verifiesName = true
    /// Whether the system's authorities are trusted.
    public var trustsSystem = true
    /// A PEM file of further authorities.
    public var authoritiesFile: String?
    /// A folder of further authorities, by hash.
    public var authoritiesFolder: String?
    /// Further authorities in PEM form.
    public var authorities: [UInt8] = []
    /// A PEM file of this side's certificate and those that signed it.
    public var certificateFile: String?
    /// A PEM file of this side's private key.
    public var privateKeyFile: String?
    /// This side's certificate chain in PEM form.
    public var certificate: [UInt8] = []
    /// This side's private key in PEM form.
    public var privateKey: [UInt8] = []
    /// The application protocols, best first (ALPN, RFC 7301), such as `http/1.1`.
    public var applicationProtocols: [String] = []
    /// OpenSSL's cipher list for TLS 1.2; its default when nil.
    public var ciphers: String?

    /// Options with safe defaults: TLS 1.2 and 1.3, certificates checked, the system's authorities.
    public init() {}
}
