import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite("Records of web archives")
struct WARCRecordTests {
    @Test("a value cannot begin another field")
    func injection() {
        var record = WARCRecord(.resource)
        record.add("WARC-Target-URI", "a\r\nWARC-Type: request\u{0}\u{7F}b")
        #expect(record["WARC-Target-URI"] == "a  WARC-Type: request  b")
    }

    @Test("a field without a value is not written, and the length stands last")
    func head() {
        var record = WARCRecord(.metadata)
        record.add("WARC-IP-Address", nil)
        record.add("WARC-Date", "x")
        #expect(
            String(decoding: record.head(blockLength: 12), as: UTF8.self)
                == "WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Date: x\r\nContent-Length: 12\r\n\r\n")
    }

    @Test("a name is a random UUID of version 4")
    func name() {
        #expect(
            WARCRecordID(high: 0, low: .max).description
                == "<urn:uuid:00000000-0000-4000-bfff-ffffffffffff>")
    }

    @Test(
        "a name from elsewhere has angle brackets and nothing that breaks a line",
        arguments: [
            ("<urn:uuid:1>", true), ("<x>", true), ("urn:uuid:1", false), ("<>", false),
            ("<a b>", false), ("<a\r\n>", false), ("", false),
        ])
    func names(_ text: String, _ isName: Bool) {
        #expect((WARCRecordID(text) != nil) == isName)
    }

    @Test(
        "a moment is told to the second in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "19700101000000"),
            (1_795_799_914, "2026-11-27T17:18:34Z", "20261127171834"),
            (-1, "1969-12-31T23:59:59Z", "19691231235959"),
            (Int.max, "9999-12-31T23:59:59Z", "99991231235959"),
            (Int.min, "0000-01-01T00:00:00Z", "00000101000000"),
        ])
    func dates(_ seconds: Int, _ text: String, _ digits: String) {
        let date = WARCDate(secondsSince1970: seconds)
        #expect([date.description, date.digits] == [text, digits])
    }

    @Test(
        "base32 as RFC 4648 has it",
        arguments: [
            ("", ""), ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI======"),
        ])
    func base32(_ plain: String, _ text: String) {
        #expect(Base32.encode(Array(plain.utf8)) == text)
        #expect(Base32.decode(text.utf8.filter { $0 != UInt8(ascii: "=") }) == Array(plain.utf8))
    }

    @Test(
        "base32 that is malformed is none",
        arguments: ["1", "A", "MZ=", "MZ1", "ABC", "MB", "\u{E9}A"])
    func malformed(_ text: String) { #expect(Base32.decode(text.utf8) == nil) }
}

@Suite("Blocks that wait for their lengths")
@Reactor
struct WARCBlockTests {
    @Test(
        "what is long goes to a file and is the same again",
        arguments: [0, 1, 65_536, 65_537, 300_000])
    func spool(_ size: Int) throws {
        var random = SeededRandom(seed: 1)
        let octets = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let block = WARCBlock()
        var rest = octets[...]
        while !rest.isEmpty {
            try block.append(Array(rest.prefix(10_000)))
            rest = rest.dropFirst(10_000)
        }
        #expect(try block.read(0..<block.count) == octets)
        #expect(try block.read(size / 3..<size / 2) == Array(octets[size / 3..<size / 2]))
    }

    @Test("the digests are those of the whole, of the body, and of the head alone")
    func digests() throws {
        let block = WARCBlock()
        try block.append("HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n")
        block.beginPayload()
        #expect(
            block.digests
                == WARCRecord.Digests(
                    block: "sha1:ABZXSVV7BSQQ54YUOEVYJESQWFIVYO2L",
                    payload: "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"))
        let head = block.digests.block
        try block.append("x")
        #expect(block.digests.block != head)
        #expect(block.digestsWithoutPayload.block == head)
    }

    @Test("a folder that is not there is told when there is need of it")
    func noFolder() throws {
        let block = WARCBlock(folder: "/proc/none")
        try block.append([UInt8](repeating: 0, count: 65_536))
        #expect(throws: WARCError.cannotSpool(SystemError(errno: 2))) { try block.append([0]) }
    }
}
