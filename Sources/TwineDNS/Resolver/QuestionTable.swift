import TwineCore
import TwineTLS

/// The questions that are being asked, and the answers that are kept.
///
/// The same question asked twice at once is sent once; when nobody waits for it any more, it is
/// given up. Only what is asked for ahead of time, and what is late and was answered by an old answer,
/// goes on without anybody.
@Reactor
final class QuestionTable {
    /// An answer, and whether it had expired.
    struct Outcome: Equatable {
        let answer: DNSAnswer
        var isStale = false
    }

    private final class Asked {
        var exchange: DNSExchange?
        var waiting: [(number: Int, deferred: Deferred<Outcome>)] = []
        let configuration: ResolverConfiguration
        /// It is asked although nobody waits.
        var isKept = false
        /// What is answered if the servers fail.
        var stale: DNSAnswer?
        /// When they have taken too long for who has a stale answer.
        var lateness: DelayedCall?
        var isLate = false

        init(_ configuration: ResolverConfiguration) { self.configuration = configuration }
    }

    let clock: any ReactorTime
    private let channels: ChannelPool
    private(set) var cache = DNSCache()
    private var asked: [DNSMessage.Question: Asked] = [:]
    /// Questions that wait until fewer are under way, the oldest first.
    private var line: [DNSMessage.Question] = []
    private var lineStart = 0
    private var underWay = 0
    private var nextNumber = 0
    private var nextServer = 0

    /// How many questions are under way at once: each has a socket, and servers drop floods.
    static let limit = 256

    init(clock: any ReactorTime, tls: TLSOptions = TLSOptions()) {
        self.clock = clock
        channels = ChannelPool(tls: tls, clock: clock)
    }

    /// How many questions have been asked and not yet answered.
    var pendingCount: Int { asked.count }

    /// Forgets all answers: they came from servers that are no longer asked.
    func forgetAnswers() { cache.removeAll() }

    /// Answers from the cache, or asks the servers.
    ///
    /// - Returns: The answer, or ``StubQuery/Failure``.
    func answer(
        to question: DNSMessage.Question, _ configuration: ResolverConfiguration
    ) -> Deferred<Outcome> {
        if question.name.isSubdomain(of: .invalid) {
            return succeed(Outcome(answer: .noSuchName(timeToLive: nil)))
        }
        var stale: DNSAnswer?
        switch cache.find(
            question, now: clock.seconds(), staleAge: configuration.staleAge,
            staleNegatives: configuration.servesStaleNegatives)
        {
        case .fresh(let answer, let isEnding)?:
            if isEnding, configuration.prefetches { prefetch(question, configuration) }
            return succeed(Outcome(answer: answer))
        case .stale(let answer, let mayAsk)?:
            if !mayAsk || asked[question]?.isLate == true {
                return succeed(Outcome(answer: answer, isStale: true))
            }
            stale = answer
        case nil: break
        }
        nextNumber += 1
        let number = nextNumber
        let deferred = Deferred<Outcome>(
            canceller: { [weak self] _ in self?.giveUp(question, number) })
        let known = asked[question]
        let entry = known ?? Asked(configuration)
        entry.waiting.append((number, deferred))
        if let stale, entry.stale == nil {
            entry.stale = stale
            entry.lateness = clock.callLater(DNSCache.staleDelay) { [weak self] in
                self?.serversAreLate(question)
            }
        }
        if known == nil { enqueue(question, entry) }
        return deferred
    }

    /// Asks ahead of time, when there is nothing better to do.
    private func prefetch(
        _ question: DNSMessage.Question, _ configuration: ResolverConfiguration
    ) {
        guard asked[question] == nil, underWay < Self.limit else { return }
        let entry = Asked(configuration)
        entry.isKept = true
        enqueue(question, entry)
    }

    /// Gives what has expired to all who wait; the question goes on, for the next.
    private func serversAreLate(_ question: DNSMessage.Question) {
        guard let entry = asked[question], let stale = entry.stale else { return }
        entry.isLate = true
        entry.isKept = true
        let waiting = entry.waiting
        entry.waiting = []
        for (_, deferred) in waiting {
            deferred.fire(.success(Outcome(answer: stale, isStale: true)))
        }
    }

    private func enqueue(_ question: DNSMessage.Question, _ entry: Asked) {
        asked[question] = entry
        line.append(question)
        startNext()
    }

    private func startNext() {
        while underWay < Self.limit, lineStart < line.count {
            let question = line[lineStart]
            lineStart += 1
            // One that was given up in the line, and perhaps asked anew behind, is passed over.
            guard let entry = asked[question], entry.exchange == nil else { continue }
            start(question, entry)
        }
        if lineStart == line.count || lineStart > 1024 {
            line.removeSubrange(..<lineStart)
            lineStart = 0
        }
    }

    private func start(_ question: DNSMessage.Question, _ entry: Asked) {
        let first = entry.configuration.rotates ? nextServer : 0
        if entry.configuration.rotates { nextServer &+= 1 }
        let exchange = DNSExchange(
            StubQuery(question, entry.configuration, first: first & 0xffff), channels,
            from: entry.configuration.bindAddress, clock: clock
        ) { result in
            // This holds the table until then: a question ends although its resolver is no more used.
            self.ended(question, result)
        }
        entry.exchange = exchange
        underWay += 1
        exchange.step()
    }

    private func ended(
        _ question: DNSMessage.Question, _ result: Result<DNSMessage, StubQuery.Failure>
    ) {
        guard let entry = asked.removeValue(forKey: question) else { return }
        underWay -= 1
        entry.lateness?.cancel()
        let outcome: Result<Outcome, any Error>
        switch result {
        case .success(let message):
            let answer = DNSAnswer(message, to: question)
            cache.store(answer, to: question, now: clock.seconds())
            outcome = .success(Outcome(answer: answer))
        case .failure(let failure):
            cache.noteFailure(question, now: clock.seconds())
            outcome =
                entry.stale.map { .success(Outcome(answer: $0, isStale: true)) }
                ?? .failure(failure)
        }
        for (_, deferred) in entry.waiting { deferred.fire(outcome) }
        startNext()
    }

    private func giveUp(_ question: DNSMessage.Question, _ number: Int) {
        guard let entry = asked[question] else { return }
        entry.waiting.removeAll { $0.number == number }
        guard entry.waiting.isEmpty, !entry.isKept else { return }
        asked[question] = nil
        entry.lateness?.cancel()
        guard let exchange = entry.exchange else { return }
        exchange.cancel()
        underWay -= 1
        startNext()
    }
}
