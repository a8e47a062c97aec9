/// Octets as text of 32 letters and digits, without padding where none is needed.
///
/// RFC 4648 §6.
enum Base32 {
    /// The text for octets; a group that is not full is filled with `=`.
    static func encode(_ octets: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 5) {
            let count = min(5, octets.count - start)
            var bits: UInt64 = 0
            for index in 0..<5 {
                bits = bits << 8 | (index < count ? UInt64(octets[start + index]) : 0)
            }
            let signs = (count * 8 + 4) / 5
            for index in 0..<8 {
                let digit = Int(bits >> UInt64(35 - 5 * index) & 31)
                text.append(index < signs ? alphabet[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The octets behind a text in capitals or small letters; nil when it is malformed, padded or not
    /// a whole number of octets.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var value: UInt64 = 0
        var bits: UInt64 = 0
        for sign in text {
            let digit: UInt8
            switch sign {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = sign - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = sign - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): digit = sign - UInt8(ascii: "2") + 26
            default: return nil
            }
            value = (value << 5 | UInt64(digit)) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                octets.append(UInt8(truncatingIfNeeded: value >> bits))
            }
        }
        return bits < 5 && value & (1 << bits - 1) == 0 ? octets : nil
    }
}
