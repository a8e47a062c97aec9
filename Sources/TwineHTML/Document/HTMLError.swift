/// What the HTML module refuses.
public enum HTMLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The page is larger than the caller allows, in octets.
    case tooLarge(limit: Int)
    /// The expression is no XPath 1.0.
    case invalidXPath(String)
    /// The expression could not be evaluated, or would take too long.
    case xpathFailed(String)
    /// The text is neither RSS, Atom nor JSON Feed.
    case notAFeed
    /// The text is no OPML.
    case notOPML
    /// The text is no Metalink document of version 3 or 4.
    case notMetalink

    /// One line for people.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "the page is larger than \(limit) octets"
        case .invalidXPath(let text): "not an XPath 1.0 expression: \(text)"
        case .xpathFailed(let text): "the XPath cannot be evaluated on this page: \(text)"
        case .notAFeed: "neither RSS, Atom nor JSON Feed"
        case .notOPML: "not OPML"
        case .notMetalink: "not a Metalink document"
        }
    }
}
