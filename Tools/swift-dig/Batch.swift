import TwineCore
import TwineDNS

/// The lines of a batch file, carried out many at a time, and printed in order.
@Reactor
final class Batch {
    private let path: String
    private var settings: Settings
    private let defaults: Lookup
    private let channels: Channels
    private let resolveServers: @Reactor ([String]) async -> [String: [IPAddress]]
    private let places: DeferredSemaphore
    private var outputs: OutputSequence
    private var isFirst = true
    private(set) var status = RunStatus()

    init(
        _ path: String, _ settings: Settings, _ defaults: Lookup,
        _ resolveServers: @escaping @Reactor ([String]) async -> [String: [IPAddress]]
    ) {
        self.path = path
        self.settings = settings
        self.defaults = defaults
        self.resolveServers = resolveServers
        channels = Channels(settings, sharesDatagrams: settings.concurrency > 1)
        places = DeferredSemaphore(settings.concurrency)
        outputs = OutputSequence(isOrdered: !settings.isUnordered)
    }

    /// Carries all lines out.
    func run() async throws(CommandLineParser.Stop) {
        guard let lines = BatchLines(path) else {
            throw .fatal(
                "couldn't open batch file '\(path)': \(SystemText.lastError)", status: 8)
        }
        while let line = await lines.next() {
            let words = Dig.words(line)
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else {
                continue
            }
            let addresses = await resolveServers(Server.names(in: words))
            guard let parser = parse(words, addresses, lines.number) else { continue }
            // Too many that wait for their turn would take too much memory.
            await outputs.makeRoom()
            _ = try? await places.acquire().value
            start(parser)
        }
        await outputs.finish()
        channels.close()
    }

    private func parse(
        _ words: [String], _ addresses: [String: [IPAddress]], _ number: Int
    ) -> CommandLineParser? {
        var parser = CommandLineParser(
            words, .batch, settings: settings, defaults: defaults, addresses: addresses,
            isFirst: isFirst)
        do throws(CommandLineParser.Stop) {
            try parser.parse()
        } catch {
            let text =
                switch error {
                case .fatal(let text, _): text
                case .invalidOption(let option): "Invalid option: \(option)"
                case .text, .status: "not in a batch file"
                }
            CommandLineParser.warn("\(Dig.name): \(path): line \(number): \(text)")
            status.raise(1)
            return nil
        }
        // What holds for all lines from here on.
        settings = parser.settings
        isFirst = parser.isFirst
        if let reason = parser.skipped {
            CommandLineParser.warn(reason)
            return nil
        }
        return parser
    }

    private func start(_ parser: CommandLineParser) {
        let output = outputs.add()
        let printer = Printer(settings: parser.settings, out: output)
        let lookups = parser.lookups
        inlineCallbacks {
            var status = RunStatus()
            for lookup in lookups {
                let run = LookupRun(lookup, printer, self.channels)
                await run.run()
                status.add(run, printer.settings)
            }
            self.outputs.end(output) { self.status.add(status) }
            self.places.release()
        }.addErrback { _ in }
    }
}

/// What the lookups carried out so far make of the exit status.
struct RunStatus {
    /// dig's own, of the last lookup.
    private var last: Int32 = 0
    /// What could not even be begun.
    private var lowest: Int32 = 0
    /// What the first answer that is none says.
    private var answer: Int32?

    /// The exit status.
    var value: Int32 { last != 0 ? last : lowest != 0 ? lowest : answer ?? 0 }

    mutating func raise(_ status: Int32) { lowest = max(lowest, status) }

    /// Takes in a lookup that has ended.
    @Reactor
    mutating func add(_ run: LookupRun, _ settings: Settings) {
        if let status = run.status { last = status }
        guard let failsOn = settings.failsOn, let message = run.answer else { return }
        answer = answer ?? failsOn.status(of: message)
    }

    mutating func add(_ other: RunStatus) {
        last = other.last
        lowest = max(lowest, other.lowest)
        answer = answer ?? other.answer
    }
}

extension FailureSet {
    /// The status for a code is so much more than the code.
    private static let base: Int32 = 20

    /// The exit status for an answer; nil when it is none of these.
    func status(of message: DNSMessage) -> Int32? {
        let code = message.responseCode.rawValue
        if code == 0 {
            return countsEmpty && message.answer.isEmpty ? Self.base : nil
        }
        guard codes?.contains(code) ?? true else { return nil }
        return min(Self.base + Int32(code), 255)
    }
}
