import TwineBytes

extension HTTPDate {
    /// Reads the date of a cookie, which may be written in any order and with almost any separators.
    ///
    /// A time of day, a day, a month and a year are looked for, the first of each counts, and all else is
    /// passed over, the zone too: it is always UTC. Years of two digits are 1970 to 2069. nil if one of the
    /// four is missing or no such moment exists.
    ///
    /// - Parameter text: The value of an `Expires` attribute.
    /// - Complexity: O(*n*) in the octets of `text`.
    ///
    /// RFC 6265bis §5.1.1.
    public init?(cookieDate text: String) {
        var time: Int?
        var day: Int?
        var month: Int?
        var year: Int?
        for token in text.utf8.split(whereSeparator: Self.isDelimiter) {
            if time == nil, let found = Self.timeOfDay(token) {
                // Fields out of their range are found all the same, and spoil the date.
                time = found
            } else if day == nil, let found = Self.number(token, 1...2) {
                day = found
            } else if month == nil, let found = Self.month(token) {
                month = found
            } else if year == nil, let found = Self.number(token, 2...4) {
                year = found
            }
        }
        guard let time, time >= 0, let day, let month, var year else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        guard year >= 1601, day >= 1, day <= 31 else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        // The 31st of November would be the 1st of December.
        guard CivilDate.date(days: days).month == month else { return nil }
        self.init(secondsSince1970: days * 86_400 + time)
    }

    private static func isDelimiter(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x09, 0x20...0x2f, 0x3b...0x40, 0x5b...0x60, 0x7b...0x7e: true
        default: false
        }
    }

    /// So many digits at the start, with no digit behind them.
    private static func number(_ token: Substring.UTF8View, _ lengths: ClosedRange<Int>) -> Int? {
        // One more is enough to see that there are too many.
        let digits = token.prefix(lengths.upperBound + 1).prefix { $0 &- 0x30 < 10 }
        guard lengths.contains(digits.count) else { return nil }
        return Int(Substring(digits))
    }

    private static func month(_ token: Substring.UTF8View) -> Int? {
        let name = token.prefix(3).map { $0 | 0x20 }
        return months.firstIndex { $0.utf8.map { $0 | 0x20 } == name }.map { $0 + 1 }
    }

    /// Seconds of the day for `hours:minutes:seconds`, and -1 when they are more than a day has.
    private static func timeOfDay(_ token: Substring.UTF8View) -> Int? {
        let parts = token.split(
            separator: HTTPOctet.colon, maxSplits: 2, omittingEmptySubsequences: false)
        // Only behind the seconds something else may stand.
        guard parts.count == 3, parts[0].count <= 2, let hour = Int(Substring(parts[0])),
            parts[1].count <= 2, let minute = Int(Substring(parts[1])),
            let second = number(parts[2], 1...2)
        else { return nil }
        guard hour < 24, minute < 60, second < 60 else { return -1 }
        return hour * 3600 + minute * 60 + second
    }
}
