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
}
