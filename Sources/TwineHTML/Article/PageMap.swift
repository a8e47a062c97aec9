/// The links of a page with what stands around them, gathered in one walk.
struct PageMap {
    /// What an element stands in.
    struct Place {
        /// Navigation, header, footer, side column, comments or the like.
        var isBoilerplate = false
        var isInArticle = false
        var isInHeading = false
        var isInEntry = false
        var isInSchema = false
        /// In an element that a theme's class marks as the title of an article.
        var isThemed = false
        /// The nearest element that holds one thing: a list item, a paragraph… by its number.
        var block = 0
        var blockElement: HTMLElement?
        /// What holds that one and its likes.
        var list = 0
    }

    struct Link {
        let href: String
        let text: String
        let classes: [String]
        let relations: [String]
        let isSchemaURL: Bool
        let place: Place
        /// The block that it stands in.
        var block: HTMLElement? { place.blockElement }
    }

    private(set) var links: [Link] = []
    /// The addresses of articles in JSON-LD, in order.
    private(set) var linkedData: [String] = []

    /// More links are not looked at.
    private static let linkLimit = 5000

    init(_ document: HTMLDocument) {
        var places: [Place] = [Place()]
        var links: [Link] = []
        var data: [String] = []
        var number = 0
        document.walk { element, depth in
            number += 1
            places.removeLast(max(0, places.count - depth - 1))
            var place = places[places.count - 1]
            let name = element.name
            if name == "script" {
                if element["type"]?.lowercased() == "application/ld+json" {
                    data += Self.articles(inLinkedData: element)
                }
            } else if name == "a" {
                if links.count < Self.linkLimit, let href = element["href"] {
                    links.append(Self.link(href, element, place))
                }
            } else {
                place.enter(element, name, number)
            }
            while places.count <= depth { places.append(places[places.count - 1]) }
            places.append(place)
        }
        self.links = links
        linkedData = data
    }

    private static func link(_ href: String, _ element: HTMLElement, _ place: Place) -> Link {
        // A card may be a link around a heading.
        let headings = element.children.contains { Place.headings.contains($0.name) }
        var place = place
        if headings { place.isInHeading = true }
        let properties = element.words("itemprop")
        return Link(
            href: href, text: element.text(limit: 512), classes: element.words("class"),
            relations: element.words("rel"),
            isSchemaURL: properties.contains("url") || properties.contains("mainentityofpage"),
            place: place)
    }

    // MARK: JSON-LD

    private static func articles(inLinkedData element: HTMLElement) -> [String] {
        guard let value = JSONValue(Array(element.ownText.utf8)) else { return [] }
        var found: [String] = []
        var pile = Array(value.elements.reversed())
        var looked = 0
        while let next = pile.popLast(), looked < 1000 {
            looked += 1
            for part in ["@graph", "blogPost", "blogPosts", "itemListElement", "item"] {
                if let inner = next[part] { pile += inner.elements.reversed() }
            }
            let types = next["@type"]?.elements.compactMap(\.string) ?? []
            guard types.contains(where: isArticle) else { continue }
            let page = next["mainEntityOfPage"]
            if let url = next["url"]?.string ?? page?.string ?? page?["@id"]?.string
                ?? next["@id"]?.string
            {
                found.append(url)
            }
        }
        return found
    }

    static func isArticle(_ type: String) -> Bool {
        ["BlogPosting", "Article", "NewsArticle", "TechArticle", "LiveBlogPosting"]
            .contains(type.split(whereSeparator: { $0 == "/" || $0 == "#" || $0 == ":" }).last)
    }
}

extension PageMap.Place {
    static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
    private static let blocks: Set<String> = [
        "li", "article", "section", "p", "tr", "dt", "dd", "div", "main", "h1", "h2", "h3",
        "h4", "h5", "h6",
    ]
    private static let boilerplateRoles: Set<String> = [
        "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
    ]

    /// Goes into an element.
    mutating func enter(_ element: HTMLElement, _ name: String, _ number: Int) {
        let classes = element.words("class")
        switch name {
        case "nav", "footer", "aside", "form", "noscript":
            // The foot of one article's summary may hold its link.
            if name != "footer" || !isInArticle { isBoilerplate = true }
        case "header":
            if !isInArticle && !isInEntry && !ThemeClasses.areArticle(classes) {
                isBoilerplate = true
            }
        case "article": isInArticle = true
        default: break
        }
        if let role = element["role"]?.lowercased(), Self.boilerplateRoles.contains(role) {
            isBoilerplate = true
        }
        let isMain = name == "main" || name == "body" || name == "html"
        if !isMain, ThemeClasses.areBoilerplate(classes + element.words("id")) {
            isBoilerplate = true
        }
        if classes.contains("h-entry") || classes.contains("hentry") { isInEntry = true }
        if let type = element["itemtype"], PageMap.isArticle(type) { isInSchema = true }
        if Self.headings.contains(name) { isInHeading = true }
        if ThemeClasses.areTitle(classes) { isThemed = true }
        if Self.blocks.contains(name) {
            // A heading alone is not the list item: the date stands beside it.
            let isWhole = !Self.headings.contains(name) && name != "p" || block == 0
            if isWhole {
                list = block
                block = number
                blockElement = element
            }
        } else if ["ul", "ol", "table", "tbody", "dl"].contains(name) {
            list = number
            block = number
        }
    }
}
