import TwineHTTP

/// Folder and file of a URL's path, without percent-encoding.
struct URLParts {
    /// Without slashes at its ends.
    let directory: String
    /// What follows the last slash, without the query; empty for a folder.
    let file: String

    init(_ url: WebURL) {
        let path = url.path
        let octets = path.utf8.drop { $0 == UInt8(ascii: "/") }
        let slash = octets.lastIndex(of: UInt8(ascii: "/"))
        directory = PercentEncoding.decode(
            String(Substring(octets[..<(slash ?? octets.startIndex)])))
        let file = octets[(slash.map { octets.index(after: $0) } ?? octets.startIndex)...]
        self.file = PercentEncoding.decode(String(Substring(file)))
    }

    /// Whether a file has an ending that is usual for pages.
    static func looksLikeHTML(_ file: String) -> Bool {
        guard let dot = file.lastIndex(of: ".") else { return false }
        let ending = file[file.index(after: dot)...].lowercased()
        return ending == "html" || ending == "htm"
            || (ending.count == 5 && ending.hasSuffix("html"))
    }
}

extension WebURL {
    var isHTTP: Bool { scheme == "http" || scheme == "https" }
    /// Whether it is of a kind that wget knows, and so may be a link at all.
    var isKnownToWget: Bool { isHTTP || scheme == "ftp" || scheme == "ftps" }

    /// This URL without user and password: what other servers may know.
    var withoutCredentials: WebURL {
        guard hasCredentials else { return self }
        let rest = serialization.utf8.drop { $0 != UInt8(ascii: "@") }.dropFirst()
        return WebURL("\(scheme)://\(Substring(rest))") ?? self
    }
}
