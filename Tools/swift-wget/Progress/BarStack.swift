/// The bars of several downloads at once, one line each, at the bottom of a terminal.
///
/// What is finished stands above them, and so does every message. The cursor rests below the last
/// bar, so that a bar is found by going up; each has the width of the terminal less one column and
/// needs no erasing. Bars that have no room wait for a place.
struct BarStack: Sendable {
    private struct Line: Sendable {
        let job: Int
        var bar: BarProgress
        var picture: [UInt8]
    }

    private var lines: [Line] = []
    /// The lines of the terminal.
    private var rows: Int

    /// Makes an empty stack.
    ///
    /// - Parameter rows: The lines of the terminal; one of them is left for the cursor.
    init(rows: Int) { self.rows = rows }

    private var shown: Int { min(lines.count, max(1, rows - 1)) }

    /// Adds a bar at the bottom.
    ///
    /// - Parameters:
    ///   - job: Its number, which no other bar has.
    ///   - bar: The bar.
    /// - Returns: What is printed.
    mutating func add(_ job: Int, _ bar: BarProgress) -> [UInt8] {
        var bar = bar
        let picture = bar.picture(at: 0)
        let before = shown
        lines.append(Line(job: job, bar: bar, picture: picture))
        return shown > before ? picture + [UInt8(ascii: "\n")] : []
    }

    /// Notes that octets have come.
    ///
    /// - Parameters:
    ///   - job: Whose.
    ///   - received: How many since the last call.
    ///   - now: Seconds since the download began.
    /// - Returns: What is printed; nothing more often than five times a second.
    mutating func update(_ job: Int, received: Int, at now: Double) -> [UInt8] {
        guard let index = lines.firstIndex(where: { $0.job == job }) else { return [] }
        let picture = lines[index].bar.update(received: received, at: now)
        guard !picture.isEmpty else { return [] }
        lines[index].picture = Array(picture.dropFirst())
        guard index < shown else { return [] }
        let distance = shown - index
        return "\u{1b}[\(distance)A".utf8 + picture + "\r\u{1b}[\(distance)B".utf8
    }

    /// Puts the last picture of a bar above the others.
    ///
    /// - Parameters:
    ///   - job: Whose.
    ///   - now: Seconds since the download began.
    /// - Returns: What is printed.
    mutating func finish(_ job: Int, at now: Double) -> [UInt8] {
        guard let index = lines.firstIndex(where: { $0.job == job }) else { return [] }
        let erasing = erased()
        var line = lines.remove(at: index)
        return erasing + line.bar.picture(at: now, isLast: true) + [UInt8(ascii: "\n")] + drawn()
    }

    /// Prints lines above the bars.
    ///
    /// - Parameter text: Whole lines.
    /// - Returns: What is printed.
    func message(_ text: [UInt8]) -> [UInt8] {
        lines.isEmpty ? text : erased() + text + drawn()
    }

    /// Tells that the terminal has another size now.
    ///
    /// - Parameters:
    ///   - columns: Its columns.
    ///   - rows: Its lines.
    /// - Returns: What is printed.
    mutating func resize(columns: Int, rows: Int) -> [UInt8] {
        let erasing = erased()
        self.rows = rows
        for index in lines.indices { lines[index].bar.resize(columns: columns) }
        // Pictures of the old width would break their lines; the next updates draw the new ones.
        for index in lines.indices where lines[index].picture.count >= columns {
            lines[index].picture = []
        }
        return erasing + drawn()
    }

    private func erased() -> [UInt8] {
        shown == 0 ? [] : Array("\r\u{1b}[\(shown)A\u{1b}[J".utf8)
    }

    private func drawn() -> [UInt8] {
        Array(lines.prefix(shown).map { $0.picture + [UInt8(ascii: "\n")] }.joined())
    }
}
