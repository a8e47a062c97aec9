/// All that a command line, the files of settings and the environment say.
///
/// Names are those of wget's settings where they read well. What has no value is nil: no timeout, no
/// limit, no file.
struct Settings: Sendable {
    /// The name of a file or folder, as it was written.
    typealias Path = Octets

    /// The URLs of the command line, in its order.
    var urls: [Octets] = []

    var logging = Logging()
    var input = Input()
    var download = Download()
    var directories = Directories()
    var network = Network()
    var http = HTTP()
    var tls = TLS()
    var recursion = Recursion()
    var rules = Rules()
    var metalink = Metalink()
    var warc = WARC()
    var beyond = Beyond()

    /// Where URLs come from, besides the command line.
    struct Input: Sendable {
        /// `-i`: a list of URLs or a page; `-` is standard input, and a URL is fetched.
        var file: Octets?
        /// `-F`: whether ``file`` is HTML whatever it looks like.
        var forcesHTML = false
        /// `-B`: what the links of ``file`` are relative to.
        var base: Octets?
        /// Whether URLs may have characters beyond ASCII, and hosts are international names.
        var usesIRIs = true
        /// The encoding of URLs of the command line; nil is the locale's.
        var localEncoding: String?
        /// The encoding of pages that do not say theirs.
        var remoteEncoding: String?
    }

    /// Where files are put.
    struct Directories: Sendable {
        /// Whether folders are made as the URL has them.
        ///
        /// `-x` and `-nd` say so; otherwise `-r`, `-m` and `-p` make folders.
        var makesDirectories = false
        /// Whether the first folder is the host's.
        var addsHost = true
        /// Whether the scheme's folder stands before the host's.
        var addsProtocol = false
        /// `-P`, without slashes at its end; nil is the working folder.
        var prefix: Path?
        /// How many folders of the URL are left out.
        var cut = 0
        /// The name of what a URL that ends in a slash becomes.
        var defaultPage: Octets = "index.html"
        var restriction = NameRestriction()
    }

    /// `--restrict-file-names`.
    struct NameRestriction: Sendable, Equatable {
        enum System: Sendable { case unix, windows, vms }
        enum Case: Sendable { case asIs, lower, upper }

        var system = System.unix
        /// Whether control characters are escaped.
        var escapesControl = true
        /// Whether everything beyond ASCII is escaped.
        var escapesBeyondASCII = false
        var letters = Case.asIs
    }

    /// Metalink: mirrors and checksums.
    struct Metalink: Sendable {
        /// `--input-metalink`.
        var file: Path?
        /// `--metalink-over-http`: whether the fields of replies (RFC 6249) are heeded.
        var overHTTP = false
        /// Which `application/metalink4+xml` of a reply is taken: from 1, 0 is all; nil is none.
        var index: Int?
        /// Whether a file whose checksum is wrong is kept, under a name with `.badhash`.
        var keepsBadHash = false
        /// The ISO 3166 code of mirrors that are tried first.
        var preferredLocation: String?
    }

    /// Archives as of ISO 28500.
    struct WARC: Sendable {
        /// The name without `.warc` and `.gz`; nil writes none.
        var file: Path?
        /// Fields of the warcinfo record, as `Name: value`.
        var headers: [Octets] = []
        /// Octets after which another file is begun.
        var maxSize: UInt64?
        var writesCDX = false
        /// A CDX file with what is not stored again.
        var dedup: Path?
        var compresses = true
        var hasDigests = true
        var keepsLog = true
        /// Where temporary files are put; nil is the system's place.
        var temporaryDirectory: Path?
    }
}
