import TwineCore

/// Shows how far one transfer is, as a bar or as dots.
@Reactor
final class TransferProgress {
    private enum Style {
        case bar(BarProgress)
        case dots(DotProgress)
    }

    private let log: Log
    private let output: LogOutput
    private var style: Style
    private let began = Reactor.clock.seconds()
    private var timer: DelayedCall?
    private var lastUpdate = 0.0

    /// Prepares to show a transfer; nil where nothing is to be shown.
    init?(
        _ settings: Settings.Logging, _ log: Log, _ output: LogOutput, name: Octets, initial: Int,
        total: Int?, isUnicode: Bool
    ) {
        guard settings.showsProgress else { return nil }
        self.log = log
        self.output = output
        let isDrawn =
            settings.progress.kind == .bar && log.isInTurn
            && (settings.progress.isForced || output.isTerminal)
        if isDrawn {
            let style = BarProgress.Style(
                columns: output.columns, scrolls: settings.progress.scrolls,
                reportsBits: settings.reportsBits, isUnicode: isUnicode)
            self.style = .bar(BarProgress(name: name, initial: initial, total: total, style: style))
        } else {
            self.style = .dots(
                DotProgress(
                    initial: initial, total: total, style: settings.progress.dots,
                    reportsBits: settings.reportsBits))
        }
    }

    /// Whether messages are told around it: then a bar has an empty line on both sides.
    private var isVerbose: Bool { log.isVerbose }
    private var elapsed: Double { Reactor.clock.seconds() - began }

    func begin() {
        change { bar in
            (isVerbose ? [UInt8(ascii: "\n")] : []) + bar.begin()
        } dots: { dots in
            dots.begin()
        }
        guard case .bar = style else { return }
        if isVerbose { output.remember([UInt8(ascii: "\n")]) }
        arm()
    }

    /// Octets have come, or none for a while.
    func update(_ octets: Int) {
        let elapsed = elapsed
        let columns = output.columns
        let last = lastUpdate
        lastUpdate = elapsed
        change { bar in
            bar.resize(columns: columns)
            return bar.update(received: octets, at: elapsed)
        } dots: { dots in
            // One reading may bring many rows of dots, and each of them took its time.
            var shown: [UInt8] = []
            var done = 0
            while done < octets {
                let piece = min(Self.piece, octets - done)
                done += piece
                let time = last + (elapsed - last) * Double(done) / Double(octets)
                shown += dots.update(received: piece, at: time)
            }
            return shown
        }
    }

    private static let piece = 8192

    func finish() {
        timer.take()?.cancel()
        let elapsed = elapsed
        change { bar in
            bar.finish(at: elapsed) + (isVerbose ? "\n\n" : "\n").utf8
        } dots: { dots in
            dots.finish(at: elapsed)
        }
    }

    private func change(
        _ bar: (inout BarProgress) -> [UInt8], dots: (inout DotProgress) -> [UInt8]
    ) {
        switch style {
        case .bar(var shown):
            let octets = bar(&shown)
            style = .bar(shown)
            log.write(octets)
        case .dots(var shown):
            let octets = dots(&shown)
            style = .dots(shown)
            log.write(octets)
        }
    }

    /// A bar moves even when nothing comes.
    private func arm() {
        timer = Reactor.callLater(0.5) { [weak self] in
            self?.update(0)
            self?.arm()
        }
    }
}
