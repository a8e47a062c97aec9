/// The Huffman code of HPACK's strings.
///
/// The code is canonical: the codes of one length follow one another in the order of their signs, and
/// those of the next length follow them. So the lengths say it all.
///
/// RFC 7541 §5.2, appendix B.
enum HPACKHuffman {
    /// The bits of each octet's code; the last is of the sign for the end, which is never sent whole.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ]
    private static let shortest = 5
    private static let longest = 30
    private static let endSign = 256

    private struct Code {
        /// Each sign's code, in the low bits.
        var codes = [UInt32](repeating: 0, count: 257)
        /// The signs in the order of their codes.
        var signs: [UInt16] = []
        /// For each length, the first 32 bits that are of longer codes only.
        var ends = [UInt64](repeating: 0, count: 31)
        /// For each length, what a code is to be added to for its place in ``signs``.
        var offsets = [Int](repeating: 0, count: 31)

        init() {
            var next: UInt32 = 0
            for length in 1...HPACKHuffman.longest {
                next <<= 1
                offsets[length] = signs.count - Int(next)
                for sign in HPACKHuffman.lengths.indices
                where Int(HPACKHuffman.lengths[sign]) == length {
                    codes[sign] = next
                    signs.append(UInt16(sign))
                    next += 1
                }
                ends[length] = UInt64(next) << UInt64(32 - length)
            }
        }
    }

    private static let code = Code()

    /// The octets of a string's code.
    static func encodedCount(_ octets: [UInt8]) -> Int {
        (octets.reduce(0) { $0 + Int(lengths[Int($1)]) } + 7) / 8
    }

    /// Appends the code of a string, padded with ones.
    static func encode(_ octets: [UInt8], into output: inout [UInt8]) {
        let code = code
        var bits: UInt64 = 0
        var count = 0
        for octet in octets {
            let length = Int(lengths[Int(octet)])
            bits = bits << UInt64(length) | UInt64(code.codes[Int(octet)])
            count += length
            while count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
            }
        }
        if count > 0 {
            let ones: UInt64 = 0xff
            bits = bits << 8 | ones
            output.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
        }
    }

    /// The string behind a code; nil when it is malformed.
    static func decode(_ input: Span<UInt8>) -> [UInt8]? {
        let code = code
        var output: [UInt8] = []
        output.reserveCapacity(input.count * 8 / shortest)
        // The next bits, the first of them highest; `count` of them are of the input, the rest are 0.
        var bits: UInt64 = 0
        var count = 0
        var offset = 0
        while true {
            while count <= 56, offset < input.count {
                bits |= UInt64(input[offset]) << UInt64(56 - count)
                count += 8
                offset += 1
            }
            guard count > 0 else { return output }
            let window = bits >> 32
            var length = shortest
            while length < longest, window >= code.ends[length] { length += 1 }
            guard length <= count else { return isPadding(bits, count) ? output : nil }
            let sign = code.signs[code.offsets[length] + Int(window >> UInt64(32 - length))]
            guard sign != endSign else { return nil }
            output.append(UInt8(truncatingIfNeeded: sign))
            bits <<= UInt64(length)
            count -= length
        }
    }

    /// Whether the last bits are the beginning of the sign for the end, and fewer than an octet.
    private static func isPadding(_ bits: UInt64, _ count: Int) -> Bool {
        count < 8 && bits >> UInt64(64 - count) == (1 << UInt64(count)) - 1
    }
}
