import CLibXML2

/// A feed of articles: RSS 0.9 to 2.0, Atom, or JSON Feed, told apart by content.
public struct Feed: Equatable, Sendable {
    /// One article.
    public struct Entry: Equatable, Sendable {
        /// Where it is, as written in the feed.
        public var link: String
        /// Its title, without markup; nil when the feed has none.
        public var title: String?
        /// When it was published, in seconds since 1970; nil when the feed does not say.
        public var date: Int?
    }

    /// The articles that have a link, in the order of the feed.
    public let entries: [Entry]

    /// Larger feeds are refused, in octets.
    public static let sizeLimit = 16 << 20
    /// More entries are not looked at.
    static let entryLimit = 10_000

    /// The newest article: by date when every entry has one, otherwise the first, since feeds list
    /// the newest first by custom.
    public var newest: Entry? {
        guard entries.allSatisfy({ $0.date != nil }) else { return entries.first }
        // Of several of one date the first counts.
        return entries.enumerated().max {
            ($0.element.date ?? 0, -$0.offset) < ($1.element.date ?? 0, -$1.offset)
        }?.element
    }

    /// Parses a feed.
    ///
    /// - Parameter bytes: The whole feed.
    /// - Throws: ``HTMLError/notAFeed``, or ``HTMLError/tooLarge(limit:)``.
    public init(_ bytes: [UInt8]) throws(HTMLError) {
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        var text = bytes[...]
        if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
        if text.first(where: { !$0.isHTMLSpace }) == UInt8(ascii: "{") {
            entries = try Self.json(Array(text))
        } else {
            guard let document = XMLTree(bytes), let root = document.root else { throw .notAFeed }
            entries = try Self.xml(root)
        }
    }

    // MARK: JSON Feed

    private static func json(_ bytes: [UInt8]) throws(HTMLError) -> [Entry] {
        guard let feed = JSONValue(bytes), feed["version"]?.string?.contains("jsonfeed") == true
        else { throw .notAFeed }
        return feed["items"]?.elements.prefix(entryLimit).compactMap { item in
            guard let link = item["url"]?.string ?? item["external_url"]?.string else { return nil }
            return Entry(
                link: link, title: item["title"]?.string?.foldingWhiteSpace(),
                date: item["date_published"]?.string.flatMap(FeedDate.seconds))
        } ?? []
    }

    // MARK: RSS and Atom

    private static func xml(_ root: HTMLElement) throws(HTMLError) -> [Entry] {
        switch root.name {
        case "feed":
            return root.children.filter { $0.name == "entry" }.prefix(entryLimit)
                .compactMap(atomEntry)
        case "rss", "RDF":
            // RSS 1.0 has its items beside the channel, the others in it.
            let items =
                root.children.filter { $0.name == "item" }
                + root.children.filter { $0.name == "channel" }
                .flatMap { $0.children.filter { $0.name == "item" } }
            return items.prefix(entryLimit).compactMap(rssItem)
        default: throw .notAFeed
        }
    }

    private static func atomEntry(_ element: HTMLElement) -> Entry? {
        var link: String?
        var entry = Entry(link: "")
        var updated: Int?
        for child in element.children {
            switch child.name {
            case "link":
                let relation = child["rel"] ?? "alternate"
                if relation == "alternate", link == nil { link = child["href"] }
            case "title": entry.title = child.text()
            case "published", "issued": entry.date = FeedDate.seconds(child.text())
            case "updated", "modified": updated = FeedDate.seconds(child.text())
            default: break
            }
        }
        guard let link = link.map(trimmed), !link.isEmpty else { return nil }
        entry.link = link
        entry.date = entry.date ?? updated
        return entry
    }

    private static func rssItem(_ element: HTMLElement) -> Entry? {
        var link: String?
        var identity: String?
        var entry = Entry(link: "")
        for child in element.children {
            switch child.name {
            // A namespaced `link`, such as Atom's, has its address in an attribute.
            case "link":
                if link == nil { link = [child.text(), child["href"] ?? ""].first { !$0.isEmpty } }
            case "guid":
                if child["isPermaLink"]?.lowercased() != "false" { identity = child.text() }
            case "title": entry.title = entry.title ?? child.text()
            case "pubDate", "date": entry.date = entry.date ?? FeedDate.seconds(child.text())
            default: break
            }
        }
        if identity?.lowercased().hasPrefix("http") != true { identity = nil }
        guard let link = (link ?? identity).map(trimmed), !link.isEmpty else { return nil }
        entry.link = link
        return entry
    }

    private static func trimmed(_ text: String) -> String { text.foldingWhiteSpace() }
}

/// An XML text as a tree, by libxml2: no network, no external entities, no entities replaced.
@safe
final class XMLTree {
    private let document: xmlDocPtr

    init?(_ bytes: [UInt8]) {
        LibXML2.prepare()
        let options =
            XML_PARSE_RECOVER.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_COMPACT.rawValue
        let parsed = unsafe bytes.withUnsafeBytes {
            unsafe xmlReadMemory(
                $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), nil, nil,
                Int32(options))
        }
        guard let parsed = unsafe parsed else { return nil }
        unsafe document = parsed
    }

    deinit { unsafe xmlFreeDoc(document) }

    var root: HTMLElement? {
        unsafe xmlDocGetRootElement(document).map { unsafe HTMLElement($0) }
    }
}
