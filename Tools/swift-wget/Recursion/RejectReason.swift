/// Why a link is not followed, by the words of wget's `--rejected-log`.
enum RejectReason: String, Sendable {
    /// It was seen before.
    case seen = "BLACKLIST"
    /// `--https-only`.
    case notHTTPS = "NOTHTTPS"
    /// Neither HTTP nor, with `--follow-ftp`, FTP.
    case notHTTP = "NONHTTP"
    /// `-L`.
    case absolute = "ABSOLUTE"
    /// `-D`, `--exclude-domains`.
    case domain = "DOMAIN"
    /// `-np`.
    case parent = "PARENT"
    /// `-I`, `-X`.
    case directory = "LIST"
    /// `--accept-regex`, `--reject-regex`.
    case regex = "REGEX"
    /// `-A`, `-R`.
    case name = "RULES"
    /// Another host, without `-H`.
    case host = "SPANNEDHOST"
    /// robots.txt.
    case robots = "ROBOTS"
}
