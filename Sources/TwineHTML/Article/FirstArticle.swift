/// The first article of a blog's front page: where it is, and by which rung of the ladder it was
/// found.
///
/// The rungs, each tried only when those above it give nothing:
///
/// 1. ``Rung/hEntry``: the permanent link (`u-url`) of the first h-entry (microformats).
/// 2. ``Rung/schema``: the `url` of the first BlogPosting or Article of schema.org, in microdata or
///    JSON-LD.
/// 3. ``Rung/articleHeading``: the link in the heading of the first `<article>`.
/// 4. ``Rung/bookmark``: the first `rel=bookmark`.
/// 5. ``Rung/theme``: the first link with, or in a heading with, a class that the themes of common
///    generators give to the titles of articles.
/// 6. ``Rung/datedList``: the first link of the list in which most links have a date beside them
///    or in their path.
/// 7. ``Rung/list``: the first link of the longest list of links of one shape.
///
/// On every rung, links that lead to something else than an article are passed over: navigation,
/// header, footer and side columns; tags, categories, authors, pages of older articles, "about",
/// comments, sharing, feeds; the front page itself; what is no web address. Comments of the markup
/// are never looked at. The last two rungs keep to the site of the page.
public struct FirstArticle: Equatable, Sendable {
    /// The address, resolved.
    public let url: String
    /// How it was found.
    public let rung: Rung

    /// The rungs of the ladder, best first.
    public enum Rung: String, Sendable, CaseIterable {
        /// A microformats h-entry.
        case hEntry = "h-entry"
        /// schema.org marks.
        case schema = "schema.org"
        /// The heading of an `<article>`.
        case articleHeading = "article-heading"
        /// `rel=bookmark`.
        case bookmark = "rel-bookmark"
        /// The class names of a generator's theme.
        case theme
        /// A list of links with dates.
        case datedList = "dated-list"
        /// A list of links of one shape.
        case list
    }
}

extension HTMLDocument {
    /// Finds the first article of a front page, by the ladder of ``FirstArticle``.
    ///
    /// - Parameters:
    ///   - page: The address of the page, after redirects.
    ///   - resolve: The absolute form of a link as it stands on the page, `<base>` considered; nil
    ///     for one that is no address.
    /// - Returns: The article, or nil when nothing on the page looks like one.
    public func firstArticle(page: String, resolve: @escaping (String) -> String?) -> FirstArticle?
    {
        let map = PageMap(self)
        let site = LinkFilter(page: page, resolve: resolve)
        let main = map.links.filter { !$0.place.isBoilerplate }

        func first(
            _ rung: FirstArticle.Rung, _ isWanted: (PageMap.Link) -> Bool
        ) -> FirstArticle? {
            for link in main where isWanted(link) {
                if let found = site.article(link) {
                    return FirstArticle(url: found.url, rung: rung)
                }
            }
            return nil
        }

        if let found = first(
            .hEntry,
            {
                $0.place.isInEntry
                    && ($0.classes.contains("u-url") || $0.classes.contains("u-uid"))
            })
        {
            return found
        }
        if let found = first(.schema, { $0.place.isInSchema && $0.isSchemaURL }) { return found }
        for href in map.linkedData {
            if let found = site.article(href: href) {
                return FirstArticle(url: found.url, rung: .schema)
            }
        }
        return first(.articleHeading) { $0.place.isInArticle && $0.place.isInHeading }
            ?? first(.bookmark) { $0.relations.contains("bookmark") }
            ?? first(.theme) { $0.place.isThemed || ThemeClasses.areTitle($0.classes) }
            ?? densest(main, site)
    }

    /// The first link of the list that looks most like one of articles.
    private func densest(_ links: [PageMap.Link], _ site: LinkFilter) -> FirstArticle? {
        struct Key: Hashable {
            let list: Int
            let shape: LinkAddress.Shape
        }
        struct Group {
            let first: String
            let order: Int
            var urls: Set<String> = []
            var dated = 0
        }
        var groups: [Key: Group] = [:]
        var dates: [Int: Bool] = [:]
        for (order, link) in links.enumerated() {
            guard let address = site.article(link), site.isSameSite(address), !link.text.isEmpty
            else { continue }
            let key = Key(list: link.place.list, shape: address.shape)
            var group = groups.removeValue(forKey: key) ?? Group(first: address.url, order: order)
            if group.urls.insert(address.url).inserted {
                let block = link.place.block
                let isDated =
                    address.hasDate
                    || dates[block] ?? link.block.map { DatedText.isDated($0) } ?? false
                dates[block] = isDated || (dates[block] ?? false)
                if isDated { group.dated += 1 }
            }
            groups[key] = group
        }
        let dated = groups.values.filter { $0.dated > 0 }
            .max { ($0.dated, -$0.order) < ($1.dated, -$1.order) }
        if let dated { return FirstArticle(url: dated.first, rung: .datedList) }
        // One link alone is no list: it may lead anywhere.
        let list = groups.values.filter { $0.urls.count > 1 }
            .max { ($0.urls.count, -$0.order) < ($1.urls.count, -$1.order) }
        return list.map { FirstArticle(url: $0.first, rung: .list) }
    }
}
