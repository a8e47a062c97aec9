import HTTPTypes
import TwineHTTP

/// What tells whether two responses are of the same contents, octet for octet.
///
/// RFC 9110 §8.8, §13.1.5.
struct SegmentValidator: Equatable, Sendable {
    /// The ETag, if it is a strong one.
    var tag: String?
    /// The time of the last change.
    var modified: String?
    /// Whether the time is so old that the contents cannot have changed twice in that second.
    private var isTimeStrong = false

    /// What a response's fields say.
    init(_ fields: HTTPFields) {
        if let tag = fields[.eTag], tag.hasPrefix("\"") { self.tag = tag }
        modified = fields[.lastModified]
        guard let modified = modified.flatMap({ HTTPDate(parsing: $0) }),
            let date = fields[.date].flatMap({ HTTPDate(parsing: $0) })
        else { return }
        isTimeStrong = date.secondsSince1970 - modified.secondsSince1970 >= 1
    }

    /// What `If-Range` takes; nil where nothing is certain enough.
    var ifRange: String? { tag ?? (isTimeStrong ? modified : nil) }

    /// Whether another response may be of the same contents: nothing that both have differs.
    func agrees(with other: SegmentValidator) -> Bool {
        if let tag, let theirs = other.tag { return tag == theirs }
        if let modified, let theirs = other.modified { return modified == theirs }
        return true
    }
}
