import TwineBytes

/// Reads blocks of compressed fields, in the order in which they were sent.
///
/// A block is read to its end even when its fields are more than is wanted: the table that the peer
/// counts on is made of all of them.
///
/// RFC 7541 §3.
struct HPACKDecoder: Sendable {
    /// What a block says.
    struct Result: Equatable, Sendable {
        /// The fields in their order; none when they are too many.
        var fields: [HPACKField] = []
        /// Whether the fields together are larger than the limit.
        var isTooLarge = false
    }

    private var table: HPACKTable
    /// The size of the table that the peer was allowed, in octets.
    private let tableLimit: Int
    /// The size of the fields of one block, as RFC 9113 §6.5.2 counts it.
    private let listLimit: Int

    init(tableLimit: Int = 4096, listLimit: Int) {
        table = HPACKTable(capacity: tableLimit)
        self.tableLimit = tableLimit
        self.listLimit = listLimit
    }

    /// The size of the dynamic table, in octets.
    var tableSize: Int { table.size }
    /// How many fields the dynamic table holds.
    var tableCount: Int { table.count }

    /// Reads one whole block.
    mutating func decode(_ block: Span<UInt8>) throws(HPACKError) -> Result {
        var reader = ByteReader(block)
        var result = Result()
        var size = 0
        var hasFields = false
        while let first = reader.readUInt8() {
            if first & 0xe0 == 0x20 {
                guard !hasFields else { throw .misplacedTableSize }
                let size = try HPACKInteger.read(first, prefix: 5, from: &reader)
                guard size <= tableLimit else {
                    throw .tableSizeTooLarge(size: size, limit: tableLimit)
                }
                table.setCapacity(size)
                continue
            }
            hasFields = true
            let field = try readField(first, &reader)
            size += field.size
            if size > listLimit {
                result = Result(isTooLarge: true)
            } else {
                result.fields.append(field)
            }
        }
        return result
    }

    @_lifetime(reader: copy reader)
    private mutating func readField(
        _ first: UInt8, _ reader: inout ByteReader
    ) throws(HPACKError) -> HPACKField {
        if first & 0x80 != 0 {
            return try field(HPACKInteger.read(first, prefix: 7, from: &reader))
        }
        let isIndexed = first & 0x40 != 0
        let index = try HPACKInteger.read(first, prefix: isIndexed ? 6 : 4, from: &reader)
        let name = index == 0 ? try readString(&reader) : try field(index).name
        let value = try readString(&reader)
        if isIndexed {
            let field = HPACKField(name, value)
            table.insert(field)
            return field
        }
        return HPACKField(name, value, first & 0x10 != 0 ? .never : .without)
    }

    private func field(_ index: Int) throws(HPACKError) -> HPACKField {
        guard let field = table.field(index) else { throw .invalidIndex(index) }
        return field
    }

    @_lifetime(reader: copy reader)
    private func readString(_ reader: inout ByteReader) throws(HPACKError) -> [UInt8] {
        guard let first = reader.readUInt8() else { throw .truncated }
        let count = try HPACKInteger.read(first, prefix: 7, from: &reader)
        guard let octets = reader.readSpan(count) else { throw .truncated }
        guard first & 0x80 != 0 else { return [UInt8](copying: octets) }
        guard let string = HPACKHuffman.decode(octets) else { throw .invalidHuffmanCode }
        return string
    }
}
