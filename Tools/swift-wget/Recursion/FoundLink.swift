import TwineHTML

/// A link of a page, resolved.
struct FoundLink {
    /// Where it leads, with its fragment.
    let url: WgetURL
    /// What it is to its page.
    let traits: SourceLink.Traits
    /// Whether it is written with neither host nor leading slash.
    let isRelative: Bool
    /// Whether it is written with everything.
    let isComplete: Bool
    /// Where it is written.
    let source: SourceLink?

    init(_ source: SourceLink, _ url: WgetURL) {
        self.url = url
        self.source = source
        traits = source.traits
        isComplete = WgetURL.otherScheme(of: Array(source.text.utf8)) != nil
        isRelative = !isComplete && source.text.utf8.first != UInt8(ascii: "/")
    }

    /// Where a server redirected to.
    init(redirection url: WgetURL) {
        self.url = url
        traits = []
        isRelative = false
        isComplete = true
        source = nil
    }
}
