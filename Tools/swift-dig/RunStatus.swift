import TwineCore
import TwineDNS

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

    /// Takes in something that is no lookup of its own.
    mutating func raise(_ status: Int32) { lowest = max(lowest, status) }

    /// Carries a lookup out in the way that was asked for, and takes in how it has ended.
    ///
    /// - Returns: Whether what was to be asked for is a name.
    @Reactor @discardableResult
    mutating func carryOut(
        _ lookup: Lookup, _ printer: Printer, _ channels: Channels
    ) async -> Bool {
        if printer.settings.comparesServers {
            raise(await Comparison(lookup, printer, channels).run())
        } else if let interval = printer.settings.watch {
            raise(await Watch(lookup, printer, channels, every: interval).run())
        } else {
            let run = LookupRun(lookup, printer, channels)
            await run.run()
            add(run, printer.settings)
            return !run.isNameIllegal
        }
        return true
    }

    @Reactor
    private mutating func add(_ run: LookupRun, _ settings: Settings) {
        if let status = run.status {
            last = status
            // A script that asks for failures is told of one that is not the last, too.
            if settings.failsOn != nil { raise(status) }
        }
        if run.isNameIllegal { raise(10) }
        guard let failsOn = settings.failsOn, let message = run.answer else { return }
        answer = answer ?? failsOn.status(of: message)
    }

    /// Takes in what later lookups have made of it.
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
            let isListed = codes?.contains(code) ?? false
            return isListed || countsEmpty && message.answer.isEmpty ? Self.base : nil
        }
        guard codes?.contains(code) ?? true else { return nil }
        return min(Self.base + Int32(code), 255)
    }
}
