import TwineCore
import TwineDNS
import TwineTLS

/// One query to one server, and what comes of it.
///
/// What is no reply to it is told to the user, as dig does, and with datagrams the wait goes on.
@Reactor
final class Exchange: DNSReplyReceiver {
    enum Outcome {
        /// The server's reply.
        indirect case reply(Reply)
        /// No query could be sent.
        case notSent(DNSChannelError)
        /// The query was sent, and no reply came.
        case failed(DNSChannelError)
        /// What came ends the lookup; why was told.
        case broken
        /// The zone came to its end, or what came was none.
        case transferred
    }

    let query: Query
    let lookup: Lookup
    let server: Server
    let address: SocketAddress
    let isStream: Bool
    private let printer: Printer
    private let channel: any DNSChannel
    private let ownsChannel: Bool
    private let ended = Deferred<Outcome>()
    private(set) var sent: Instant?
    private(set) var received: Instant?
    private(set) var local: SocketAddress?
    /// Gets the messages of a zone, and says whether there is more to come.
    var transfer: (@Reactor (Span<UInt8>, Exchange) -> DNSReceipt)?
    private var session: TransactionSession?
    /// Whether all that had to be signed was; nil without a signed query.
    private(set) var isSigned: Bool?
    /// Messages of the zone that have come.
    var messageCount = 0
    private var hasToldID = false

    init(
        _ query: Query, _ lookup: Lookup, _ server: Server, _ channels: Channels,
        _ printer: Printer
    ) throws(DNSChannelError) {
        self.query = query
        self.lookup = lookup
        self.server = server
        self.printer = printer
        address = printer.settings.address(of: server, lookup)
        isStream = lookup.usesTCP
        session = query.session
        (channel, ownsChannel) = try channels.channel(lookup, server, address)
    }

    /// Sends the query.
    ///
    /// - Returns: What came of it.
    func run() -> Deferred<Outcome> {
        let seconds = printer.settings.timeout.map { Int($0) } ?? (isStream ? 10 : 5)
        printer.debug("asking \(called) within \(seconds) s")
        channel.send(query.octets, timeout: Double(seconds), to: self)
        return ended
    }

    /// What is asked of whom, for `-d`.
    private var called: String {
        "\(Printer.address(address)) by \(Printer.transport(lookup)) for "
            + "\(query.question.name) \(query.question.type), id \(query.id)"
    }

    private func end(_ outcome: Outcome) {
        if ownsChannel { channel.close() } else { channel.forget(self) }
        if !ended.isFired { ended.callback(outcome) }
    }

    // MARK: What the channel tells

    func querySent(on channel: any DNSChannel) {
        sent = Instant.now
        local = channel.local
        printer.debug(
            "sent \(query.octets.count) octets to \(Printer.address(address))"
                + (local.map { " from \(Printer.address($0))" } ?? ""))
        guard lookup.printsQuery else { return }
        let octets = query.octets
        let (message, _) = DNSMessage.parseLeniently(octets.span)
        printer.printQuery(message, octets, self)
    }

    func exchangeFailed(_ error: DNSChannelError) {
        printer.debug("no reply from \(Printer.address(address)): \(error)")
        end(sent == nil ? .notSent(error) : .failed(error))
    }

    func messageReceived(_ octets: Span<UInt8>) -> DNSReceipt {
        received = Instant.now
        printer.debug(
            "got \(octets.count) octets from \(Printer.address(address)) "
                + "after \(printer.microseconds(self)) us")
        if octets.count == 0, isStream {
            return finish(.failed(.broken("out of range")))
        }
        let isWhole = octets.count >= DNSMessage.headerLength
        let id = isWhole ? UInt16(octets[0]) << 8 | UInt16(octets[1]) : nil
        if id != query.id {
            if isStream {
                guard tellWrongStreamID(id) else { return finish(.broken) }
            } else if let id {
                printer.warn(
                    "Warning: ID mismatch: expected ID \(query.id), got \(id)", lookup)
            } else {
                printer.warn("Warning: short (< header size) message received", lookup)
            }
        }
        if isWhole, octets[2] & 0x80 == 0 {
            printer.warn("Warning: query response not set", lookup)
        }
        guard id == query.id || isStream else { return .ignored }
        if let transfer, messageCount > 0 { return take(octets, transfer) }
        let (message, error) = DNSMessage.parseLeniently(octets)
        if let error, !printer.canGoOn(after: error, message, lookup) {
            // Options that are cut are not those of a wrong form.
            let isCut = error.isOfOptions && message.extensions == nil
            printer.printBadPacket(
                Printer.reason(isCut ? .tooShort(needed: 0, available: 0, offset: 0) : error),
                octets)
            return finish(.broken)
        }
        if let irregularity = message.irregularity {
            guard lookup.isBestEffort, irregularity != .typeZero else {
                printer.printBadPacket(irregularity.reason, octets)
                return finish(.broken)
            }
            if error == nil || error?.isOfTheEnd == true { printer.warnOfMalformed(lookup) }
        }
        if message.header.opcode != lookup.opcode {
            printer.warn(
                "Warning: Opcode mismatch: expected \(lookup.opcode), got \(message.header.opcode)",
                lookup)
            return .ignored
        }
        guard checkQuestion(message, octets) else {
            return isStream ? finish(.broken) : .ignored
        }
        if let transfer { return take(octets, transfer) }
        return finish(.reply(Reply(message, octets, error)))
    }

    /// Takes a message of a zone.
    private func take(
        _ octets: Span<UInt8>, _ transfer: @Reactor (Span<UInt8>, Exchange) -> DNSReceipt
    ) -> DNSReceipt {
        let receipt = transfer(octets, self)
        if case .finished = receipt { return finish(.transferred) }
        return receipt
    }

    /// Checks the signature of a message, where the query had one.
    func verify(_ octets: Span<UInt8>) {
        guard session != nil else { return }
        do throws(TransactionError) {
            try session?.verify(octets, at: Instant.now.seconds)
            isSigned = isSigned ?? true
        } catch {
            // Of a zone only the first message without a signature is told about.
            defer { isSigned = false }
            guard isSigned != false else { return }
            printer.warn("Couldn't verify signature: \(error.bindDescription)", lookup)
        }
    }

    private func finish(_ outcome: Outcome) -> DNSReceipt {
        // The channel drops this one itself when it is told so.
        if !ended.isFired { ended.callback(outcome) }
        if ownsChannel { channel.close() }
        return .finished
    }

    /// Tells of an id that is not the query's.
    ///
    /// - Returns: Whether to go on: within a zone it is only strange.
    private func tellWrongStreamID(_ id: UInt16?) -> Bool {
        guard let id else {
            printer.warn("ERROR: short (< header size) message", lookup)
            return false
        }
        let isWithinZone = messageCount > 0
        if !isWithinZone || !hasToldID {
            printer.warn(
                "\(isWithinZone ? "WARNING" : "ERROR"): ID mismatch: "
                    + "expected ID \(query.id), got \(id)", lookup)
        }
        hasToldID = true
        return isWithinZone
    }

    private func checkQuestion(_ message: DNSMessage, _ octets: Span<UInt8>) -> Bool {
        guard octets[4] != 0 || octets[5] != 0 else {
            let isExpected =
                lookup.isTransfer
                ? messageCount == 0 : !lookup.isHeaderOnly && message.header.opcode == .query
            if isExpected { printer.warn("missing question section", lookup) }
            return true
        }
        for question in message.question where question != query.question {
            printer.warn(
                ";; Question section mismatch: got \(Printer.name(question.name))/"
                    + "\(question.type)/\(question.questionClass)", lookup)
            return false
        }
        return true
    }
}

extension DNSError {
    /// Whether it is about the options of EDNS.
    fileprivate var isOfOptions: Bool {
        if case .rdataInvalid(.opt, _, _) = self { true } else { false }
    }

    /// Whether all of the message could be read, and something comes after it.
    fileprivate var isOfTheEnd: Bool {
        if case .octetsTrailing = self { true } else { false }
    }
}

/// A message that a server has sent.
struct Reply {
    let message: DNSMessage
    let octets: [UInt8]
    /// The first thing that is wrong with it.
    let error: DNSError?

    init(_ message: DNSMessage, _ octets: Span<UInt8>, _ error: DNSError?) {
        self.message = message
        self.octets = unsafe octets.withUnsafeBufferPointer { unsafe Array($0) }
        self.error = error
    }
}
