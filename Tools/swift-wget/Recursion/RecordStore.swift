import TwineCore

/// Records that are only ever added, the last of them in memory and the others in a ``SpillFile``.
///
/// Where that cannot be written, they stay in memory.
struct RecordStore {
    private var tail: [UInt8] = []
    /// Where ``tail`` begins.
    private var tailStart = 0
    private var file: SpillFile?
    private let tailSize: Int

    /// Where the next record will be.
    var end: Int { tailStart + tail.count }
    /// How many octets are in the file.
    var spilled: Int { tailStart }

    /// Makes an empty store.
    ///
    /// - Parameter tailSize: How many octets are in memory at most.
    init(tailSize: Int) { self.tailSize = tailSize }

    /// Adds a record.
    ///
    /// - Returns: Its place, a multiple of 8.
    mutating func append(_ record: [UInt8]) -> Int {
        let place = end
        tail += (0..<4).map { UInt8(truncatingIfNeeded: record.count >> ($0 * 8)) }
        tail += record
        while tail.count % 8 != 0 { tail.append(0) }
        if tail.count >= tailSize { spill() }
        return place
    }

    /// The record at a place; nil where it cannot be read again.
    func record(at place: Int) -> (octets: [UInt8], next: Int)? {
        guard let count = length(at: place) else { return nil }
        let start = place + 4
        let octets = read(at: start, count)
        guard octets.count == count else { return nil }
        return (octets, (start + count + 7) & ~7)
    }

    private func length(at place: Int) -> Int? {
        let octets = read(at: place, 4)
        guard octets.count == 4 else { return nil }
        return octets.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func read(at place: Int, _ count: Int) -> [UInt8] {
        if place >= tailStart {
            let start = place - tailStart
            guard start + count <= tail.count else { return [] }
            return Array(tail[start..<start + count])
        }
        return file?.read(at: place, count) ?? []
    }

    private mutating func spill() {
        if file == nil { file = try? SpillFile() }
        guard let file, file.write(tail.span, at: tailStart) else { return }
        tailStart += tail.count
        tail.removeAll(keepingCapacity: true)
    }
}
