import TwineBytes

extension HTTPDate {
    /// Reads a date in any of the three forms that HTTP has known.
    ///
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate), `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850) and
    /// `Sun Nov  6 08:49:37 1994` (asctime). The name of the day must be one, but need not be the right
    /// one. nil if the text has none of the forms, or names a moment that does not exist.
    ///
    /// - Parameters:
    ///   - text: The field's value.
    ///   - now: The present: a year of two digits that would be over 50 years ahead of it is of the century
    ///     before. Without it 70 to 99 are of the 20th century and 00 to 69 of the 21st.
    /// RFC 9110 §5.6.7.
    public init?(parsing text: String, now: HTTPDate? = nil) {
        var scanner = DateScanner(text.utf8.span)
        guard let weekday = scanner.letters() else { return nil }
        let date: HTTPDate?
        if scanner.take(", ") {
            if Self.weekdays.contains(weekday) {
                date = scanner.fixdate()
            } else {
                date = Self.longWeekdays.contains(weekday) ? scanner.rfc850(now: now) : nil
            }
        } else {
            date = Self.weekdays.contains(weekday) ? scanner.asctime() : nil
        }
        guard let date, scanner.isAtEnd else { return nil }
        self = date
    }

    private static let longWeekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
}

/// Walks over the octets of a date.
private struct DateScanner: ~Escapable {
    private let octets: Span<UInt8>
    private var index = 0

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>) {
        self.octets = octets
    }

    var isAtEnd: Bool { index == octets.count }

    /// The day of `SP day SP month SP year SP time SP GMT`, from the day on.
    @_lifetime(self: copy self)
    mutating func fixdate() -> HTTPDate? {
        guard let day = digits(2), take(" "), let month = month(), take(" "),
            let year = digits(4), take(" "), let time = time(), take(" GMT")
        else { return nil }
        return Self.date(year, month, day, time)
    }

    @_lifetime(self: copy self)
    mutating func rfc850(now: HTTPDate?) -> HTTPDate? {
        guard let day = digits(2), take("-"), let month = month(), take("-"),
            let short = digits(2), take(" "), let time = time(), take(" GMT")
        else { return nil }
        guard let now else {
            return Self.date(short + (short < 70 ? 2000 : 1900), month, day, time)
        }
        let bounded = min(max(now.secondsSince1970, -30_000_000_000), 250_000_000_000)
        let present = CivilDate.date(days: bounded / 86_400).year
        var year = present / 100 * 100 + short
        if year > present + 50 { year -= 100 }
        return Self.date(year, month, day, time)
    }

    @_lifetime(self: copy self)
    mutating func asctime() -> HTTPDate? {
        guard take(" "), let month = month(), take(" ") else { return nil }
        let day = take(" ") ? digits(1) : digits(2)
        guard let day, take(" "), let time = time(), take(" "), let year = digits(4)
        else { return nil }
        return Self.date(year, month, day, time)
    }

    @_lifetime(self: copy self)
    mutating func letters() -> String? {
        let start = index
        while index < octets.count, (octets[index] | 0x20) &- 0x61 < 26 { index += 1 }
        return index == start ? nil : octets.extracting(start..<index).asciiString()
    }

    @_lifetime(self: copy self)
    mutating func take(_ text: StaticString) -> Bool {
        let end = index + text.utf8CodeUnitCount
        guard end <= octets.count, octets.extracting(index..<end).equalsExactly(text) else {
            return false
        }
        index = end
        return true
    }

    @_lifetime(self: copy self)
    private mutating func digits(_ count: Int) -> Int? {
        guard index + count <= octets.count else { return nil }
        var number = 0
        for position in index..<(index + count) {
            guard octets[position] &- 0x30 < 10 else { return nil }
            number = number * 10 + Int(octets[position]) - 0x30
        }
        index += count
        return number
    }

    @_lifetime(self: copy self)
    private mutating func month() -> Int? {
        let start = index
        while index < octets.count, (octets[index] | 0x20) &- 0x61 < 26 { index += 1 }
        guard index == start + 3 else { return nil }
        for (place, name) in HTTPDate.months.enumerated() {
            let name = name.utf8.span
            if name[0] == octets[start], name[1] == octets[start + 1], name[2] == octets[start + 2]
            {
                return place + 1
            }
        }
        return nil
    }

    /// Seconds of the day; 60 is a leap second, and counts as the next minute's first.
    @_lifetime(self: copy self)
    private mutating func time() -> Int? {
        guard let hour = digits(2), take(":"), let minute = digits(2), take(":"),
            let second = digits(2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> HTTPDate? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day >= 1, day <= lengths[month - 1] else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        return HTTPDate(secondsSince1970: days * 86_400 + time)
    }
}
