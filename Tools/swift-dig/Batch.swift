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
    private var addresses: [String: [IPAddress]] = [:]
    /// While the servers of a line are looked for.
    private var gate: Deferred<Void>?
    private var outputs: OutputSequence
    private var isFirst: Bool
    private(set) var status = RunStatus()

    init(
        _ path: String, _ settings: Settings, _ defaults: Lookup, isFirst: Bool,
        _ resolveServers: @escaping @Reactor ([String]) async -> [String: [IPAddress]]
    ) {
        self.path = path
        self.settings = settings
        self.defaults = defaults
        self.isFirst = isFirst
        self.resolveServers = resolveServers
        channels = Channels(settings, sharesDatagrams: settings.concurrency > 1)
        outputs = OutputSequence(isOrdered: !settings.isUnordered)
    }

    /// Carries all lines out.
    func run() async throws(CommandLineParser.Stop) {
        guard let lines = BatchLines(path) else {
            CommandLineParser.warn("\(path): \(SystemText.lastError)")
            throw .fatal("couldn't open specified batch file", status: 8)
        }
        let workers = (0..<settings.concurrency).map { _ in
            inlineCallbacks { await self.work(lines) }
        }
        _ = try? await DeferredList(workers).value
        channels.close()
    }

    /// Takes lines and carries them out, one after the other, until there are no more.
    private func work(_ lines: BatchLines) async {
        while true {
            // Too many that wait for their turn would take too much memory.
            if outputs.isFull { await outputs.makeRoom() }
            if let gate { try? await gate.value }
            guard let line = lines.next() else {
                guard !lines.isAtEnd else { return }
                await lines.more()
                continue
            }
            let words = Dig.words(line[...])
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else {
                continue
            }
            let entry = outputs.add()
            let number = lines.number
            await findServers(Server.names(in: words))
            var status = RunStatus()
            if let parser = parse(words, number, &status) {
                let printer = Printer(settings: parser.settings, out: entry.output)
                for lookup in parser.lookups {
                    let run = LookupRun(lookup, printer, channels)
                    await run.run()
                    status.add(run, printer.settings)
                }
            }
            let ended = status
            outputs.end(entry) { self.status.add(ended) }
        }
    }

    /// Finds the addresses of servers; lines below wait, as this one may say what holds for them.
    private func findServers(_ names: [String]) async {
        guard names.contains(where: { addresses[$0] == nil }) else { return }
        let gate = Deferred<Void>()
        self.gate = gate
        addresses = await resolveServers(names)
        self.gate = nil
        gate.callback(())
    }

    private func parse(
        _ words: [String], _ number: Int, _ status: inout RunStatus
    ) -> CommandLineParser? {
        var parser = CommandLineParser(
            words, .batch, settings: settings, defaults: defaults, addresses: addresses,
            isFirst: isFirst)
        do throws(CommandLineParser.Stop) {
            try parser.parse()
            if parser.settings.keyText != settings.keyText
                || parser.settings.keyFile != settings.keyFile
            {
                parser.settings.key = try KeyFiles.key(parser.settings)
            }
        } catch {
            let text =
                switch error {
                case .fatal(let text, _): text
                case .invalidOption(let option): "Invalid option: \(option)"
                case .usage: "a key is written as [hmac:]name:secret"
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
        if run.isNameIllegal { raise(10) }
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
