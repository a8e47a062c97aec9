import TwineCore

/// The questions that are being asked, and the answers that are kept.
///
/// The same question asked twice at once is sent once; when nobody waits for it any more, it is
/// given up.
@Reactor
final class QuestionTable {
    private final class Asked {
        var exchange: DNSExchange?
        var waiting: [(number: Int, deferred: Deferred<DNSAnswer>)] = []
        let configuration: ResolverConfiguration

        init(_ configuration: ResolverConfiguration) { self.configuration = configuration }
    }

    let clock: any ReactorTime
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

    init(clock: any ReactorTime) { self.clock = clock }

    /// How many questions have been asked and not yet answered.
    var pendingCount: Int { asked.count }

    /// Forgets all answers: they came from servers that are no longer asked.
    func forgetAnswers() { cache.removeAll() }

    /// Answers from the cache, or asks the servers.
    ///
    /// - Returns: The answer, or ``StubQuery/Failure``.
    func answer(
        to question: DNSMessage.Question, _ configuration: ResolverConfiguration
    ) -> Deferred<DNSAnswer> {
        if question.name.isSubdomain(of: .invalid) {
            return succeed(.noSuchName(timeToLive: nil))
        }
        if let answer = cache.answer(to: question, now: clock.seconds()) { return succeed(answer) }
        nextNumber += 1
        let number = nextNumber
        let deferred = Deferred<DNSAnswer>(
            canceller: { [weak self] _ in self?.giveUp(question, number) })
        if let entry = asked[question] {
            entry.waiting.append((number, deferred))
            return deferred
        }
        let entry = Asked(configuration)
        entry.waiting.append((number, deferred))
        asked[question] = entry
        line.append(question)
        startNext()
        return deferred
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
            StubQuery(question, entry.configuration, first: first & 0xffff), clock: clock
        ) { [weak self] result in self?.ended(question, result) }
        entry.exchange = exchange
        underWay += 1
        exchange.step()
    }

    private func ended(
        _ question: DNSMessage.Question, _ result: Result<DNSMessage, StubQuery.Failure>
    ) {
        guard let entry = asked.removeValue(forKey: question) else { return }
        underWay -= 1
        let answer = result.map { DNSAnswer($0, to: question) }
        if case .success(let answer) = answer {
            cache.store(answer, to: question, now: clock.seconds())
        }
        for (_, deferred) in entry.waiting { deferred.fire(answer.mapError { $0 }) }
        startNext()
    }

    private func giveUp(_ question: DNSMessage.Question, _ number: Int) {
        guard let entry = asked[question] else { return }
        entry.waiting.removeAll { $0.number == number }
        guard entry.waiting.isEmpty else { return }
        asked[question] = nil
        guard let exchange = entry.exchange else { return }
        exchange.cancel()
        underWay -= 1
        startNext()
    }
}
