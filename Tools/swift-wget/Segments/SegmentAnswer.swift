import HTTPTypes
import TwineHTTP

/// What a response to a request for a part means.
enum SegmentAnswer: Equatable, Sendable {
    /// The octets from the first that was asked for.
    case part
    /// The whole file, for the server does not send parts.
    case whole
    /// Another file than the one that was begun.
    case changed
    /// The server will never send it: a status that says so, or parts that nobody asked for.
    case refused
    /// The server does not send it now: too many connections, or an error of its own.
    case later

    /// Judges a response.
    ///
    /// - Parameters:
    ///   - status: Its status.
    ///   - fields: Its fields.
    ///   - range: What was asked for.
    ///   - size: Octets of the file.
    ///   - validator: What the file's contents are known by; nil where that is not known yet.
    ///   - length: Octets of the body, where the server announced them.
    init(
        status: Int, fields: HTTPFields, to range: Range<Int>, of size: Int,
        known validator: SegmentValidator?, length: Int?
    ) {
        let coding = fields[.contentEncoding]?.lowercased() ?? "identity"
        let isSame = validator?.agrees(with: SegmentValidator(fields)) ?? true
        switch status {
        case 206:
            guard let sent = fields[.contentRange].flatMap(Self.contentRange),
                sent.first == range.lowerBound, coding == "identity"
            else {
                self = .refused
                return
            }
            self = isSame && (sent.size ?? size) == size ? .part : .changed
        case 200:
            guard coding == "identity" else {
                self = .refused
                return
            }
            self = isSame && (length ?? size) == size ? .whole : .changed
        // The range is none of what the file is now.
        case 416, 412: self = .changed
        case 408, 425, 429, 500, 502, 503, 504: self = .later
        default: self = .refused
        }
    }

    /// Reads `bytes FIRST-LAST/SIZE`.
    ///
    /// RFC 9110 §14.4.
    private static func contentRange(_ value: String) -> (first: Int, size: Int?)? {
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let numbers = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        let ends = numbers.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        guard numbers.count == 2, ends.count == 2, let first = Self.number(ends[0]),
            let last = Self.number(ends[1]), first <= last
        else { return nil }
        if numbers[1] == "*" { return (first, nil) }
        guard let size = Self.number(numbers[1]), last < size else { return nil }
        return (first, size)
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int(text)
    }
}
