import ToolKit
import Twine

/// What is told, on which stream, while the blogs come in.
@Reactor
final class Report {
    private let options: SwiftTitles
    private let total: Int
    private let start = Reactor.seconds
    private var progress: ProgressLine?
    private var isFlushing = false
    /// Outcomes that came before their turn, with `--ordered`.
    private var early: [Int: Outcome] = [:]
    private var turn = 0

    /// How many blogs are under way.
    var inFlight = 0
    private(set) var done = 0
    private(set) var failed = 0
    private(set) var pages = 0
    /// The classes of failure seen.
    private(set) var failures: Set<Failure.Class> = []

    /// Whether outcomes are printed at all: not in the demo's second round.
    private let prints: Bool

    init(_ options: SwiftTitles, total: Int, prints: Bool) {
        self.options = options
        self.total = total
        self.prints = prints
        guard !options.quiet else { return }
        progress = ProgressLine { [unowned self] in line }
    }

    private var line: String {
        let rate = Double(pages) / max(0.001, Reactor.seconds - start)
        let tenths = Int((rate * 10).rounded())
        return "\(done) of \(total) done, \(inFlight) in flight, \(failed) failed, "
            + "\(tenths / 10).\(tenths % 10) pages/s"
    }

    func add(_ outcome: Outcome) {
        done += 1
        pages += outcome.article == nil ? 1 : 2
        if let failure = outcome.failure {
            failed += 1
            failures.insert(failure.kind)
        }
        guard options.ordered else { return show(outcome) }
        early[outcome.blog.index] = outcome
        while let next = early.removeValue(forKey: turn) {
            turn += 1
            show(next)
        }
    }

    private func show(_ outcome: Outcome) {
        guard prints else { return }
        progress?.clear()
        if let failure = outcome.failure, !options.quiet {
            StandardError.write(
                "swift-titles: \(outcome.blog.name.printable): \(failure.message.printable)\n")
        }
        if options.json {
            StandardOutput.shared.write(outcome.json + "\n")
        } else if outcome.failure == nil {
            StandardOutput.shared.write(outcome.line + "\n")
        }
        if options.verbose, let rung = outcome.rung {
            trace(outcome.blog, "article found by \(rung)")
        }
        flushSoon()
    }

    /// One write for all that comes in one turn of the loop.
    private func flushSoon() {
        guard !isFlushing else { return }
        isFlushing = true
        Reactor.callLater(0) { [self] in
            isFlushing = false
            StandardOutput.shared.flush()
        }
    }

    func trace(_ blog: Blog, _ text: String) {
        guard options.verbose else { return }
        progress?.clear()
        StandardError.write("swift-titles: \(blog.name.printable): \(text.printable)\n")
    }

    /// Shows what is left and ends the progress line.
    ///
    /// - Returns: The exit status for what was seen.
    func end(interrupted: Bool) -> ExitStatus {
        for (_, outcome) in early.sorted(by: { $0.key < $1.key }) { show(outcome) }
        early = [:]
        progress?.end()
        StandardOutput.shared.flush()
        if interrupted {
            if !options.quiet {
                StandardError.write("swift-titles: interrupted with \(done) of \(total) done\n")
            }
            return .interrupted
        }
        guard failed > 0 else { return .success }
        guard failed == done else { return .partial }
        return failures.count == 1 ? failures.first?.exitStatus ?? .severalCauses : .severalCauses
    }
}

extension String {
    /// The text with what a terminal would act on made visible.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return self
        }
        var text = ""
        for scalar in unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            text.unicodeScalars.append(isControl ? "\u{fffd}" : scalar)
        }
        return text
    }
}
