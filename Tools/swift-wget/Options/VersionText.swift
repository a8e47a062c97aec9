/// What `--version` prints.
enum VersionText {
    static let version = "0.1.0"
    /// The wget whose manual this follows.
    static let likeWget = "1.25.0"

    /// What there is and what there is not, in the words of wget.
    static let features = [
        "-cares", "+digest", "-gpgme", "+https", "+ipv6", "+iri", "+large-file", "+metalink",
        "-nls",
        "-ntlm", "-opie", "+psl", "+ssl/openssl",
    ]

    /// What wget has no words for.
    static let more = [
        "+brotli", "+dns/https", "+dns/tls", "-ftp", "+gzip", "+jobs", "+json",
        "+segments", "+socks5", "+warc", "+xpath", "+zstd",
    ]

    /// The lines of features are no longer.
    private static let width = 72

    /// The whole text.
    ///
    /// Scripts take the third word, or the first number, for the version of wget: so it stands there.
    ///
    /// - Parameter surroundings: Which files of settings would be read.
    /// - Returns: Lines.
    static func text(_ surroundings: Surroundings) -> String {
        """
        GNU Wget \(likeWget) compatible: swift-wget \(version) built on \(system).

        \(lines(features))
        \(lines(more))

        Wgetrc:
        \(files(surroundings))

        License: Apache 2.0.
        There is no warranty, to the extent permitted by law.

        """
    }

    /// What it runs on, as wget calls it.
    static var system: String {
        #if os(Linux)
        "linux-gnu"
        #else
        "darwin"
        #endif
    }

    private static func lines(_ words: [String]) -> String {
        var lines = [""]
        for word in words {
            if lines[lines.count - 1].count + word.count > width { lines.append("") }
            lines[lines.count - 1] += word + " "
        }
        return lines.joined(separator: "\n")
    }

    private static func files(_ surroundings: Surroundings) -> String {
        var lines: [String] = []
        if let named = surroundings.environment["WGETRC"], !named.isEmpty {
            lines.append("    \(named) (env)")
        }
        if let home = surroundings.home {
            let path = Octets(home.bytes + Array("/.wgetrc".utf8))
            if surroundings.exists(path) { lines.append("    \(path) (user)") }
        }
        lines.append("    \(Surroundings.systemFile) (system)")
        return lines.joined(separator: "\n")
    }
}
