extension Settings {
    /// What wget has not.
    struct Beyond: Sendable {
        /// How many URLs are fetched at once; nil is as many as are sensible.
        var jobs: Int?
        /// How many at once from one host.
        var jobsPerHost = 6
        var segments = Segments.one
        /// What files are checked by.
        var checksum: Checksum?
        /// `--write-out`: a format as curl's, printed when a URL is done.
        var writeOut: Octets?
        /// Whether an object a URL is printed.
        var printsJSON = false
        /// Parts of pages that are printed instead of saving.
        var extractions: [Extraction] = []
        /// Whether the first failure ends the program.
        var failsEarly = false
        /// The socket that every connection is made to.
        var unixSocket: Path?
        /// `--resolve`: addresses that DNS is not asked for.
        var resolutions: [Resolution] = []
        /// DNS over HTTPS.
        var dohURL: String?
        /// `--dns`: servers as the resolver names them, such as `tls:1.1.1.1` or `udp:127.0.0.1:5353`.
        var dns: [String] = []
    }

    /// `--segments`: over how many connections one file comes.
    enum Segments: Sendable, Equatable {
        case one
        case auto
        case count(Int)
    }

    /// `--checksum`.
    enum Checksum: Sendable, Equatable {
        /// `ALGORITHM:HEX`.
        case digest(algorithm: Algorithm, hex: String)
        /// A file as `sha256sum` writes it.
        case file(Path)
        /// What stands beside the file on the server: FILE.sha256, SHA256SUMS.
        case auto

        enum Algorithm: String, Sendable, CaseIterable {
            case md5, sha1, sha224, sha256, sha384, sha512
        }
    }

    /// A part of a page.
    enum Extraction: Sendable, Equatable {
        case title
        case links
        /// The text without what stands around it.
        case article
        case xpath(String)
    }

    /// `HOST:PORT:ADDRESS[,ADDRESS…]`.
    struct Resolution: Sendable, Equatable {
        /// In small letters; `*` is every host.
        var host: String
        var port: UInt16
        var addresses: [String]
    }
}
