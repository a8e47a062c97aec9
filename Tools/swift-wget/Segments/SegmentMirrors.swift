/// Where a file can be had, and how each place has done so far.
struct SegmentMirrors: Sendable {
    /// Why a place is not asked any more.
    enum Verdict: Equatable, Sendable {
        /// It sends whole files only.
        case sendsNoParts
        /// It has another file.
        case changed
        /// It refuses, or sends what is not right.
        case refuses
        /// It failed too often.
        case fails
    }

    /// One place.
    struct Mirror: Equatable, Sendable {
        /// Lower ones are asked first.
        var priority: Int
        /// Connections to it at a time.
        fileprivate(set) var limit: Int
        /// Connections that it has now.
        fileprivate(set) var active = 0
        /// Attempts in a row that brought nothing.
        fileprivate(set) var failures = 0
        /// Pieces from it that were not as they should be.
        fileprivate(set) var damages = 0
        /// Not to be asked before that time.
        fileprivate var notBefore = 0.0
        /// When it failed the last time.
        fileprivate var failed = -Double.infinity
        /// Why it is not asked any more; nil while it is.
        fileprivate(set) var verdict: Verdict?
    }

    /// So many wrong pieces are an accident; more are a habit.
    private static let damagesAllowed = 2

    /// The places, in the order given.
    private(set) var mirrors: [Mirror]
    private let tries: Int
    private let waitRetry: Double

    /// Begins with places that nothing is known of.
    ///
    /// - Parameters:
    ///   - priorities: One for each place.
    ///   - limit: Connections to one place at a time.
    ///   - tries: Attempts in a row that may bring nothing; 0 is without end.
    ///   - waitRetry: The most seconds to wait after an attempt that brought nothing.
    init(priorities: [Int], limit: Int, tries: Int, waitRetry: Double) {
        mirrors = priorities.map { Mirror(priority: $0, limit: max(1, limit)) }
        self.tries = tries
        self.waitRetry = waitRetry
    }

    /// Whether any place is left.
    var isAnyLeft: Bool { mirrors.contains { $0.verdict == nil } }

    /// A place of that verdict; nil when there is none.
    func first(_ verdict: Verdict) -> Int? { mirrors.firstIndex { $0.verdict == verdict } }

    /// How many connections the places take together.
    var capacity: Int { mirrors.reduce(0) { $0 + ($1.verdict == nil ? $1.limit : 0) } }

    /// Takes a connection to the place that has done best so far.
    ///
    /// - Parameter now: The time, in seconds.
    /// - Returns: Its index; nil when none is to be asked now.
    mutating func choose(at now: Double) -> Int? {
        let open = mirrors.indices.filter {
            mirrors[$0].verdict == nil && mirrors[$0].active < mirrors[$0].limit
                && mirrors[$0].notBefore <= now
        }
        let best = open.min { rank($0) < rank($1) }
        if let best { mirrors[best].active += 1 }
        return best
    }

    /// Damaged pieces, failures, then how busy it is, priority, order.
    private func rank(_ index: Int) -> (Int, Int, Int, Int, Int) {
        let mirror = mirrors[index]
        return (mirror.damages, mirror.failures, mirror.active, mirror.priority, index)
    }

    /// Takes a connection to a place, whatever is known of it.
    ///
    /// - Returns: The place.
    mutating func enter(_ index: Int) -> Int? {
        mirrors[index].active += 1
        return index
    }

    /// Gives a connection back.
    mutating func leave(_ index: Int) { mirrors[index].active -= 1 }

    /// Notes that octets came.
    mutating func progressed(_ index: Int) { mirrors[index].failures = 0 }

    /// Notes an attempt that brought nothing.
    ///
    /// Where other connections to the place do well, there were too many of them. Several attempts that were
    /// under way together fail for one reason, and count once.
    ///
    /// - Parameters:
    ///   - index: The place.
    ///   - others: How many connections to it bring octets.
    ///   - began: When the attempt was begun.
    ///   - now: The time, in seconds.
    mutating func failed(
        _ index: Int, whileOthers others: Int = 0, began: Double, at now: Double
    ) {
        if others > 0 {
            mirrors[index].limit = max(1, min(mirrors[index].limit - 1, others))
            return
        }
        guard began >= mirrors[index].failed else { return }
        mirrors[index].failed = now
        mirrors[index].failures += 1
        let failures = mirrors[index].failures
        if tries > 0, failures >= tries { mirrors[index].verdict = .fails }
        mirrors[index].notBefore = now + min(Double(failures), max(0, waitRetry))
    }

    /// Notes that a place is not to be asked any more.
    mutating func judge(_ index: Int, _ verdict: Verdict) {
        if mirrors[index].verdict == nil { mirrors[index].verdict = verdict }
    }

    /// Notes that a piece from it was not as it should be.
    mutating func damaged(_ index: Int) {
        mirrors[index].damages += 1
        if mirrors[index].damages > Self.damagesAllowed { judge(index, .refuses) }
    }
}
