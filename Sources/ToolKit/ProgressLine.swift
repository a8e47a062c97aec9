import CTwine
public import TwineCore

/// One line at the bottom of the terminal that tells how far the work is.
///
/// It exists only where standard error is a terminal; what else is printed goes above it.
@Reactor
public final class ProgressLine {
    private let text: @Reactor () -> String
    private var isShown = false
    private var timer: DelayedCall?
    private let interval: Double

    /// Makes the line and shows it from now on; nil when nobody looks at standard error.
    ///
    /// - Parameters:
    ///   - interval: Seconds between two looks at it.
    ///   - text: What it says at the moment.
    public init?(every interval: Double = 0.1, _ text: @escaping @Reactor () -> String) {
        guard StandardError.isTerminal else { return nil }
        self.interval = interval
        self.text = text
        draw()
    }

    private func draw() {
        let columns = Int(twine_terminal_columns(2))
        let line = String(text().prefix(max(1, columns - 1)))
        StandardError.write("\r\u{1b}[K\(line)")
        isShown = true
        timer = Reactor.callLater(interval) { [weak self] in self?.draw() }
    }

    /// Takes the line away, to print something in its place; it comes back by itself.
    public func clear() {
        guard isShown else { return }
        isShown = false
        StandardError.write("\r\u{1b}[K")
    }

    /// Takes the line away for good.
    public func end() {
        timer.take()?.cancel()
        clear()
    }
}
