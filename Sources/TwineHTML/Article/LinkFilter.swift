/// Which links of a front page may lead to an article, by their address.
struct LinkFilter {
    private let page: LinkAddress
    private let resolve: (String) -> String?

    init(page: String, resolve: @escaping (String) -> String?) {
        self.page = LinkAddress(page)
        self.resolve = resolve
    }

    /// The resolved address of a link that may lead to an article.
    func article(_ link: PageMap.Link) -> LinkAddress? {
        guard Self.refused.isDisjoint(with: link.relations) else { return nil }
        return article(href: link.href)
    }

    /// The resolved address, if it may lead to an article.
    func article(href: String) -> LinkAddress? {
        let href = href.drop { $0.isWhitespace }
        guard !href.isEmpty, !href.hasPrefix("#"), let url = resolve(String(href)),
            url.hasPrefix("http://") || url.hasPrefix("https://")
        else { return nil }
        let address = LinkAddress(url)
        if let fragment = address.fragment?.lowercased(),
            Self.fragments.contains(where: { fragment.hasPrefix($0) })
        {
            return nil
        }
        guard address.plain != page.plain, !Self.isFront(address), !Self.isElsewhere(address)
        else { return nil }
        return address
    }

    func isSameSite(_ address: LinkAddress) -> Bool { address.host == page.host }

    private static func isFront(_ address: LinkAddress) -> Bool {
        guard address.query == nil else { return false }
        let segments = address.segments
        return segments.isEmpty || segments.count == 1 && fronts.contains(segments[0].lowercased())
    }

    /// Whether the path leads to something that every blog has beside its articles.
    private static func isElsewhere(_ address: LinkAddress) -> Bool {
        let segments = address.segments.map { $0.lowercased() }
        for (index, segment) in segments.enumerated() {
            if sections.contains(segment) { return true }
            if segment == "page" || segment == "p" || segment == "seite",
                index + 1 < segments.count, LinkAddress.isNumber(segments[index + 1][...])
            {
                return true
            }
        }
        if let last = segments.last {
            let parts = last.utf8.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            if pages.contains(String(parts[0]) ?? "") { return true }
            if parts.count > 1, files.contains(String(parts[parts.count - 1]) ?? "") { return true }
        }
        // An archive of a year or a month alone.
        if let year = segments.first, year.utf8.count == 4, segments.count <= 3,
            segments.allSatisfy({ LinkAddress.isNumber($0[...]) })
        {
            return true
        }
        guard let query = address.query else { return false }
        return queries.contains(query.prefix { $0 != "=" && $0 != "&" }.lowercased())
    }

    private static let refused: Set<String> = [
        "tag", "category", "author", "next", "prev", "license", "home", "search", "edit",
        "nofollow", "privacy-policy", "terms-of-service", "alternate", "help",
    ]
    private static let fronts: Set<String> = ["index.html", "index.htm", "index.php", "home"]
    private static let files: Set<String> = ["xml", "rss", "atom", "json", "jpg", "png", "zip"]
    private static let queries: Set<String> = [
        "replytocom", "share", "paged", "cat", "tag", "author", "s", "q", "feed", "page",
    ]
    private static let fragments = [
        "comment", "respond", "disqus", "share", "top", "content", "main", "more-",
    ]
    private static let sections: Set<String> = [
        "tag", "tags", "category", "categories", "topics", "topic", "author", "authors", "users",
        "search", "login", "wp-admin", "wp-login.php", "wp-content", "comments", "label", "labels",
        "archive.html", "cdn-cgi", "legal",
    ]
    private static let pages: Set<String> = [
        "about", "about-me", "about-us", "contact", "contact-us", "archive", "archives", "feed",
        "rss", "atom", "index", "privacy", "privacy-policy", "terms", "imprint", "impressum",
        "datenschutz", "newsletter", "subscribe", "now", "uses", "projects", "links", "blogroll",
        "colophon", "resume", "cv", "search", "login", "signup", "register", "sitemap", "home",
        "blog", "posts", "articles", "support", "donate", "talks", "books", "photos", "hire-me",
        "style", "team", "careers", "jobs", "pricing", "disclaimer", "cookies", "faq", "all",
    ]
}
