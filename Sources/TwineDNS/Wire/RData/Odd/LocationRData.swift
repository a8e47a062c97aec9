import TwineBytes

/// LOC: where something is on the Earth.
///
/// RFC 1876.
enum LocationRData: DNSOddRData {
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool {
        // Other versions than 0 have a form that is not known here.
        guard reader.peek() == 0 else {
            return !reader.isAtEnd && DNSField.copy(reader.remaining, &reader, &rdata)
        }
        guard isSize(reader.peek(1)), isSize(reader.peek(2)), isSize(reader.peek(3)) else {
            return false
        }
        let start = rdata.count
        guard DNSField.copy(16, &reader, &rdata) else { return false }
        var angles = ByteReader(rdata.span)
        angles.skip(start + 4)
        guard let latitude = angles.readUInt32(), let longitude = angles.readUInt32() else {
            return false
        }
        return degrees(latitude) <= 90 * degree && degrees(longitude) <= 180 * degree
    }

    private static let degree = 3_600_000
    private static let middle: Int64 = 1 << 31

    /// How far an angle is from the middle, in thousandths of a second of arc.
    private static func degrees(_ angle: UInt32) -> Int { Int(abs(Int64(angle) - middle)) }

    /// A size is a digit and a power of ten; only zero begins with the digit zero.
    private static func isSize(_ octet: UInt8?) -> Bool {
        guard let octet, octet != 0 else { return octet == 0 }
        return 1...9 ~= octet >> 4 && octet & 15 <= 9
    }

    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool {
        guard reader.readUInt8() == 0, let size = reader.readUInt8(),
            let horizontal = reader.readUInt8(), let vertical = reader.readUInt8(),
            let latitude = reader.readUInt32(), let longitude = reader.readUInt32(),
            let altitude = reader.readUInt32()
        else { return false }
        write(latitude, "N", "S", &writer)
        write(longitude, "E", "W", &writer)
        // In centimetres above a plane 100 km below the ground.
        let height = Int64(altitude) - 10_000_000
        writer.writeField(height < 0 ? "-" : "")
        writer.write(abs(height) / 100)
        writer.write(".")
        writer.write(abs(height) % 100, width: 2)
        writer.write("m")
        for octet in [size, horizontal, vertical] { write(size: octet, &writer) }
        return true
    }

    private static func write(
        _ angle: UInt32, _ positive: String, _ negative: String, _ writer: inout DNSTextWriter
    ) {
        let parts = degrees(angle)
        writer.writeField(parts / degree)
        writer.writeField(parts / 60_000 % 60)
        writer.writeField(parts / 1000 % 60)
        writer.write(".")
        writer.write(parts % 1000, width: 3)
        writer.writeField(Int64(angle) >= middle ? positive : negative)
    }

    private static func write(size: UInt8, _ writer: inout DNSTextWriter) {
        var centimetres = Int(size >> 4)
        for _ in 0..<size & 15 { centimetres *= 10 }
        writer.beginField()
        writer.write(centimetres / 100)
        if size & 15 <= 1 {
            writer.write(".")
            writer.write(centimetres % 100, width: 2)
        }
        writer.write("m")
    }

    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError) {
        let latitude = try scanAngle(&reader, most: 90, "N", "S")
        let longitude = try scanAngle(&reader, most: 180, "E", "W")
        let height = try scanMetres(&reader, "an altitude", -10_000_000...4_284_967_295)
        var sizes: [UInt8] = []
        // One metre; ten kilometres, and ten metres, of error.
        for usual in [0x12, 0x16, 0x13] as [UInt8] {
            guard try !reader.isAtEnd() else {
                sizes.append(usual)
                continue
            }
            var size = try scanMetres(&reader, "a size", 0...9_000_000_000)
            var exponent: UInt8 = 0
            while size > 9 {
                size /= 10
                exponent += 1
            }
            sizes.append(size == 0 ? 0 : UInt8(size) << 4 | exponent)
        }
        rdata += [0] + sizes
        rdata.append(bigEndian: latitude)
        rdata.append(bigEndian: longitude)
        rdata.append(bigEndian: UInt32(height + 10_000_000))
    }

    /// Reads degrees, and perhaps minutes and seconds, and the half of the Earth.
    private static func scanAngle(
        _ reader: inout DNSTextReader, most: Int, _ positive: String, _ negative: String
    ) throws(DNSTextError) -> UInt32 {
        var angle = Int64(try reader.number(most: most, "degrees")) * Int64(degree)
        for unit in [60_000, 1000, 0] as [Int64] {
            let word = try reader.word("\(positive) or \(negative)")
            let text = reader.string(word)
            if text.uppercased() == positive || text.uppercased() == negative {
                guard angle <= Int64(most * degree) else {
                    throw reader.error("the angle is above \(most) degrees", at: word)
                }
                return UInt32(middle + (text.uppercased() == positive ? angle : -angle))
            }
            // Seconds have up to three digits behind the point.
            let part =
                unit == 1000
                ? thousandths(text, digits: 3).flatMap { $0 < 60_000 ? $0 : nil }
                : DNSNumber.parse(text, most: 59).map { Int64($0) * unit }
            guard unit > 0, let part else {
                throw reader.error(word, isNot: "\(positive), \(negative), or a part of an angle")
            }
            angle += part
        }
        throw reader.error("\(positive) or \(negative) is missing")
    }

    /// Reads metres, with centimetres behind a point and perhaps an `m` at the end.
    private static func scanMetres(
        _ reader: inout DNSTextReader, _ what: String, _ range: ClosedRange<Int64>
    ) throws(DNSTextError) -> Int64 {
        let word = try reader.word(what)
        var text = reader.string(word)
        if text.last == "m" || text.last == "M" { text.removeLast() }
        let isNegative = text.first == "-"
        if isNegative { text.removeFirst() }
        guard let size = thousandths(text, digits: 2), range.contains(isNegative ? -size : size)
        else { throw reader.error(word, isNot: "\(what) in metres") }
        return isNegative ? -size : size
    }

    /// A number with up to so many digits behind a point, in units of the last of them.
    private static func thousandths(_ text: String, digits: Int) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= digits else { return nil }
        let padding = String(repeating: "0", count: digits - fraction.utf8.count)
        return DNSNumber.parse(parts[0] + fraction + padding, most: 99_999_999_999).map {
            Int64($0)
        }
    }
}
