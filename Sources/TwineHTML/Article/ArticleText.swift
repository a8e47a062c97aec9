import CLibXML2

extension HTMLDocument {
    /// The text of the page's article, without navigation, side columns, forms and what else stands around
    /// it.
    ///
    /// The article is what is marked as the body of one (schema.org), or the longest `<article>`, or
    /// `<main>`, or what has the most text in paragraphs; of a page without any of these it is the page.
    /// Paragraphs and headings are apart by an empty line, items of lists and rows of tables by a line end.
    ///
    /// - Returns: The text, without a line end behind it; nil when there is none.
    public var articleText: String? {
        guard let root = ArticleRoot.find(in: self) else { return nil }
        var writer = ArticleText()
        writer.write(root, isRoot: true, depth: 0)
        return writer.text
    }
}

/// Which element of a page is its article.
private struct ArticleRoot {
    /// Paragraphs of less text together are no article, in octets.
    private static let least = 140

    private struct Candidate {
        let element: HTMLElement
        let rank: Int
        let depth: Int
        var length = 0
    }

    /// Those that are open, the innermost last.
    private var open: [Candidate] = []
    private var best: Candidate?
    private var paragraphs: (element: HTMLElement, length: Int)?
    /// The text in paragraphs of each element that is open, by its depth.
    private var texts: [(element: HTMLElement, length: Int)] = []

    static func find(in document: HTMLDocument) -> HTMLElement? {
        var root = ArticleRoot()
        var first: HTMLElement?
        document.walk { element, depth in
            if first == nil { first = element }
            root.enter(element, depth)
        }
        root.close(to: 0)
        if let best = root.best { return best.element }
        if let dense = root.paragraphs, dense.length >= least { return dense.element }
        return first
    }

    private mutating func enter(_ element: HTMLElement, _ depth: Int) {
        close(to: depth)
        texts.append((element, 0))
        if let rank = Self.rank(element) {
            open.append(Candidate(element: element, rank: rank, depth: depth))
        }
        let name = element.name
        guard !ArticleText.skipped.contains(name) else { return }
        let length = element.ownText.foldingWhiteSpace().utf8.count
        if !open.isEmpty { open[open.count - 1].length += length }
        if name == "p", texts.count > 1 { texts[texts.count - 2].length += length }
    }

    /// Elements that stand at that depth or deeper have ended.
    private mutating func close(to depth: Int) {
        while texts.count > depth, let ended = texts.popLast() {
            if ended.length > paragraphs?.length ?? 0 { paragraphs = ended }
        }
        while let last = open.last, last.depth >= depth {
            open.removeLast()
            if !open.isEmpty { open[open.count - 1].length += last.length }
            guard last.length > 0 else { continue }
            if (last.rank, last.length) > (best?.rank ?? -1, best?.length ?? 0) { best = last }
        }
    }

    private static func rank(_ element: HTMLElement) -> Int? {
        if element.words("itemprop").contains("articlebody") { return 2 }
        switch element.name {
        case "article": return 1
        case "main": return 0
        default: return element["role"]?.lowercased() == "main" ? 0 : nil
        }
    }
}

/// Writes elements as plain text.
private struct ArticleText {
    /// What is never part of the text.
    static let skipped: Set<String> = [
        "head", "script", "style", "noscript", "template", "nav", "aside", "form", "button",
        "select",
        "textarea", "input", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
        "dialog", "menu",
    ]
    private static let blocks: Set<String> = [
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody",
        "tfoot", "thead", "tr", "ul",
    ]
    /// Blocks that follow each other without an empty line.
    private static let tight: Set<String> = ["li", "tr", "dt", "dd"]
    private static let roles: Set<String> = [
        "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
    ]

    private var output: [UInt8] = []
    private var line: [UInt8] = []
    /// Whether what comes next is apart from what was before by an empty line.
    private var isApart = false
    private var isPreformatted = false

    /// What was written; nil for nothing.
    var text: String? {
        var writer = self
        writer.flush()
        return writer.output.isEmpty ? nil : String(decoding: writer.output, as: UTF8.self)
    }

    mutating func write(_ element: HTMLElement, isRoot: Bool, depth: Int) {
        guard depth < HTMLDocument.depthLimit else { return }
        let name = element.name
        guard isRoot || isWanted(element, name) else { return }
        let isBlock = Self.blocks.contains(name)
        if isBlock { begin(name) }
        switch name {
        case "br": line.append(UInt8(ascii: "\n"))
        case "td", "th": if !line.isEmpty { line.append(UInt8(ascii: "\t")) }
        case "li": line += "- ".utf8
        default: break
        }
        let wasPreformatted = isPreformatted
        if name == "pre" { isPreformatted = true }
        var next = unsafe element.node.pointee.children
        while let node = unsafe next {
            switch unsafe node.pointee.type {
            case XML_ELEMENT_NODE:
                write(unsafe HTMLElement(node), isRoot: false, depth: depth + 1)
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                append(unsafe string(node.pointee.content))
            default: break
            }
            unsafe next = node.pointee.next
        }
        if isBlock { begin(name) }
        isPreformatted = wasPreformatted
    }

    private func isWanted(_ element: HTMLElement, _ name: String) -> Bool {
        guard !Self.skipped.contains(name), element["hidden"] == nil,
            element["aria-hidden"]?.lowercased() != "true"
        else { return false }
        if let role = element["role"]?.lowercased(), Self.roles.contains(role) { return false }
        guard name != "main", name != "body", name != "article" else { return true }
        return !ThemeClasses.areBoilerplate(element.words("class") + element.words("id"))
    }

    /// A block begins or ends.
    private mutating func begin(_ name: String) {
        flush()
        if !Self.tight.contains(name) { isApart = true }
    }

    private mutating func append(_ text: String) {
        guard !isPreformatted else {
            line += text.utf8
            return
        }
        for octet in text.utf8 {
            if !octet.isHTMLSpace {
                line.append(octet)
            } else if let last = line.last, !last.isHTMLSpace {
                line.append(32)
            }
        }
    }

    /// Ends the line, without white space behind it.
    private mutating func flush() {
        while let last = line.last, last.isHTMLSpace { line.removeLast() }
        let isMark = line.elementsEqual("-".utf8)
        guard !line.isEmpty, !isMark else { return }
        if !output.isEmpty { output += isApart ? "\n\n".utf8 : "\n".utf8 }
        output += line
        line = []
        isApart = false
    }
}
