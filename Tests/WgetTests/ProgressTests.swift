import Testing

@testable import swift_wget

/// A download as a bar shows it.
struct BarScenario: CustomTestStringConvertible, Sendable {
    enum Step: Sendable {
        case octets(Int, at: Double)
        case resize(Int)
    }

    var what: String
    var name: Octets
    var initial: Int
    var total: Int?
    var columns: Int
    var scrolls = true
    var reportsBits = false
    var steps: [Step]
    var pictures: [String]

    var testDescription: String { what }

    /// All that is drawn of it.
    func drawn() -> [UInt8] {
        var bar = BarProgress(
            name: name, initial: initial, total: total,
            style: .init(columns: columns, scrolls: scrolls, reportsBits: reportsBits))
        var output = bar.begin()
        var now = 0.0
        for step in steps {
            switch step {
            case .octets(let count, let time):
                now = time
                output += bar.update(received: count, at: now)
            case .resize(let columns):
                bar.resize(columns: columns)
            }
        }
        return output + bar.finish(at: now)
    }
}

/// A download as dots show it.
struct DotScenario: CustomTestStringConvertible, Sendable {
    var what: String
    var style: Settings.Dots
    var initial: Int
    var total: Int?
    var reportsBits = false
    /// Seconds before each of so many pieces of so many octets.
    var pieces: [(gap: Double, octets: Int, count: Int)]
    var lines: [String]

    var testDescription: String { what }

    /// All that is printed of it, of pieces that are cut in pieces.
    func printed(inPiecesOf most: Int) -> [UInt8] {
        var dots = DotProgress(
            initial: initial, total: total, style: style, reportsBits: reportsBits)
        var output = dots.begin()
        // Microseconds, lest the sums differ from those of the clock.
        var now = 0
        for piece in pieces {
            for _ in 0..<piece.count {
                now += Int(piece.gap * 1e6)
                var rest = piece.octets
                while rest > 0 {
                    output += dots.update(received: min(rest, most), at: Double(now) / 1e6)
                    rest -= most
                }
            }
        }
        return output + dots.finish(at: Double(now) / 1e6)
    }
}

@Suite(.tags(.wget))
struct ProgressTests {
    @Test("a bar is wget's, octet for octet", arguments: wgetBars)
    func bars(scenario: BarScenario) {
        let pictures = scenario.drawn().split(
            separator: UInt8(ascii: "\r"), omittingEmptySubsequences: false)
        #expect(
            pictures.dropFirst().map { String(decoding: $0, as: UTF8.self) } == scenario.pictures)
    }

    @Test("dots are wget's, octet for octet", arguments: wgetDots)
    func dots(scenario: DotScenario) {
        let text = scenario.lines.map { $0 + "\n" }.joined()
        #expect(String(decoding: scenario.printed(inPiecesOf: .max), as: UTF8.self) == text)
    }

    @Test("it does not matter in what pieces octets come at one time", arguments: wgetDots)
    func cuts(scenario: DotScenario) {
        #expect(scenario.printed(inPiecesOf: 700) == scenario.printed(inPiecesOf: .max))
    }

    @Test("more octets than the server said are no trap")
    func tooMany() {
        var bar = BarProgress(name: "x", total: 10, style: .init())
        #expect(
            String(decoding: bar.update(received: 100, at: 1), as: UTF8.self).contains(" 100%["))
        var dots = DotProgress(initial: 0, total: 1, style: .init(), reportsBits: false)
        _ = dots.update(received: 1 << 20, at: 1)
        #expect(!dots.finish(at: 2).isEmpty)
    }

    @Test("random times and sizes are no trap, and every picture has the width of the terminal")
    func random() {
        var random = SplitMix(state: 11)
        for _ in 0..<300 {
            let columns = 51 + random.next(below: 200)
            var bar = BarProgress(
                name: Octets(
                    (0..<random.next(below: 90)).map { _ in UInt8(random.next(below: 256)) }),
                initial: random.next(below: 3) == 0 ? random.next(below: 1 << 40) : 0,
                total: random.next(below: 3) == 0 ? nil : random.next(below: 1 << 42),
                style: .init(columns: columns, reportsBits: random.next(below: 2) == 0))
            var now = 0.0
            for _ in 0..<40 {
                now += Double(random.next(below: 4000)) / 1000
                let picture = bar.update(received: random.next(below: 1 << 30), at: now)
                let text = TerminalText(isUnicode: true)
                #expect(picture.isEmpty || text.columns(of: picture.dropFirst()) == columns - 1)
            }
        }
    }

    @Test(
        "sizes are those of wget's lines",
        arguments: [
            (0, "0", "0"), (1023, "1023", "1023"), (1024, "1.0K", "1.00K"),
            (10_000, "9.8K", "9.77K"),
            (10_240, "10K", "10.00K"), (1_023_999, "1000K", "1000.00K"),
            (1_048_575, "1024K", "1024K"),
            (3_000_000, "2.9M", "2.86M"), (10_485_760, "10M", "10.00M"), (.max, "8.0E", "8.00E"),
        ])
    func sizes(octets: Int, short: String, precise: String) {
        #expect(Figures.size(octets) == short)
        #expect(Figures.size(octets, precise: true) == precise)
    }

    @Test(
        "rates are those of wget's lines",
        arguments: [
            (0, 1.0, "0.00 B/s", "0.00 b/s"), (1000, 1, "1000 B/s", "8.00 Kb/s"),
            (1023, 1, "1023 B/s", "8.18 Kb/s"), (1024, 1, "1.00 KB/s", "8.19 Kb/s"),
            (10_230, 1, "9.99 KB/s", "81.8 Kb/s"), (10_235, 1, "10.0 KB/s", "81.9 Kb/s"),
            (102_400, 1, "100 KB/s", "819 Kb/s"), (3, 1e-6, "2.86 MB/s", "24.0 Mb/s"),
            (1 << 30, 0.5, "2.00 GB/s", "17.2 Gb/s"), (5, 0, "9.31 GB/s", "80.0 Gb/s"),
            (.max, 1e-300, "100 TB/s", "100 Tb/s"),
        ])
    func rates(octets: Int, seconds: Double, octetRate: String, bitRate: String) {
        #expect(Rate(octets, in: seconds, isBits: false).text == octetRate)
        #expect(Rate(octets, in: seconds, isBits: true).text == bitRate)
    }

    @Test(
        "times are those of wget's lines",
        arguments: [
            (0, "0s"), (0.0004, "0s"), (0.0005, "0.001s"), (0.0012, "0.001s"), (0.0099, "0.01s"),
            (0.034, "0.03s"), (0.094, "0.09s"), (0.096, "0.1s"), (0.34, "0.3s"), (0.94, "0.9s"),
            (0.96, "1.0s"), (1.25, "1.2s"), (9.94, "9.9s"), (9.96, "10s"), (59.4, "59s"),
            (59.6, "1m 0s"), (63, "1m 3s"), (3723, "1h 2m 3s"), (183_845, "2d 3h 4m 5s"),
            (.nan, "0s"), (-1, "0s"),
        ])
    func durations(seconds: Double, text: String) {
        #expect(Figures.duration(seconds) == text)
    }

    @Test(
        "what remains has two units",
        arguments: [
            (0, "0s", "0s"), (99, "99s", "99s"), (100, "1m 40s", "1m40s"),
            (5999, "99m 59s", "99m59s"),
            (6000, "1h 40m", "1h40m"), (172_799, "47h 59m", "47h59m"), (172_800, "2d 0h", "2d0h"),
            (8_639_999, "99d 23h", "99d23h"), (8_640_000, "100d", "100d"),
        ])
    func remaining(seconds: Int, spaced: String, dense: String) {
        #expect(Figures.remaining(seconds) == spaced)
        #expect(Figures.remaining(seconds, gap: "") == dense)
    }

    @Test(
        "digits are rounded by the exact value, halves to the even one",
        arguments: [
            (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.5, 0, "2"), (3.5, 0, "4"),
            (1.005, 2, "1.00"),
            (0.995, 2, "0.99"), (999.995, 2, "1000.00"), (1e-9, 3, "0.000"),
            (1e14, 1, "100000000000000.0"),
            (.infinity, 2, "9000000000000000000"), (.nan, 1, "0.0"),
            (.leastNonzeroMagnitude, 2, "0.00"),
        ])
    func decimals(value: Double, digits: Int, text: String) {
        #expect(Figures.fixed(value, digits) == text)
    }
}
