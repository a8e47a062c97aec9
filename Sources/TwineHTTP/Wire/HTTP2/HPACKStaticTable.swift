/// The fields that have an index from the start.
///
/// RFC 7541 appendix A.
enum HPACKStaticTable {
    private static let lines: [(String, String)] = [
        (":authority", ""),
        (":method", "GET"),
        (":method", "POST"),
        (":path", "/"),
        (":path", "/index.html"),
        (":scheme", "http"),
        (":scheme", "https"),
        (":status", "200"),
        (":status", "204"),
        (":status", "206"),
        (":status", "304"),
        (":status", "400"),
        (":status", "404"),
        (":status", "500"),
        ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"),
        ("accept-language", ""),
        ("accept-ranges", ""),
        ("accept", ""),
        ("access-control-allow-origin", ""),
        ("age", ""),
        ("allow", ""),
        ("authorization", ""),
        ("cache-control", ""),
        ("content-disposition", ""),
        ("content-encoding", ""),
        ("content-language", ""),
        ("content-length", ""),
        ("content-location", ""),
        ("content-range", ""),
        ("content-type", ""),
        ("cookie", ""),
        ("date", ""),
        ("etag", ""),
        ("expect", ""),
        ("expires", ""),
        ("from", ""),
        ("host", ""),
        ("if-match", ""),
        ("if-modified-since", ""),
        ("if-none-match", ""),
        ("if-range", ""),
        ("if-unmodified-since", ""),
        ("last-modified", ""),
        ("link", ""),
        ("location", ""),
        ("max-forwards", ""),
        ("proxy-authenticate", ""),
        ("proxy-authorization", ""),
        ("range", ""),
        ("referer", ""),
        ("refresh", ""),
        ("retry-after", ""),
        ("server", ""),
        ("set-cookie", ""),
        ("strict-transport-security", ""),
        ("transfer-encoding", ""),
        ("user-agent", ""),
        ("vary", ""),
        ("via", ""),
        ("www-authenticate", ""),
    ]

    /// The fields; the first has the index 1.
    static let fields = lines.map { HPACKField($0.0, $0.1) }

    /// The lowest index of each name; those of one name follow one another.
    private static let indices: [[UInt8]: Int] = Dictionary(
        zip(fields.map(\.name), 1...), uniquingKeysWith: { first, _ in first })

    /// Where a field is: its own index, or that of its name.
    static func find(_ field: HPACKField) -> (index: Int, isWhole: Bool)? {
        guard let first = indices[field.name] else { return nil }
        var index = first
        while index <= fields.count, fields[index - 1].name == field.name {
            if fields[index - 1].value == field.value { return (index, true) }
            index += 1
        }
        return (first, false)
    }
}
