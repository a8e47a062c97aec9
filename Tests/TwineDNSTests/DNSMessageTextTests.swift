import Testing

@testable import TwineDNS

@Suite("The text of messages")
struct DNSMessageTextTests {
    private func message() throws -> DNSMessage {
        var header = DNSMessage.Header(id: 4660)
        header.isResponse = true
        header.recursionDesired = true
        header.isAuthenticData = true
        let name = try DNSName("example.org")
        return DNSMessage(
            header: header, question: [.init(name, .mx)],
            answer: [
                DNSRecord(
                    name: name, timeToLive: 5400,
                    data: .mx(preference: 10, exchange: try DNSName("mail.example.org")))
            ],
            authority: [
                DNSRecord(
                    name: try DNSName("a.rather.long.name.example.org"), timeToLive: 0,
                    data: .ns(.root))
            ],
            additional: [
                DNSExtensions(
                    flags: 0x8000,
                    options: [
                        .init(code: 3, octets: Array("ns".utf8)),
                        .init(code: 8, octets: [0, 1, 24, 0, 192, 0, 2]),
                        .init(code: 10, octets: [1, 2, 3, 4, 5, 6, 7, 8]),
                        .init(code: 15, octets: [0, 18, 0xc3, 0xa9, 0x1b]),
                        .init(code: 15, octets: [1, 0, 0xff]), .init(code: 12, octets: [0, 0]),
                        .init(code: 65001, octets: [0xde, 0x41]),
                    ]
                ).record,
                DNSRecord(
                    name: try DNSName("mail.example.org"), timeToLive: 694_861,
                    data: .a(0xc000_0201)),
            ])
    }

    @Test("the header, EDNS and the sections, in dig's columns")
    func whole() throws {
        #expect(
            try message().text() == """
                ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660
                ;; flags: qr rd ad; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 2
                ;; WARNING: recursion requested but not available

                ;; OPT PSEUDOSECTION:
                ; EDNS: version: 0, flags: do; udp: 1232
                ; NSID: 6e 73 ("ns")
                ; CLIENT-SUBNET: 192.0.2.0/24/0
                ; COOKIE: 0102030405060708
                ; EDE: 18 (Prohibited): (é.)
                ; EDE: 256: (.)
                ; PADDING: (2 bytes)
                ; OPT=65001: de 41 (".A")
                ;; QUESTION SECTION:
                ;example.org.\t\t\tIN\tMX

                ;; ANSWER SECTION:
                example.org.\t\t5400\tIN\tMX\t10 mail.example.org.

                ;; AUTHORITY SECTION:
                a.rather.long.name.example.org.\t0 IN\tNS\t.

                ;; ADDITIONAL SECTION:
                mail.example.org.\t694861\tIN\tA\t192.0.2.1


                """)
    }

    @Test("parts that are left out, and other columns")
    func parts() throws {
        var style = DNSMessageStyle()
        style.hasComments = false
        style.hasQuestion = false
        style.hasAuthority = false
        style.hasTimeUnits = true
        let message = try message()
        #expect(
            message.text(style) == """
                example.org.\t\t1h30m\tIN\tMX\t10 mail.example.org.
                mail.example.org.\t1w1d1h1m1s IN\tA\t192.0.2.1

                """)
        style.hasClass = false
        style.hasAdditional = false
        #expect(message.text(style) == "example.org.\t\t1h30m\tMX\t10 mail.example.org.\n")
        style.hasTimeToLive = false
        #expect(message.text(style) == "example.org.\t\tMX\t10 mail.example.org.\n")
        style.hasClass = true
        #expect(message.text(style) == "example.org.\t\tIN\tMX\t10 mail.example.org.\n")
        style = DNSMessageStyle()
        style.hasComments = false
        style.hasAuthority = false
        style.hasAdditional = false
        style.record = .multiline
        #expect(
            message.text(style)
                == ";example.org.\t\tIN MX\nexample.org.\t\t5400 IN\tMX 10 mail.example.org.\n")
    }

    private func cookie(isOurs: Bool) -> DNSMessageStyle {
        var style = DNSMessageStyle()
        style.isCookieOurs = isOurs
        return style
    }

    @Test("options that are malformed are told by their octets, cookies by ours or not")
    func malformedOptions() throws {
        let message = DNSMessage(
            additional: [
                DNSExtensions(options: [
                    .init(code: 8, octets: [0, 65]), .init(code: 15, octets: [65]),
                    .init(code: 10, octets: [UInt8](repeating: 1, count: 16)),
                ]).record
            ])
        let text = message.text(cookie(isOurs: true))
        #expect(text.contains("; CLIENT-SUBNET: 00 41 \n; EDE: 41 (\"A\")\n; COOKIE: 0101"))
        #expect(text.contains("0101 (good)\n"))
        #expect(message.text(cookie(isOurs: false)).contains("0101 (bad)\n"))
        #expect(message.text().contains("0101\n"))
    }

    @Test("an update's sections, a signature, counts that lie, and octets that are left over")
    func oddities() throws {
        var update = DNSMessage(header: .init(id: 1), question: [.init(.root, .soa)])
        update.header.opcode = .update
        update.header.responseCode = .init(rawValue: 11)
        update.additional = [
            DNSRecord(
                name: .root, type: .tsig, recordClass: .any, timeToLive: 0,
                rdata: octets("00 000000000001 012c 0002 0102 1234 0010 0000"))
        ]
        let wire = try update.serialize() + [1]
        let (message, error) = DNSMessage.parseLeniently(wire.span)
        #expect(
            message.text(wire: wire.span, error: error) == """
                ;; ->>HEADER<<- opcode: UPDATE, status: RESERVED11, id: 1
                ;; flags:; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1
                ;; WARNING: Message has 1 extra byte at end

                ;; ZONE SECTION:
                ;.\t\t\t\tIN\tSOA

                ;; TSIG PSEUDOSECTION:
                .\t\t\t0\tANY\tTSIG\t. 1 300 2 AQI= 4660 BADSIG 0\u{20}


                """)
        let cut = Array(wire.prefix(12))
        #expect(
            DNSMessage.parseLeniently(cut.span).message.text(wire: cut.span).contains("QUERY: 1,"))
    }
}
