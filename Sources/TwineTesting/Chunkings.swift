/// Calls `body` with `bytes` cut in many ways: whole, byte by byte, in two at every place, and in
/// random pieces.
///
/// - Parameters:
///   - bytes: What a peer sends.
///   - rounds: How many random ways; the same ones in every run.
///   - body: Feeds the pieces, in order, to something new, and checks it.
public func everyChunking(
    of bytes: [UInt8], rounds: Int = 20, _ body: ([[UInt8]]) throws -> Void
) rethrows {
    try body([bytes])
    try body(bytes.map { [$0] })
    for place in bytes.indices.dropFirst() where bytes.count <= 2048 {
        try body([Array(bytes[..<place]), Array(bytes[place...])])
    }
    var random = SeededRandom(seed: UInt64(bytes.count))
    for _ in 0..<rounds {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(1, min(rest.count, 64)), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        try body(pieces)
    }
}

/// Random numbers that are the same in every run (SplitMix64).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator.
    ///
    /// - Parameter seed: The same seed gives the same numbers.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
