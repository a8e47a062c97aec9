/// How the progress of all downloads is shown.
///
/// With one at a time it is wget's, octet for octet. With several each has a line of its own on a
/// terminal; elsewhere the dots of one are printed together when it is done, for nobody could tell
/// whose they are. It returns what is to be written to the log or the terminal, and writes nothing.
struct ProgressDisplay: Sendable {
    /// What it is made by.
    struct Options: Sendable {
        var kind = ProgressGauge.Kind.dots
        var bar = BarProgress.Style()
        /// The lines of the terminal.
        var rows = 24
        var dots = Settings.Dots()
        /// Whether several downloads run at once.
        var isForSeveral = false
        /// Whether messages are told beside the progress.
        var isVerbose = true
    }

    /// The most octets of dots that are kept of one download; older lines are dropped.
    private static let heldLimit = 65_536

    private var options: Options
    private var gauges: [Int: ProgressGauge] = [:]
    private var held: [Int: [UInt8]] = [:]
    private var stack: BarStack

    init(_ options: Options) {
        self.options = options
        stack = BarStack(rows: options.rows)
    }

    private var hasStack: Bool { options.isForSeveral && options.kind == .bar }

    /// Whether ``update(_:received:at:)`` is due about every second even when nothing comes.
    var isInteractive: Bool { options.kind == .bar }

    /// Begins to show a download.
    ///
    /// - Parameters:
    ///   - job: A number that no other download has at the time.
    ///   - name: The file's name as it is shown.
    ///   - initial: Octets that are there already.
    ///   - total: Octets that there will be; nil if nobody knows.
    /// - Returns: What is written.
    mutating func begin(_ job: Int, name: Octets, initial: Int = 0, total: Int?) -> [UInt8] {
        switch options.kind {
        case .bar:
            let bar = BarProgress(name: name, initial: initial, total: total, style: options.bar)
            if hasStack { return stack.add(job, bar) }
            gauges[job] = ProgressGauge(bar, isVerbose: options.isVerbose)
        case .dots:
            let dots = DotProgress(
                initial: initial, total: total, style: options.dots,
                reportsBits: options.bar.reportsBits)
            gauges[job] = ProgressGauge(dots, isVerbose: options.isVerbose)
        }
        return written(job, gauges[job]?.begin() ?? [])
    }

    /// Notes that octets have come, or that time went by.
    ///
    /// - Parameters:
    ///   - job: Whose.
    ///   - received: How many since the last call.
    ///   - now: Seconds since that download began.
    /// - Returns: What is written.
    mutating func update(_ job: Int, received: Int, at now: Double) -> [UInt8] {
        if hasStack { return stack.update(job, received: received, at: now) }
        return written(job, gauges[job]?.update(received: received, at: now) ?? [])
    }

    /// Ends a download.
    ///
    /// - Parameters:
    ///   - job: Whose.
    ///   - now: Seconds since it began, as of the last octet.
    /// - Returns: What is written.
    mutating func finish(_ job: Int, at now: Double) -> [UInt8] {
        if hasStack { return stack.finish(job, at: now) }
        guard var gauge = gauges.removeValue(forKey: job) else { return [] }
        let end = gauge.finish(at: now)
        return (held.removeValue(forKey: job) ?? []) + end
    }

    /// Prints whole lines; they never stand within the progress of several.
    ///
    /// - Parameter text: The lines.
    /// - Returns: What is written.
    func message(_ text: [UInt8]) -> [UInt8] { hasStack ? stack.message(text) : text }

    /// Tells that the terminal has another size now (SIGWINCH).
    ///
    /// - Parameters:
    ///   - columns: Its columns.
    ///   - rows: Its lines.
    /// - Returns: What is written.
    mutating func resize(columns: Int, rows: Int) -> [UInt8] {
        options.bar.columns = columns
        options.rows = rows
        for job in gauges.keys { gauges[job]?.resize(columns: columns) }
        return hasStack ? stack.resize(columns: columns, rows: rows) : []
    }

    /// Goes over to dots: the messages go to a file from now on (SIGHUP, SIGUSR1).
    ///
    /// A bar that has begun goes on, as wget's does; the bars of several do not, for they move
    /// about.
    ///
    /// - Parameter isForced: `bar:force`.
    mutating func redirect(isForced: Bool) {
        guard !isForced || options.isForSeveral else { return }
        options.kind = .dots
        stack = BarStack(rows: options.rows)
    }

    private mutating func written(_ job: Int, _ output: [UInt8]) -> [UInt8] {
        guard options.isForSeveral, !output.isEmpty else { return output }
        var text = held[job] ?? []
        text += output
        if text.count > Self.heldLimit {
            let half = text[(text.count / 2)...]
            text = Array(half[(half.firstIndex(of: UInt8(ascii: "\n")) ?? half.startIndex)...])
        }
        held[job] = text
        return []
    }
}
