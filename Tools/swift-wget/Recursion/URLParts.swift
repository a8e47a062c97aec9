/// Folder and file of a URL's path, without percent-encoding.
struct URLParts {
    /// Without slashes at its ends.
    let directory: String
    /// What follows the last slash, without the query; empty for a folder.
    let file: String

    init(_ url: WgetURL) {
        let slash = url.path.lastIndex(of: UInt8(ascii: "/"))
        let folder = URLOctets.decoded(url.path[..<(slash ?? 0)])
        directory = String(decoding: folder, as: UTF8.self)
        file = String(decoding: url.file, as: UTF8.self)
    }

    /// Whether a file has an ending that is usual for pages.
    static func looksLikeHTML(_ file: String) -> Bool {
        guard let dot = file.lastIndex(of: ".") else { return false }
        let ending = file[file.index(after: dot)...].lowercased()
        return ending == "html" || ending == "htm"
            || (ending.count == 5 && ending.hasSuffix("html"))
    }
}

extension WgetURL {
    /// Whether it is HTTP with or without TLS.
    var isHTTP: Bool { !scheme.isFTP }

    /// This URL without its fragment: what is fetched.
    var withoutFragment: WgetURL {
        var url = self
        url.fragment = nil
        return url
    }
}
