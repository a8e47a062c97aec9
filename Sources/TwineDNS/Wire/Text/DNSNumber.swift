/// Numbers in the text of records.
enum DNSNumber {
    /// Reads decimal digits and nothing else; nil above `most`.
    static func parse(_ text: some StringProtocol, most: Int) -> Int? {
        guard !text.isEmpty else { return nil }
        var number = 0
        for octet in text.utf8 {
            guard octet &- 48 < 10 else { return nil }
            number = number * 10 + Int(octet &- 48)
            guard number <= most else { return nil }
        }
        return number
    }

    /// Reads seconds, or times with units of weeks, days, hours, minutes and seconds, as `1h30m`;
    /// nil above 2³²-1.
    static func duration(_ text: some StringProtocol) -> UInt32? {
        if let seconds = parse(text, most: Int(UInt32.max)) { return UInt32(seconds) }
        var seconds = 0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let number = parse(digits, most: Int(UInt32.max)), let unit = rest.popFirst(),
                let length = units[unit]
            else { return nil }
            seconds += number * length
            guard seconds <= Int(UInt32.max) else { return nil }
        }
        return text.isEmpty ? nil : UInt32(seconds)
    }

    private static let units: [Character: Int] = [
        "w": 604_800, "W": 604_800, "d": 86_400, "D": 86_400, "h": 3600, "H": 3600, "m": 60,
        "M": 60, "s": 1, "S": 1,
    ]
}
