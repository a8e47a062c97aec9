/// Which connection fetches which part of a file, and what is there already.
///
/// A connection that is free gets its share of what nobody fetches. When somebody fetches everything, the part
/// that would be the last to come is cut in two, where both would be done at the same time; and what comes
/// hardly at all is taken over as a whole. So connections of any speeds end nearly together, and what one of
/// them fails to bring is fetched by the others.
struct SegmentPlan: Sendable {
    /// A part that is being fetched.
    struct Segment: Equatable, Sendable {
        /// What is still to come.
        fileprivate(set) var range: Range<Int>
        /// When it was begun.
        fileprivate let began: Double
        /// When octets came the last time.
        fileprivate var progressed: Double
        fileprivate var received = 0
        /// How often it was taken from one who did not bring it.
        fileprivate var takeovers = 0

        /// Octets a second since it was begun; nil when that is too short a time to tell.
        fileprivate func rate(at now: Double) -> Double? {
            now - began >= 0.5 ? Double(received) / (now - began) : nil
        }
    }

    /// What a free connection is to do.
    struct Work: Equatable, Sendable {
        /// The octets to fetch.
        var range: Range<Int>
        /// Who is to stop, for it fetched them before.
        var takenFrom: Int?
    }

    /// Seconds without octets, after which a part is taken over; twice as many each further time.
    private static let stall = 5.0
    /// What another would have in so small a part of the time is taken over, if it would take long.
    private static let haste = 3.0
    /// Seconds that a new request costs, roughly.
    private static let start = 0.2

    /// Octets of the file.
    let size: Int
    /// The fewest octets that are worth a request of their own.
    let minimum: Int
    /// How many connections there will be, for the shares.
    var connections: Int
    /// What is there.
    private(set) var done: OctetRanges
    private var segments: [Int: Segment] = [:]
    /// Octets a second of each connection, when it had its last part.
    private var speeds: [Int: Double] = [:]

    /// Plans a file.
    ///
    /// - Parameters:
    ///   - size: Its octets.
    ///   - done: What of it is there.
    ///   - connections: How many connections there will be.
    ///   - minimum: The fewest octets that are worth a request of their own.
    init(
        size: Int, done: OctetRanges = OctetRanges(), connections: Int, minimum: Int = 1 << 20
    ) {
        self.size = size
        self.done = done
        self.connections = max(1, connections)
        self.minimum = max(1, minimum)
    }

    /// Whether all is there.
    var isComplete: Bool { done.count == size }

    /// How many connections fetch something.
    var active: Int { segments.count }

    /// What a connection has still to fetch; nil when it has nothing to do.
    func rest(of connection: Int) -> Range<Int>? { segments[connection]?.range }

    // MARK: Work

    /// Finds work for a connection that has none.
    ///
    /// - Parameters:
    ///   - connection: Its number.
    ///   - now: The time, in seconds.
    /// - Returns: What to do; nil when nothing is left, or not worth it now.
    mutating func assign(_ connection: Int, at now: Double) -> Work? {
        guard segments[connection] == nil else { return nil }
        var taken = done
        for segment in segments.values { taken.insert(segment.range) }
        let gaps = taken.gaps(in: 0..<size)
        if let first = gaps.first {
            let free = gaps.reduce(0) { $0 + $1.count }
            let share = max(minimum, free / max(1, connections - segments.count))
            var end = first.upperBound
            // The first gap that has a share, and of it no more than that.
            let cut = rounded(first.lowerBound + share)
            if end - cut >= minimum { end = cut }
            return begin(connection, first.lowerBound..<end, now)
        }
        return split(for: connection, now) ?? takeOver(for: connection, now)
    }

    /// Where a part is cut: for the sake of the disk's blocks, not anywhere.
    private func rounded(_ place: Int) -> Int {
        let grain = min(65_536, minimum)
        return (place + grain - 1) / grain * grain
    }

    private mutating func begin(
        _ connection: Int, _ range: Range<Int>, _ now: Double, from former: Int? = nil,
        takeovers: Int = 0
    ) -> Work {
        segments[connection] = Segment(
            range: range, began: now, progressed: now, takeovers: takeovers)
        return Work(range: range, takenFrom: former)
    }

    /// Octets a second that a connection will have: as before, or as the others; nil when nothing is known.
    private func expectedRate(of connection: Int? = nil, _ now: Double) -> Double? {
        if let connection, let speed = speeds[connection] { return speed }
        let rates = segments.values.compactMap { $0.rate(at: now) }
        return rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count)
    }

    /// The part that would be the last to come, of those with at least `count` octets to come.
    private func latest(atLeast count: Int, _ now: Double) -> (key: Int, rate: Double)? {
        let usual = max(expectedRate(now) ?? 1, 1)
        let candidates = segments.filter { $0.value.range.count >= count }.map {
            let rate = max($0.value.rate(at: now) ?? usual, 1)
            return (key: $0.key, rate: rate, time: Double($0.value.range.count) / rate)
        }
        // The lower number decides, so that the same happens in every run.
        return candidates.max { ($0.time, $1.key) < ($1.time, $0.key) }.map { ($0.key, $0.rate) }
    }

    private mutating func split(for connection: Int, _ now: Double) -> Work? {
        guard let (key, rate) = latest(atLeast: 2 * minimum, now), let segment = segments[key]
        else { return nil }
        let own = max(expectedRate(of: connection, now) ?? rate, 1)
        let kept = Int(Double(segment.range.count) * rate / (rate + own))
        let most = segment.range.count - minimum
        let cut = segment.range.lowerBound + min(max(kept, minimum), most)
        // Rounding may not make a part too small.
        let place = min(rounded(cut), segment.range.lowerBound + most)
        let rest = place..<segment.range.upperBound
        segments[key]?.range = segment.range.lowerBound..<place
        return begin(connection, rest, now)
    }

    private mutating func takeOver(for connection: Int, _ now: Double) -> Work? {
        guard let (key, rate) = latest(atLeast: 1, now), let segment = segments[key] else {
            return nil
        }
        let patience = Double(1 << min(segment.takeovers, 6))
        let stalls = now - segment.progressed >= Self.stall * patience
        let own = max(expectedRate(of: connection, now) ?? 1, 1)
        let time = Double(segment.range.count) / rate
        let crawls =
            segment.rate(at: now) != nil && time > patience
            && time > Self.haste * (Double(segment.range.count) / own + Self.start)
        guard stalls || crawls else { return nil }
        segments[key] = nil
        return begin(
            connection, segment.range, now, from: key, takeovers: segment.takeovers + 1)
    }

    // MARK: What happens

    /// Notes octets that a connection has brought and that are in the file.
    ///
    /// - Parameters:
    ///   - count: How many, from the first that was to come.
    ///   - connection: Who brought them.
    ///   - now: The time, in seconds.
    /// - Returns: Where they belong: fewer than `count` where the end of its part has come nearer.
    mutating func received(_ count: Int, by connection: Int, at now: Double) -> Range<Int> {
        guard var segment = segments[connection], count > 0 else { return 0..<0 }
        let start = segment.range.lowerBound
        let end = min(start + count, segment.range.upperBound)
        done.insert(start..<end)
        segment.range = end..<segment.range.upperBound
        segment.received += end - start
        segment.progressed = now
        if let rate = segment.rate(at: now) { speeds[connection] = rate }
        segments[connection] = segment.range.isEmpty ? nil : segment
        return start..<end
    }

    /// Notes octets that are in the file, whoever brought them.
    mutating func found(_ range: Range<Int>) { done.insert(range.clamped(to: 0..<size)) }

    /// Frees a connection: what it has not brought is for others.
    mutating func release(_ connection: Int) { segments[connection] = nil }

    /// Notes that octets are not as they should be, and have to come again.
    mutating func lost(_ range: Range<Int>) { done.remove(range.clamped(to: 0..<size)) }
}
