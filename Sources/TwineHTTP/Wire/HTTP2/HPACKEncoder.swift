/// Writes blocks of compressed fields, which are to be sent in that order.
///
/// RFC 7541 §2, §6.
struct HPACKEncoder: Sendable {
    private var table: HPACKTable
    /// The largest table used, whatever the peer allows: what a client sends again and again is small.
    private let tableLimit: Int
    /// The smallest size since the last block, where a change is to be told.
    private var smallest: Int?
    /// Whether strings are written in the Huffman code where that is not longer.
    private let usesHuffman: Bool

    init(tableLimit: Int = 4096, usesHuffman: Bool = true) {
        table = HPACKTable(capacity: tableLimit)
        self.tableLimit = tableLimit
        self.usesHuffman = usesHuffman
    }

    /// The size of the dynamic table, in octets.
    var tableSize: Int { table.size }

    /// Takes the peer's SETTINGS_HEADER_TABLE_SIZE; the next block tells of the change.
    mutating func peerAllows(tableSize: Int) {
        let capacity = min(tableSize, tableLimit)
        guard capacity != table.capacity else { return }
        smallest = min(smallest ?? capacity, capacity)
        table.setCapacity(capacity)
    }

    /// Appends the block of the fields.
    mutating func encode(_ fields: [HPACKField], into output: inout [UInt8]) {
        if let smallest {
            // RFC 7541 §4.2: the smallest size on the way is told, so that the peer forgets as much.
            if smallest < table.capacity {
                HPACKInteger.write(smallest, prefix: 5, flags: 0x20, into: &output)
            }
            HPACKInteger.write(table.capacity, prefix: 5, flags: 0x20, into: &output)
            self.smallest = nil
        }
        for field in fields { encode(field, into: &output) }
    }

    private mutating func encode(_ field: HPACKField, into output: inout [UInt8]) {
        let known = table.find(field)
        if let known, known.isWhole, field.indexing != .never {
            return HPACKInteger.write(known.index, prefix: 7, flags: 0x80, into: &output)
        }
        let name = known?.index ?? 0
        switch field.indexing {
        case .incremental: HPACKInteger.write(name, prefix: 6, flags: 0x40, into: &output)
        case .without: HPACKInteger.write(name, prefix: 4, flags: 0, into: &output)
        case .never: HPACKInteger.write(name, prefix: 4, flags: 0x10, into: &output)
        }
        if name == 0 { encode(field.name, into: &output) }
        encode(field.value, into: &output)
        if field.indexing == .incremental { table.insert(field) }
    }

    private func encode(_ string: [UInt8], into output: inout [UInt8]) {
        let count = usesHuffman ? HPACKHuffman.encodedCount(string) : string.count
        if usesHuffman, !string.isEmpty, count <= string.count {
            HPACKInteger.write(count, prefix: 7, flags: 0x80, into: &output)
            HPACKHuffman.encode(string, into: &output)
        } else {
            HPACKInteger.write(string.count, prefix: 7, flags: 0, into: &output)
            output += string
        }
    }
}
