/// Why a block of compressed fields cannot be read: the two ends no longer have the same table, so the
/// connection is of no further use.
///
/// RFC 7541, RFC 9113 §4.3.
enum HPACKError: Error, Equatable, Sendable {
    /// The block ends in the middle of a field.
    case truncated
    /// An integer does not fit in ``HPACKInteger/limit``, or is written with more octets than it needs.
    case integerTooLarge
    /// No field has this index.
    case invalidIndex(Int)
    /// A string is not of the Huffman code: it holds the sign for the end, or its padding is wrong.
    case invalidHuffmanCode
    /// The table is to become larger than the limit this side has given.
    case tableSizeTooLarge(size: Int, limit: Int)
    /// A change of the table's size stands after a field.
    case misplacedTableSize
}

extension HPACKError: CustomStringConvertible {
    /// One line for people.
    var description: String {
        switch self {
        case .truncated: "a field is cut off"
        case .integerTooLarge: "an integer is too large"
        case .invalidIndex(let index): "no field has the index \(index)"
        case .invalidHuffmanCode: "a string is not of the Huffman code"
        case .tableSizeTooLarge(let size, let limit):
            "a table of \(size) octets is wanted, \(limit) are allowed"
        case .misplacedTableSize: "the table's size changes after a field"
        }
    }
}
