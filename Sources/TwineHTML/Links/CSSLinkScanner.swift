/// Finds the links of a style sheet: where each address stands in the source.
///
/// Found are `url()` quoted and not, `@import` with a string or `url()`, and the strings of
/// `image-set()`. `data:` URLs are none, nor are namespaces, and fragments alone (`url(#shadow)`).
///
/// ```swift
/// let links = CSSLinkScanner().scan(octets.span)
/// ```
///
/// CSS Syntax 3 §4.3, CSS Values 4 §4.5.
public struct CSSLinkScanner: Sendable {
    /// The encoding as HTTP tells it; nil takes octets for UTF-8 where they are.
    public var charset: String?

    /// Whether octets that are not ASCII stay as they are, percent-encoded, whatever the encoding.
    public var keepsOctets = false

    /// Makes a scanner.
    public init() {}

    /// Finds the links of a style sheet.
    ///
    /// - Parameter sheet: The whole style sheet, as it was received.
    /// - Returns: The links, in the order of the source; their ranges do not overlap.
    /// - Complexity: O(*n*) in the octets of the style sheet.
    public func scan(_ sheet: Span<UInt8>) -> [SourceLink] {
        let encoding = SourceEncoding(charset: charset, keepsOctets: keepsOctets)
        let text = DecodedText(sheet, 0..<sheet.count, references: nil)
        return CSSAddresses.find(sheet).compactMap { found in
            encoding.link(
                sheet, text, found.range, element: "", attribute: "",
                traits: found.isImport ? [.requisite, .css] : .requisite,
                placement: SourceLink.Placement(.none, css: found.quoting, isPart: true))
        }
    }
}
