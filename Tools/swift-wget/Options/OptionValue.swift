/// Readers of the kinds of values that options have; each as lenient as wget's.
enum OptionValue {
    /// `on`, `yes`, `1`, `off`, `no` or `0`, in any case of letters.
    static func boolean(_ value: Octets) -> Bool? {
        if ["on", "yes", "1"].contains(where: { value.isSame(as: $0) }) { return true }
        if ["off", "no", "0"].contains(where: { value.isSame(as: $0) }) { return false }
        return nil
    }

    /// A number of 31 bits, as strtol(3) reads it: what follows the digits does not count.
    ///
    /// So what has no digits is 0, as it is for wget.
    static func number(_ value: Octets) -> Int? {
        var rest = value.bytes.drop { Octets.isSpace($0) }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var number = 0
        for digit in rest.prefix(while: Octets.isDigit) {
            number = number * 10 + Int(digit - 0x30)
            guard number <= Int(Int32.max) else { return nil }
        }
        return isNegative && number > 0 ? nil : number
    }

    /// A number, or `inf`; nil inside is without end.
    static func limit(_ value: Octets) -> Int?? {
        if value.isSame(as: "inf") { return .some(nil) }
        guard let number = number(value) else { return nil }
        return .some(number == 0 ? nil : number)
    }

    /// `DIGITS[.DIGITS]` and nothing else, with a sign perhaps.
    static func decimal(_ digits: ArraySlice<UInt8>) -> Double? {
        var rest = digits
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var number = 0.0
        var scale = 1.0
        var hasDot = false
        var hasDigit = false
        for octet in rest {
            if Octets.isDigit(octet) {
                hasDigit = true
                let digit = Double(octet - 0x30)
                if hasDot { scale *= 10 }
                number = hasDot ? number + digit / scale : number * 10 + digit
            } else if octet == UInt8(ascii: "."), !hasDot {
                hasDot = true
            } else {
                return nil
            }
        }
        guard hasDigit else { return nil }
        return isNegative ? -number : number
    }

    /// A decimal and the letter behind it.
    private static func scaled(
        _ value: Octets, _ scales: [(letter: Character, scale: Double)]
    ) -> Double? {
        var rest = value.trimmed
        var scale = 1.0
        if let last = rest.last,
            let found = scales.first(where: { $0.letter.asciiValue == Octets.lowercased(last) })
        {
            scale = found.scale
            rest = Octets(Array(rest.dropLast())).trimmed
        }
        guard let number = decimal(rest) else { return nil }
        return number * scale
    }

    /// Octets: a decimal, with `k`, `m`, `g` or `t` for powers of 1024; `inf` is 0.
    static func bytes(_ value: Octets) -> UInt64? {
        if value == "inf" { return 0 }
        let scales: [(letter: Character, scale: Double)] = [
            ("k", 1024), ("m", 1_048_576), ("g", 1_073_741_824), ("t", 1_099_511_627_776),
        ]
        guard let number = scaled(value, scales), number >= 0 else { return nil }
        // What cannot be counted is as good as the most that can.
        return number < 0x1p63 ? UInt64(number) : UInt64(Int64.max)
    }

    /// Seconds: a decimal, perhaps a negative one, with `s`, `m`, `h`, `d` or `w`.
    static func seconds(_ value: Octets) -> Double? {
        scaled(value, [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)])
    }

    /// What stands between commas, without the white space behind them.
    static func list(_ value: Octets) -> [Octets] {
        guard !value.isEmpty else { return [] }
        let parts = value.bytes.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            Octets(Array(index == 0 ? part : part.drop { Octets.isSpace($0) }))
        }
    }

    /// Whether the text is `Name: value`, without line ends.
    static func isHeader(_ value: Octets) -> Bool {
        let name = value.bytes.prefix { $0 != UInt8(ascii: ":") && !Octets.isSpace($0) }
        return !name.isEmpty && name.endIndex < value.bytes.endIndex
            && value.bytes[name.endIndex] == UInt8(ascii: ":")
            && !value.bytes.contains(UInt8(ascii: "\n"))
            && !value.bytes.contains(UInt8(ascii: "\r")) && !value.bytes.contains(0)
    }
}
