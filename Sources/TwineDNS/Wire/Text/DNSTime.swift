import TwineBytes

/// Times as zone files have them.
enum DNSTime {
    /// Seconds since 1970, as `YYYYMMDDHHMMSS`.
    ///
    /// The number counts modulo 2³²: it is the point in time that is less than 2³¹ seconds away
    /// from `now` (RFC 4034 §3.1.5).
    static func text(of number: UInt32, now: Int) -> String {
        let distance = Int(Int32(bitPattern: number &- UInt32(truncatingIfNeeded: now)))
        return text(ofSeconds: now + distance)
    }

    /// Seconds since 1970 as `YYYYMMDDHHMMSS`.
    static func text(ofSeconds seconds: Int) -> String {
        let day = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = seconds - day * 86_400
        let (year, month, dayOfMonth) = CivilDate.date(days: day)
        var writer = DNSTextWriter(style: .line)
        writer.write(year, width: 4)
        for part in [month, dayOfMonth, second / 3600, second / 60 % 60, second % 60] {
            writer.write(part, width: 2)
        }
        return String(decoding: writer.text, as: UTF8.self)
    }

    /// The time of `YYYYMMDDHHMMSS`, or of seconds in up to ten digits; nil if it is neither.
    static func number(of text: String) -> UInt32? {
        guard text.utf8.count == 14 else {
            return DNSNumber.parse(text, most: Int(UInt32.max)).map { UInt32($0) }
        }
        var rest = text[...]
        func take(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
            defer { rest = rest.dropFirst(count) }
            guard let part = DNSNumber.parse(rest.prefix(count), most: range.upperBound),
                part >= range.lowerBound
            else { return nil }
            return part
        }
        guard let year = take(4, 1900...9999), let month = take(2, 1...12),
            let day = take(2, 1...31), let hour = take(2, 0...23), let minute = take(2, 0...59),
            let second = take(2, 0...60)
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        guard CivilDate.date(days: days).day == day else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return UInt32(truncatingIfNeeded: seconds)
    }

    /// Seconds in units, as `1w2d`.
    static func short(_ seconds: UInt32) -> String {
        let parts = units(seconds).filter { $0.0 > 0 }.map { "\($0.0)\($0.1.prefix(1))" }
        return parts.isEmpty ? "0s" : parts.joined()
    }

    private static func units(_ seconds: UInt32) -> [(UInt32, String)] {
        [
            (seconds / 604_800, "week"), (seconds / 86_400 % 7, "day"),
            (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second"),
        ]
    }

    /// Seconds in weeks, days, hours, minutes and seconds, as `1 week 2 days`.
    static func inWords(_ seconds: UInt32) -> String {
        let words = units(seconds).filter { $0.0 > 0 }.map {
            "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")"
        }
        return words.isEmpty ? "0 seconds" : words.joined(separator: " ")
    }
}
