/// The progress of one download: a bar, or dots.
struct ProgressGauge: Sendable {
    enum Kind: Sendable, Equatable { case bar, dots }

    private var bar: BarProgress?
    private var dots: DotProgress?
    /// Whether messages are told beside the progress: then a bar has an empty line around it.
    private let isVerbose: Bool

    init(_ bar: BarProgress, isVerbose: Bool) {
        self.bar = bar
        self.isVerbose = isVerbose
    }

    init(_ dots: DotProgress, isVerbose: Bool) {
        self.dots = dots
        self.isVerbose = isVerbose
    }

    /// Whether the picture changes even when nothing comes: then ``update(received:at:)`` is due
    /// about every second.
    var isInteractive: Bool { bar != nil }

    /// What is printed at the beginning.
    mutating func begin() -> [UInt8] {
        guard let picture = bar?.begin() else { return dots?.begin() ?? [] }
        return (isVerbose ? [UInt8(ascii: "\n")] : []) + picture
    }

    /// What is printed when octets have come, or time went by.
    ///
    /// - Parameters:
    ///   - received: How many since the last call.
    ///   - now: Seconds since the beginning.
    /// - Returns: Often nothing.
    mutating func update(received: Int, at now: Double) -> [UInt8] {
        bar?.update(received: received, at: now) ?? dots?.update(received: received, at: now) ?? []
    }

    /// What is printed at the end.
    ///
    /// - Parameter now: Seconds since the beginning, as of the last octet.
    /// - Returns: The end, with its line ends.
    mutating func finish(at now: Double) -> [UInt8] {
        guard let picture = bar?.finish(at: now) else { return dots?.finish(at: now) ?? [] }
        return picture + (isVerbose ? "\n\n" : "\n").utf8
    }

    /// Tells that the terminal has another size now (SIGWINCH).
    mutating func resize(columns: Int) { bar?.resize(columns: columns) }
}

extension ProgressGauge.Kind {
    /// What is drawn, as wget chooses.
    ///
    /// - Parameters:
    ///   - settings: What was asked for.
    ///   - isExplicit: Whether `--show-progress` was, so that a bar is shown beside a file of
    ///     messages.
    ///   - isTerminal: Whether standard error is a terminal. Its kind (`TERM`) does not matter.
    init(_ settings: Settings.Logging, isExplicit: Bool, isTerminal: Bool) {
        guard settings.progress.kind != .dot else {
            self = .dots
            return
        }
        let isSeen =
            isTerminal && !settings.goesToBackground && (settings.file == nil || isExplicit)
        self = isSeen || settings.progress.isForced ? .bar : .dots
    }
}
