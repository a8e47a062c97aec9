/// The octets that HTTP's grammar names, and the classes it makes of them (RFC 9110 §5.6, RFC 5234 B.1).
enum HTTPOctet {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let quote = UInt8(ascii: "\"")

    /// `tchar`: one bit an octet, 0 to 63 and 64 to 127.
    private static let tokenBits: (UInt64, UInt64) = (
        0x03ff_6cfa_0000_0000, 0x57ff_ffff_c7ff_fffe
    )
    /// Letters, digits and `-._~!$&'()*+,;=%:[]`: what stands in a host and its port.
    private static let hostBits: (UInt64, UInt64) = (
        0x2fff_7ff2_0000_0000, 0x47ff_fffe_afff_fffe
    )

    @inline(__always)
    static func isToken(_ octet: UInt8) -> Bool {
        contains(tokenBits, octet)
    }

    @inline(__always)
    static func isHost(_ octet: UInt8) -> Bool {
        contains(hostBits, octet)
    }

    @inline(__always)
    static func isSpace(_ octet: UInt8) -> Bool {
        octet == space || octet == tab
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    static func hexDigit(_ octet: UInt8) -> Int? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(octet) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(octet) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(octet) - 0x41 + 10
        default: nil
        }
    }

    @inline(__always)
    private static func contains(_ bits: (UInt64, UInt64), _ octet: UInt8) -> Bool {
        if octet < 64 { return (bits.0 >> UInt64(octet)) & 1 == 1 }
        return octet < 128 && (bits.1 >> UInt64(octet - 64)) & 1 == 1
    }
}

extension Span<UInt8> {
    /// The first place of `octet` at or after `start`, eight octets at a step.
    func firstIndex(ofOctet octet: UInt8, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let pattern = ones &* UInt64(octet)
        var index = start
        while index + 8 <= count {
            let word = unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: UInt64.self)
            let difference = UInt64(littleEndian: word) ^ pattern
            let zeros = (difference &- ones) & ~difference & (ones << 7)
            if zeros != 0 { return index + zeros.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if self[index] == octet { return index }
            index += 1
        }
        return nil
    }

    /// Whether all octets are visible ASCII or spaces, eight octets at a step.
    var isPrintable: Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones << 7
        var index = 0
        while index + 8 <= count {
            let word = unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: index, as: UInt64.self)
            // Each octet's high bit tells of one at or above 80, of a DEL, and of none below 20.
            let tooHigh = (word | (word &+ ones)) & highs
            let highEnough = ((word | highs) &- ones &* 0x20) & highs
            guard tooHigh == 0, highEnough == highs else { return false }
            index += 8
        }
        while index < count {
            guard self[index] >= 0x20, self[index] < 0x7F else { return false }
            index += 1
        }
        return true
    }

    /// The range without spaces and tabs at either end (OWS).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, HTTPOctet.isSpace(self[low]) { low += 1 }
        while high > low, HTTPOctet.isSpace(self[high - 1]) { high -= 1 }
        return low..<high
    }

    /// Whether these octets are `text`, which is in lower case, whatever the case here.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount == count else { return false }
        return text.withUTF8Buffer { other in
            for index in 0..<count {
                let octet = self[index]
                let lower = octet &- 0x41 < 26 ? octet | 0x20 : octet
                if unsafe lower != other[index] { return false }
            }
            return true
        }
    }

    /// The text of octets that are known to be ASCII.
    func asciiString() -> String {
        unsafe String(copying: UTF8Span(unchecked: self, isKnownASCII: true))
    }

    /// The text of octets if they are UTF-8, else every octet as one character of ISO 8859-1.
    func latin1String() -> String {
        if let text = try? UTF8Span(validating: self) { return String(copying: text) }
        var result = ""
        for index in 0..<count { result.unicodeScalars.append(Unicode.Scalar(self[index])) }
        return result
    }

    /// A copy of the octets.
    func octets() -> [UInt8] {
        var result: [UInt8] = []
        result.appendOctets(self)
        return result
    }
}

extension [UInt8] {
    /// Appends the octets of a span.
    mutating func appendOctets(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
