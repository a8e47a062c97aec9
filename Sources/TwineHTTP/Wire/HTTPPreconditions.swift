import HTTPTypes

/// A representation's validators, and what a request's conditions say to them.
///
/// RFC 9110 §13.
struct HTTPValidators: Equatable {
    /// The entity tag, with its quotes, a strong one.
    var tag: String
    /// When it was last changed.
    var modified: HTTPDate

    /// What becomes of a request.
    enum Verdict: Equatable {
        /// It is answered as if it had no condition.
        case proceed
        /// 304: the client has it.
        case notModified
        /// 412: it is not what the client takes it for.
        case failed
    }

    /// Weighs the conditions of a request in the order of RFC 9110 §13.2.2.
    ///
    /// - Parameters:
    ///   - fields: The request's fields.
    ///   - isReading: Whether the method is GET or HEAD.
    /// - Returns: What to do.
    func verdict(on fields: HTTPFields, isReading: Bool) -> Verdict {
        if let wanted = fields[.ifMatch] {
            guard lists(wanted, weakly: false) else { return .failed }
        } else if let date = fields[.ifUnmodifiedSince].flatMap({ HTTPDate(parsing: $0) }) {
            guard modified <= date else { return .failed }
        }
        if let known = fields[.ifNoneMatch] {
            if lists(known, weakly: true) { return isReading ? .notModified : .failed }
        } else if isReading, let date = fields[.ifModifiedSince].flatMap({ HTTPDate(parsing: $0) })
        {
            if modified <= date { return .notModified }
        }
        return .proceed
    }

    /// Whether `Range` counts: the client's part is of this very representation.
    ///
    /// RFC 9110 §13.1.5.
    func allowsRange(_ fields: HTTPFields) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        if condition.hasPrefix("\"") || condition.hasPrefix("W/") { return condition == tag }
        return HTTPDate(parsing: condition) == modified
    }

    /// Whether a list of tags, or `*`, has this one.
    private func lists(_ list: String, weakly: Bool) -> Bool {
        if list == "*" { return true }
        return list.split(separator: ",").contains { candidate in
            let candidate = candidate.trimmingSpaces()
            return candidate == tag || weakly && candidate == "W/" + tag
        }
    }
}
