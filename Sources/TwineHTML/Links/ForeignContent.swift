/// Which drawings and formulas are open: in them a page's tags are read otherwise.
///
/// WHATWG HTML §13.2.6.5.
struct ForeignContent {
    private struct Element {
        let name: TagName
        /// Whether what is inside is HTML again, as in `<foreignObject>`.
        let holdsHTML: Bool
    }

    private var open: [Element] = []

    /// Deeper ones are not told apart.
    private static let deepest = 256

    /// Whether what comes next belongs to a drawing or formula.
    var isForeign: Bool { open.last.map { !$0.holdsHTML } ?? false }

    /// A start tag comes; whether it is one of a drawing or formula.
    mutating func begin(_ name: TagName, isSelfClosing: Bool, hasFontAttribute: Bool) -> Bool {
        let isRoot = name == Self.svg || name == Self.math
        if isForeign {
            let breaksOut =
                Self.breakoutNames.contains(name) || (name == Self.font && hasFontAttribute)
            guard breaksOut else {
                if !isSelfClosing, isRoot || Self.integrationPoints.contains(name) {
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
    mutating func end(_ name: TagName) {
        guard !open.isEmpty, let index = open.lastIndex(where: { $0.name == name }) else { return }
        open.removeSubrange(index...)
    }

    private mutating func push(_ name: TagName, holdsHTML: Bool) {
        if open.count < Self.deepest { open.append(Element(name: name, holdsHTML: holdsHTML)) }
    }

    private static let svg = TagName("svg")
    private static let math = TagName("math")
    static let font = TagName("font")
    private static let integrationPoints: Set<TagName> = Set(
        ["foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext"].map { TagName($0) })
    /// HTML elements that end a drawing when they begin inside of it.
    static let breakouts: Set<[UInt8]> = Set(
        [
            "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
            "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing",
            "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong",
            "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
        ].map { Array($0.utf8) })
    private static let breakoutNames = Set(breakouts.map { TagName($0) })
}
