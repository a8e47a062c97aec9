/// Gathers what has come into records of a journal, so that there are few of them.
///
/// After a kill, what was not told yet is fetched again: a little for each connection.
struct SegmentLedger: Sendable {
    /// So many records a file at most, but for what many short attempts make of it: 2 MiB.
    private static let records = 65_536

    /// Octets that are told of at once.
    let threshold: Int
    private var untold = OctetRanges()

    /// Begins with nothing to tell.
    ///
    /// - Parameter size: Octets of the file.
    init(size: Int) { threshold = max(1 << 20, size / Self.records) }

    /// Notes octets that are in the file.
    ///
    /// - Parameter range: Where.
    /// - Returns: What to append to the journal; empty for now, mostly.
    mutating func note(_ range: Range<Int>) -> [UInt8] {
        untold.insert(range)
        return untold.count >= threshold ? tell() : []
    }

    /// Notes octets that are not as they should be.
    ///
    /// - Parameter range: Where.
    /// - Returns: What to append to the journal.
    mutating func lose(_ range: Range<Int>) -> [UInt8] {
        untold.remove(range)
        return SegmentJournal.octets(of: .lost(range))
    }

    /// Tells of everything.
    ///
    /// - Returns: What to append to the journal.
    mutating func tell() -> [UInt8] {
        defer { untold = OctetRanges() }
        return untold.ranges.flatMap { SegmentJournal.octets(of: .done($0)) }
    }
}
