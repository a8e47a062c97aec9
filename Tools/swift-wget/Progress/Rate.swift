/// How fast something comes, in the unit that suits it.
struct Rate {
    enum Unit: Int { case one, kilo, mega, giga, tera }

    /// The number of units a second.
    var value: Double
    var unit: Unit
    /// Whether it is bits that are counted.
    var isBits: Bool

    /// Finds the rate.
    ///
    /// - Parameters:
    ///   - octets: How many have come.
    ///   - seconds: In what time; nothing is taken for half a nanosecond, as the clock has no less.
    ///   - isBits: `--report-speed=bits`.
    init(_ octets: Int, in seconds: Double, isBits: Bool) {
        self.isBits = isBits
        let step: Double = isBits ? 1000 : 1024
        var value = Double(octets) * (isBits ? 8 : 1) / (seconds == 0 ? 0.5e-9 : seconds)
        var unit = 0
        while unit < 4, value >= step {
            value /= step
            unit += 1
        }
        // No line has room for more.
        self.value = unit == 4 ? min(value, 99.99) : value
        self.unit = Unit(rawValue: unit) ?? .tera
    }

    /// Three digits: `2.38`, `12.5`, `247`.
    var digits: String {
        Figures.fixed(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)
    }

    /// The unit's letter; empty for single ones.
    var letter: String { ["", "K", "M", "G", "T"][unit.rawValue] }

    /// As the lines of finished downloads have it: `1.23 MB/s`.
    var text: String { "\(digits) \(letter)\(isBits ? "b" : "B")/s" }
}
