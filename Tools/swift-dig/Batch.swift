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
            let servers = Server.names(in: words)
            if servers.contains(where: { addresses[$0] == nil }) { await findServers(servers) }
            var status = RunStatus()
            let lookups = parse(words, number, &status)
            // What was parsed last holds for this line, until another one is.
            let printer = Printer(settings: settings, out: entry.output)
            for lookup in lookups { await status.carryOut(lookup, printer, channels) }
            let ended = status
            outputs.end(entry) { self.status.add(ended) }
        }
    }

    /// Finds the addresses of servers; lines below wait, as this one may say what holds for them.
    private func findServers(_ names: [String]) async {
        let gate = Deferred<Void>()
        self.gate = gate
        addresses = await resolveServers(names)
        self.gate = nil
        gate.callback(())
    }

    /// Reads a line.
    ///
    /// - Returns: Its lookups; what holds for them and for the lines below is in `settings`.
    private func parse(
        _ words: [String], _ number: Int, _ status: inout RunStatus
    ) -> [Lookup] {
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
            return []
        }
        // What holds for all lines from here on.
        settings = parser.settings
        isFirst = parser.isFirst
        if let reason = parser.skipped {
            CommandLineParser.warn(reason)
            return []
        }
        return parser.lookups
    }
}
