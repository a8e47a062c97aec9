/// Follows the messages of a zone transfer, and knows when it is complete.
///
/// ```swift
/// var transfer = ZoneTransfer(query)
/// repeat { print(try transfer.receive(nextMessage.span)) } while !transfer.isComplete
/// ```
///
/// It looks at the types of records and at SOA records only, and holds none: a transfer of any
/// length costs it nothing but the walk. The records are for the caller to read, of each message
/// that was received without an error.
///
/// RFC 5936 §2.2 (AXFR), RFC 1995 §4 (IXFR).
public struct ZoneTransfer: Sendable {
    /// What is transferred, as the first records tell.
    public enum Kind: Hashable, Sendable {
        /// The serial that one has is the newest: one SOA record.
        case upToDate
        /// The whole zone, also where only the changes were asked for.
        case full
        /// What has changed.
        case incremental
    }

    /// Records of one message that belong together, by their places in its answer.
    public struct Part: Hashable, Sendable {
        /// What is said of the records.
        public enum Meaning: Hashable, Sendable {
            /// The SOA record of the newest version: the first record, and the last.
            case newest
            /// Records of the zone.
            case zone
            /// Records that this version had and later ones have not; its SOA record is the first.
            case removed(serial: UInt32)
            /// Records that this version has and the one before had not; its SOA record is the first.
            case added(serial: UInt32)
        }

        /// What is said of them.
        public var meaning: Meaning
        /// Their places in the answer, from 0.
        public var records: Range<Int>
    }

    /// The question, which the messages repeat.
    public let question: DNSMessage.Question
    /// The id of the query.
    public let id: UInt16
    /// The serial that one has; nil if the whole zone was asked for.
    public let known: UInt32?
    /// Whether messages after the first may have another id than the query, as dig allows with a
    /// warning; RFC 5936 §2.2.1 does not.
    public var allowsOtherIDs = false
    /// What is transferred; nil until it is known: after the first record or the second.
    public private(set) var kind: Kind?
    /// The newest serial; nil until the first record.
    public private(set) var serial: UInt32?
    /// Whether the last record has come.
    public private(set) var isComplete = false
    /// How many records have come.
    public private(set) var recordCount = 0
    /// How many messages have come.
    public private(set) var messageCount = 0

    /// What the record before means, and so the next ones.
    private var meaning = Part.Meaning.newest

    /// Makes the transfer that a query asks for.
    ///
    /// - Parameter query: A question of type AXFR; or IXFR, with the SOA record that one has in the
    ///   authority section. Nil without a question.
    public init?(_ query: DNSMessage) {
        guard let question = query.question.first else { return nil }
        self.question = question
        id = query.header.id
        known =
            if question.type == .ixfr, case .soa(let soa)? = query.authority.first?.data {
                soa.serial
            } else {
                nil
            }
    }

    /// Takes in the next message.
    ///
    /// - Parameter message: The whole message, as it came.
    /// - Returns: What its records mean, in order; those that follow the SOA record of
    ///   ``Kind/upToDate`` mean nothing.
    /// - Throws: ``ZoneTransferError``; the transfer is then over.
    @discardableResult
    public mutating func receive(
        _ message: Span<UInt8>
    ) throws(ZoneTransferError) -> [Part] {
        var scanner: DNSRecordScanner
        do throws(DNSError) { scanner = try DNSRecordScanner(message) } catch {
            throw .malformed(error)
        }
        messageCount += 1
        try check(&scanner)
        let count = scanner.count(ofSection: 1)
        guard count > 0 else { throw .answerEmpty }
        guard !isComplete else { throw .recordsAfterEnd(count: count) }
        var parts: [Part] = []
        var start = 0
        for index in 0..<count {
            let record = try Self.next(&scanner)
            recordCount += 1
            // Nearly all records: they mean what the one before them does.
            guard record.type == .soa || kind == nil else { continue }
            if index > start { parts.append(Part(meaning: meaning, records: start..<index)) }
            start = index
            meaning = try meaning(of: record, scanner)
            guard isComplete else { continue }
            parts.append(Part(meaning: meaning, records: index..<index + 1))
            guard index == count - 1 || kind == .upToDate else {
                throw .recordsAfterEnd(count: count - 1 - index)
            }
            return parts
        }
        parts.append(Part(meaning: meaning, records: start..<count))
        return parts
    }

    /// The stream of messages has ended, or over UDP: the only message has come.
    ///
    /// - Throws: ``ZoneTransferError/endedEarly(recordCount:)`` or
    ///   ``ZoneTransferError/changesOmitted(serial:)`` if the transfer is not complete.
    public func receiveEnd() throws(ZoneTransferError) {
        guard !isComplete else { return }
        guard let serial, kind == nil, known != nil else {
            throw .endedEarly(recordCount: recordCount)
        }
        throw .changesOmitted(serial: serial)
    }

    /// Checks the header and the question.
    ///
    /// RFC 5936 §2.2.1, §2.2.2: later messages may be without a question.
    private func check(_ scanner: inout DNSRecordScanner) throws(ZoneTransferError) {
        let header = scanner.header
        guard header.isResponse, header.opcode == .query else { throw .notResponse }
        guard header.id == id || allowsOtherIDs && serial != nil else {
            throw .idMismatch(expected: id, found: header.id)
        }
        guard header.responseCode == .noError else { throw .responseCode(header.responseCode) }
        for _ in 0..<scanner.count(ofSection: 0) {
            let found = try Self.question(&scanner)
            guard found == question else { throw .questionMismatch(found) }
        }
    }

    private static func question(
        _ scanner: inout DNSRecordScanner
    ) throws(ZoneTransferError) -> DNSMessage.Question {
        do throws(DNSError) {
            let name = try scanner.name(at: scanner.offset)
            let (type, questionClass) = try scanner.nextQuestion()
            return DNSMessage.Question(name, type, questionClass)
        } catch {
            throw .malformed(error)
        }
    }

    private static func next(
        _ scanner: inout DNSRecordScanner
    ) throws(ZoneTransferError) -> DNSRecordScanner.Record {
        do throws(DNSError) {
            return try scanner.next()
        } catch {
            throw .malformed(error)
        }
    }

    /// What a SOA record means, or one of the first two.
    private mutating func meaning(
        of record: DNSRecordScanner.Record, _ scanner: borrowing DNSRecordScanner
    ) throws(ZoneTransferError) -> Part.Meaning {
        guard record.type == .soa else {
            guard serial != nil else {
                throw .startMissing(name: try Self.owner(of: record, scanner), type: record.type)
            }
            kind = .full
            return .zone
        }
        let found: UInt32
        do throws(DNSError) { found = try scanner.serial(of: record) } catch {
            throw .malformed(error)
        }
        guard let newest = serial else {
            let owner = try Self.owner(of: record, scanner)
            guard owner == question.name else {
                throw .startMissing(name: owner, type: record.type)
            }
            serial = found
            // RFC 1995 §2: who has the same or a newer one gets no more than this.
            if let known, Int32(bitPattern: found &- known) <= 0 { end(.upToDate) }
            return .newest
        }
        switch meaning {
        case .newest where found == newest: end(.full)
        case .newest where question.type == .ixfr:
            kind = .incremental
            return .removed(serial: found)
        case .newest, .zone:
            guard found == newest else { throw .serialChanged(first: newest, last: found) }
            end(.full)
        case .removed: return .added(serial: found)
        case .added where found == newest: end(.incremental)
        case .added(let serial):
            guard found == serial else {
                throw .serialOutOfSequence(expected: serial, found: found)
            }
            return .removed(serial: found)
        }
        return .newest
    }

    private mutating func end(_ kind: Kind) {
        self.kind = kind
        isComplete = true
    }

    private static func owner(
        of record: DNSRecordScanner.Record, _ scanner: borrowing DNSRecordScanner
    ) throws(ZoneTransferError) -> DNSName {
        do throws(DNSError) {
            return try scanner.name(at: record.start)
        } catch {
            throw .malformed(error)
        }
    }
}
