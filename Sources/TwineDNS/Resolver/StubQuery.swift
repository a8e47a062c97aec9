import TwineBytes
public import TwineCore

/// One question on its way through the servers: what to send to whom, and when to look again.
///
/// It knows neither sockets nor a clock: the caller asks for ``nextStep(now:using:)`` until that
/// says to wait or to finish, and tells it what has come.
///
/// ```swift
/// while true {
///     switch query.nextStep(now: now, using: &random) {
///     case .send(let attempt): …       // send attempt.message to attempt.server
///     case .wait(let time): …          // come back then, or when something has come
///     case .finish(let result): …
///     }
/// }
/// ```
///
/// As glibc does, all servers are asked in turn, each as long as its wait lasts, and that
/// `attempts` times. A server that answers SERVFAIL is not waited for; one that refuses or cannot be
/// reached is not asked again either, and when there is no other, that is the end. A late reply to
/// an earlier attempt still counts. EDNS is left out for a server that does not know it, and what a datagram
/// cannot hold is asked for again over TCP.
public struct StubQuery: Sendable {
    /// How an attempt travels.
    public enum Transport: Sendable {
        /// A UDP datagram.
        case datagram
        /// A stream, by TCP or TLS with the length before the message, or what else the server is
        /// asked by.
        case stream
    }

    /// One message that is to be sent.
    public struct Attempt: Sendable {
        /// Tells the attempts of one query apart.
        public let number: Int
        /// To whom.
        public let server: NameServer
        /// How.
        public let transport: Transport
        /// What, without a length before it.
        public let message: [UInt8]
    }

    /// What is to be done next.
    public enum Step: Sendable {
        /// Send this, and ask again for the next step.
        case send(Attempt)
        /// Nothing, until this time in seconds, or until something has come.
        case wait(until: Double)
        /// Nothing more: the response, or why there is none.
        case finish(Result<DNSMessage, Failure>)
    }

    /// Why no server gave an answer: each of them, and what it did last.
    public struct Failure: Error, Equatable, Sendable {
        /// The servers that were asked, in that order.
        public var tried: [(server: NameServer, reason: Reason)]

        /// Equal when the servers and the reasons are.
        public static func == (left: Failure, right: Failure) -> Bool {
            left.tried.elementsEqual(right.tried) { $0 == $1 }
        }
    }

    /// Why one server gave no answer.
    public enum Reason: Equatable, Sendable {
        /// It did not answer within these seconds.
        case timedOut(seconds: Double)
        /// Nobody listens at its port.
        case refused
        /// No network leads anywhere near it.
        case noNetwork
        /// It cannot be reached, or the connection was lost; in the system's words.
        case unreachable(String)
        /// It answered that it cannot tell.
        case answered(DNSMessage.ResponseCode)
        /// It knows only servers that might know: it is none for stub resolvers.
        case notRecursive
        /// Its reply breaks the format.
        case malformed(DNSError)
    }

    private struct Server: Sendable {
        let address: NameServer
        let wait: Double
        var usesEDNS = true
        var usesTCP: Bool
        /// It has said all that it will say.
        var isDone = false
        var reason: Reason?
    }

    private struct Sent: Sendable {
        let server: Int
        let id: UInt16
        let transport: Transport
        let hadEDNS: Bool
        /// Its reply has come: further ones, which only a hostile server sends, count no more.
        var isAnswered = false
    }

    /// No configuration makes a query go on for longer: a resolv.conf allows five.
    private static let maxAttempts = 100

    /// Encrypted queries are of a multiple of so many octets: their length tells no name.
    ///
    /// RFC 8467 §4.1.
    private static let block = 128

    private let question: DNSMessage.Question
    private let attempts: Int
    private var servers: [Server]
    private var round = 0
    /// Which server is waited for.
    private var current = 0
    private var deadline: Double?
    /// Servers to which a message is due.
    private var due: [Int] = []
    private var sent: [Sent] = []
    private var result: Result<DNSMessage, Failure>?

    /// Makes a query; nothing is due before ``nextStep(now:using:)`` is called.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - configuration: The servers, and how long each is waited for.
    ///   - first: The place of the server that is asked first; the others follow in a circle.
    public init(
        _ question: DNSMessage.Question, _ configuration: ResolverConfiguration, first: Int = 0
    ) {
        self.question = question
        attempts = min(max(1, configuration.attempts), Self.maxAttempts)
        let count = configuration.servers.count
        servers = (0..<count).map { place in
            // glibc's wait doubles from server to server, and is divided among them.
            let doubled = configuration.timeout * Double(1 << min(place, 8))
            let wait = place == 0 ? doubled : max(1, doubled / Double(count))
            let server = configuration.servers[(place + first % count + count) % count]
            return Server(
                address: server, wait: wait,
                usesTCP: configuration.usesTCP || server.isEncrypted)
        }
        if servers.isEmpty {
            result = .failure(Failure(tried: []))
        } else {
            due = [0]
        }
    }

    // MARK: Asking

    /// Says what is to be done now.
    ///
    /// - Parameters:
    ///   - now: The time in seconds, of a clock that only moves forward.
    ///   - random: Where the ids come from: nobody must be able to guess them.
    /// - Returns: The step; after one to send, ask again.
    public mutating func nextStep(
        now: Double, using random: inout some RandomNumberGenerator
    ) -> Step {
        if let result { return .finish(result) }
        if due.isEmpty, let deadline, now >= deadline {
            servers[current].reason = .timedOut(seconds: servers[current].wait)
            advance()
            if let result { return .finish(result) }
        }
        if let server = due.popLast() { return .send(attempt(server, now, &random)) }
        return .wait(until: deadline ?? now)
    }

    private mutating func attempt(
        _ place: Int, _ now: Double, _ random: inout some RandomNumberGenerator
    ) -> Attempt {
        let server = servers[place]
        let id = UInt16.random(in: 0...UInt16.max, using: &random)
        let query = DNSMessage(
            query: question.name, question.type, question.questionClass, id: id,
            extensions: server.usesEDNS ? DNSExtensions() : nil)
        sent.append(
            Sent(
                server: place, id: id, transport: server.usesTCP ? .stream : .datagram,
                hadEDNS: server.usesEDNS))
        current = place
        deadline = now + server.wait
        return Attempt(
            number: sent.count - 1, server: server.address,
            transport: server.usesTCP ? .stream : .datagram,
            // A query of one name is never too long.
            message: (try? server.address.isEncrypted
                ? query.serialize(paddedTo: Self.block) : query.serialize()) ?? [])
    }

    /// Goes on to the next server that may still answer.
    private mutating func advance() {
        deadline = nil
        guard servers.contains(where: { !$0.isDone }) else { return fail() }
        while true {
            current += 1
            if current == servers.count {
                current = 0
                round += 1
            }
            guard round < attempts else { return fail() }
            if !servers[current].isDone { break }
        }
        due = [current]
    }

    private mutating func fail() {
        result = .failure(
            Failure(
                tried: servers.compactMap { server in
                    server.reason.map { (server.address, $0) }
                }))
    }

    // MARK: What has come

    /// Takes a message in, if it is the reply to an attempt; anything else changes nothing.
    ///
    /// - Parameters:
    ///   - bytes: The message, without a length before it.
    ///   - number: The attempt on whose socket it came.
    ///   - address: Who sent it; nil if it came by a channel, which only has the server at its end.
    /// - Returns: Whether it was the reply.
    ///
    /// RFC 5452 §9.
    @discardableResult
    public mutating func receive(
        _ bytes: Span<UInt8>, to number: Int, from address: SocketAddress?
    ) -> Bool {
        guard result == nil, sent.indices.contains(number) else { return false }
        let attempt = sent[number]
        let (message, error) = DNSMessage.parseLeniently(bytes)
        guard address == nil || address == servers[attempt.server].address.address,
            bytes.count >= DNSMessage.headerLength, message.header.id == attempt.id,
            message.header.isResponse, message.header.opcode == .query,
            !attempt.isAnswered, isOwnQuestion(message)
        else { return false }
        sent[number].isAnswered = true
        if message.header.isTruncated, attempt.transport == .datagram {
            // Of two truncated replies to two attempts only the first starts a connection.
            guard !servers[attempt.server].usesTCP else { return true }
            servers[attempt.server].usesTCP = true
            resend(attempt.server)
        } else if let error, error.breaksFraming {
            giveUp(number, .malformed(error))
        } else {
            take(message, number)
        }
        return true
    }

    /// Whether a response repeats the question; one that cannot read it need not.
    private func isOwnQuestion(_ message: DNSMessage) -> Bool {
        guard message.question.isEmpty else { return message.question == [question] }
        let code = message.header.responseCode
        return code != .noError && code != .nameError && !message.header.isTruncated
    }

    private mutating func take(_ message: DNSMessage, _ number: Int) {
        let attempt = sent[number]
        switch message.responseCode {
        case .noError:
            let isReferral =
                message.answer.isEmpty && !message.header.isAuthoritative
                && !message.header.recursionAvailable
            if isReferral { return giveUp(number, .notRecursive) }
            result = .success(message)
        case .nameError:
            result = .success(message)
        case .formatError, .notImplemented, .badVersion:
            guard attempt.hadEDNS else { return giveUp(number, .answered(message.responseCode)) }
            // RFC 6891 §7: a server of before EDNS says one of these.
            guard servers[attempt.server].usesEDNS else { return }
            servers[attempt.server].usesEDNS = false
            resend(attempt.server)
        case .serverFailure:
            // It may know by the next round: a recursive server often goes on looking.
            servers[attempt.server].reason = .answered(.serverFailure)
            if number == sent.count - 1, due.isEmpty { advance() }
        default:
            giveUp(number, .answered(message.responseCode))
        }
    }

    private mutating func resend(_ server: Int) {
        guard !servers[server].isDone, !due.contains(server) else { return }
        due.append(server)
    }

    /// Notes that an attempt failed before anything came.
    ///
    /// - Parameters:
    ///   - number: The attempt.
    ///   - reason: Why.
    public mutating func attemptFailed(_ number: Int, _ reason: Reason) {
        guard result == nil, sent.indices.contains(number) else { return }
        giveUp(number, reason)
    }

    private mutating func giveUp(_ number: Int, _ reason: Reason) {
        let server = sent[number].server
        guard !servers[server].isDone else { return }
        servers[server].isDone = true
        servers[server].reason = reason
        due.removeAll { $0 == server }
        // An earlier server that fails late does not end the wait for another.
        if server == current || servers.allSatisfy(\.isDone), due.isEmpty { advance() }
    }
}

extension DNSError {
    /// Whether what comes after the error could not be read.
    fileprivate var breaksFraming: Bool {
        switch self {
        case .rdataInvalid, .optMisplaced, .octetsTrailing: false
        default: true
        }
    }
}
