import TwineBytes

/// A moment as HTTP writes it: seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
///
/// ```swift
/// HTTPDate(secondsSince1970: 784_111_777).description  // "Sun, 06 Nov 1994 08:49:37 GMT"
/// ```
///
/// RFC 9110 §5.6.7.
public struct HTTPDate: Equatable, Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC; negative before.
    public var secondsSince1970: Int

    /// The moment that many seconds after 1970-01-01 00:00:00 UTC.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension HTTPDate: CustomStringConvertible {
    /// IMF-fixdate, the form that is sent; the years 0 to 9999 only, others are brought to the nearer end.
    ///
    /// RFC 9110 §5.6.7.
    public var description: String {
        let earliest = -62_167_219_200
        let latest = 253_402_300_799
        let seconds = min(max(secondsSince1970, earliest), latest)
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let (year, month, day) = CivilDate.date(days: days)
        let weekday = Self.weekdays[((days % 7) + 11) % 7]
        let time = [rest / 3600, rest / 60 % 60, rest % 60].map { Self.padded($0, 2) }
            .joined(separator: ":")
        return "\(weekday), \(Self.padded(day, 2)) \(Self.months[month - 1]) "
            + "\(Self.padded(year, 4)) \(time) GMT"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
