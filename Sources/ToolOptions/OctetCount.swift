public import ArgumentParser

/// A number of octets on the command line: `1000`, or with a unit of 1024, `64k`, `10M`, `2G`.
public struct OctetCount: ExpressibleByArgument, Equatable, Sendable, CustomStringConvertible {
    /// The number, at least 0.
    public let octets: Int

    /// Makes a number.
    public init(_ octets: Int) { self.octets = octets }

    /// Reads it; nil for what is no number, is below 0, or is more than fits.
    public init?(argument: String) {
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
        var digits = argument[...]
        var unit = 1
        if let last = digits.last, let factor = units[Character(last.lowercased())] {
            unit = factor
            digits.removeLast()
        }
        guard digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (octets, overflows) = number.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        self.octets = octets
    }

    /// The number with the largest unit that leaves it whole.
    public var description: String {
        for (shift, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "k")]
        where octets > 0 && octets % (1 << shift) == 0 {
            return "\(octets >> shift)\(unit)"
        }
        return "\(octets)"
    }

    /// For help: the number as it may be written.
    public var defaultValueDescription: String { description }
}
