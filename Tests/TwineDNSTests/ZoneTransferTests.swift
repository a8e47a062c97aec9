import Testing

@testable import TwineDNS

@Suite("Zone transfers")
struct ZoneTransferTests {
    private let zone: DNSName
    private let full: DNSMessage

    init() throws {
        zone = try DNSName("example.org")
        full = DNSMessage(query: zone, .axfr, id: 7)
    }

    private func changes(since serial: UInt32) -> DNSMessage {
        var query = DNSMessage(query: zone, .ixfr, id: 7)
        query.authority = [soa(serial)]
        return query
    }

    private func soa(_ serial: UInt32) -> DNSRecord {
        DNSRecord(
            name: zone, timeToLive: 60,
            data: .soa(
                .init(
                    primary: zone, mailbox: zone, serial: serial, refresh: 1, retry: 1, expire: 1,
                    minimum: 1)))
    }

    private func address(_ number: UInt32) -> DNSRecord {
        DNSRecord(name: zone, timeToLive: 60, data: .a(number))
    }

    /// A message of the transfer; a number below 100 is an address, from there the serial of a SOA.
    private func message(
        _ records: [UInt32], of query: DNSMessage, hasQuestion: Bool = true,
        change: (inout DNSMessage) -> Void = { _ in }
    ) throws -> [UInt8] {
        var message = DNSMessage(header: .init(id: 7, flags: 0x8400))
        if hasQuestion { message.question = query.question }
        message.answer = records.map { $0 < 100 ? address($0) : soa($0) }
        change(&message)
        return try message.serialize()
    }

    private func receive(
        _ messages: [[UInt32]], of query: DNSMessage
    ) throws -> ZoneTransfer {
        var transfer = try #require(ZoneTransfer(query))
        for (index, records) in messages.enumerated() {
            let bytes = try message(records, of: query, hasQuestion: index == 0)
            try transfer.receive(bytes.span)
        }
        return transfer
    }

    // MARK: Whole zones

    @Test("a zone is complete with its second SOA record, in any cut into messages")
    func everyCut() throws {
        let records: [UInt32] = [100, 1, 2, 3, 100]
        for cuts in 0..<16 {
            var messages: [[UInt32]] = [[]]
            for (index, record) in records.enumerated() {
                if index > 0, cuts >> (index - 1) & 1 == 1 { messages.append([]) }
                messages[messages.count - 1].append(record)
            }
            let transfer = try receive(messages, of: full)
            #expect(transfer.isComplete && transfer.kind == .full && transfer.serial == 100)
            #expect(transfer.recordCount == 5 && transfer.messageCount == messages.count)
            #expect(throws: Never.self) { try transfer.receiveEnd() }
        }
    }

    @Test("a zone of its SOA record alone")
    func empty() throws {
        #expect(try receive([[100, 100]], of: full).kind == .full)
    }

    @Test("a transfer that ends early tells after how many records")
    func early() throws {
        let transfer = try receive([[100, 1], [2]], of: full)
        #expect(!transfer.isComplete)
        #expect(throws: ZoneTransferError.endedEarly(recordCount: 3)) { try transfer.receiveEnd() }
    }

    @Test("the parts of a message are told")
    func parts() throws {
        var transfer = try #require(ZoneTransfer(full))
        let first = try message([100, 1, 2], of: full)
        let last = try message([3, 100], of: full)
        #expect(
            try transfer.receive(first.span) == [
                .init(meaning: .newest, records: 0..<1), .init(meaning: .zone, records: 1..<3),
            ])
        #expect(
            try transfer.receive(last.span) == [
                .init(meaning: .zone, records: 0..<1), .init(meaning: .newest, records: 1..<2),
            ])
    }

    // MARK: Changes

    @Test("changes: each difference removes, and then adds")
    func incremental() throws {
        let query = changes(since: 101)
        var transfer = try #require(ZoneTransfer(query))
        let bytes = try message([103, 101, 1, 102, 2, 3, 102, 103, 4, 103], of: query)
        #expect(
            try transfer.receive(bytes.span) == [
                .init(meaning: .newest, records: 0..<1),
                .init(meaning: .removed(serial: 101), records: 1..<3),
                .init(meaning: .added(serial: 102), records: 3..<6),
                .init(meaning: .removed(serial: 102), records: 6..<7),
                .init(meaning: .added(serial: 103), records: 7..<9),
                .init(meaning: .newest, records: 9..<10),
            ])
        #expect(transfer.isComplete && transfer.kind == .incremental)
    }

    @Test("changes in messages of one record each")
    func incrementalCut() throws {
        let records: [UInt32] = [103, 101, 1, 102, 2, 102, 103, 4, 103]
        let transfer = try receive(records.map { [$0] }, of: changes(since: 101))
        #expect(transfer.isComplete && transfer.kind == .incremental)
    }

    @Test("the whole zone in place of changes")
    func fallback() throws {
        let transfer = try receive([[103, 1], [2, 103]], of: changes(since: 101))
        #expect(transfer.isComplete && transfer.kind == .full)
    }

    @Test(
        "one SOA record of the same serial, or an older one, says that nothing has changed",
        arguments: [(101, 101), (100, 101), (4_000_000_000, 100)] as [(UInt32, UInt32)])
    func upToDate(_ serial: UInt32, _ known: UInt32) throws {
        let transfer = try receive([[serial]], of: changes(since: known))
        #expect(transfer.isComplete && transfer.kind == .upToDate)
    }

    @Test("one SOA record of a newer serial says that the changes did not fit")
    func omitted() throws {
        let transfer = try receive([[102]], of: changes(since: 101))
        #expect(!transfer.isComplete)
        #expect(throws: ZoneTransferError.changesOmitted(serial: 102)) {
            try transfer.receiveEnd()
        }
    }

    // MARK: Errors

    @Test(
        "records that are no transfer",
        arguments: [
            ([1, 100], ZoneTransferError.startMissing(name: Self.apex, type: .a)),
            ([], .answerEmpty), ([100, 1, 101], .serialChanged(first: 100, last: 101)),
            ([100, 101], .serialChanged(first: 100, last: 101)),
            ([100, 1, 100, 2, 3], .recordsAfterEnd(count: 2)),
        ] as [([UInt32], ZoneTransferError)])
    func invalid(_ records: [UInt32], _ error: ZoneTransferError) throws {
        #expect(throws: error) { try receive([records], of: full) }
    }

    @Test("a difference that does not begin where the one before ended")
    func outOfSequence() throws {
        #expect(throws: ZoneTransferError.serialOutOfSequence(expected: 102, found: 101)) {
            try receive([[103, 101, 102, 101]], of: changes(since: 101))
        }
    }

    @Test("a message after the end")
    func afterEnd() throws {
        #expect(throws: ZoneTransferError.recordsAfterEnd(count: 1)) {
            try receive([[100, 100], [1]], of: full)
        }
    }

    @Test("the SOA record of another zone")
    func otherZone() throws {
        var transfer = try #require(ZoneTransfer(full))
        let bytes = try message([], of: full) { message in
            var record = soa(100)
            record.name = .root
            message.answer = [record]
        }
        #expect(throws: ZoneTransferError.startMissing(name: .root, type: .soa)) {
            try transfer.receive(bytes.span)
        }
    }

    @Test(
        "messages with another id, question or response code, and queries",
        arguments: [
            (0x8400, 8, .axfr, ZoneTransferError.idMismatch(expected: 7, found: 8)),
            (0x8405, 7, .axfr, .responseCode(.refused)), (0x0400, 7, .axfr, .notResponse),
            (0xa400, 7, .axfr, .notResponse),
            (0x8400, 7, .soa, .questionMismatch(.init(Self.apex, .soa))),
        ] as [(UInt16, UInt16, DNSType, ZoneTransferError)])
    func header(
        _ flags: UInt16, _ id: UInt16, _ type: DNSType, _ error: ZoneTransferError
    ) throws {
        var transfer = try #require(ZoneTransfer(full))
        let bytes = try message([100], of: full) { message in
            message.header = .init(id: id, flags: flags)
            message.question[0].type = type
        }
        #expect(throws: error) { try transfer.receive(bytes.span) }
    }

    @Test("messages after the first may have another id, if that is allowed")
    func otherIDs() throws {
        var transfer = try #require(ZoneTransfer(full))
        transfer.allowsOtherIDs = true
        let first = try message([100], of: full) { $0.header.id = 8 }
        #expect(throws: ZoneTransferError.idMismatch(expected: 7, found: 8)) {
            try transfer.receive(first.span)
        }
        transfer = try #require(ZoneTransfer(full))
        transfer.allowsOtherIDs = true
        for records in [[100], [1, 100]] as [[UInt32]] {
            let bytes = try message(records, of: full) { message in
                if records.count > 1 { message.header.id = 8 }
            }
            try transfer.receive(bytes.span)
        }
        #expect(transfer.isComplete)
    }

    private static let apex = DNSName(validated: octets("07 \"example\" 03 \"org\" 00"))

    @Test("a message that is cut anywhere is refused")
    func cut() throws {
        let bytes = try message([100, 1, 100], of: full)
        for count in 0..<bytes.count {
            var transfer = try #require(ZoneTransfer(full))
            let part = Array(bytes.prefix(count))
            #expect(throws: ZoneTransferError.self) { try transfer.receive(part.span) }
        }
    }

    @Test("without a question there is no transfer")
    func noQuestion() {
        #expect(ZoneTransfer(DNSMessage()) == nil)
    }
}
