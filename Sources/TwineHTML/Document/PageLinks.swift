/// A feed that a page announces.
public struct FeedLink: Equatable, Sendable {
    /// Where it is, as written on the page.
    public let href: String
    /// Which kind.
    public let kind: Kind
    /// What the page calls it.
    public let title: String?

    /// The kinds of feed.
    public enum Kind: String, Sendable {
        /// RSS of any version.
        case rss
        /// Atom, RFC 4287.
        case atom
        /// JSON Feed.
        case json
    }
}

/// A link of a page.
public struct PageLink: Equatable, Sendable {
    /// Where it leads, as written on the page.
    public let href: String
    /// Its text, white space folded.
    public let text: String
    /// The element that it is: `a`, `area` or `link`.
    public let element: String
    /// What it is to the page, in lower case.
    public let relations: [String]
}

extension HTMLDocument {
    /// The feeds that the page announces by `<link rel="alternate">`, in document order.
    ///
    /// Feeds of comments, which WordPress announces beside that of the articles, come last.
    public var feeds: [FeedLink] {
        var feeds: [FeedLink] = []
        walk { element, _ in
            guard element.name == "link", element.words("rel").contains("alternate"),
                let href = element["href"], !href.isEmpty, let type = element["type"]
            else { return }
            let kind: FeedLink.Kind
            switch type.prefix(while: { $0 != ";" }).lowercased().filter({ !$0.isWhitespace }) {
            case "application/rss+xml", "application/rdf+xml", "text/rss+xml": kind = .rss
            case "application/atom+xml": kind = .atom
            case "application/feed+json": kind = .json
            // WordPress announces its programming interface by the same type.
            case "application/json" where href.contains("feed"): kind = .json
            default: return
            }
            feeds.append(FeedLink(href: href, kind: kind, title: element["title"]))
        }
        let isOfComments = { (feed: FeedLink) in
            feed.href.lowercased().contains("comment")
                || feed.title?.lowercased().contains("comment") == true
        }
        return feeds.filter { !isOfComments($0) } + feeds.filter(isOfComments)
    }

    /// The links of the page, in document order.
    public var links: [PageLink] {
        var links: [PageLink] = []
        walk { element, _ in
            let name = element.name
            guard name == "a" || name == "area" || name == "link", let href = element["href"]
            else { return }
            links.append(
                PageLink(
                    href: href, text: name == "a" ? element.text() : "", element: name,
                    relations: element.words("rel")))
        }
        return links
    }

    /// The text of the first `<title>`, white space folded.
    public var title: String? {
        var title: String?
        walk { element, _ in
            if title == nil, element.name == "title" { title = element.text() }
        }
        return title
    }
}
