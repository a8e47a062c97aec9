import TwineBytes

/// NXT: the next name of a zone, and the types of this one.
///
/// RFC 2535 §5.2; replaced by NSEC.
enum NextRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        guard DNSField.copyName(&reader, &rdata), let first = reader.peek() else { return false }
        // A first bit that is set tells of another form, which was never defined.
        guard first & 0x80 == 0 else { return DNSField.copy(reader.remaining, &reader, &rdata) }
        return reader.remaining <= 16 && DNSField.copy(reader.remaining, &reader, &rdata)
            && rdata.last != 0
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard DNSField.writeName(&reader, &writer), let map = reader.readSpan(reader.remaining),
            !map.isEmpty, map[0] & 0x80 == 0
        else { return false }
        for index in map.indices {
            for bit in 0..<8 where map[index] & (0x80 >> UInt8(bit)) != 0 {
                writer.writeField(DNSType(rawValue: UInt16(index * 8 + bit)).description)
            }
        }
        return true
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        rdata += try reader.name().wire
        var map: [UInt8] = []
        while let word = try reader.next() {
            guard let number = DNSType(reader.string(word))?.rawValue, 1...127 ~= number else {
                throw reader.error(word, isNot: "a type up to 127")
            }
            while map.count <= number / 8 { map.append(0) }
            map[Int(number / 8)] |= 0x80 >> UInt8(number % 8)
        }
        rdata += map
    }
}
