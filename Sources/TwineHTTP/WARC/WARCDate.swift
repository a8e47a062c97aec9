import TwineBytes

/// A moment as archives write it, to the second, in UTC.
///
/// WARC/1.0 §5.4.
public struct WARCDate: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    public let secondsSince1970: Int

    /// The moment that many seconds after 1970-01-01 00:00:00 UTC; the years 0 to 9999 only, others are
    /// brought to the nearer end.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = min(max(secondsSince1970, -62_167_219_200), 253_402_300_799)
    }

    /// As `2026-11-27T17:08:34Z`.
    public var description: String {
        let parts = parts
        return "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z"
    }

    /// As an index has it: 14 digits.
    public var digits: String { parts.joined() }

    /// Year, month, day, hour, minute and second, with their zeros.
    private var parts: [String] {
        let days = (secondsSince1970 >= 0 ? secondsSince1970 : secondsSince1970 - 86_399) / 86_400
        let rest = secondsSince1970 - days * 86_400
        let (year, month, day) = CivilDate.date(days: days)
        return [year, month, day, rest / 3600, rest / 60 % 60, rest % 60].enumerated().map {
            let text = String($1)
            return String(repeating: "0", count: ($0 == 0 ? 4 : 2) - text.utf8.count) + text
        }
    }
}
