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

    /// Seconds in weeks, days, hours, minutes and seconds, as `1 week 2 days`.
    static func inWords(_ seconds: UInt32) -> String {
        let units: [(UInt32, String)] = [
            (seconds / 604_800, "week"), (seconds / 86_400 % 7, "day"),
            (seconds / 3600 % 24, "hour"),
            (seconds / 60 % 60, "minute"), (seconds % 60, "second"),
        ]
        let words = units.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return words.isEmpty ? "0 seconds" : words.joined(separator: " ")
    }
}
