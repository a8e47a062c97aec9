/// Answers that were given, kept as long as they allow.
///
/// Times are seconds of any clock that only moves forward; `now` is always the caller's.
public struct DNSCache: Sendable {
    private struct Entry {
        let answer: DNSAnswer
        let stored: Double
        let expires: Double
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
        guard let entry = entries[question] else { return nil }
        guard now < entry.expires else {
            entries[question] = nil
            return nil
        }
        return entry.answer.aged(by: UInt32(max(0, now - entry.stored)))
    }

    /// Keeps an answer, as long as it allows.
    ///
    /// - Parameters:
    ///   - answer: The answer; one that allows no time, or is larger than ``maxOctets``, is not kept.
    ///   - question: The question.
    ///   - now: The time, in seconds.
    public mutating func store(
        _ answer: DNSAnswer, to question: DNSMessage.Question, now: Double
    ) {
        guard let lifetime = answer.cacheLifetime, lifetime > 0 else { return }
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
