extension Settings {
    /// What requests say, and how replies are read.
    struct HTTP: Sendable {
        /// `--compression`: which content codings are asked for, and undone.
        enum Compression: Sendable { case none, auto, gzip, brotli, zstd }

        /// For HTTP; before ``user``.
        var httpUser: String?
        var httpPassword: String?
        /// For every scheme.
        var user: String?
        var password: String?
        /// Whether the password is asked for at the terminal before anything is fetched.
        var asksPassword = false
        /// The program that is asked for users and passwords; its argument is the question.
        var askpass: Octets?
        /// Whether Basic credentials are sent unasked.
        var authenticatesUnasked = false
        /// `--bearer-token` (RFC 6750).
        var bearerToken: String?
        /// Whether `.netrc` is read.
        var usesNetrc = true

        /// In capitals; nil is GET.
        ///
        /// `--post-data`, `--post-file` and `--json-body` make it POST.
        var method: String?
        var body: Body?
        /// Fields of requests, as `Name: value`.
        var headers: [Octets] = []
        /// nil is this program's; empty sends none.
        var userAgent: Octets?
        var referer: Octets?
        /// Whether caches on the way may answer.
        var allowsCache = true
        var compression = Compression.none
        var keepsAlive = true
        var maxRedirects = 20

        /// Whether `Content-Length` is not believed.
        var ignoresLength = false
        /// Whether a reply's fields are saved before its content.
        var savesHeaders = false
        /// Whether what comes with a failure's status is saved.
        var savesContentOnError = false
        var usesContentDisposition = false
        /// Whether a file is named as the URL that was redirected to.
        var trustsServerNames = false
        /// `-E`.
        var adjustsExtension = false

        var usesCookies = true
        var loadsCookies: Path?
        var savesCookies: Path?
        var keepsSessionCookies = false

        var usesHSTS = true
        /// nil is `~/.wget-hsts`.
        var hstsFile: Path?
    }

    /// What a request carries.
    enum Body: Sendable, Equatable {
        case data(Octets)
        case file(Path)
    }

    /// How connections are made safe.
    struct TLS: Sendable {
        /// `--secure-protocol`.
        enum SecureProtocol: Sendable { case auto, tls10, tls11, tls12, tls13, pfs }
        /// The form of a file with a certificate or key.
        enum FileType: Sendable { case pem, der }
        /// `--check-certificate`.
        enum Check: Sendable {
            case off
            case on
            /// Nothing is told of what is wrong.
            case quiet
        }

        var secureProtocol = SecureProtocol.auto
        var check = Check.on
        var httpsOnly = false
        /// A list of ciphers in OpenSSL's form; it goes before ``secureProtocol``.
        var ciphers: String?
        var certificate: Path?
        var certificateType = FileType.pem
        var privateKey: Path?
        var privateKeyType = FileType.pem
        var caCertificate: Path?
        var caDirectory: Path?
        var crlFile: Path?
        /// A file with a public key, or `sha256//HASH;sha256//HASH…`.
        var pinnedPublicKey: Octets?
        /// A file that seeds the generator of random numbers.
        var randomFile: Path?
    }
}
