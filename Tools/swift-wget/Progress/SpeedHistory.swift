/// How fast a download has been of late: over three seconds at least, so that the number is calm.
///
/// Samples of 0.15 s or more go into a ring of 20. After five seconds without an octet there is no
/// speed.
struct SpeedHistory {
    private static let shortestSample = 0.15
    private static let stallTime = 5.0

    private var times = InlineArray<20, Double>(repeating: 0)
    private var octets = InlineArray<20, Int>(repeating: 0)
    private var position = 0
    private var totalTime = 0.0
    private var totalOctets = 0
    /// When the sample began that is not in the ring yet, and what it has.
    private var sampleStart = 0.0
    private var sampleOctets = 0
    private var isStalled = false

    /// Notes octets that have come, or that none have.
    mutating func add(_ count: Int, at now: Double) {
        var age = now - sampleStart
        sampleOctets += count
        guard age >= Self.shortestSample else { return }
        guard count > 0 else {
            if age >= Self.stallTime { stall() }
            return
        }
        // The whole pause would make the first speed after it far too low.
        if isStalled { age = 1 }
        isStalled = false
        totalTime -= times[position]
        totalOctets -= octets[position]
        times[position] = age
        octets[position] = sampleOctets
        totalTime += age
        totalOctets += sampleOctets
        sampleStart = now
        sampleOctets = 0
        position = (position + 1) % times.count
    }

    private mutating func stall() {
        isStalled = true
        times = InlineArray(repeating: 0)
        octets = InlineArray(repeating: 0)
        position = 0
        totalTime = 0
        totalOctets = 0
        sampleOctets = 0
    }

    /// The speed; nil as long as there is no sample.
    func rate(at now: Double, isBits: Bool) -> Rate? {
        guard totalTime > 0, totalOctets > 0 else { return nil }
        return Rate(
            totalOctets + sampleOctets, in: totalTime + (now - sampleStart), isBits: isBits)
    }
}
