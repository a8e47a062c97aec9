import ToolKit
import TwineHTML
import TwineHTTP

/// Parts of one page, as `--extract`, `--title`, `--links` and `--xpath` ask for.
struct PageParts {
    /// One part, and what it is.
    struct Part {
        let extraction: Settings.Extraction
        /// Lines for people; none when the page does not have it.
        let lines: [String]
    }

    /// In the order in which they were asked for.
    private(set) var parts: [Part] = []

    /// Finds the parts of a page.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - charset: What the server said of its encoding.
    ///   - url: Where it is from, which links are relative to.
    ///   - wanted: What is looked for.
    /// - Throws: ``HTMLError`` when an XPath cannot be evaluated.
    init(
        of page: [UInt8], charset: String?, at url: WgetURL, _ wanted: [Extraction]
    ) throws(HTMLError) {
        let type = "text/html" + (charset.map { "; charset=\($0)" } ?? "")
        // A title alone needs no tree.
        let needsTree = wanted.contains { $0.extraction != .title }
        let document = needsTree ? HTMLDocument(page.span, contentType: type) : nil
        for one in wanted {
            let lines: [String]
            switch one.extraction {
            case .title: lines = title(of: page, contentType: type).map { [$0] } ?? []
            case .links: lines = document.map { Self.links($0, url) } ?? []
            case .article: lines = document?.articleText.map { [$0] } ?? []
            case .xpath:
                lines =
                    try document.flatMap { page throws(HTMLError) in
                        try one.expression?.strings(in: page)
                    }.map { $0.map(Self.oneLine) } ?? []
            }
            parts.append(Part(extraction: one.extraction, lines: lines))
        }
    }

    /// Something to look for; an expression is read once.
    struct Extraction {
        let extraction: Settings.Extraction
        var expression: XPathExpression?

        /// Prepares to look for a part.
        ///
        /// - Throws: ``HTMLError/invalidXPath(_:)``.
        init(_ extraction: Settings.Extraction) throws(HTMLError) {
            self.extraction = extraction
            if case .xpath(let text) = extraction { expression = try XPathExpression(text) }
        }
    }

    /// Where links lead, each once, in the page's order: to other pages, and what can be fetched.
    private static func links(_ document: HTMLDocument, _ url: WgetURL) -> [String] {
        var base = url
        if let href = document.baseHref, let url = resolved(href, base) { base = url }
        var seen: Set<String> = []
        return document.links.compactMap { link in
            guard link.element != "link", let target = resolved(link.href, base) else { return nil }
            var text = target.text(.shown)
            if let fragment = target.fragment {
                text += "#" + String(decoding: fragment, as: UTF8.self)
            }
            return seen.insert(text).inserted ? text : nil
        }
    }

    private static func resolved(_ href: String, _ base: WgetURL) -> WgetURL? {
        let isSpace = { (octet: UInt8) in octet <= 0x20 }
        var octets = href.utf8.filter { $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }[...]
        while let first = octets.first, isSpace(first) { octets.removeFirst() }
        while let last = octets.last, isSpace(last) { octets.removeLast() }
        return try? WgetURL.parse(base.resolving(Array(octets)))
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    // MARK: What is printed

    /// What the page does not have; links may be none.
    var missing: [String] {
        parts.filter { $0.lines.isEmpty && $0.extraction != .links }.map(\.extraction.name)
    }

    /// The parts as lines.
    var text: String {
        parts.flatMap(\.lines).map { $0 + "\n" }.joined()
    }

    /// Adds the parts to an object; of several expressions the second is `xpath_2`.
    func add(to object: inout JSONObject) {
        var expressions = 0
        for part in parts {
            switch part.extraction {
            case .title, .article: object.add(part.extraction.name, part.lines.first)
            case .links: object.add("links", part.lines)
            case .xpath:
                expressions += 1
                object.add(expressions == 1 ? "xpath" : "xpath_\(expressions)", part.lines)
            }
        }
    }
}

extension Settings.Extraction {
    /// What it is called in messages and members.
    var name: String {
        switch self {
        case .title: "title"
        case .links: "links"
        case .article: "article"
        case .xpath(let expression): expression
        }
    }
}
