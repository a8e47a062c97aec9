import TwineCore
import TwineDNS

/// Zones, message by message as they come.
extension LookupRun {
    /// What is done with the messages of a zone.
    func makeTransfer(_ lookup: Lookup) -> @Reactor (Reply, Exchange) -> DNSReceipt {
        var transfer = ZoneState(lookup)
        return { [printer] reply, exchange in
            if exchange.messageCount == 0 { self.succeed() }
            printer.printZone(reply, lookup, exchange)
            exchange.messageCount += 1
            transfer.statistics.messages += 1
            transfer.statistics.octets += reply.octets.count
            switch transfer.take(reply.message) {
            case .more: return .awaitsMore
            case .end:
                printer.printStatistics(
                    lookup, exchange, size: reply.octets.count, transfer: transfer.statistics)
            case .failed(let text): printer.out.print("; Transfer failed.\(text)\n")
            }
            return .finished
        }
    }
}

/// Where in a zone, or in the changes of one, the next record stands.
struct ZoneState {
    enum Step {
        case more
        case end
        case failed(String)
    }

    var statistics = ZoneStatistics()
    private let serial: UInt32
    private let isIncremental: Bool
    /// All records of the zone come, not only changes.
    private var isWhole: Bool
    private var firstSerial: UInt32?
    private var hasSecond = false
    private var hasRepeat = false

    init(_ lookup: Lookup) {
        serial = lookup.serial
        isIncremental = lookup.type == .ixfr
        isWhole = lookup.type == .axfr
    }

    /// Takes the records of one message.
    ///
    /// RFC 5936 §2.2, RFC 1995 §4.
    mutating func take(_ message: DNSMessage) -> Step {
        guard !message.answer.isEmpty else { return .failed("") }
        for record in message.answer {
            statistics.records += 1
            guard record.type == .soa else {
                guard firstSerial != nil else {
                    return .failed("  Didn't start with SOA answer.")
                }
                if !hasSecond {
                    hasSecond = true
                    isWhole = true
                }
                continue
            }
            guard case .soa(let soa)? = record.data else { continue }
            guard let firstSerial else {
                firstSerial = soa.serial
                // The zone here is as new.
                if isIncremental, Int32(bitPattern: serial &- soa.serial) >= 0 { return .end }
                continue
            }
            if isWhole { return .end }
            guard hasSecond else {
                if firstSerial == soa.serial { return .end }
                hasSecond = true
                continue
            }
            guard firstSerial == soa.serial else { continue }
            if hasRepeat { return .end }
            hasRepeat = true
        }
        return .more
    }
}
