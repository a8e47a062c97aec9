/// Progress as dots, for files and terminals that cannot move back: wget's `--progress=dot`.
///
/// ```
///     50K .......... .......... .......... .......... .......... 12% 9.77K 3m20s
/// ```
struct DotProgress: Sendable {
    /// What lines are made of.
    let style: Settings.Dots
    /// Whether rates count bits.
    let reportsBits: Bool
    /// Octets that were there before: their dots are commas.
    let initial: Int
    /// Octets that there will be; nil if nobody knows.
    let total: Int?

    /// Octets since the last dot.
    private var accumulated = 0
    private var rows = 0
    private var dots = 0
    /// When the row before this one was full.
    private var lastRowTime = 0.0
    private var output: [UInt8] = []

    init(initial: Int, total: Int?, style: Settings.Dots, reportsBits: Bool) {
        self.style = style
        self.reportsBits = reportsBits
        self.initial = initial
        self.total = total == 0 ? nil : total
    }

    private var dotOctets: Int { max(1, Int(clamping: style.bytes)) }
    private var rowOctets: Int {
        let (octets, isTooMuch) = dotOctets.multipliedReportingOverflow(by: max(1, style.perLine))
        return isTooMuch ? .max : octets
    }

    /// What is printed before the first octet comes: what is skipped.
    mutating func begin() -> [UInt8] {
        guard initial > 0 else { return [] }
        let rest = initial % rowOctets
        let skipped = initial - rest
        if skipped > 0 {
            let kilo = String(skipped / 1024)
            let width = 2 + max(6, kilo.utf8.count)
            print("\n" + String(repeating: " ", count: width) + "[ skipping \(kilo)K ]")
        }
        rows = initial / rowOctets
        printRowStart()
        accumulated = rest
        while accumulated >= dotOctets {
            printDot(",")
            accumulated -= dotOctets
        }
        return taken()
    }

    /// What is printed when octets have come.
    ///
    /// - Parameters:
    ///   - received: How many since the last call.
    ///   - now: Seconds since the download began.
    /// - Returns: Octets for the log.
    mutating func update(received: Int, at now: Double) -> [UInt8] {
        accumulated += received
        while accumulated >= dotOctets {
            if dots == 0 { printRowStart() }
            printDot(".")
            accumulated -= dotOctets
            if dots >= style.perLine {
                rows += 1
                dots = 0
                printRowEnd(at: now)
            }
        }
        return taken()
    }

    /// What is printed when nothing comes any more.
    ///
    /// - Parameter now: Seconds since the download began.
    /// - Returns: Octets for the log.
    mutating func finish(at now: Double) -> [UInt8] {
        if dots == 0 { printRowStart() }
        for position in dots..<max(dots, style.perLine) {
            if position % max(1, style.spacing) == 0 { print(" ") }
            print(" ")
        }
        let octets = dots * dotOctets + accumulated
        printPercentage(rows * rowOctets + octets)
        printRate(of: octets, at: now)
        print("=")
        print(
            now >= 10
                ? Figures.remaining(Int(now + 0.5), gap: "") : Figures.seconds(now) + "s")
        print("\n\n")
        return taken()
    }

    private mutating func printRowStart() {
        let kilo = String(rows * rowOctets / 1024)
        print("\n" + String(repeating: " ", count: max(0, 6 - kilo.utf8.count)) + kilo + "K")
    }

    private mutating func printDot(_ dot: String) {
        if dots % max(1, style.spacing) == 0 { print(" ") }
        print(dot)
        dots += 1
    }

    private mutating func printRowEnd(at now: Double) {
        let displayed = rows * rowOctets
        printPercentage(displayed)
        printRate(of: rowOctets, at: now)
        guard let total else { return }
        let remaining = now * Double(total - displayed) / Double(displayed - initial)
        guard remaining < Double(Int32.max) - 1, remaining > -Double(Int32.max) else { return }
        print(" " + Figures.remaining(Int(remaining + 0.5), gap: ""))
    }

    private mutating func printPercentage(_ displayed: Int) {
        guard let total else { return }
        let percentage = String(Int(min(100 * Double(displayed) / Double(total), 1e9)))
        print(String(repeating: " ", count: max(0, 3 - percentage.utf8.count)) + percentage + "%")
    }

    /// Prints how fast this row came, without what was there before.
    private mutating func printRate(of octets: Int, at now: Double) {
        let old = rows == initial / rowOctets ? initial % rowOctets : 0
        let rate = Rate(octets - old, in: now - lastRowTime, isBits: reportsBits)
        lastRowTime = now
        let digits = rate.digits
        print(" " + String(repeating: " ", count: max(0, 4 - digits.utf8.count)) + digits)
        print(rate.letter.isEmpty ? " " : rate.letter)
    }

    private mutating func print(_ text: String) { output += text.utf8 }

    private mutating func taken() -> [UInt8] {
        defer { output.removeAll(keepingCapacity: true) }
        return output
    }
}
