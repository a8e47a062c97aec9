import HTTPTypes

/// How many connections one file is fetched by (`--segments`).
enum SegmentCount: Equatable, Sendable {
    /// So many.
    case fixed(Int)
    /// As many as the file is worth, if the server can do it for certain.
    case auto

    /// From this size on it is worth the while: 32 MiB.
    static let autoSize = 32 << 20
    /// Octets that a connection of its own is worth.
    private static let share = 8 << 20
    /// Browsers have no more connections to one host.
    private static let most = 6

    /// What was asked for; nil for one.
    init?(_ segments: Settings.Segments) {
        switch segments {
        case .one: return nil
        case .auto: self = .auto
        case .count(let count): self = .fixed(count)
        }
    }

    /// The most connections to one place.
    var perSource: Int {
        switch self {
        case .fixed(let count): count
        case .auto: Self.most
        }
    }

    /// Whether a server says that it sends parts.
    ///
    /// RFC 9110 §14.3.
    static func sendsParts(_ fields: HTTPFields) -> Bool {
        fields[.acceptRanges]?.lowercased() == "bytes" || fields[.contentRange] != nil
    }

    /// How many connections a file is fetched by.
    ///
    /// - Parameters:
    ///   - size: Octets of the file.
    ///   - fields: The response's fields.
    ///   - mirrors: How many places have the file.
    ///   - minimum: The fewest octets that are worth a request of their own.
    /// - Returns: 1 for an ordinary download.
    func connections(
        size: Int, fields: HTTPFields, mirrors: Int = 1, minimum: Int = 1 << 20
    ) -> Int {
        let coding = fields[.contentEncoding]?.lowercased() ?? "identity"
        guard coding == "identity", Self.sendsParts(fields) else { return 1 }
        switch self {
        case .fixed(let count): return max(1, min(count, size / max(1, minimum)))
        case .auto:
            guard size >= Self.autoSize, SegmentValidator(fields).ifRange != nil else { return 1 }
            return min(Self.most * max(1, mirrors), max(4, size / Self.share))
        }
    }
}
