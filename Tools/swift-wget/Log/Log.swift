import TwineCore

/// What is told about what happens, as much as was asked for.
///
/// Several retrievals at once tell into a log each: the one whose turn it is goes on to the real one,
/// the others wait, so that lines of one retrieval stand together.
@Reactor
final class Log {
    /// What a text is, and so when it is told.
    enum Kind {
        /// Always, even when quiet.
        case always
        /// Unless quiet.
        case notQuiet
        /// Only when verbose, which is usual.
        case verbose
        /// Only with `-nv`.
        case brief
        /// Only with `-d`.
        case debug
    }

    let settings: Settings.Logging
    private let output: LogOutput
    /// Prints the records of URLs that are done.
    var reporter: Reporter?
    /// What waits for its turn; nil when it is this log's turn.
    private var waiting: [UInt8]?
    private var waitingRecords: [TransferRecord] = []

    init(_ settings: Settings.Logging, _ output: LogOutput, isInTurn: Bool = true) {
        self.settings = settings
        self.output = output
        waiting = isInTurn ? nil : []
    }

    /// A log for one of several retrievals.
    func branch(isInTurn: Bool) -> Log {
        let log = Log(settings, output, isInTurn: isInTurn)
        log.reporter = reporter
        return log
    }

    var isVerbose: Bool { settings.verbosity == .verbose }

    /// Whether what is told appears at once.
    var isInTurn: Bool { waiting == nil }

    func tells(_ kind: Kind) -> Bool {
        switch kind {
        case .always: true
        case .notQuiet: settings.verbosity != .quiet
        case .verbose: settings.verbosity == .verbose
        case .brief: settings.verbosity == .brief
        case .debug: settings.debugs
        }
    }

    func tell(_ kind: Kind, _ text: @autoclosure () -> String) {
        guard tells(kind) else { return }
        let octets = Array(text().utf8)
        output.remember(octets)
        write(octets)
    }

    func tell(_ kind: Kind, octets: @autoclosure () -> Octets) {
        guard tells(kind) else { return }
        let octets = octets().bytes
        output.remember(octets)
        write(octets)
    }

    /// Writes whatever the verbosity is: progress, which has its own.
    func write(_ octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        if waiting == nil { output.write(octets) } else { waiting?.append(contentsOf: octets) }
    }

    /// Prints the record of a URL that is done, where that is wanted.
    func report(_ record: @autoclosure () -> TransferRecord?) {
        guard let reporter, let record = record() else { return }
        if waiting == nil { reporter.print(record) } else { waitingRecords.append(record) }
    }

    /// Its turn has come.
    func takeTurn() {
        guard let text = waiting.take() else { return }
        output.write(text)
        for record in waitingRecords { reporter?.print(record) }
        waitingRecords = []
    }
}
