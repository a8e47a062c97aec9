/// A URL as browsers read it: parsed, normalised and stored as one text.
///
/// ```swift
/// let page = try WebURL.parse("HTTP://Example.COM:80/a/../b?q")   // http://example.com/b?q
/// let next = try page.join("../c#top")                            // http://example.com/c#top
/// ```
///
/// The value is the serialization and the offsets of its parts, so that a crawler holds many
/// cheaply; two URLs are equal if their serializations are.
///
/// WHATWG URL §4.
public struct WebURL: Sendable {
    /// The most octets that a URL may have before and after normalisation: 4 MiB.
    ///
    /// Browsers stop at 2 MiB (`data:` URLs are the long ones); the bound keeps offsets small.
    public static let maxLength = 4 << 20

    /// What kind of host stands in the serialization.
    enum HostKind: UInt8, Sendable {
        case none
        case empty
        case domain
        case ipv4
        case ipv6
        case opaque
    }

    /// Where the parts stand in the serialization.
    ///
    /// ```
    /// https://user:pass@example.com:1234/foo/bar?baz#quux
    ///       |     |     |          |   |        |   |
    ///       |     |     |          |   |        |   fragmentStart
    ///       |     |     |          |   |        queryStart
    ///       |     |     |          |   pathStart
    ///       |     |     |          hostEnd
    ///       |     |     hostStart
    ///       |     userNameEnd
    ///       schemeEnd
    /// ```
    struct Layout: Sendable {
        var schemeEnd: UInt32 = 0
        var userNameEnd: UInt32 = 0
        var hostStart: UInt32 = 0
        var hostEnd: UInt32 = 0
        var pathStart: UInt32 = 0
        /// Of the `?`, or `UInt32.max`.
        var queryStart: UInt32 = .max
        /// Of the `#`, or `UInt32.max`.
        var fragmentStart: UInt32 = .max
        var port: UInt16 = 0
        var hasPort = false
        var host: HostKind = .none
    }

    /// The serialization of the whole URL, all ASCII.
    public let serialization: String
    let layout: Layout

    init(serialization: String, layout: Layout) {
        self.serialization = serialization
        self.layout = layout
    }

    /// Parses `text`, relative to `base` if there is one.
    ///
    /// Leading and trailing spaces, and tabs and line ends anywhere, are dropped as browsers do.
    ///
    /// - Parameters:
    ///   - text: An absolute URL, or with a base any reference.
    ///   - base: What a reference is relative to.
    /// - Returns: The normalised URL.
    /// - Throws: ``WebURLError`` naming what is wrong.
    /// - Complexity: O(*n*) in the octets of `text` and `base`.
    ///
    /// WHATWG URL §4.4.
    public static func parse(
        _ text: String, base: WebURL? = nil
    ) throws(WebURLError) -> WebURL {
        try WebURLParser.parse(text, base: base)
    }

    /// Parses `text`, relative to `base` if there is one; nil where ``parse(_:base:)`` throws.
    ///
    /// - Parameters:
    ///   - text: An absolute URL, or with a base any reference.
    ///   - base: What a reference is relative to.
    public init?(_ text: String, base: WebURL? = nil) {
        guard let url = try? WebURL.parse(text, base: base) else { return nil }
        self = url
    }

    /// Resolves a reference found in the document at this URL.
    ///
    /// - Parameter relative: An absolute or relative reference.
    /// - Returns: The absolute URL.
    /// - Throws: ``WebURLError`` naming what is wrong.
    public func join(_ relative: String) throws(WebURLError) -> WebURL {
        try WebURL.parse(relative, base: self)
    }

    /// The text between two offsets.
    func slice(_ start: Int, _ end: Int) -> Substring {
        let utf8 = serialization.utf8
        let from = utf8.index(utf8.startIndex, offsetBy: start)
        return Substring(utf8[from..<utf8.index(from, offsetBy: end - start)])
    }

    var length: Int { serialization.utf8.count }
    var pathEnd: Int { min(Int(layout.queryStart), Int(layout.fragmentStart), length) }
    var queryEnd: Int { min(Int(layout.fragmentStart), length) }
}

extension WebURL: Hashable {
    /// Whether both have the same serialization.
    public static func == (left: WebURL, right: WebURL) -> Bool {
        left.serialization == right.serialization
    }

    /// Hashes the serialization.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(serialization)
    }
}

extension WebURL: CustomStringConvertible {
    /// The serialization.
    public var description: String { serialization }
}

extension WebURL: Codable {
    /// Reads a URL from its text; one that does not parse is a data error.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try WebURL.parse(try container.decode(String.self))
    }

    /// Writes the serialization.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(serialization)
    }
}
