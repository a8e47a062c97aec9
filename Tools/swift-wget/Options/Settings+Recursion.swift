extension Settings {
    /// How links are followed.
    struct Recursion: Sendable {
        /// `-r`.
        var isRecursive = false
        /// `-l`; nil is without end, 0 is only the page itself (and what it needs, with `-p`).
        var level: Int? = 5
        /// `-p`.
        var getsRequisites = false
        /// `-k`.
        var convertsLinks = false
        /// `--convert-file-only`.
        var convertsFileOnly = false
        /// `-K`: whether FILE.orig is kept.
        var backsUpConverted = false
        /// Whether comments end as SGML has it.
        var strictComments = false
        /// Whether robots.txt and nofollow are heeded.
        var usesRobots = true

        /// Whether links are looked for at all.
        var follows: Bool { isRecursive || getsRequisites }
    }

    /// Which links are followed.
    struct Rules: Sendable {
        enum RegexType: Sendable { case posix, pcre }

        /// `-A` and `-R`: ends of names, or patterns with `*`, `?` or `[`.
        var accept: [String] = []
        var reject: [String] = []
        /// Of whole URLs.
        var acceptRegex: String?
        var rejectRegex: String?
        var regexType = RegexType.posix
        /// `-I` and `-X`.
        var includeDirectories: [String] = []
        var excludeDirectories: [String] = []
        var ignoresCase = false
        /// `-D`.
        var domains: [String] = []
        var excludeDomains: [String] = []
        /// `-H`.
        var spansHosts = false
        /// `-L`.
        var relativeOnly = false
        /// `-np`.
        var noParent = false
        /// Names of tags; empty is all that wget follows.
        var followTags: [String] = []
        var ignoreTags: [String] = []
        var followsFTP = false
    }
}
