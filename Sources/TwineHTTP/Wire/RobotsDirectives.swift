public import HTTPTypes

/// What a page asks of robots, by a `meta` of the name `robots` or by `X-Robots-Tag`.
///
/// Nothing in a standard says what these mean; it is as wget and the search engines take them.
public struct RobotsDirectives: OptionSet, Sendable {
    /// One bit for each directive.
    public let rawValue: Int

    /// The directives of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The page's links are not to be followed.
    public static let noFollow = RobotsDirectives(rawValue: 1)
    /// The page is not to be indexed.
    public static let noIndex = RobotsDirectives(rawValue: 2)

    /// Reads the `content` of a `meta` of the name `robots`.
    ///
    /// - Parameter content: Words with commas between; case does not count.
    public init(content: String) {
        self = Self.union(content.utf8.split(separator: HTTPOctet.comma).map { Array($0) })
    }

    /// Reads the `X-Robots-Tag` fields of a response.
    ///
    /// - Parameters:
    ///   - fields: The response's fields.
    ///   - agent: The robot's name; what is for others does not count.
    public init(_ fields: HTTPFields, agent: String) {
        let values = HTTPField.Name("X-Robots-Tag").map { fields[values: $0] } ?? []
        self = values.reduce([]) {
            $0.union(Self.directives($1, Array(agent.utf8).lowercasedASCII))
        }
    }

    private static func directives(_ value: String, _ agent: [UInt8]) -> RobotsDirectives {
        var words: [[UInt8]] = []
        var isMeant = true
        for part in value.utf8.split(separator: HTTPOctet.comma) {
            var word = Array(part)
            if let colon = word.firstIndex(of: HTTPOctet.colon) {
                let name = trimmed(Array(word[..<colon]))
                if !valued.contains(String(decoding: name, as: UTF8.self)) {
                    isMeant = name == agent
                    word.removeSubrange(...colon)
                }
            }
            if isMeant { words.append(word) }
        }
        return union(words)
    }

    /// Directives that have a value of their own after a colon.
    private static let valued: Set<String> = [
        "unavailable_after", "max-snippet", "max-image-preview", "max-video-preview",
    ]

    private static func union(_ words: [[UInt8]]) -> RobotsDirectives {
        words.reduce([]) { directives, word in
            switch String(decoding: trimmed(word), as: UTF8.self) {
            case "none": directives.union([.noFollow, .noIndex])
            case "nofollow": directives.union(.noFollow)
            case "noindex": directives.union(.noIndex)
            default: directives
            }
        }
    }

    private static func trimmed(_ word: [UInt8]) -> [UInt8] {
        word.filter { $0 > 0x20 }.lowercasedASCII
    }
}
