/// How wget writes sizes, rates and times for people.
///
/// Rates of `--report-speed=bits` count in thousands, all else in steps of 1024.
enum Figures {
    /// A number with so many digits behind the point, rounded as printf(3) rounds: by its exact
    /// value, halves to the even digit.
    ///
    /// - Parameters:
    ///   - value: The number, not negative.
    ///   - digits: At most 3.
    /// - Returns: Such as `9.77`.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value > 0 else { return fixed(scaled: 0, digits) }
        guard value < 1e15 else { return String(Int(min(value, 9e18))) }
        let scale: UInt64 = [1, 10, 100, 1000][min(max(digits, 0), 3)]
        // value = mantissa / 2^shift, exactly; below 1e15 the shift is at least 2.
        let mantissa = (value.significandBitPattern | 1 << 52) * scale
        let shift = 52 - Int(value.exponent)
        guard shift < 64, value.isNormal else { return fixed(scaled: 0, digits) }
        let whole = mantissa >> UInt64(shift)
        let rest = mantissa & ((1 << UInt64(shift)) - 1)
        let half: UInt64 = 1 << UInt64(shift - 1)
        let isUp = rest > half || rest == half && whole % 2 == 1
        return fixed(scaled: isUp ? whole + 1 : whole, digits)
    }

    private static func fixed(scaled: UInt64, _ digits: Int) -> String {
        guard digits > 0 else { return String(scaled) }
        let scale: UInt64 = [1, 10, 100, 1000][min(digits, 3)]
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: digits - fraction.utf8.count)
        return String(scaled / scale) + "." + zeros + fraction
    }

    /// A size as lists of files have it: `512`, `9.8K`, `10M`.
    ///
    /// - Parameters:
    ///   - octets: The size.
    ///   - precise: Whether two digits stand behind the point, as in a bar.
    /// - Returns: At most four digits with a point and a letter.
    static func size(_ octets: Int, precise: Bool = false) -> String {
        guard octets >= 1024 else { return String(octets) }
        var rest = octets
        var letters = "KMGTPE".makeIterator()
        while rest / 1024 >= 1024 {
            rest /= 1024
            _ = letters.next()
        }
        let value = Double(rest) / 1024
        let digits = precise ? (value < 1000 ? 2 : 0) : (value < 10 ? 1 : 0)
        return fixed(value, digits) + String(letters.next() ?? "E")
    }

    /// Seconds with about one digit that matters: `0`, `0.02`, `1.5`, `13`.
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case 9.95...: fixed(seconds, 0)
        case 0.95...: fixed(seconds, 1)
        case 0.0005...: significantDigit(of: seconds)
        default: "0"
        }
    }

    /// The first digit of a number below 1, rounded, and nothing behind it.
    private static func significantDigit(of value: Double) -> String {
        var text = fixed(value, value >= 0.1 ? 1 : value >= 0.01 ? 2 : 3)
        while text.hasSuffix("0"), text.contains("."), text != "0." { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// A time as the last lines of a run have it: `2d 3h 4m 5s`, `0.02s`.
    static func duration(_ seconds: Double) -> String {
        let whole = seconds > 0 ? Int(min(seconds, 1e15) + 0.5) : 0
        let parts = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60)
        if parts.0 > 0 { return "\(parts.0)d \(parts.1)h \(parts.2)m \(parts.3)s" }
        if parts.1 > 0 { return "\(parts.1)h \(parts.2)m \(parts.3)s" }
        if parts.2 > 0 { return "\(parts.2)m \(parts.3)s" }
        return self.seconds(seconds) + "s"
    }

    /// A time in at most two units, for what remains: `99s`, `5m 3s`, `2h 10m`, `4d 3h`, `120d`.
    ///
    /// - Parameters:
    ///   - seconds: The time.
    ///   - gap: What stands between the units.
    /// - Returns: At most 7 characters with a gap of one.
    static func remaining(_ seconds: Int, gap: String = " ") -> String {
        switch seconds {
        case ..<100: "\(seconds)s"
        case ..<6000: "\(seconds / 60)m\(gap)\(seconds % 60)s"
        case ..<172_800: "\(seconds / 3600)h\(gap)\(seconds / 60 % 60)m"
        case ..<8_640_000: "\(seconds / 86_400)d\(gap)\(seconds / 3600 % 24)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
