@testable import TwineDNS

/// Octets from a table: hexadecimal, `"text"` as ASCII, and `;` before a comment to the line's end.
func octets(_ table: String) -> [UInt8] {
    var octets: [UInt8] = []
    for line in table.split(separator: "\n") {
        var rest = line[...]
        while let first = rest.first, first != ";" {
            rest = rest.dropFirst()
            if first == "\"" {
                octets += Array(rest.prefix { $0 != "\"" }.utf8)
                rest = rest.drop { $0 != "\"" }.dropFirst()
            } else if let high = first.hexDigitValue, let low = rest.first?.hexDigitValue {
                octets.append(UInt8(high << 4 | low))
                rest = rest.dropFirst()
            }
        }
    }
    return octets
}

/// Random numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// The message in `bytes`; an array, because the compiler (6.3.1) fails on the span of a temporary.
func parsed(_ bytes: [UInt8]) throws(DNSError) -> DNSMessage {
    try DNSMessage.parse(bytes.span)
}
