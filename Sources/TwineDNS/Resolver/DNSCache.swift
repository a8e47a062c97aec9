/// Answers that were given, kept as long as they allow.
///
/// Times are seconds of any clock that only moves forward; `now` is always the caller's.
public struct DNSCache: Sendable {
    private struct Entry {
        let answer: DNSAnswer
        let stored: Double
        let expires: Double
        /// It was given from here before.
        var wasGiven = false
        /// Servers that have just failed are not asked again before.
        var retryAt = -Double.infinity
    }

    /// What is kept to a question.
    enum Finding: Equatable {
        /// An answer that holds; `isEnding` if it is in demand and expires soon.
        case fresh(DNSAnswer, isEnding: Bool)
        /// One that has expired; `mayAsk` unless servers have just failed to give a new one.
        case stale(DNSAnswer, mayAsk: Bool)
    }

    private var entries: [DNSMessage.Question: Entry] = [:]
    /// The questions by age; one whose answer was stored again stands here more than once.
    private var order: [(key: DNSMessage.Question, stored: Double)] = []
    private var oldest = 0

    /// The most answers that are kept; then the oldest goes.
    public let capacity: Int

    /// The longest that an answer is kept, in seconds, whatever it allows: a day.
    public static let maxLifetime: UInt32 = 86_400

    /// The longest that a negative answer is kept, in seconds: three hours.
    ///
    /// RFC 2308 §5.
    public static let maxNegativeLifetime: UInt32 = 10_800

    /// The most octets of rdata in an answer that is kept: 4096 of the largest messages would be
    /// 256 MiB, at a hostile server's will.
    public static let maxOctets = 8192

    /// How long servers may take before a stale answer is given instead, in seconds.
    ///
    /// RFC 8767 §5, the client response timer.
    public static let staleDelay = 1.8

    /// How long others may keep a stale answer, in seconds.
    ///
    /// RFC 8767 §4.
    public static let staleLifetime: UInt32 = 30

    /// How long servers that have failed are left alone, where there is an answer, in seconds.
    ///
    /// RFC 8767 §5, the failure recheck timer.
    public static let retryDelay = 30.0

    /// The part of its lifetime in which an answer is about to expire.
    private static let endingPart = 0.1
    /// An answer with a shorter lifetime is not asked for ahead of time, in seconds: it would be asked
    /// for all the time.
    private static let leastEnding = 10.0

    /// Makes an empty cache.
    ///
    /// - Parameter capacity: The most answers that are kept.
    public init(capacity: Int = 4096) { self.capacity = max(1, capacity) }

    /// How many answers are kept, with those that have expired and were not yet dropped.
    public var count: Int { entries.count }

    /// The answer that is kept to a question.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - now: The time, in seconds.
    /// - Returns: The answer, its times to live lowered by its age; nil when there is none.
    public mutating func answer(to question: DNSMessage.Question, now: Double) -> DNSAnswer? {
        guard case .fresh(let answer, _)? = find(question, now: now) else { return nil }
        return answer
    }

    /// What is kept to a question, also when it has expired.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - now: The time, in seconds.
    ///   - staleAge: How long ago it may have expired, in seconds.
    ///   - staleNegatives: Whether that goes for negative answers.
    /// - Returns: The answer, with the lifetime that it has now; nil when there is none.
    mutating func find(
        _ question: DNSMessage.Question, now: Double, staleAge: Double = 0,
        staleNegatives: Bool = false
    ) -> Finding? {
        guard let place = entries.index(forKey: question) else { return nil }
        let entry = entries.values[place]
        guard now >= entry.expires else {
            let lifetime = entry.expires - entry.stored
            let isEnding =
                entry.wasGiven && entry.expires - now <= lifetime * Self.endingPart
                && lifetime >= Self.leastEnding && now >= entry.retryAt
            if !entry.wasGiven { entries.values[place].wasGiven = true }
            return .fresh(
                entry.answer.aged(by: UInt32(max(0, now - entry.stored))), isEnding: isEnding)
        }
        guard now - entry.expires < staleAge, staleNegatives || !entry.answer.isNegative else {
            entries.remove(at: place)
            return nil
        }
        return .stale(entry.answer.stale, mayAsk: now >= entry.retryAt)
    }

    /// Notes that no server gave a new answer to a question to which one is kept.
    mutating func noteFailure(_ question: DNSMessage.Question, now: Double) {
        entries[question]?.retryAt = now + Self.retryDelay
    }

    /// Keeps an answer, as long as it allows.
    ///
    /// - Parameters:
    ///   - answer: The answer; one that allows no time, or is larger than ``maxOctets``, is not kept,
    ///     nor is the one before.
    ///   - question: The question.
    ///   - now: The time, in seconds.
    public mutating func store(
        _ answer: DNSAnswer, to question: DNSMessage.Question, now: Double
    ) {
        guard let lifetime = answer.cacheLifetime, lifetime > 0 else {
            entries[question] = nil
            return
        }
        entries[question] = Entry(answer: answer, stored: now, expires: now + Double(lifetime))
        order.append((question, now))
        while entries.count > capacity { dropOldest() }
        compact()
    }

    private mutating func dropOldest() {
        guard oldest < order.count else { return }
        let (key, stored) = order[oldest]
        oldest += 1
        if entries[key]?.stored == stored { entries[key] = nil }
    }

    /// Shortens the list of ages when most of it is of no more use.
    private mutating func compact() {
        guard order.count > 2 * capacity + 64 || oldest > capacity else { return }
        order.removeSubrange(..<oldest)
        oldest = 0
        order.removeAll { entries[$0.key]?.stored != $0.stored }
    }

    /// Forgets everything.
    public mutating func removeAll() { self = DNSCache(capacity: capacity) }
}

extension DNSAnswer {
    /// How long it is kept, in seconds; nil if not at all.
    fileprivate var cacheLifetime: UInt32? {
        switch self {
        case .records(let records, let timeToLive):
            // Each counts as 64 octets more: a record costs that even without rdata.
            records.reduce(0) { $0 + $1.rdata.count + 64 } > DNSCache.maxOctets
                ? nil : min(timeToLive, DNSCache.maxLifetime)
        case .alias(_, let timeToLive):
            min(timeToLive, DNSCache.maxLifetime)
        case .noSuchName(let timeToLive), .noData(let timeToLive):
            timeToLive.map { min($0, DNSCache.maxNegativeLifetime) }
        case .aliasesTooMany: nil
        }
    }

    fileprivate var isNegative: Bool {
        switch self {
        case .noSuchName, .noData: true
        case .records, .alias, .aliasesTooMany: false
        }
    }

    /// The answer with the lifetime of one that has expired.
    fileprivate var stale: DNSAnswer {
        let lifetime = DNSCache.staleLifetime
        switch self {
        case .records(var records, _):
            for index in records.indices { records[index].timeToLive = lifetime }
            return .records(records, timeToLive: lifetime)
        case .alias(let target, _): return .alias(target, timeToLive: lifetime)
        case .noSuchName: return .noSuchName(timeToLive: lifetime)
        case .noData: return .noData(timeToLive: lifetime)
        case .aliasesTooMany: return self
        }
    }

    fileprivate func aged(by seconds: UInt32) -> DNSAnswer {
        func age(_ timeToLive: UInt32) -> UInt32 { timeToLive - min(timeToLive, seconds) }
        guard seconds > 0 else { return self }
        switch self {
        case .records(var records, let timeToLive):
            for index in records.indices {
                records[index].timeToLive = age(records[index].lifetime)
            }
            return .records(records, timeToLive: age(timeToLive))
        case .alias(let target, let timeToLive):
            return .alias(target, timeToLive: age(timeToLive))
        case .noSuchName(let timeToLive): return .noSuchName(timeToLive: timeToLive.map(age))
        case .noData(let timeToLive): return .noData(timeToLive: timeToLive.map(age))
        case .aliasesTooMany: return self
        }
    }
}
