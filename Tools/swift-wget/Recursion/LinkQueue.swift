/// A URL that is to be fetched.
struct QueuedLink: Equatable {
    var url: String
    /// The page that it stands on; nil where the recursion begins.
    var referer: String?
    /// How far it is from the start.
    var depth: Int
    /// Whether it may be read as a page.
    var expectsHTML: Bool
    /// Whether it is read as a style sheet, whatever the server calls it.
    var expectsCSS: Bool
}

/// What is to be fetched, first in, first out; what memory should not hold is in a file.
///
/// At most two blocks are in memory, the one that is read and the one that is written; those between
/// are in a ``SpillFile``. Where that cannot be written, they stay in memory, and nothing is lost.
struct LinkQueue {
    /// How many wait.
    private(set) var count = 0
    /// How many octets wait in the file.
    var spilled: Int { blocks.reduce(0) { $0 + $1.length } }

    private struct Block {
        let offset: Int
        let length: Int
        /// In memory after all.
        let octets: [UInt8]?
    }

    private let blockSize: Int
    private var head: [UInt8] = []
    private var place = 0
    private var tail: [UInt8] = []
    private var blocks: [Block] = []
    private var firstBlock = 0
    private var end = 0
    private var file: SpillFile?
    /// A page's links follow each other, so its URL is written once.
    private var lastReferer: String?
    private var headReferer: String?

    /// Makes an empty queue.
    ///
    /// - Parameter blockSize: How many octets are in memory at either end.
    init(blockSize: Int = 1 << 20) { self.blockSize = blockSize }

    /// Adds a URL at the end.
    mutating func push(_ link: QueuedLink) {
        let referer = link.referer
        let isSame = referer == lastReferer && !tail.isEmpty
        tail.append(
            (link.expectsHTML ? 1 : 0) | (link.expectsCSS ? 2 : 0) | (isSame ? 4 : 0)
                | (referer == nil ? 0 : 8))
        Self.append(link.depth, to: &tail)
        Self.append(link.url, to: &tail)
        if !isSame, let referer { Self.append(referer, to: &tail) }
        lastReferer = referer
        count += 1
        if tail.count >= blockSize { spill() }
    }

    /// Takes the URL that waits longest; nil if none does.
    mutating func pop() -> QueuedLink? {
        while count > 0 {
            if place == head.count { nextBlock() }
            guard place < head.count else {
                // A block could not be read again: what was in it is not known.
                guard firstBlock < blocks.count || !tail.isEmpty else {
                    count = 0
                    return nil
                }
                continue
            }
            count -= 1
            if let link = read() { return link }
        }
        return nil
    }

    private mutating func read() -> QueuedLink? {
        let flags = head[place]
        place += 1
        guard let depth = Self.number(head, &place), let url = Self.text(head, &place) else {
            place = head.count
            return nil
        }
        if flags & 4 == 0 { headReferer = flags & 8 == 0 ? nil : Self.text(head, &place) }
        return QueuedLink(
            url: url, referer: flags & 8 == 0 ? nil : headReferer, depth: depth,
            expectsHTML: flags & 1 != 0, expectsCSS: flags & 2 != 0)
    }

    // MARK: Blocks

    private mutating func spill() {
        let octets = tail
        tail = []
        tail.reserveCapacity(blockSize)
        lastReferer = nil
        if file == nil { file = try? SpillFile() }
        if let file, file.write(octets.span, at: end) {
            blocks.append(Block(offset: end, length: octets.count, octets: nil))
            end += octets.count
        } else {
            blocks.append(Block(offset: 0, length: 0, octets: octets))
        }
    }

    private mutating func nextBlock() {
        place = 0
        headReferer = nil
        guard firstBlock < blocks.count else {
            head = tail
            tail = []
            lastReferer = nil
            return
        }
        let block = blocks[firstBlock]
        blocks[firstBlock] = Block(offset: 0, length: 0, octets: nil)
        firstBlock += 1
        head = block.octets ?? file?.read(at: block.offset, block.length) ?? []
        guard firstBlock == blocks.count else { return }
        blocks = []
        firstBlock = 0
        end = 0
        file?.clear()
    }

    // MARK: Numbers and texts

    private static func append(_ number: Int, to octets: inout [UInt8]) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        octets.append(UInt8(rest))
    }

    private static func append(_ text: String, to octets: inout [UInt8]) {
        append(text.utf8.count, to: &octets)
        octets += text.utf8
    }

    private static func number(_ octets: [UInt8], _ place: inout Int) -> Int? {
        var value: UInt = 0
        var shift: UInt = 0
        while place < octets.count, shift < 64 {
            let octet = octets[place]
            place += 1
            value |= UInt(octet & 0x7f) << shift
            if octet < 0x80 { return Int(bitPattern: value) }
            shift += 7
        }
        return nil
    }

    private static func text(_ octets: [UInt8], _ place: inout Int) -> String? {
        guard let count = number(octets, &place), count >= 0, count <= octets.count - place else {
            return nil
        }
        defer { place += count }
        return String(decoding: octets[place..<place + count], as: UTF8.self)
    }
}
