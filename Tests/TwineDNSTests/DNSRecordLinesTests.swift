import Testing

@testable import TwineDNS

@Suite("Records as lines, straight from a message")
struct DNSRecordLinesTests {
    private func message() throws -> DNSMessage {
        let zone = try DNSName("example.org")
        let host = try DNSName("a\\.b.host.example.org")
        var message = DNSMessage(query: zone, .axfr, id: 1, extensions: DNSExtensions())
        let soa = DNSRecordData.SOA(
            primary: host, mailbox: .root, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5)
        message.answer = [
            DNSRecord(name: zone, timeToLive: 1000, data: .soa(soa)),
            DNSRecord(name: zone, timeToLive: 0, data: .mx(preference: 10, exchange: host)),
            DNSRecord(name: host, timeToLive: 4_294_967_295, data: .a(0xc0a8_0a64)),
            DNSRecord(name: host, timeToLive: 60, data: .aaaa(high: 0x2001_0db8 << 32, low: 0xff0)),
            DNSRecord(name: .root, timeToLive: 60, data: .ns(zone)),
            DNSRecord(
                name: host, type: .init(rawValue: 65280), recordClass: .chaos, timeToLive: 60,
                rdata: [1]),
            DNSRecord(name: zone, timeToLive: 1000, data: .soa(soa)),
        ]
        message.authority = [DNSRecord(name: host, timeToLive: 60, data: .txt([[34, 200]]))]
        return message
    }

    private func style() -> DNSMessageStyle {
        var style = DNSMessageStyle()
        style.hasComments = false
        style.hasQuestion = false
        return style
    }

    @Test("they are those of the message's text")
    func same() throws {
        let bytes = try message().serialize()
        var multiline = style()
        multiline.record = .multiline
        multiline.hasTimeUnits = true
        for style in [style(), multiline] {
            var lines = DNSRecordLines(style)
            var text: [UInt8] = []
            #expect(try lines.write(bytes.span, to: &text) == 8)
            #expect(try String(decoding: text, as: UTF8.self) == parsed(bytes).text(style))
        }
    }

    @Test("sections that the style has not are left out")
    func sections() throws {
        var style = style()
        style.hasAnswer = false
        var lines = DNSRecordLines(style)
        var text = Array("before\n".utf8)
        let bytes = try message().serialize()
        try lines.write(bytes.span, to: &text)
        #expect(
            String(decoding: text, as: UTF8.self)
                == "before\na\\.b.host.example.org.\t60\tIN\tTXT\t\"\\\"\\200\"\n")
    }

    @Test("of all messages only the first SOA record is written, if one is enough")
    func oneSOA() throws {
        var lines = DNSRecordLines(style())
        lines.hasOneSOA = true
        var text: [UInt8] = []
        let bytes = try message().serialize()
        #expect(try lines.write(bytes.span, to: &text) == 7)
        #expect(try lines.write(bytes.span, to: &text) == 6)
    }

    @Test("nothing is written of a message that is cut anywhere")
    func cut() throws {
        var lines = DNSRecordLines(style())
        let bytes = try message().serialize()
        for count in 0..<bytes.count {
            let part = Array(bytes.prefix(count))
            var text = Array("x".utf8)
            #expect(throws: DNSError.self) { try lines.write(part.span, to: &text) }
            #expect(text == Array("x".utf8))
        }
    }

    @Test("a name is remembered within a message only")
    func nextMessage() throws {
        var lines = DNSRecordLines(style())
        // Two messages whose record has the same pointer, to different questions.
        for name in ["a", "b"] {
            let bytes = octets(
                """
                0001 8000 0001 0001 0000 0000 01 "\(name)" 00 0001 0001
                c00c 0001 0001 00000000 0004 01020304
                """)
            var text: [UInt8] = []
            try lines.write(bytes.span, to: &text)
            #expect(String(decoding: text, as: UTF8.self) == "\(name).\t\t\t0\tIN\tA\t1.2.3.4\n")
        }
    }
}
