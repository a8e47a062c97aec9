import TwineCore

/// The queries that wait for replies on one channel, by their ids, with one timer for all.
@Reactor
final class PendingQueries {
    private struct Entry {
        let receiver: any DNSReplyReceiver
        let id: UInt16
        let timeout: Double
        var deadline: Double
    }

    private let clock: any ReactorTime
    private var entries: [UInt16: Entry] = [:]
    /// Entries whose id another one has as well: ids are drawn by lot.
    private var doubles: [Entry] = []
    private var timer: DelayedCall?

    init(_ clock: any ReactorTime) { self.clock = clock }

    var isEmpty: Bool { entries.isEmpty && doubles.isEmpty }

    /// Takes a query in; its wait begins.
    func add(_ query: [UInt8], _ timeout: Double, _ receiver: any DNSReplyReceiver) {
        let id = query.count >= 2 ? UInt16(query[0]) << 8 | UInt16(query[1]) : 0
        let entry = Entry(
            receiver: receiver, id: id, timeout: timeout, deadline: clock.seconds() + timeout)
        if let earlier = entries.updateValue(entry, forKey: id) {
            // The one that asked first is the first to be answered.
            entries[id] = earlier
            doubles.append(entry)
        }
        arm(entry.deadline)
    }

    /// Whoever waits hears nothing more.
    func remove(_ receiver: any DNSReplyReceiver) {
        if let place = doubles.firstIndex(where: { $0.receiver === receiver }) {
            doubles.remove(at: place)
        } else if let id = entries.first(where: { $0.value.receiver === receiver })?.key {
            entries[id] = nil
            settle(id)
        }
    }

    private func remove(_ entry: Entry) {
        guard let removed = entries.removeValue(forKey: entry.id) else { return }
        if removed.receiver === entry.receiver { return settle(entry.id) }
        entries[entry.id] = removed
        doubles.removeAll { $0.receiver === entry.receiver }
    }

    /// One of that id was taken out: another one takes its place.
    private func settle(_ id: UInt16) {
        if let place = doubles.firstIndex(where: { $0.id == id }) {
            entries[id] = doubles.remove(at: place)
        }
        if isEmpty { timer.take()?.cancel() }
    }

    /// Gives a message to whom it is for.
    ///
    /// One that is for nobody is told to the only one that waits: it knows what it makes of it.
    func deliver(_ message: Span<UInt8>) {
        let id = message.count >= 2 ? UInt16(message[0]) << 8 | UInt16(message[1]) : nil
        guard let id, let entry = entries[id] else {
            if entries.count == 1, doubles.isEmpty, let only = entries.first?.value {
                conclude(only, only.receiver.messageReceived(message))
            }
            return
        }
        let receipt = entry.receiver.messageReceived(message)
        if case .ignored = receipt, !doubles.isEmpty {
            for double in doubles where double.id == id {
                let receipt = double.receiver.messageReceived(message)
                guard case .ignored = receipt else { return conclude(double, receipt) }
            }
        }
        conclude(entry, receipt)
    }

    private func conclude(_ entry: Entry, _ receipt: DNSReceipt) {
        switch receipt {
        case .ignored: break
        case .finished:
            remove(entry)
        case .awaitsMore:
            let deadline = clock.seconds() + entry.timeout
            if entries[entry.id]?.receiver === entry.receiver {
                entries[entry.id]?.deadline = deadline
            } else if let place = doubles.firstIndex(where: { $0.receiver === entry.receiver }) {
                doubles[place].deadline = deadline
            }
        }
    }

    /// All waits begin anew: the connection stands, and only now are queries sent.
    func restart() {
        let now = clock.seconds()
        entries = entries.mapValues { entry in
            var entry = entry
            entry.deadline = now + entry.timeout
            return entry
        }
        for place in doubles.indices { doubles[place].deadline = now + doubles[place].timeout }
    }

    /// Every receiver that waits, in no order.
    var receivers: [any DNSReplyReceiver] {
        entries.values.map(\.receiver) + doubles.map(\.receiver)
    }

    /// All waits end by an error.
    func fail(_ error: DNSChannelError) {
        let failed = receivers
        removeAll()
        for receiver in failed { receiver.exchangeFailed(error) }
    }

    /// All waits end without a word.
    func removeAll() {
        timer.take()?.cancel()
        entries = [:]
        doubles = []
    }

    // MARK: Time

    /// Looks at the clock at `time`, or sooner if it does so anyway.
    private func arm(_ time: Double) {
        if let timer, timer.isActive, timer.time <= time { return }
        timer?.cancel()
        timer = clock.callLater(max(0, time - clock.seconds())) { [weak self] in self?.expire() }
    }

    private func expire() {
        let now = clock.seconds()
        var next = Double.infinity
        var late: [Entry] = []
        for entry in Array(entries.values) + doubles {
            if entry.deadline <= now {
                late.append(entry)
            } else {
                next = min(next, entry.deadline)
            }
        }
        for entry in late { conclude(entry, .finished) }
        if next < .infinity { arm(next) }
        for entry in late { entry.receiver.exchangeFailed(.timedOut(seconds: entry.timeout)) }
    }
}
