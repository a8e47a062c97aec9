/// The parts of a resolved address that tell what it may lead to.
struct LinkAddress {
    let url: String
    /// Without the fragment and a final slash.
    let plain: Substring
    /// The authority, without `www.`.
    let host: Substring
    /// The parts of the path; empty ones are left out.
    let segments: [Substring]
    let query: Substring?
    let fragment: Substring?

    /// Takes an address apart.
    ///
    /// - Parameter url: An absolute address, in ASCII as the URL standard writes it.
    init(_ url: String) {
        self.url = url
        let text = url.utf8
        func rest(after sign: Substring.UTF8View.Index?) -> Substring? {
            sign.map { Substring(text[text.index(after: $0)...]) }
        }
        let hash = text.firstIndex(of: UInt8(ascii: "#"))
        fragment = rest(after: hash)
        var plain = text[..<(hash ?? text.endIndex)]
        let mark = plain.firstIndex(of: UInt8(ascii: "?"))
        query = mark.map { Substring(plain[plain.index(after: $0)...]) }
        let parts = plain[..<(mark ?? plain.endIndex)].split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        // The scheme is the first part, and the host the second.
        var host = parts.count > 1 ? Substring(parts[1]) : ""
        if host.hasPrefix("www.") { host = host.dropFirst(4) }
        self.host = host
        segments = parts.dropFirst(2).map { Substring($0) }
        if plain.last == UInt8(ascii: "/") { plain = plain.dropLast() }
        self.plain = Substring(plain)
    }

    /// The form of the path: how many parts, the first of them, digits as one.
    var shape: Shape {
        let first = segments.count > 1 ? segments[0] : ""
        return Shape(
            host: host, count: segments.count,
            first: !first.isEmpty && Self.isNumber(first) ? "#" : first)
    }

    /// What addresses of one list have in common.
    struct Shape: Hashable {
        let host: Substring
        let count: Int
        let first: Substring
    }

    /// Whether the path has a date, as `/2026/11/` or `2026-11-23`.
    var hasDate: Bool {
        var year = false
        for segment in segments {
            for part in segment.utf8.split(whereSeparator: {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }) {
                let number = part.count <= 4 ? Int(Substring(part)) ?? 0 : 0
                if year, (1...12).contains(number) { return true }
                year = part.count == 4 && (1990...2099).contains(number)
            }
        }
        return false
    }

    static func isNumber(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
