import TwineCore
import TwineDNS

/// Zones, message by message as they come.
extension LookupRun {
    /// What is done with the messages of a zone; nil when the query has no question.
    func makeTransfer(
        _ lookup: Lookup, _ query: Query
    ) -> (@Reactor (Span<UInt8>, Exchange) -> DNSReceipt)? {
        let sent = query.octets
        let (message, _) = DNSMessage.parseLeniently(sent.span)
        guard var zone = ZoneTransfer(message) else { return nil }
        // Told of by the exchange.
        zone.allowsOtherIDs = true
        var lines = DNSRecordLines(printer.style(lookup))
        lines.hasOneSOA = lookup.printsOneSOA && lookup.type == .axfr
        let printsOnlyRecords = printer.printsOnlyRecords(lookup)
        var size = 0
        return { [printer] octets, exchange in
            if exchange.messageCount == 0 { self.succeed() }
            exchange.verify(octets)
            var text: [UInt8] = []
            if printsOnlyRecords, (try? lines.write(octets, to: &text)) != nil {
                printer.printCommand(lookup)
                printer.out.print(text)
            } else {
                let (message, error) = DNSMessage.parseLeniently(octets)
                // Of the first message it was told when it came.
                if error != nil, exchange.messageCount > 0 { printer.warnOfMalformed(lookup) }
                printer.printZone(Reply(message, octets, error), lookup, exchange)
            }
            exchange.messageCount += 1
            size += octets.count
            do throws(ZoneTransferError) {
                try zone.receive(octets)
                guard zone.isComplete else { return .awaitsMore }
            } catch {
                guard let reason = Self.reason(error) else {
                    // As in dig, what is strange about the end does not matter.
                    printer.printStatistics(zone, lookup, exchange, size)
                    return .finished
                }
                printer.out.print("; Transfer failed.\(reason)\n")
                return .finished
            }
            printer.printStatistics(zone, lookup, exchange, size)
            return .finished
        }
    }

    /// What dig says of a transfer that failed; nil where it says nothing.
    private static func reason(_ error: ZoneTransferError) -> String? {
        switch error {
        case .serialChanged, .recordsAfterEnd: nil
        case .startMissing: "  Didn't start with SOA answer."
        default: ""
        }
    }
}

extension Printer {
    fileprivate func printStatistics(
        _ zone: ZoneTransfer, _ lookup: Lookup, _ exchange: Exchange, _ size: Int
    ) {
        printStatistics(
            lookup, exchange, size: size,
            transfer: ZoneStatistics(
                records: zone.recordCount, messages: zone.messageCount, octets: size),
            isSigned: exchange.isSigned)
    }
}
