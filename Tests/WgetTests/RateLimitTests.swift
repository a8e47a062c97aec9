import Testing
import TwineTesting

@testable import swift_wget

@Suite("--limit-rate, in simulated time", .tags(.wget))
struct RateLimitTests {
    /// One way in which octets come.
    struct Load: CustomTestStringConvertible, Sendable {
        var rate: Double
        var transfers: Int
        /// The octets of a piece, at most.
        var piece: Int
        /// How late timers are at most, in seconds.
        var late: Double
        /// For how long at most a transfer has nothing, in seconds.
        var gap = 0.0

        var testDescription: String {
            "\(rate) octets/s, \(transfers) transfers, pieces to \(piece), late \(late), gaps \(gap)"
        }
    }

    static let loads: [Load] = [1e3, 20e3, 1e6, 100e6].flatMap { rate in
        [1, 2, 7].flatMap { transfers in
            [0.0, 0.0005, 0.005].map { late in
                Load(
                    rate: rate, transfers: transfers, piece: Int(min(65_536, rate / 20)), late: late
                )
            }
        }
    }

    /// When each piece passed, if every transfer holds each piece for as long as it is told.
    private func simulate(_ load: Load, for seconds: Double) -> [(time: Double, octets: Int)] {
        var random = SeededRandom(seed: 4)
        var limit = RateLimit(load.rate)
        var ready = [Double](repeating: 0, count: load.transfers)
        var passed: [(time: Double, octets: Int)] = []
        while let next = ready.indices.min(by: { ready[$0] < ready[$1] }), ready[next] < seconds {
            let octets = Int.random(in: max(1, load.piece / 2)...load.piece, using: &random)
            let delay = limit.take(octets, at: ready[next])
            let late = delay > 0 ? Double.random(in: 0...max(load.late, 1e-9), using: &random) : 0
            let gap = load.gap > 0 ? Double.random(in: 0...load.gap, using: &random) : 0
            passed.append((ready[next] + delay, octets))
            ready[next] += delay + late + gap + 1e-5
        }
        return passed.sorted { $0.time < $1.time }
    }

    /// The most octets of any second.
    private func busiestSecond(_ passed: [(time: Double, octets: Int)]) -> Int {
        var start = 0
        var sum = 0
        var most = 0
        for piece in passed {
            sum += piece.octets
            // Sums of times are rounded.
            while passed[start].time <= piece.time - 1 + 1e-9 {
                sum -= passed[start].octets
                start += 1
            }
            most = max(most, sum)
        }
        return most
    }

    @Test("no second carries more than the rate and one piece", arguments: loads)
    func everySecond(_ load: Load) {
        let most = busiestSecond(simulate(load, for: min(60, 2e8 / load.rate + 5)))
        #expect(Double(most) <= load.rate + Double(load.piece))
    }

    @Test("in the long run it is the rate to one in a hundred", arguments: loads)
    func longRun(_ load: Load) throws {
        let passed = simulate(load, for: min(60, 2e8 / load.rate + 20))
        let last = try #require(passed.last)
        let rate = Double(passed.reduce(0) { $0 + $1.octets } - last.octets) / last.time
        #expect(abs(rate / load.rate - 1) < 0.01)
    }

    @Test(
        "what was not used while nothing came is not made up in any second",
        arguments: [
            Load(rate: 1e5, transfers: 3, piece: 4096, late: 0.001, gap: 0.5),
            Load(rate: 1e6, transfers: 1, piece: 65_536, late: 0.001, gap: 2),
            Load(rate: 100, transfers: 2, piece: 65_536, late: 0, gap: 0.1),
        ])
    func gaps(_ load: Load) {
        let most = busiestSecond(simulate(load, for: 120))
        #expect(Double(most) <= load.rate + Double(load.piece))
    }

    @Test("the first piece passes at once, and the next has to wait for its time")
    func first() {
        var limit = RateLimit(1000)
        #expect([500, 250, 250].map { limit.take($0, at: 7) } == [0, 0.5, 0.75])
    }

    @Test("nothing takes no place")
    func nothing() {
        var limit = RateLimit(10)
        #expect([0, 10, 0].map { limit.take($0, at: 0) } == [0, 0, 0])
    }

    @Test(
        "pieces are small for small rates, and never more than 64 KiB",
        arguments: [(1.0, 1), (20_000.0, 1000), (1e9, 65_536), (1e300, 65_536)])
    func pieces(_ rate: Double, _ piece: Int) { #expect(RateLimit(rate).piece == piece) }
}

@Suite("--wait, --random-wait and --waitretry", .tags(.wget))
struct PacingTests {
    /// One row of the table: what is set, the attempts that follow one another, the waits.
    struct Row: CustomTestStringConvertible, Sendable {
        var wait = 0.0
        var isRandom = false
        var waitRetry = 10.0
        var attempts: [Int]
        var random = 0.5
        var waits: [Double]

        var testDescription: String {
            "wait \(wait) random \(isRandom ? random : -1) waitretry \(waitRetry) attempts \(attempts)"
        }
    }

    static let rows: [Row] = [
        Row(attempts: [1, 1, 1], waits: [0, 0, 0]),
        Row(attempts: [1, 2, 3, 4, 12, 13, 20], waits: [0, 1, 2, 3, 10, 10, 10]),
        Row(waitRetry: 0, attempts: [1, 2, 3], waits: [0, 0, 0]),
        Row(wait: 5, waitRetry: 0, attempts: [1, 2, 1], waits: [0, 5, 5]),
        Row(wait: 5, waitRetry: 2, attempts: [1, 2, 3, 4, 1], waits: [0, 1, 2, 2, 5]),
        Row(wait: 4, isRandom: true, attempts: [1, 1], random: 0, waits: [0, 2]),
        Row(wait: 4, isRandom: true, attempts: [1, 1], random: 1, waits: [0, 6]),
        Row(wait: 4, isRandom: true, waitRetry: 0, attempts: [1, 2], random: 0, waits: [0, 4]),
        Row(wait: 4, isRandom: true, attempts: [1, 3], random: 0, waits: [0, 2]),
    ]

    @Test("waits are those of wget, and none is before the first request", arguments: rows)
    func waits(_ row: Row) {
        var pacing = Pacing(wait: row.wait, isRandom: row.isRandom, waitRetry: row.waitRetry)
        let waits = row.attempts.map { pacing.delay(beforeAttempt: $0, random: row.random) }
        #expect(waits == row.waits)
    }
}
