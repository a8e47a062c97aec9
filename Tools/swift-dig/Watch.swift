import TwineCore
import TwineDNS

/// A question that is asked again and again, until its answer changes or is the one that is waited
/// for.
@Reactor
final class Watch {
    private let lookup: Lookup
    private let printer: Printer
    private let channels: Channels
    private let interval: Double

    init(_ lookup: Lookup, _ printer: Printer, _ channels: Channels, every interval: Double) {
        self.lookup = lookup
        self.printer = printer
        self.channels = channels
        self.interval = interval
    }

    /// Asks until then; prints the first answer and the last.
    ///
    /// - Returns: The exit status.
    func run() async -> Int32 {
        var first: WatchedAnswer?
        while true {
            let run = LookupRun(lookup, printer, channels)
            // Only an answer that is news is printed; what goes wrong always is.
            run.isNews = { [printer] message in
                let answer = WatchedAnswer(message)
                defer { first = first ?? answer }
                return first != answer || printer.settings.until.map(answer.matches) == true
            }
            await run.run()
            printer.out.flush()
            if let answer = run.answer.map({ WatchedAnswer($0) }) {
                if let until = printer.settings.until {
                    if answer.matches(until) { return 0 }
                    first = answer
                } else if first != answer {
                    return 0
                }
            }
            // What is wrong with the question stays so; a server may still come.
            if run.isNameIllegal { return 10 }
            if let status = run.status, status == 1 || status == 10 { return status }
            try? await deferLater(interval).value
        }
    }
}

extension WatchedAnswer {
    /// Whether the code or a record has this text in it.
    func matches(_ text: String) -> Bool {
        code == text.uppercased() || records.contains { $0.contains(text) }
    }
}
