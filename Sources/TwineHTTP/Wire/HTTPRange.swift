/// The octets that a `Range` field asks for.
///
/// RFC 9110 §14.
enum HTTPRange {
    /// More ranges than this are refused by sending the whole: nobody honest asks for so many.
    static let limit = 32

    /// What a client is to get.
    enum Selection: Equatable {
        /// All: the field is no range of octets, malformed, or asks for too much.
        case whole
        /// These parts, in the order asked for; at least one.
        case parts([Range<Int>])
        /// None of the ranges lies in the representation.
        case unsatisfiable
    }

    /// Reads the field.
    ///
    /// - Parameters:
    ///   - field: Its value, such as `bytes=0-499, -500`.
    ///   - size: The octets of the representation.
    /// - Returns: What to send.
    static func select(_ field: String, of size: Int) -> Selection {
        guard let equals = field.firstIndex(of: "="),
            field[..<equals].lowercased() == "bytes"
        else { return .whole }
        var parts: [Range<Int>] = []
        let specs = field[field.index(after: equals)...].split(separator: ",")
        guard specs.count <= limit else { return .whole }
        var total = 0
        var isEmpty = true
        for spec in specs {
            let spec = spec.trimmingSpaces()
            if spec.isEmpty { continue }
            isEmpty = false
            guard let dash = spec.firstIndex(of: "-") else { return .whole }
            let first = spec[..<dash]
            let last = spec[spec.index(after: dash)...]
            guard let range = range(first, last, size) else { return .whole }
            if range.isEmpty { continue }
            total += range.count
            parts.append(range)
        }
        guard !isEmpty else { return .whole }
        guard !parts.isEmpty else { return .unsatisfiable }
        // Overlapping ranges, with which little input asks for much output.
        return total > size ? .whole : .parts(parts)
    }

    /// One range, cut to the size; empty when it lies outside, nil when it is malformed.
    private static func range(
        _ first: Substring, _ last: Substring, _ size: Int
    ) -> Range<Int>? {
        guard !first.isEmpty else {
            guard let count = number(last) else { return nil }
            return max(0, size - count)..<size
        }
        guard let start = number(first) else { return nil }
        guard !last.isEmpty else { return min(start, size)..<size }
        guard let end = number(last), end >= start else { return nil }
        return start >= size ? size..<size : start..<min(end, size - 1) + 1
    }

    /// Digits; what is more than fits is as good as the largest number.
    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        return Int(digits) ?? .max
    }
}
