/// The dates of feeds: RFC 822 in RSS, RFC 3339 in Atom and JSON Feed, and what is meant by them.
enum FeedDate {
    /// Seconds since 1970; nil for what is no date.
    static func seconds(_ text: String) -> Int? {
        let text = text.drop { $0.isWhitespace }.prefix(64)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return digits.count == 4 ? rfc3339(String(text)) : rfc822(String(text))
    }

    private static func rfc3339(_ text: String) -> Int? {
        let numbers = text.split { !($0.isASCII && $0.isNumber) }
        guard numbers.count >= 3, let year = Int(numbers[0]), let month = Int(numbers[1]),
            let day = Int(numbers[2])
        else { return nil }
        let time =
            text.split(whereSeparator: { $0 == "T" || $0 == "t" || $0 == " " })
            .dropFirst().first ?? "00:00:00"
        return seconds(year, month, day, time, zone: zone(time))
    }

    private static func rfc822(_ text: String) -> Int? {
        var words = text.split { $0.isWhitespace || $0 == "," }
        if let first = words.first, first.first?.isLetter == true { words.removeFirst() }
        guard words.count >= 3, let day = Int(words[0]), var year = Int(words[2]),
            let month = months.firstIndex(of: words[1].prefix(3).lowercased())
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        let zoneText = words.count > 4 ? String(words[4]) : "GMT"
        let offset = zones[zoneText.uppercased()] ?? zone(Substring("x" + zoneText))
        return seconds(year, month + 1, day, words.count > 3 ? words[3] : "0:0", zone: offset)
    }

    private static func zone(_ time: Substring) -> Int {
        guard let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return 0 }
        let digits = time[time.index(after: sign)...].filter(\.isNumber)
        guard digits.count >= 3, let number = Int(digits.prefix(4)) else { return 0 }
        let seconds = (number / 100 * 60 + number % 100) * 60
        return time[sign] == "-" ? -seconds : seconds
    }

    private static func seconds(
        _ year: Int, _ month: Int, _ day: Int, _ time: Substring, zone: Int
    ) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        let clock = time.prefix { $0.isNumber || $0 == ":" }.split(separator: ":")
            .map { Int($0.prefix(4)) ?? 0 }
        // Days since 1970 by the count of March-based years.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        var seconds = (era * 146_097 + dayOfEra - 719_468) * 86_400 - zone
        for (index, factor) in [3600, 60, 1].enumerated() where index < clock.count {
            seconds += min(clock[index], 60) * factor
        }
        return seconds
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let zones = [
        "EST": -18000, "EDT": -14400, "CST": -21600, "CDT": -18000, "MST": -25200, "MDT": -21600,
        "PST": -28800, "PDT": -25200, "GMT": 0, "UT": 0, "UTC": 0, "Z": 0,
    ]
}
