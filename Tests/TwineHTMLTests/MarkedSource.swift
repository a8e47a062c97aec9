import TwineHTML

/// A document in which `«` and `»` mark where links are expected.
struct MarkedSource {
    var octets: [UInt8] = []
    var ranges: [Range<Int>] = []

    init(_ marked: String) {
        var start = 0
        for character in marked {
            switch character {
            case "«": start = octets.count
            case "»": ranges.append(start..<octets.count)
            default: octets += String(character).utf8
            }
        }
    }
}

extension SourceLink {
    /// What it is and where it leads, in short: `r` requisite, `h` html, `c` css, `n` not fetched,
    /// `b` base, `-` none of these.
    var summary: String {
        let letters: [(Traits, String)] = [
            (.requisite, "r"), (.html, "h"), (.css, "c"), (.notFetched, "n"), (.base, "b"),
        ]
        let flags = letters.filter { traits.contains($0.0) }.map(\.1).joined()
        return (flags.isEmpty ? "-" : flags) + " " + text
    }
}
