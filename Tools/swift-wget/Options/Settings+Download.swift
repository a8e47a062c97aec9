extension Settings {
    /// How one URL is retrieved and saved.
    struct Download: Sendable {
        /// `-O`; `-` is standard output.
        var outputDocument: Path?
        /// `-nc`.
        var keepsExisting = false
        /// `-c`.
        var continues = false
        /// `--start-pos`: where to begin, in octets.
        var startPosition: UInt64?
        /// `-N`.
        var timestamping = false
        /// Whether `-N` asks with `If-Modified-Since`, instead of a HEAD before.
        var usesIfModifiedSince = true
        /// Whether files get the time that the server says.
        var usesServerTimestamps = true
        /// `--backups`: how many older versions of a file are kept (FILE.1 is the youngest).
        var backups = 0
        /// `--unlink`: whether a file is removed before it is written, instead of overwritten.
        var unlinks = false
        /// Whether the URL is kept in the file's extended attributes.
        var writesExtendedAttributes = false
        /// `--delete-after`.
        var deletesAfter = false
        /// `--spider`: whether pages are only looked for.
        var isSpider = false

        /// How often a URL is tried; nil is without end.
        var tries: Int? = 20
        var retriesRefused = false
        var retriesHostError = false
        /// The statuses of replies after which a URL is tried again.
        var retryStatuses: Set<Int> = []
        /// Whether it is told that patterns in URLs are for FTP alone.
        var warnsOfPatterns = true
        /// Seconds between two URLs; 0 is none.
        var wait: Double = 0
        /// The most seconds between two tries of one URL.
        var waitRetry: Double = 10
        /// Whether ``wait`` varies by half.
        var randomWait = false
        /// `-Q`: octets after which no further URL is begun.
        var quota: UInt64?
        /// Octets a second, of all transfers together.
        var limitRate: UInt64?
    }

    /// How servers are reached.
    struct Network: Sendable {
        enum Family: Sendable { case none, ipv4, ipv6 }

        /// Seconds; nil is without end.
        var dnsTimeout: Double?
        var connectTimeout: Double?
        /// Seconds without any octet.
        var readTimeout: Double? = 900
        var onlyIPv4 = false
        var onlyIPv6 = false
        /// Whose addresses are tried first.
        var preferredFamily = Family.none
        /// A name or address of this machine.
        var bindAddress: String?
        /// Whether what DNS answered is kept.
        var cachesDNS = true
        /// `--dns-servers`: addresses, with commas.
        var dnsServers: [String] = []
        /// The address that queries are sent from.
        var bindDNSAddress: String?

        var usesProxy = true
        /// URLs of proxies: `http://`, `https://`, `socks5://` (the name is resolved here) or
        /// `socks5h://` (by the proxy); without a scheme it is `http`.
        var httpProxy: String?
        var httpsProxy: String?
        /// The ends of names of hosts that are reached directly.
        var noProxy: [String] = []
        var proxyUser: String?
        var proxyPassword: String?
    }
}
