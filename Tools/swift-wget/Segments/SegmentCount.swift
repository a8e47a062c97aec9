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

    /// Reads `auto`, or a number from 1 to 256; nil for anything else.
    init?(_ text: String) {
        if text == "auto" {
            self = .auto
        } else if let count = Int(text), 1...256 ~= count {
            self = .fixed(count)
        } else {
            return nil
        }
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
        let ranges = fields[.acceptRanges]?.lowercased()
        guard coding == "identity", ranges != "none" else { return 1 }
        switch self {
        case .fixed(let count): return max(1, min(count, size / max(1, minimum)))
        case .auto:
            guard size >= Self.autoSize, ranges == "bytes" || fields[.contentRange] != nil,
                SegmentValidator(fields).ifRange != nil
            else { return 1 }
            return min(Self.most * max(1, mirrors), max(4, size / Self.share))
        }
    }
}
