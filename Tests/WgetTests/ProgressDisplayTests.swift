import Testing

@testable import swift_wget

@Suite(.tags(.wget))
struct ProgressDisplayTests {
    /// A terminal of so many columns, as far as bars need one.
    struct Screen {
        var lines: [[Character]] = [[]]
        var row = 0
        var column = 0

        mutating func write(_ octets: [UInt8]) {
            var text = String(decoding: octets, as: UTF8.self).unicodeScalars[...]
            while let scalar = text.popFirst() {
                switch scalar {
                case "\r": column = 0
                case "\n":
                    row += 1
                    column = 0
                    if row == lines.count { lines.append([]) }
                case "\u{1b}": escape(&text)
                default:
                    while lines[row].count <= column { lines[row].append(" ") }
                    lines[row][column] = Character(scalar)
                    column += 1
                }
            }
        }

        private mutating func escape(_ text: inout Substring.UnicodeScalarView) {
            _ = text.popFirst()
            let number = Int(String(text.prefix { $0.properties.numericType != nil })) ?? 1
            text = text.drop { $0.properties.numericType != nil }
            switch text.popFirst() {
            case "A": row -= number
            case "B": row += number
            case "J":
                lines[row].removeSubrange(min(column, lines[row].count)...)
                lines.removeSubrange((row + 1)...)
            case let other: Issue.record("unknown escape \(String(describing: other))")
            }
        }

        /// The lines, without spaces at their ends.
        var text: [String] {
            lines.map { line in
                String(line[...(line.lastIndex { $0 != " " } ?? -1)])
            }
        }
    }

    private func display(_ kind: ProgressGauge.Kind, several: Bool, rows: Int = 24)
        -> ProgressDisplay
    {
        var options = ProgressDisplay.Options()
        options.kind = kind
        options.isForSeveral = several
        options.rows = rows
        options.bar.columns = 60
        return ProgressDisplay(options)
    }

    @Test("one bar has an empty line around it where messages are told")
    func oneBar() {
        var display = display(.bar, several: false)
        let output =
            display.begin(1, name: "f", total: 10) + display.update(1, received: 10, at: 0.1)
            + display.finish(1, at: 0.1)
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.hasPrefix("\n\rf ") && text.hasSuffix("\n\n"))
    }

    @Test("several bars have a line each, and what is finished stands above")
    func severalBars() {
        var display = display(.bar, several: true)
        var screen = Screen()
        screen.write(display.begin(1, name: "one", total: 1000))
        screen.write(display.begin(2, name: "two", total: 1000))
        screen.write(display.update(1, received: 500, at: 1))
        screen.write(display.message(Array("a message\n".utf8)))
        screen.write(display.finish(2, at: 2))
        screen.write(display.begin(3, name: "three", total: 1000))
        screen.write(display.update(3, received: 1000, at: 1))
        #expect(
            screen.text == [
                "a message",
                "two              0%[     ]       0  --.-KB/s    in 2.0s",
                "one             50%[=>   ]     500   500 B/s",
                "three          100%[====>]    1000  1000 B/s",
                "",
            ])
    }

    @Test("bars that have no room wait for a place")
    func manyBars() {
        var display = display(.bar, several: true, rows: 3)
        var screen = Screen()
        for job in 1...4 {
            screen.write(display.begin(job, name: Octets("f\(job)"), total: 1000))
            screen.write(display.update(job, received: job, at: 1))
        }
        #expect(screen.text.count == 3)
        screen.write(display.finish(1, at: 1))
        #expect(screen.text.map { $0.prefix(2) } == ["f1", "f2", "f3", ""])
        screen.write(display.finish(4, at: 1))
        #expect(screen.text.map { $0.prefix(2) } == ["f1", "f4", "f2", "f3", ""])
    }

    @Test("random downloads leave each finished one on a line of its own")
    func random() {
        var random = SplitMix(state: 5)
        var display = display(.bar, several: true, rows: 5)
        var screen = Screen()
        var running: [Int] = []
        var finished: [String] = []
        for job in 0..<200 {
            screen.write(display.begin(job, name: Octets("job\(job)."), total: 1000))
            running.append(job)
            for other in running where random.next(below: 2) == 0 {
                screen.write(display.update(other, received: 1, at: Double(job)))
            }
            if running.count > random.next(below: 9) {
                let other = running.remove(at: random.next(below: running.count))
                screen.write(display.finish(other, at: Double(job)))
                finished.append("job\(other).")
            }
        }
        #expect(
            screen.text.prefix(finished.count).map { $0.prefix { $0 != " " } }
                == finished.map { $0[...] })
        #expect(screen.text.count == finished.count + min(running.count, 4) + 1)
    }

    @Test("dots of several are printed together, when one is done")
    func severalDots() {
        var display = display(.dots, several: true)
        #expect(display.begin(1, name: "a", total: 2048).isEmpty)
        #expect(display.begin(2, name: "b", total: 1024).isEmpty)
        #expect(display.update(1, received: 2048, at: 1).isEmpty)
        #expect(display.update(2, received: 1024, at: 1).isEmpty)
        let lines = String(decoding: display.finish(1, at: 1), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1 && lines[0].hasPrefix("     0K .. "))
    }

    @Test("the dots that are kept of a large file are bounded")
    func boundedDots() {
        var display = display(.dots, several: true)
        _ = display.begin(1, name: "a", total: nil)
        for _ in 0..<20 { _ = display.update(1, received: 1 << 20, at: 1) }
        let end = display.finish(1, at: 1)
        #expect(end.count < 70_000)
        #expect(String(decoding: end, as: UTF8.self).hasPrefix("\n "))
    }

    @Test("after a new size the bars have its width")
    func resized() {
        var display = display(.bar, several: true)
        var screen = Screen()
        screen.write(display.begin(1, name: "one", total: 1000))
        screen.write(display.resize(columns: 80, rows: 24))
        screen.write(display.update(1, received: 1, at: 0.01))
        #expect(screen.lines[0].count == 79)
    }

    @Test("when messages go to a file, what begins is shown as dots")
    func redirected() {
        var display = display(.bar, several: false)
        display.redirect(isForced: false)
        #expect(display.begin(1, name: "f", total: 10).isEmpty)
        #expect(display.finish(1, at: 1).starts(with: "\n     0K".utf8))
    }

    @Test(
        "a bar is for terminals, unless it is forced",
        arguments: [
            ("", true, .bar), ("", false, .dots), ("file", true, .dots), ("file show", true, .bar),
            ("file show", false, .dots), ("dot", true, .dots), ("dot forced", true, .dots),
            ("bar", false, .dots), ("bar forced", false, .bar), ("forced file", true, .bar),
            ("background", true, .dots),
        ] as [(String, Bool, ProgressGauge.Kind)])
    func kinds(words: String, isTerminal: Bool, kind: ProgressGauge.Kind) {
        var logging = Settings.Logging()
        let words = words.split(separator: " ")
        if words.contains("file") { logging.file = "log" }
        if words.contains("dot") { logging.progress.kind = .dot }
        if words.contains("bar") { logging.progress.kind = .bar }
        logging.progress.isForced = words.contains("forced")
        logging.goesToBackground = words.contains("background")
        #expect(
            ProgressGauge.Kind(
                logging, isExplicit: words.contains("show"), isTerminal: isTerminal) == kind)
    }

    @Test(
        "what a terminal would not show is told in numbers",
        arguments: [
            ("naïve日本😀", "naïve日本😀"), ("a\tb\u{1b}[2J", "a%09b%1b[2J"), ("e\u{301}", "e%cc%81"),
            (Octets([0x61, 0xFF]), "a%ff"), ("\u{ad}\u{200b}", "\u{ad}%e2%80%8b"),
        ] as [(Octets, Octets)])
    func visible(text: Octets, visible: Octets) {
        #expect(Octets(TerminalText(isUnicode: true).visible(text.bytes)) == visible)
    }

    @Test("without UTF-8 every octet beyond ASCII is told in numbers")
    func visibleASCII() {
        #expect(Octets(TerminalText(isUnicode: false).visible(Array("é".utf8))) == "%c3%a9")
    }
}
