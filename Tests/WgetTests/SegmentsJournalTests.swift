import Testing
import TwineTesting

@testable import swift_wget

/// Reads a journal: expectations cannot hold what is lent.
private func read(_ octets: [UInt8]) -> SegmentJournal? { SegmentJournal(octets.span) }

@Suite("The journal beside a file that comes in parts", .tags(.wget))
struct SegmentsJournalTests {
    private static let identity = SegmentJournal.Identity(
        urlDigest: [UInt8](repeating: 7, count: 32), size: 10_000, validator: "\"tag\"")

    private static let records: [SegmentJournal.Record] = [
        .done(0..<100), .done(500..<700), .synced, .done(100..<200), .lost(550..<600),
        .done(700..<701),
    ]

    private var octets: [UInt8] {
        SegmentJournal(Self.identity, boot: "b").header
            + Self.records.flatMap { SegmentJournal.octets(of: $0) }
    }

    @Test("what was written is read, and only the disk's part in another start of the machine")
    func round() throws {
        let journal = try #require(read(octets))
        #expect(journal.identity == Self.identity)
        #expect(journal.length == octets.count)
        #expect(journal.trusted(inBoot: "b").ranges == [0..<200, 500..<550, 600..<701])
        #expect(journal.trusted(inBoot: "c").ranges == [0..<100, 500..<550, 600..<700])
    }

    @Test("where no start has a name, only the disk's part counts")
    func noBoot() throws {
        let octets =
            SegmentJournal(Self.identity, boot: "").header
            + SegmentJournal.octets(of: .done(0..<1))
        let journal = try #require(read(octets))
        #expect(journal.trusted(inBoot: "").isEmpty)
    }

    @Test("cut anywhere, it says what its whole records say")
    func torn() throws {
        let header = SegmentJournal(Self.identity, boot: "b").header.count
        for length in 0...octets.count {
            let journal = read(Array(octets.prefix(length)))
            guard length >= header else {
                #expect(journal == nil)
                continue
            }
            let whole = (length - header) / SegmentJournal.recordLength
            #expect(journal?.length == header + whole * SegmentJournal.recordLength)
        }
    }

    @Test("an octet that is another one ends it there")
    func damaged() {
        let header = SegmentJournal(Self.identity, boot: "b").header.count
        for place in octets.indices {
            var other = octets
            other[place] ^= 0x40
            let journal = read(other)
            let record = (place - header) / SegmentJournal.recordLength
            #expect(
                journal?.length
                    == (place < header ? nil : header + record * SegmentJournal.recordLength))
        }
    }

    @Test("a record outside of the file is none")
    func outside() throws {
        let octets =
            SegmentJournal(Self.identity, boot: "b").header
            + SegmentJournal.octets(of: .done(9_999..<10_001))
        #expect(try #require(read(octets)).done.isEmpty)
    }

    @Test("any octets end")
    func noise() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<5000 {
            var input = octets
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<input.count, using: &random)
                switch random.next() % 3 {
                case 0: input[place] = UInt8.random(in: 0...255, using: &random)
                case 1: input.remove(at: place)
                default: input.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            let done = read(input)?.done
            #expect(done?.ranges.allSatisfy { $0.upperBound <= 10_000 } ?? true)
        }
    }

    @Test("a ledger tells when there is enough to tell of, and of each place once")
    func ledger() {
        var ledger = SegmentLedger(size: 10 << 20)
        #expect(ledger.note(0..<1000).isEmpty)
        #expect(ledger.note(2 << 20..<3 << 20).count == 2 * SegmentJournal.recordLength)
        #expect(ledger.tell().isEmpty)
    }

    @Test("journals of large files do not grow with them")
    func large() {
        #expect(SegmentLedger(size: 1 << 20).threshold == 1 << 20)
        #expect(SegmentLedger(size: 1 << 40).threshold == 1 << 24)
    }
}

@Suite("Killed at any moment, a download goes on to the right octets", .tags(.wget))
struct SegmentsKillTests {
    /// What a program did to the disk, in this order.
    private enum Step {
        case data(Range<Int>)
        case journal([UInt8])
    }

    /// Downloads with connections of random speeds that fail at random, from what a journal says.
    ///
    /// - Returns: What was done to the disk.
    private func run(
        _ size: Int, from done: OctetRanges, _ random: inout SeededRandom
    ) -> [Step] {
        let connections = Int.random(in: 1...6, using: &random)
        var plan = SegmentPlan(size: size, done: done, connections: connections, minimum: 50)
        var ledger = TestLedger(threshold: Int.random(in: 1...400, using: &random))
        var steps: [Step] = []
        var now = 0.0
        while !plan.isComplete {
            now += 1
            let connection = Int.random(in: 0..<connections, using: &random)
            if plan.rest(of: connection) == nil { _ = plan.assign(connection, at: now) }
            let range = plan.received(
                Int.random(in: 1...80, using: &random), by: connection, at: now)
            if !range.isEmpty {
                steps.append(.data(range))
                steps += ledger.note(range).map { .journal($0) }
            }
            if random.next() % 20 == 0 { plan.release(connection) }
        }
        return steps
    }

    /// A ledger of small files, whose records come often.
    private struct TestLedger {
        let threshold: Int
        var untold = OctetRanges()

        mutating func note(_ range: Range<Int>) -> [[UInt8]] {
            untold.insert(range)
            guard untold.count >= threshold else { return [] }
            defer { untold = OctetRanges() }
            return untold.ranges.map { SegmentJournal.octets(of: .done($0)) }
        }
    }

    /// The disk after some of the steps, the last of them done in part.
    private func disk(
        _ steps: ArraySlice<Step>, of contents: [UInt8], _ data: inout [UInt8],
        _ journal: inout [UInt8], _ random: inout SeededRandom
    ) {
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            switch step {
            case .data(let range):
                let count = isLast ? Int.random(in: 0...range.count, using: &random) : range.count
                for place in range.prefix(count) { data[place] = contents[place] }
            case .journal(let octets):
                let count = isLast ? Int.random(in: 0...octets.count, using: &random) : octets.count
                journal += octets.prefix(count)
            }
        }
    }

    @Test("after any number of steps and kills, the file is right in the end", arguments: 0..<60)
    func kills(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let size = Int.random(in: 1...5000, using: &random)
        let contents = (0..<size).map { _ in UInt8.random(in: 1...255, using: &random) }
        let identity = SegmentJournal.Identity(
            urlDigest: [UInt8](repeating: 0, count: 32), size: size, validator: "v")
        var data = [UInt8](repeating: 0, count: size)
        var journal = SegmentJournal(identity, boot: "b").header
        for _ in 0..<8 {
            let found = try #require(read(journal))
            for range in found.done.ranges { #expect(data[range] == contents[range]) }
            journal.removeLast(journal.count - found.length)
            let steps = run(size, from: found.done, &random)
            let count = Int.random(in: 0...steps.count, using: &random)
            disk(steps.prefix(count), of: contents, &data, &journal, &random)
        }
        let found = try #require(read(journal))
        for step in run(size, from: found.done, &random) {
            if case .data(let range) = step { data.replaceSubrange(range, with: contents[range]) }
        }
        #expect(data == contents)
    }
}
