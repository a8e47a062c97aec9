/// Which drawings and formulas are open: in them a page's tags are read otherwise.
///
/// WHATWG HTML §13.2.6.5.
struct ForeignContent {
    private struct Element {
        let name: [UInt8]
        /// Whether what is inside is HTML again, as in `<foreignObject>`.
        let holdsHTML: Bool
    }

    private var open: [Element] = []

    /// Deeper ones are not told apart.
    private static let deepest = 256

    /// Whether what comes next belongs to a drawing or formula.
    var isForeign: Bool { open.last.map { !$0.holdsHTML } ?? false }

    /// A start tag comes; whether it is one of a drawing or formula.
    mutating func begin(_ name: [UInt8], isSelfClosing: Bool, hasFontAttribute: Bool) -> Bool {
        let isRoot = name == Self.svg || name == Self.math
        if isForeign {
            let breaksOut = Self.breakouts.contains(name) || (name == Self.font && hasFontAttribute)
            guard breaksOut else {
                if isRoot || Self.integrationPoints.contains(name), !isSelfClosing {
                    push(name, holdsHTML: !isRoot)
                }
                return true
            }
            while isForeign { open.removeLast() }
            return false
        }
        guard isRoot else { return false }
        if !isSelfClosing { push(name, holdsHTML: false) }
        return true
    }

    /// An end tag comes.
    mutating func end(_ name: [UInt8]) {
        guard !open.isEmpty, let index = open.lastIndex(where: { $0.name == name }) else { return }
        open.removeSubrange(index...)
    }

    private mutating func push(_ name: [UInt8], holdsHTML: Bool) {
        if open.count < Self.deepest { open.append(Element(name: name, holdsHTML: holdsHTML)) }
    }

    private static let svg = Array("svg".utf8)
    private static let math = Array("math".utf8)
    private static let font = Array("font".utf8)
    private static let integrationPoints: Set<[UInt8]> = Set(
        ["foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext"].map { Array($0.utf8) })
    /// HTML elements that end a drawing when they begin inside of it.
    static let breakouts: Set<[UInt8]> = Set(
        [
            "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
            "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing",
            "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong",
            "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
        ].map { Array($0.utf8) })
}
