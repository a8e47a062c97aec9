import Testing
import TwineBytes

@Suite("ByteReader")
struct ByteReaderTests {
    private let octets: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    @Test("integers are read with the high octet first")
    func integers() {
        var reader = ByteReader(octets.span)
        #expect(reader.readUInt8() == 0x01)
        #expect(reader.readUInt16() == 0x0203)
        #expect(reader.readUInt32() == 0x0405_0607)
        #expect(reader.remaining == 1)
        var again = ByteReader(octets.span)
        #expect(again.readUInt64() == 0x0102_0304_0506_0708)
        #expect(again.isAtEnd == true)
        var odd = ByteReader(octets.span)
        #expect(odd.readUInt24() == 0x01_0203)
        #expect(odd.readUInt48() == nil)
        var six = ByteReader(octets.span)
        #expect(six.readUInt48() == 0x0102_0304_0506)
    }

    @Test("a read that wants more than is left gives nil and takes nothing", arguments: 0..<8)
    func short(count: Int) {
        let few = Array(octets.prefix(count))
        var reader = ByteReader(few.span)
        #expect(reader.readUInt64() == nil)
        #expect(reader.readBytes(count + 1) == nil)
        #expect(reader.skip(count + 1) == nil)
        if reader.readSpan(count + 1) != nil { Issue.record("read past the end") }
        if reader.readReader(count + 1) != nil { Issue.record("read past the end") }
        #expect(reader.offset == 0)
        #expect(reader.readRemaining() == few)
        #expect(reader.readUInt8() == nil)
    }

    @Test("counts that no reader can have are refused", arguments: [-1, Int.min, Int.max])
    func absurdCounts(count: Int) {
        var reader = ByteReader(octets.span)
        reader.skip(3)
        #expect(reader.readBytes(count) == nil)
        #expect(reader.skip(count) == nil)
        if reader.readReader(count) != nil { Issue.record("read past the end") }
        if reader.reader(at: count) != nil { Issue.record("read past the end") }
        #expect(reader.peek(count) == nil)
        #expect(reader.offset == 3)
    }

    @Test("a sub-reader ends at its length, and counts from the start of the whole")
    func subReader() throws {
        var reader = ByteReader(octets.span)
        reader.skip(2)
        guard var inner = reader.readReader(3) else {
            Issue.record("no sub-reader")
            return
        }
        #expect(inner.offset == 2)
        #expect(inner.end == 5)
        #expect(inner.readUInt32() == nil)
        #expect(inner.readRemaining() == [3, 4, 5])
        #expect(inner.bytes.count == 8)
        #expect(reader.readUInt8() == 6)
    }

    @Test("peeking takes nothing")
    func peek() {
        let reader = ByteReader(octets.span)
        #expect(reader.peek() == 1)
        #expect(reader.peek(7) == 8)
        #expect(reader.peek(8) == nil)
        #expect(reader.remaining == 8)
    }

    @Test("a reader elsewhere in the same octets leaves the first where it is")
    func elsewhere() {
        var reader = ByteReader(octets.span)
        reader.skip(6)
        guard var other = reader.reader(at: 1) else {
            Issue.record("no reader at 1")
            return
        }
        #expect(other.readUInt8() == 2)
        #expect(reader.offset == 6)
    }
}
