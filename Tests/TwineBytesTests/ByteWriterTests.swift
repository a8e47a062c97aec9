import Testing
import TwineBytes

@Suite("ByteWriter")
struct ByteWriterTests {
    @Test("integers are written with the high octet first")
    func integers() {
        var writer = ByteWriter(capacity: 15)
        writer.write(UInt8(0x01))
        writer.write(UInt16(0x0203))
        writer.write(UInt32(0x0405_0607))
        writer.write(UInt64(0x0809_0a0b_0c0d_0e0f))
        #expect(writer.bytes == Array(1...15))
    }

    @Test("what is written is read again")
    func roundTrip() {
        var writer = ByteWriter()
        writer.write(UInt16.max)
        writer.write(UInt32(7))
        writer.write("octets".utf8)
        let bytes = writer.take()
        #expect(writer.count == 0)
        var reader = ByteReader(bytes.span)
        #expect(reader.readUInt16() == .max)
        #expect(reader.readUInt32() == 7)
        #expect(reader.readRemaining() == Array("octets".utf8))
    }

    @Test("a length is filled in after what it measures")
    func lengths() {
        var writer = ByteWriter([0xff])
        let length = writer.reserveUInt16()
        writer.write([9, 9, 9].span)
        writer.fillLength(at: length)
        #expect(writer.bytes == [0xff, 0, 3, 9, 9, 9])
    }

    @Test("a length that does not fit in two octets changes nothing")
    func tooLong() {
        var writer = ByteWriter()
        let length = writer.reserveUInt16()
        writer.write([UInt8](repeating: 1, count: 65_536))
        let fits = writer.fillLength(at: length)
        #expect(!fits)
        #expect(writer.bytes[0] == 0 && writer.bytes[1] == 0)
        writer.truncate(to: 65_537)
        writer.fillLength(at: length)
        #expect(writer.bytes[0] == 0xff && writer.bytes[1] == 0xff)
    }

    @Test(
        "a gap outside of what is written is refused",
        arguments: [-1, 3, 4, 5, Int.max, Int.min])
    func outside(offset: Int) {
        var writer = ByteWriter([1, 2, 3, 4])
        let filled = writer.fill(0, at: offset)
        #expect(!filled)
        #expect(writer.bytes == [1, 2, 3, 4])
    }
}
