import TwineHTML

/// Finds the links of saved pages and style sheets.
struct LinkFinder {
    /// What a file is read as.
    enum Kind: Sendable { case html, css }

    private var html = HTMLLinkScanner()
    private var css = CSSLinkScanner()
    private let remoteEncoding: String?
    private let usesIRIs: Bool

    init(_ settings: Settings) {
        html.followedTags = Set(settings.rules.followTags.map { $0.lowercased() })
        html.ignoredTags = Set(settings.rules.ignoreTags.map { $0.lowercased() })
        html.strictComments = settings.recursion.strictComments
        html.keepsOctets = !settings.input.usesIRIs
        css.keepsOctets = html.keepsOctets
        remoteEncoding = settings.input.remoteEncoding
        usesIRIs = settings.input.usesIRIs
    }

    /// Finds the links of a file.
    ///
    /// - Parameters:
    ///   - octets: The file.
    ///   - kind: What it is read as.
    ///   - url: What it is relative to, unless it says so itself; nil is not known.
    ///   - charset: What the server said of its encoding.
    /// - Returns: What of them wget would know as links.
    func links(
        of octets: Span<UInt8>, _ kind: Kind, at url: WgetURL?, charset: String?
    ) -> FoundLinks {
        switch kind {
        case .html:
            var scanner = html
            scanner.charset = charset ?? remoteEncoding
            let page = scanner.scan(octets)
            var links = FoundLinks(page.links, at: url, usesIRIs: usesIRIs)
            links.forbidsFollowing = page.forbidsFollowing
            links.isUTF8 = page.isUTF8
            return links
        case .css:
            var scanner = css
            scanner.charset = charset ?? remoteEncoding
            return FoundLinks(scanner.scan(octets), at: url, usesIRIs: usesIRIs)
        }
    }
}

/// The links of one file in the order of the source, each resolved when it is its turn.
struct FoundLinks: Sequence, IteratorProtocol {
    /// Whether a page asks robots not to follow.
    var forbidsFollowing = false
    /// Whether text beyond ASCII may be written into the page as UTF-8.
    var isUTF8 = true
    /// Links that cannot be resolved, as it is not known what they are relative to.
    private(set) var incomplete: [String] = []

    private let sources: [SourceLink]
    private let usesIRIs: Bool
    private let page: WgetURL?
    private var base: WgetURL?
    private var place = 0

    init(_ sources: [SourceLink], at page: WgetURL?, usesIRIs: Bool) {
        self.sources = sources
        self.page = page
        self.usesIRIs = usesIRIs
        base = page
    }

    mutating func next() -> FoundLink? {
        while place < sources.count {
            let source = sources[place]
            place += 1
            let isBase = source.traits.contains(.base)
            guard let url = resolve(source.text, relativeToPage: isBase) else { continue }
            if isBase { base = url.withoutFragment }
            return FoundLink(source, url)
        }
        return nil
    }

    /// What a link leads to; nil for a scheme that is not known, and what cannot be resolved.
    private mutating func resolve(_ text: String, relativeToPage: Bool) -> WgetURL? {
        // A long address may be written in several lines.
        let isBreak = { (octet: UInt8) in octet == 9 || octet == 10 || octet == 13 }
        var octets = Array(text.utf8)
        if octets.contains(where: isBreak) { octets.removeAll(where: isBreak) }
        // A base is relative to the page, and not to another base.
        if let base = relativeToPage ? page : base {
            octets = base.resolving(octets)
        } else if WgetURL.otherScheme(of: octets) == nil {
            incomplete.append(text)
            return nil
        }
        return try? WgetURL.parse(octets, usesIRIs: usesIRIs)
    }
}
