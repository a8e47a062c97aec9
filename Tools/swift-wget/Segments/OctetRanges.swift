/// Places in a file: ranges that neither touch nor overlap, in order.
struct OctetRanges: Equatable, Sendable {
    /// The ranges, none of them empty.
    private(set) var ranges: [Range<Int>] = []
    /// Octets in all of them.
    private(set) var count = 0

    /// No places.
    init() {}

    /// The places of one range.
    init(_ range: Range<Int>) { insert(range) }

    /// Whether there are none.
    var isEmpty: Bool { ranges.isEmpty }

    /// The first range that ends at or after `place`.
    private func firstIndex(endingFrom place: Int) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Adds places; those that were there stay.
    mutating func insert(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let first = firstIndex(endingFrom: range.lowerBound)
        var last = first
        var merged = range
        while last < ranges.count, ranges[last].lowerBound <= range.upperBound {
            let met = ranges[last]
            count -= met.count
            merged =
                min(merged.lowerBound, met.lowerBound)..<max(merged.upperBound, met.upperBound)
            last += 1
        }
        count += merged.count
        ranges.replaceSubrange(first..<last, with: CollectionOfOne(merged))
    }

    /// Takes places away.
    mutating func remove(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let first = firstIndex(endingFrom: range.lowerBound + 1)
        var last = first
        var left: [Range<Int>] = []
        while last < ranges.count, ranges[last].lowerBound < range.upperBound {
            let met = ranges[last]
            count -= met.count
            if met.lowerBound < range.lowerBound { left.append(met.lowerBound..<range.lowerBound) }
            if met.upperBound > range.upperBound { left.append(range.upperBound..<met.upperBound) }
            last += 1
        }
        count += left.reduce(0) { $0 + $1.count }
        ranges.replaceSubrange(first..<last, with: left)
    }

    /// Whether all of `range` is in it.
    func contains(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        let index = firstIndex(endingFrom: range.lowerBound + 1)
        guard index < ranges.count else { return false }
        return ranges[index].lowerBound <= range.lowerBound
            && range.upperBound <= ranges[index].upperBound
    }

    /// What of `whole` is not in it, in order.
    func gaps(in whole: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var start = whole.lowerBound
        for range in ranges[firstIndex(endingFrom: start)...] {
            guard range.lowerBound < whole.upperBound else { break }
            if range.lowerBound > start { gaps.append(start..<range.lowerBound) }
            start = max(start, range.upperBound)
        }
        if start < whole.upperBound { gaps.append(start..<whole.upperBound) }
        return gaps
    }
}
