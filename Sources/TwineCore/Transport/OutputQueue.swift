import DequeModule

/// What waits to be sent on a connection, in order; it owns no memory while it is empty.
struct OutputQueue: ~Copyable {
    /// Smaller writes are copied together, larger arrays are kept as they are.
    static let copyLimit = 8192
    /// What is copied together grows to this at most.
    private static let pieceLimit = 32_768
    /// Pieces handed to one system call at most.
    private static let batchLimit = 16

    private var first: [UInt8] = []
    private var rest: Deque<[UInt8]> = []
    /// Octets of the first piece that are sent already.
    private var sent = 0
    /// Octets that wait.
    private(set) var count = 0
    var isEmpty: Bool { count == 0 }

    /// Appends a copy of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - spare: Memory that another connection is done with; taken when there is none.
    mutating func append(_ bytes: Span<UInt8>, spare: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        if isEmpty { swap(&first, &spare) }
        count += bytes.count
        unsafe bytes.withUnsafeBufferPointer { bytes in
            if rest.isEmpty {
                if first.count + bytes.count <= Self.pieceLimit || first.isEmpty {
                    return unsafe first.append(contentsOf: bytes)
                }
            } else if rest[rest.count - 1].count + bytes.count <= Self.pieceLimit {
                return unsafe rest[rest.count - 1].append(contentsOf: bytes)
            }
            rest.append(unsafe Array(bytes))
        }
    }

    /// Appends `bytes`: kept when large, copied when small.
    mutating func append(_ bytes: [UInt8], spare: inout [UInt8]) {
        guard bytes.count > Self.copyLimit else { return append(bytes.span, spare: &spare) }
        if isEmpty { first = bytes } else { rest.append(bytes) }
        count += bytes.count
    }

    /// Whether more waits than ``front``.
    var hasMore: Bool { !rest.isEmpty }

    /// The first piece of what waits.
    var front: Span<UInt8> {
        @_lifetime(borrow self)
        get { first.span.extracting(sent...) }
    }

    /// The first pieces of what waits, as many as one system call takes.
    var frontPieces: [ArraySlice<UInt8>] {
        [first[sent...]] + rest.prefix(Self.batchLimit - 1).map { $0[...] }
    }

    /// Drops octets that are sent.
    ///
    /// - Parameters:
    ///   - octets: How many.
    ///   - spare: Takes the memory, when all is sent, for the next connection that writes.
    mutating func drop(_ octets: Int, spare: inout [UInt8]) {
        count -= octets
        if count == 0 { return removeAll(spare: &spare) }
        sent += octets
        while sent >= first.count, let next = rest.popFirst() {
            sent -= first.count
            first = next
        }
    }

    mutating func removeAll(spare: inout [UInt8]) {
        if first.capacity <= 2 * Self.pieceLimit, spare.capacity < first.capacity {
            first.removeAll(keepingCapacity: true)
            swap(&first, &spare)
        }
        first = []
        if !rest.isEmpty { rest = [] }
        sent = 0
        count = 0
    }
}
