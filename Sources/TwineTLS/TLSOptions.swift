/// How TLS is to be done.
public struct TLSOptions: Hashable, Sendable {
    /// A version of the protocol.
    public enum Version: Int32, Hashable, Sendable, Comparable {
        /// TLS 1.0, RFC 2246: broken in several ways; for servers that know nothing better.
        case tls10 = 0x0301
        /// TLS 1.1, RFC 4346: no better.
        case tls11 = 0x0302
        /// TLS 1.2, RFC 5246.
        case tls12 = 0x0303
        /// TLS 1.3, RFC 8446.
        case tls13 = 0x0304

        /// Older before newer.
        public static func < (left: Version, right: Version) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// How a file of a certificate or key is written.
    public enum FileForm: Hashable, Sendable {
        /// Text, RFC 7468.
        case pem
        /// Octets, as in the protocols themselves.
        case der
    }

    /// The oldest version taken.
    ///
    /// Below TLS 1.2 OpenSSL's security level is 0, for no other allows it, unless ``ciphers`` says otherwise.
    public var oldest = Version.tls12
    /// The newest version taken.
    public var newest = Version.tls13
    /// Whether a client checks the server's certificate and name.
    public var verifies = true
    /// Whether a client that checks nothing looks all the same what is wrong, and tells it in
    /// ``TLSAgreement/distrust``.
    public var tellsDistrust = false
    /// Whether a certificate without alternative names is for its common name, as it was before RFC 6125.
    public var acceptsCommonName = false
    /// Whether the certificate must be for the name or address that is connected to; without that,
    /// anybody whose certificate is trusted may answer.
    public var verifiesName = true
    /// Whether the system's authorities are trusted.
    public var trustsSystem = true
    /// A PEM file of further authorities; of a large one only those are read that a server names.
    public var authoritiesFile: String?
    /// A folder of further authorities, by hash.
    public var authoritiesFolder: String?
    /// Further authorities in PEM form.
    public var authorities: [UInt8] = []
    /// A PEM file of certificates that were withdrawn.
    ///
    /// With it, the server's authority must have a list in it; what authorities between have none for is
    /// not checked.
    public var revocationFile: String?
    /// The public keys that the server may have, checked whatever else is; nil for any.
    public var pinnedKeys: TLSPin?
    /// A file of this side's certificate, and in PEM of those that signed it.
    public var certificateFile: String?
    /// How ``certificateFile`` is written.
    public var certificateForm = FileForm.pem
    /// A file of this side's private key; nil is ``certificateFile``.
    public var privateKeyFile: String?
    /// How ``privateKeyFile`` is written.
    public var privateKeyForm = FileForm.pem
    /// The password of a private key that is encrypted; nobody is asked for it.
    public var privateKeyPassword: String?
    /// This side's certificate chain in PEM form.
    public var certificate: [UInt8] = []
    /// This side's private key in PEM form.
    public var privateKey: [UInt8] = []
    /// The application protocols, best first (ALPN, RFC 7301), such as `http/1.1`.
    public var applicationProtocols: [String] = []
    /// OpenSSL's cipher list for TLS 1.2; its default when nil.
    public var ciphers: String?
    /// OpenSSL's list of cipher suites for TLS 1.3; its default when nil.
    public var cipherSuites: String?

    /// Options with safe defaults: TLS 1.2 and 1.3, certificates checked, the system's authorities.
    public init() {}
}
