import TwineHTML
import TwineHTTP

/// A link of a page, resolved.
struct FoundLink {
    /// Where it leads, with its fragment.
    let url: WebURL
    /// What it is to its page.
    let traits: SourceLink.Traits
    /// Whether it is written with neither host nor leading slash.
    let isRelative: Bool
    /// Whether it is written with everything.
    let isComplete: Bool
    /// Where it is written.
    let source: SourceLink?

    init(_ source: SourceLink, _ url: WebURL) {
        self.url = url
        self.source = source
        traits = source.traits
        isComplete = Self.hasScheme(source.text)
        isRelative = !isComplete && source.text.utf8.first != UInt8(ascii: "/")
    }

    /// Where a server redirected to.
    init(redirection url: WebURL) {
        self.url = url
        traits = []
        isRelative = false
        isComplete = true
        source = nil
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let scheme = text.utf8[..<colon]
        return !scheme.isEmpty
            && scheme.allSatisfy {
                ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57)
                    || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
            }
    }
}

/// Finds the links of saved pages and style sheets.
struct LinkFinder {
    /// What a file is read as.
    enum Kind: Sendable { case html, css }

    /// The links of one file.
    struct Result {
        /// In the order of the source.
        var links: [FoundLink] = []
        /// Whether a page asks robots not to follow.
        var forbidsFollowing = false
        /// Whether text beyond ASCII may be written into the page as UTF-8.
        var isUTF8 = true
    }

    private var html = HTMLLinkScanner()
    private var css = CSSLinkScanner()
    private let remoteEncoding: String?

    init(_ settings: Settings) {
        html.followedTags = Set(settings.rules.followTags.map { $0.lowercased() })
        html.ignoredTags = Set(settings.rules.ignoreTags.map { $0.lowercased() })
        html.strictComments = settings.recursion.strictComments
        html.keepsOctets = !settings.input.usesIRIs
        css.keepsOctets = html.keepsOctets
        remoteEncoding = settings.input.remoteEncoding
    }

    /// Finds the links of a file.
    ///
    /// - Parameters:
    ///   - octets: The file.
    ///   - kind: What it is read as.
    ///   - url: What it is relative to, unless it says so itself.
    ///   - charset: What the server said of its encoding.
    /// - Returns: What of them wget would know as links.
    func links(
        of octets: Span<UInt8>, _ kind: Kind, at url: WebURL, charset: String?
    ) -> Result {
        var result = Result()
        var base = url
        let sources: [SourceLink]
        switch kind {
        case .html:
            var scanner = html
            scanner.charset = charset ?? remoteEncoding
            let page = scanner.scan(octets)
            result.forbidsFollowing = page.forbidsFollowing
            result.isUTF8 = page.isUTF8
            sources = page.links
        case .css:
            var scanner = css
            scanner.charset = charset ?? remoteEncoding
            sources = scanner.scan(octets)
        }
        for source in sources {
            let isBase = source.traits.contains(.base)
            // A base is relative to the page, and not to another base.
            guard let target = WebURL(source.text, base: isBase ? url : base),
                target.isKnownToWget, !target.hostName.isEmpty
            else { continue }
            result.links.append(FoundLink(source, target))
            if isBase { base = target }
        }
        return result
    }
}
