/// Which links of a front page may lead to an article, by their address.
struct LinkFilter {
    private let page: String
    private let host: Substring
    private let resolve: (String) -> String?

    init(page: String, resolve: @escaping (String) -> String?) {
        self.page = Self.plain(page)
        host = Self.host(of: page)
        self.resolve = resolve
    }

    /// The resolved address of a link that may lead to an article.
    func article(_ link: PageMap.Link) -> String? {
        let refused: Set<String> = [
            "tag", "category", "author", "next", "prev", "license", "home", "search", "edit",
            "nofollow", "privacy-policy", "terms-of-service", "alternate", "help",
        ]
        guard refused.isDisjoint(with: link.relations) else { return nil }
        return article(href: link.href)
    }

    /// The resolved address, if it may lead to an article.
    func article(href: String) -> String? {
        let href = href.drop { $0.isWhitespace }
        guard !href.isEmpty, !href.hasPrefix("#"), let url = resolve(String(href)),
            url.hasPrefix("http://") || url.hasPrefix("https://")
        else { return nil }
        let fragment = url.firstIndex(of: "#").map { url[url.index(after: $0)...].lowercased() }
        if let fragment, Self.fragments.contains(where: { fragment.hasPrefix($0) }) { return nil }
        let plain = Self.plain(url)
        guard plain != self.page, !Self.isFront(plain) || plain.contains("?") else { return nil }
        guard !Self.isElsewhere(plain) else { return nil }
        return url
    }

    func isSameSite(_ url: String) -> Bool { Self.host(of: url) == host }

    // MARK: Parts of addresses

    /// Without the fragment and a final slash.
    private static func plain(_ url: String) -> String {
        var plain = url.prefix { $0 != "#" }
        if plain.hasSuffix("/") { plain = plain.dropLast() }
        return String(plain)
    }

    private static func afterScheme(_ url: String) -> Substring {
        guard let range = url.firstRange(of: "://") else { return url[...] }
        return url[range.upperBound...]
    }

    private static func host(of url: String) -> Substring {
        let host = afterScheme(url).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return host.hasPrefix("www.") ? host.dropFirst(4) : host
    }

    private static func segments(_ url: String) -> [Substring] {
        let rest = afterScheme(url)
        guard let slash = rest.firstIndex(of: "/") else { return [] }
        return rest[slash...].prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
    }

    private static func isFront(_ url: String) -> Bool {
        let segments = segments(url)
        return segments.isEmpty
            || segments.count == 1
                && ["index.html", "index.htm", "index.php", "home"].contains(
                    segments[0].lowercased())
    }

    /// The form of the path: how many parts, the first of them, digits as one.
    static func shape(of url: String) -> String {
        let segments = segments(url)
        let first = segments.count > 1 ? segments[0] : ""
        let isNumber = !first.isEmpty && first.allSatisfy(\.isNumber)
        return "\(host(of: url)) \(segments.count) \(isNumber ? "#" : first)"
    }

    /// Whether the path has a date, as `/2026/11/` or `2026-11-23`.
    static func hasDate(inPath url: String) -> Bool {
        let numbers = segments(url).flatMap { $0.split { $0 == "-" || $0 == "_" } }
        for (index, number) in numbers.enumerated() where number.count == 4 {
            guard let year = Int(number), (1990...2099).contains(year), index + 1 < numbers.count,
                let month = Int(numbers[index + 1]), (1...12).contains(month)
            else { continue }
            return true
        }
        return false
    }

    /// Whether the path leads to something that every blog has beside its articles.
    private static func isElsewhere(_ url: String) -> Bool {
        let segments = segments(url).map { $0.lowercased() }
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            if sections.contains(segment) { return true }
            if isLast, pages.contains(segment.prefix { $0 != "." }.description) { return true }
            if segment == "page" || segment == "p" || segment == "seite", !isLast,
                segments[index + 1].allSatisfy(\.isNumber)
            {
                return true
            }
            if isLast,
                segment.hasSuffix(".xml") || segment.hasSuffix(".rss")
                    || segment.hasSuffix(".atom") || segment.hasSuffix(".json")
                    || segment.hasSuffix(".jpg") || segment.hasSuffix(".png")
                    || segment.hasSuffix(".zip")
            {
                return true
            }
        }
        // An archive of a year or a month alone.
        if !segments.isEmpty, segments.allSatisfy({ $0.allSatisfy(\.isNumber) }),
            segments[0].count == 4, segments.count <= 3
        {
            return true
        }
        guard let query = url.firstIndex(of: "?") else { return false }
        let first = url[url.index(after: query)...].prefix { $0 != "=" && $0 != "&" }.lowercased()
        return ["replytocom", "share", "paged", "cat", "tag", "author", "s", "q", "feed", "page"]
            .contains(first)
    }

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
