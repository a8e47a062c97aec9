/// A link of a page or style sheet, and the octets of the source that it stands at.
///
/// Its text is what the source means; ``LinkConverter`` puts another in its place.
public struct SourceLink: Equatable, Sendable {
    /// Where the address stands, without quotes.
    ///
    /// Of an attribute that is one address it is the whole value, white space around it included.
    public let range: Range<Int>
    /// Where the fragment stands, from its `#` to the end of ``range``; nil where there is none.
    public let fragment: Range<Int>?
    /// The address: references and escapes decoded, without white space around it.
    ///
    /// Octets of a page whose encoding is not known, and that are not UTF-8, are percent-encoded.
    public let text: String
    /// The element in lower case, `style` for its contents; empty in a style sheet.
    public let element: String
    /// The attribute in lower case; empty for the contents of an element.
    public let attribute: String
    /// What the link is to its page.
    public let traits: Traits
    /// How the address is written in the source.
    public let placement: Placement

    /// What a link is to its page.
    public struct Traits: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set of its bits.
        ///
        /// - Parameter rawValue: The bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The page is not complete without it: an image, a script, a style sheet, a frame.
        public static let requisite = Traits(rawValue: 1)
        /// It leads to a page, whose links may be followed in turn.
        public static let html = Traits(rawValue: 2)
        /// It leads to a style sheet, whatever the server calls it.
        public static let css = Traits(rawValue: 4)
        /// Nothing is fetched there: `<base>`, and what forms are sent to.
        public static let notFetched = Traits(rawValue: 8)
        /// It is what later links of the page are relative to.
        public static let base = Traits(rawValue: 16)
    }

    /// What stands around a value.
    public enum Quoting: Sendable, Hashable {
        /// Nothing.
        case none
        /// `'`.
        case single
        /// `"`.
        case double
    }

    /// How an address is written, from the outside to the inside.
    public struct Placement: Sendable, Hashable {
        /// The HTML around it.
        public enum Markup: Sendable, Hashable {
            /// None, or text in which references mean nothing: a style sheet, `<style>`.
            case none
            /// An attribute's value.
            case attribute(Quoting)
            /// Text in which references are decoded: `<style>` of a drawing.
            case text
        }

        /// The HTML around it.
        public let markup: Markup
        /// How it is quoted in CSS; nil where it is not CSS.
        public let css: Quoting?
        /// Whether the address is one of several things in the value: a list, a refresh, a style.
        public let isPart: Bool

        init(_ markup: Markup, css: Quoting? = nil, isPart: Bool = false) {
            self.markup = markup
            self.css = css
            self.isPart = isPart
        }
    }
}

/// What links a page has.
public struct PageSourceLinks: Sendable, Equatable {
    /// The links, in the order of the source.
    ///
    /// Each is relative to the last link before it that is a ``SourceLink/Traits/base``, and that one to
    /// the page's own address.
    public var links: [SourceLink]
    /// Whether the page asks robots not to follow any of them (`<meta name="robots">`).
    public var forbidsFollowing: Bool
    /// Whether the page is known to be UTF-8, so that text beyond ASCII may be written into it so.
    public var isUTF8: Bool
}
