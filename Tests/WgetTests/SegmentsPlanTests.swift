import Testing
import TwineTesting

@testable import swift_wget

@Suite("Places in a file", .tags(.wget))
struct SegmentsRangesTests {
    @Test("ranges are what a set of places would be, whatever is added and taken away")
    func model() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<2000 {
            var ranges = OctetRanges()
            var places: Set<Int> = []
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let start = Int.random(in: 0...40, using: &random)
                let range = start..<start + Int.random(in: 0...12, using: &random)
                if random.next() % 3 == 0 {
                    ranges.remove(range)
                    places.subtract(range)
                } else {
                    ranges.insert(range)
                    places.formUnion(range)
                }
                #expect(ranges.count == places.count)
                #expect(Set(ranges.ranges.flatMap { Array($0) }) == places)
                #expect(
                    zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy {
                        $0.upperBound < $1.lowerBound
                    })
                let gaps = ranges.gaps(in: 5..<35).flatMap { Array($0) }
                #expect(gaps == (5..<35).filter { !places.contains($0) })
                #expect(ranges.contains(range) == places.isSuperset(of: range))
            }
        }
    }
}

@Suite("Who fetches what", .tags(.wget))
struct SegmentsPlanTests {
    @Test(
        "a file is shared evenly by connections that begin together", arguments: [1, 2, 3, 6, 16])
    func shares(_ connections: Int) throws {
        var plan = SegmentPlan(size: 96 << 20, connections: connections)
        let parts = (0..<connections).map { plan.assign($0, at: 0)?.range.count ?? 0 }
        #expect(parts.reduce(0, +) == 96 << 20)
        #expect((parts.max() ?? 0) - (parts.min() ?? 0) <= 65_536 * connections)
    }

    @Test("what is there is not fetched, and small gaps are not cut")
    func gaps() {
        var done = OctetRanges(0..<1000)
        done.insert(1500..<4000)
        var plan = SegmentPlan(size: 5000, done: done, connections: 4, minimum: 600)
        let parts = (0..<4).map { plan.assign($0, at: 0)?.range }
        #expect(parts == [1000..<1500, 4000..<5000, nil, nil])
    }

    @Test("a free connection takes half of the largest rest, where all are as fast")
    func split() {
        var plan = SegmentPlan(size: 4000, connections: 2, minimum: 100)
        _ = plan.assign(0, at: 0)
        _ = plan.assign(1, at: 0)
        _ = plan.received(2000, by: 0, at: 0.1)
        #expect(plan.assign(0, at: 0.1)?.range == 3000..<4000)
        #expect(plan.rest(of: 1) == 2000..<3000)
    }

    @Test("of a slow connection's rest the fast one takes more")
    func slow() {
        var plan = SegmentPlan(size: 40_000, connections: 2, minimum: 100)
        _ = plan.assign(0, at: 0)
        _ = plan.assign(1, at: 0)
        _ = plan.received(2000, by: 1, at: 2)
        _ = plan.received(20_000, by: 0, at: 2)
        let rest = plan.rest(of: 1)?.count ?? 0
        let work = plan.assign(0, at: 2)
        #expect(work?.takenFrom == nil)
        #expect(rest == 18_000)
        #expect(work?.range.count ?? 0 >= 9000)
    }

    @Test("what stalls is taken over as a whole, and later the second time")
    func stall() {
        var plan = SegmentPlan(size: 1000, connections: 1, minimum: 1000)
        _ = plan.assign(0, at: 0)
        #expect(plan.assign(1, at: 4) == nil)
        #expect(plan.assign(1, at: 5) == SegmentPlan.Work(range: 0..<1000, takenFrom: 0))
        #expect(plan.rest(of: 0) == nil)
        #expect(plan.assign(0, at: 14) == nil)
        #expect(plan.assign(0, at: 15) == SegmentPlan.Work(range: 0..<1000, takenFrom: 1))
    }

    @Test("what comes at a fraction of the others' rate is taken over")
    func crawl() {
        var plan = SegmentPlan(size: 200_000, connections: 3, minimum: 60_000)
        for connection in 0..<3 { _ = plan.assign(connection, at: 0) }
        for second in 1...6 {
            for connection in 0..<2 {
                _ = plan.received(10_000, by: connection, at: Double(second))
            }
            _ = plan.received(10, by: 2, at: Double(second))
        }
        let rest = plan.rest(of: 2)
        #expect(plan.assign(7, at: 6) == rest.map { SegmentPlan.Work(range: $0, takenFrom: 2) })
    }

    @Test("what a connection failed to bring is for the next one")
    func failure() {
        var plan = SegmentPlan(size: 1000, connections: 1, minimum: 100)
        _ = plan.assign(0, at: 0)
        #expect(plan.received(300, by: 0, at: 0) == 0..<300)
        plan.release(0)
        #expect(plan.assign(3, at: 0)?.range == 300..<1000)
    }

    @Test("octets beyond the end of a part that was cut are not wanted")
    func beyond() {
        var plan = SegmentPlan(size: 1000, connections: 1, minimum: 100)
        _ = plan.assign(0, at: 0)
        _ = plan.assign(1, at: 0)
        let rest = plan.rest(of: 0) ?? 0..<0
        #expect(plan.received(1000, by: 0, at: 0) == rest)
        #expect(plan.received(1000, by: 0, at: 0).isEmpty)
    }

    @Test("a piece that was lost comes again, and the file is complete only then")
    func lost() {
        var plan = SegmentPlan(size: 1000, done: OctetRanges(0..<1000), connections: 1)
        #expect(plan.isComplete)
        plan.lost(100..<200)
        #expect(!plan.isComplete)
        #expect(plan.assign(0, at: 0)?.range == 100..<200)
    }

    @Test("any speeds and any failures: parts never overlap, and all is there in the end")
    func simulation() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<300 {
            let size = Int.random(in: 0...3_000_000, using: &random)
            let connections = Int.random(in: 1...9, using: &random)
            var plan = SegmentPlan(
                size: size, connections: connections,
                minimum: Int.random(in: 1...200_000, using: &random))
            let speeds = (0..<connections).map { _ in Int.random(in: 0...60_000, using: &random) }
            var now = 0.0
            while !plan.isComplete, now < 100_000 {
                now += 0.1
                for connection in 0..<connections {
                    if plan.rest(of: connection) == nil { _ = plan.assign(connection, at: now) }
                    let count = Int.random(in: 0...speeds[connection], using: &random)
                    // Somebody always brings something, or nobody would ever be done.
                    let brought = connection == 0 ? max(count, 1000) : count
                    _ = plan.received(brought, by: connection, at: now)
                    if random.next() % 50 == 0 { plan.release(connection) }
                }
                var parts = OctetRanges()
                let rests = (0..<connections).compactMap { plan.rest(of: $0) }
                for rest in rests { parts.insert(rest) }
                #expect(parts.count == rests.reduce(0) { $0 + $1.count })
                for rest in rests { #expect(plan.done.gaps(in: rest) == [rest]) }
            }
            #expect(plan.isComplete)
        }
    }

    @Test("connections of different speeds end together: none waits for long")
    func together() {
        let speeds = [10_000_000, 8_000_000, 3_000_000, 500_000]
        var plan = SegmentPlan(size: 200 << 20, connections: 4)
        var now = 0.0
        while !plan.isComplete {
            now += 0.01
            for connection in 0..<4 {
                if plan.rest(of: connection) == nil { _ = plan.assign(connection, at: now) }
                _ = plan.received(speeds[connection] / 100, by: connection, at: now)
            }
        }
        let ideal = Double(200 << 20) / Double(speeds.reduce(0, +))
        #expect(now < ideal * 1.1)
    }
}
