/// Progress as a bar on one line of a terminal: wget's `--progress=bar`.
///
/// ```
/// file.bin             60%[===========>        ]   5.86K  8.37KB/s    eta 5m 3s
/// ```
///
/// It knows neither the clock nor the terminal: it is told the time, and what it returns is
/// written.
struct BarProgress: Sendable {
    /// How a bar looks.
    struct Style: Sendable {
        /// The columns of the terminal; with less than 51 lines break, as wget's do.
        var columns = 80
        /// Whether a name that is too long runs through its place.
        var scrolls = true
        /// Whether rates count bits.
        var reportsBits = false
        /// Whether the terminal shows UTF-8.
        var isUnicode = true
    }

    /// What stands around the bar takes 50 columns, and the last one is left free.
    private static let fewestColumns = 51
    private static let refreshInterval = 0.2
    /// Only longer names than their place by more than this run.
    private static let scrollSlack = 5
    private static let remainingColumns = 15

    private let name: [UInt8]
    private let nameColumns: Int
    private let initial: Int
    private var total: Int
    private var style: Style
    private let text: TerminalText

    private var count = 0
    private var speed = SpeedHistory()
    private var lastDrawn = 0.0
    private var mustDraw = false
    /// How many pictures there were: what moves takes a step with each.
    private var ticks = 0
    private var remaining = Remaining()

    /// Makes a bar.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - initial: Octets that were there before.
    ///   - total: Octets that there will be, those included; nil if nobody knows.
    ///   - style: How it looks.
    init(name: Octets, initial: Int = 0, total: Int?, style: Style) {
        self.initial = initial
        self.total = max(total ?? 0, initial)
        self.style = style
        text = TerminalText(isUnicode: style.isUnicode)
        self.name = text.visible(name.bytes)
        nameColumns = text.columns(of: self.name)
    }

    /// The columns that are used: all but the last.
    private var width: Int { max(style.columns, Self.fewestColumns) - 1 }

    /// Tells that the terminal has another size now; the next update draws.
    mutating func resize(columns: Int) {
        let before = width
        style.columns = columns
        if width != before { mustDraw = true }
    }

    /// The first picture.
    mutating func begin() -> [UInt8] { [UInt8(ascii: "\r")] + picture(at: 0) }

    /// Notes octets that have come, or that time went by without any.
    ///
    /// - Parameters:
    ///   - received: How many since the last call.
    ///   - now: Seconds since the download began.
    /// - Returns: A picture with a carriage return before it, at most five times a second; else
    ///   nothing.
    mutating func update(received: Int, at now: Double) -> [UInt8] {
        note(received, at: now)
        guard now - lastDrawn >= Self.refreshInterval || mustDraw else { return [] }
        mustDraw = false
        lastDrawn = now
        return [UInt8(ascii: "\r")] + picture(at: now)
    }

    /// Notes octets that have come, and draws nothing.
    mutating func note(_ received: Int, at now: Double) {
        count += received
        // A server may send more than it said.
        if total > 0 { total = max(total, initial + count) }
        speed.add(received, at: now)
    }

    /// The last picture: how long it took.
    ///
    /// - Parameter now: Seconds since the download began.
    /// - Returns: A picture with a carriage return before it, without a line end.
    mutating func finish(at now: Double) -> [UInt8] {
        [UInt8(ascii: "\r")] + picture(at: now, isLast: true)
    }

    // MARK: The picture

    /// One line, as wide as the terminal less one column.
    mutating func picture(at now: Double, isLast: Bool = false) -> [UInt8] {
        let now = min(max(now, 0), Double(Int32.max - 1))
        var line: [UInt8] = []
        // File, percentage, brackets, size, rate and time have their places; the bar has the rest.
        let room = width - (width / 4 + 1 + 4 + 2 + 8 + 10 + Self.remainingColumns)
        appendName(to: &line, isLast: isLast)
        appendPercentage(to: &line)
        if room >= 5 {
            line.append(UInt8(ascii: "["))
            if total > 0 { appendBar(to: &line, room) } else { appendBouncing(to: &line, room) }
            line.append(UInt8(ascii: "]"))
        }
        ticks += 1
        let size = Figures.size(initial + count, precise: true)
        line += String(repeating: " ", count: max(0, 8 - size.utf8.count)).utf8
        line += size.utf8
        line += rateText(at: now).utf8
        line += timeText(at: now, isLast: isLast).utf8
        let columns = text.columns(of: line)
        line += String(repeating: " ", count: max(0, width - columns)).utf8
        return line
    }

    private func appendName(to line: inout [UInt8], isLast: Bool) {
        let room = width / 4
        guard nameColumns > room else {
            line += name
            line += String(repeating: " ", count: room - nameColumns + 1).utf8
            return
        }
        var skipped = 0
        var indent = 0
        if nameColumns > room + Self.scrollSlack, style.scrolls, !isLast {
            // It begins in the middle of its way, where the whole beginning of the name is seen.
            skipped = (ticks + nameColumns + room / 2) % (nameColumns + room)
            if skipped > nameColumns {
                indent = room - (skipped - nameColumns)
                skipped = 0
            }
        }
        line += String(repeating: " ", count: indent).utf8
        let rest = name[text.prefix(of: name[...], columns: skipped).octets...]
        let (octets, columns) = text.prefix(of: rest, columns: room - indent)
        line += rest.prefix(octets)
        line += String(repeating: " ", count: room - indent - columns + 1).utf8
    }

    private func appendPercentage(to line: inout [UInt8]) {
        guard total > 0 else {
            line += "    ".utf8
            return
        }
        let percentage = String(Int(100 * Double(initial + count) / Double(total)))
        line += String(repeating: " ", count: max(0, 3 - percentage.utf8.count)).utf8
        line += percentage.utf8
        line.append(UInt8(ascii: "%"))
    }

    /// Plus signs for what was there, equals signs and an arrow for what has come.
    private func appendBar(to line: inout [UInt8], _ room: Int) {
        let old = Int(Double(initial) / Double(total) * Double(room))
        let new = Int(Double(initial + count) / Double(total) * Double(room)) - old
        line += String(repeating: "+", count: old).utf8
        if new > 0 {
            line += String(repeating: "=", count: new - 1).utf8
            line.append(UInt8(ascii: ">"))
        }
        line += String(repeating: " ", count: room - old - new).utf8
    }

    /// Something that goes from side to side where there is no end to be seen.
    private func appendBouncing(to line: inout [UInt8], _ room: Int) {
        let step = ticks % (room * 2 - 6)
        let middle = step < room - 2 ? step + 1 : room - (step - room + 5)
        for column in 0..<room {
            switch column - middle {
            case -1: line.append(UInt8(ascii: "<"))
            case 0: line.append(UInt8(ascii: "="))
            case 1: line.append(UInt8(ascii: ">"))
            default: line.append(UInt8(ascii: " "))
            }
        }
    }

    private func rateText(at now: Double) -> String {
        guard let rate = speed.rate(at: now, isBits: style.reportsBits) else { return "  --.-KB/s" }
        let digits = rate.digits
        let letter = rate.letter.isEmpty ? " " : rate.letter
        return "  " + String(repeating: " ", count: max(0, 4 - digits.utf8.count)) + digits
            + letter + (style.reportsBits ? "b/s" : "B/s")
    }

    /// The time that remains, after three seconds; at the end the time that it took.
    private mutating func timeText(at now: Double, isLast: Bool) -> String {
        if isLast {
            let time = now >= 10 ? Figures.remaining(Int(now + 0.5)) : Figures.seconds(now) + "s"
            return padded("    in \(time)")
        }
        guard total > 0 else { return "" }
        guard count > 0, now > 3,
            let seconds = remaining.seconds(
                of: total - initial - count, after: count, at: now)
        else { return padded("") }
        return "    eta " + Figures.remaining(seconds)
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, Self.remainingColumns - text.utf8.count))
    }
}

/// The time that remains, by the average speed; it changes about once a second, lest it flicker.
private struct Remaining {
    private var last = 0
    private var lastTime = 0.0
    private static let interval = 0.99

    mutating func seconds(of octets: Int, after count: Int, at now: Double) -> Int? {
        if octets != 0, last != 0, now - lastTime < Self.interval { return last }
        let seconds = now * Double(octets) / Double(count)
        guard seconds < Double(Int32.max - 1) else { return nil }
        last = Int(seconds + 0.5)
        lastTime = now
        return last
    }
}
