/// A list of blogs as feed readers export it.
///
/// OPML 2.0.
public struct OPML: Equatable, Sendable {
    /// One blog.
    public struct Outline: Equatable, Sendable {
        /// What the list calls it.
        public var title: String?
        /// Its front page.
        public var htmlURL: String?
        /// Its feed.
        public var xmlURL: String?
    }

    /// The blogs, in document order, out of whatever folders they are in.
    public let outlines: [Outline]

    /// Larger lists are refused, in octets.
    public static let sizeLimit = 64 << 20

    /// Whether a text looks like OPML, and not like a list of URLs.
    ///
    /// - Parameter bytes: The text, or its beginning.
    /// - Returns: Whether it is to be read as OPML.
    public static func isOPML(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let text = head.drop { $0.isWhitespace || $0 == "\u{feff}" }
        return text.first == "<" && head.lowercased().contains("<opml")
    }

    /// Parses a list.
    ///
    /// - Parameter bytes: The whole list.
    /// - Throws: ``HTMLError/notOPML``, or ``HTMLError/tooLarge(limit:)``.
    public init(_ bytes: [UInt8]) throws(HTMLError) {
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        guard let document = XMLTree(bytes), let root = document.root,
            root.name.lowercased() == "opml"
        else { throw .notOPML }
        var outlines: [Outline] = []
        // Folders are outlines with outlines in them; the pile holds what is still to be looked at.
        var pile = Array(root.children.reversed())
        while let element = pile.popLast() {
            if element.name.lowercased() == "outline" {
                let outline = Outline(
                    title: element["title"] ?? element["text"],
                    htmlURL: element["htmlUrl"] ?? element["htmlurl"] ?? element["url"],
                    xmlURL: element["xmlUrl"] ?? element["xmlurl"])
                if outline.htmlURL != nil || outline.xmlURL != nil { outlines.append(outline) }
            }
            pile.append(contentsOf: element.children.reversed())
        }
        self.outlines = outlines
    }
}
