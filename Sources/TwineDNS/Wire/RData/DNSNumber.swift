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
}
