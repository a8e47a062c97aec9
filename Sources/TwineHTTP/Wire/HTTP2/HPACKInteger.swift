import TwineBytes

/// Integers as HPACK writes them: in what is left of an octet, and further octets of seven bits each.
///
/// RFC 7541 §5.1.
enum HPACKInteger {
    /// No index or length that means something is larger: blocks are bounded far below.
    static let limit = 1 << 28
    /// More octets than these add nothing to an integer within the limit.
    private static let continuationLimit = 5

    /// Reads an integer whose first octet is `first`, in the low `prefix` bits of it.
    @_lifetime(reader: copy reader)
    static func read(
        _ first: UInt8, prefix: Int, from reader: inout ByteReader
    ) throws(HPACKError) -> Int {
        let mask = UInt8(truncatingIfNeeded: (1 << prefix) - 1)
        guard first & mask == mask else { return Int(first & mask) }
        var value = Int(mask)
        for index in 0..<continuationLimit {
            guard let octet = reader.readUInt8() else { throw .truncated }
            value += Int(octet & 0x7f) << (7 * index)
            guard value <= limit else { throw .integerTooLarge }
            if octet & 0x80 == 0 { return value }
        }
        throw .integerTooLarge
    }

    /// Appends an integer; `flags` are the high bits of its first octet.
    static func write(_ value: Int, prefix: Int, flags: UInt8, into output: inout [UInt8]) {
        let most = (1 << prefix) - 1
        guard value >= most else { return output.append(flags | UInt8(truncatingIfNeeded: value)) }
        output.append(flags | UInt8(truncatingIfNeeded: most))
        var rest = value - most
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }
}
