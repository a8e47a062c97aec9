import DequeModule

/// Holds all transfers together to a number of octets a second (`--limit-rate`).
///
/// Two rules, for one alone is not enough. The pace: each piece is due when those before it have had their
/// time, so that octets flow evenly and come to the rate in the long run; a little lateness of timers may be
/// made up. The second: in the last second before a piece no more than the rate has passed, so that what is
/// made up never adds up. So any second carries the rate and one piece at most, whatever the transfers do.
///
/// `ThrottledConnection` holds each connection to a rate of its own, and cannot share one.
struct RateLimit: Sendable {
    /// How late a transfer may be without losing its time, in seconds: timers and disks are late.
    private static let credit = 0.05
    /// A piece that is due this soon passes at once, in seconds: to wait less costs more than it is worth.
    private static let tolerance = 0.002
    /// Pieces closer than this are counted as one, in seconds, so that a second needs bounded memory.
    private static let grain = 1.0 / 1024

    /// Octets a second.
    let rate: Double
    /// When what has passed has had its time.
    private var due: Double?
    /// What has passed in the last second.
    private var passed: Deque<(time: Double, octets: Int)> = []
    private var sum = 0

    /// Begins with nothing passed.
    ///
    /// - Parameter rate: Octets a second; more than 0.
    init(_ rate: Double) { self.rate = max(rate, .leastNormalMagnitude) }

    /// How many octets should pass at a time at most, for them to flow evenly.
    var piece: Int { Int(min(65_536, max(1, rate / 20))) }

    /// Takes a piece that has come.
    ///
    /// - Parameters:
    ///   - octets: How many octets it has.
    ///   - now: The time, in seconds, never less than the last one.
    /// - Returns: How long the piece has to be held before it passes, in seconds; 0 to pass it at once. Its
    ///   place is taken with that: the next call answers for after it.
    mutating func take(_ octets: Int, at now: Double) -> Double {
        guard octets > 0 else { return 0 }
        var time = max(now, passed.last?.time ?? now)
        if let due, due - time > Self.tolerance { time = due }
        time = max(time, whenSecondHasRoom(at: time))
        due = max(due ?? time, time - Self.credit) + Double(octets) / rate
        note(octets, at: time)
        return max(0, time - now)
    }

    /// When no more than the rate has passed in the second before.
    private mutating func whenSecondHasRoom(at time: Double) -> Double {
        var time = time
        while let first = passed.first {
            guard first.time <= time - 1 || Double(sum) > rate else {
                break
            }
            time = max(time, first.time + 1)
            sum -= first.octets
            passed.removeFirst()
        }
        return time
    }

    private mutating func note(_ octets: Int, at time: Double) {
        sum += octets
        if let last = passed.last, time - last.time < Self.grain {
            // The later time is that of both, to be on the safe side.
            passed[passed.count - 1] = (time, last.octets + octets)
        } else {
            passed.append((time, octets))
        }
    }
}
