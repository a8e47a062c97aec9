import Testing

@testable import TwineDNS

@Suite("DNS messages")
struct DNSMessageTests {
    /// A response with an alias, addresses of both kinds, authority and EDNS.
    static let response = octets(
        """
        1267 8180                      ; id, QR RD RA, no error
        0001 0003 0001 0001            ; counts
        03 "www" 07 "example" 03 "org" 00  ; 12: question: name
        0001 0001                      ; type A, class IN
        c00c 0005 0001 0000003c 0006   ; owner, CNAME IN, 60 s, 6 octets
        03 "web" c010                  ; web.example.org
        c02d 0001 0001 0000012c 0004   ; owner: the alias' target, A IN, 300 s
        c0 00 02 01                    ; 192.0.2.1
        c02d 001c 0001 0000012c 0010   ; AAAA
        2001 0db8 0000 0000 0000 0000 0000 0001
        c010 0006 0001 00000e10 0021   ; SOA IN, 3600 s, 33 octets
        03 "ns1" c010 04 "host" c010 ; primary, mailbox
        00000001 00001c20 00000384 00093a80 0000003c
        00 0029 04d0 00 00 8000 0006   ; OPT: 1232 octets, version 0, DO
        0003 0002 abcd                 ; option 3, 2 octets
        """)

    @Test("a response is read into its parts")
    func parts() throws {
        let bytes = Self.response
        let message = try parsed(bytes)
        #expect(message.header.id == 0x1267)
        #expect(message.header.isResponse && message.header.recursionDesired)
        #expect(message.header.recursionAvailable && !message.header.isAuthoritative)
        let web = try DNSName("web.example.org")
        #expect(message.question == [.init(try DNSName("www.example.org"), .a)])
        #expect(message.answer.map(\.timeToLive) == [60, 300, 300])
        #expect(
            message.answer.map(\.data) == [
                .cname(web), .a(0xc000_0201), .aaaa(high: 0x2001_0db8_0000_0000, low: 1),
            ])
        #expect(message.answer.dropFirst().allSatisfy { $0.name == web })
        #expect(
            message.authority.first?.data
                == .soa(
                    .init(
                        primary: try DNSName("ns1.example.org"),
                        mailbox: try DNSName("host.example.org"), serial: 1, refresh: 7200,
                        retry: 900, expire: 604_800, minimum: 60)))
        let extensions = try #require(message.extensions)
        #expect(extensions.payloadSize == 1232 && extensions.dnssecOK)
        #expect(extensions.options == [.init(code: 3, octets: [0xab, 0xcd])])
        #expect(message.responseCode == .noError)
        let again = try message.serialize()
        #expect(try parsed(again) == message)
        #expect(again == bytes)
    }

    @Test("the query is what a resolver sends")
    func query() throws {
        let query = DNSMessage(query: try DNSName("example.org"), .aaaa, id: 0x1234)
        #expect(
            try query.serialize()
                == octets(
                    """
                    1234 0100 0001 0000 0000 0001  ; id, RD, one question, one additional
                    07 "example" 03 "org" 00       ; the name
                    001c 0001                      ; AAAA IN
                    00 0029 04d0 00 00 0000 0000   ; OPT: 1232 octets, nothing else
                    """))
    }

    @Test("every bit of the header is read and written")
    func headerBits() throws {
        for flags in stride(from: UInt16.min, through: .max, by: 257) {
            let message = DNSMessage(header: .init(id: 0xffff, flags: flags))
            #expect(try parsed(message.serialize()) == message)
        }
        var header = DNSMessage.Header()
        header.isResponse = true
        header.opcode = .update
        header.isAuthoritative = true
        #expect(header.flags == 0b1010_1100_0000_0000)
        header.flags = 0
        header.isTruncated = true
        header.recursionDesired = true
        header.recursionAvailable = true
        #expect(header.flags == 0b0000_0011_1000_0000)
        header.flags = 0
        header.reserved = true
        header.isAuthenticData = true
        header.checkingDisabled = true
        header.responseCode = .refused
        #expect(header.flags == 0b0000_0000_0111_0101)
        header.reserved = false
        header.opcode = .query
        #expect(header.flags == 0b0000_0000_0011_0101)
    }

    @Test("the response code has four bits of the header below eight of EDNS")
    func extendedResponseCode() throws {
        var message = DNSMessage(header: .init(id: 1, flags: 0x8007))
        #expect(message.responseCode.rawValue == 7)
        message.extensions = DNSExtensions(extendedResponseCode: 1)
        #expect(message.responseCode == .badCookie)
        message.extensions = DNSExtensions(extendedResponseCode: 255)
        #expect(message.responseCode.rawValue == 0xff7)
        message.extensions = nil
        #expect(message.additional.isEmpty)
    }

    @Test("a message cut at any octet is refused, strictly or not")
    func truncated() {
        for count in 0..<Self.response.count {
            let cut = Array(Self.response.prefix(count))
            #expect(throws: DNSError.self) { try parsed(cut) }
            #expect(DNSMessage.parseLeniently(cut.span).error != nil)
        }
    }

    @Test("octets after the last record are refused; leniently they are only told")
    func trailing() throws {
        let bytes = octets("0001 8000 0000 0000 0000 0000 ff")
        let error = DNSError.octetsTrailing(count: 1, offset: 12)
        #expect(throws: error) { try parsed(bytes) }
        let lenient = DNSMessage.parseLeniently(bytes.span)
        #expect(lenient.error == error)
        #expect(lenient.message.header.id == 1)
    }

    @Test("a count that the octets cannot hold reserves nothing and is refused")
    func hugeCounts() {
        let bytes = octets("0001 8000 ffff ffff ffff ffff")
        #expect(throws: DNSError.tooShort(needed: 1, available: 0, offset: 12)) {
            try parsed(bytes)
        }
        let answers = octets("0001 8000 0000 ffff ffff ffff 00")
        #expect(throws: DNSError.tooShort(needed: 10, available: 0, offset: 13)) {
            try parsed(answers)
        }
    }

    @Test(
        "rdata that has not its type's form is refused; leniently it is kept as it came",
        arguments: [
            ("0001 0001 00000000 0003 01 02 03", [1, 2, 3]),  // A of three octets
            ("0001 0001 00000000 0005 01 02 03 04 05", [1, 2, 3, 4, 5]),
            ("001c 0001 00000000 0004 01 02 03 04", [1, 2, 3, 4]),
            ("0005 0001 00000000 0002 00 00", [0, 0]),  // a name, and an octet more
            ("0005 0001 00000000 0002 c0 17", [0xc0, 0x17]),  // a pointer to itself
            ("0010 0001 00000000 0000", []),  // no text at all
            ("0010 0001 00000000 0003 03 61 62", [3, 0x61, 0x62]),  // text beyond the rdata
            ("000f 0001 00000000 0002 00 0a", [0, 10]),  // no exchange
            ("0029 0001 00000000 0003 00 01 00", [0, 1, 0]),  // half an option
        ] as [(String, [UInt8])])
    func badRData(record: String, raw: [UInt8]) throws {
        let bytes = octets("0001 8000 0000 0000 0000 0001 00 \(record)")
        #expect(throws: DNSError.self) { try parsed(bytes) }
        let lenient = DNSMessage.parseLeniently(bytes.span)
        let type = try #require(lenient.message.additional.first?.type)
        #expect(
            lenient.error == .rdataInvalid(type: type, offset: 23, expected: 23 + raw.count))
        #expect(lenient.message.additional.first?.rdata == raw)
        #expect(lenient.message.additional.first?.data == nil)
    }

    @Test("rdata of unknown types and classes is kept, and written again")
    func unknown() throws {
        let bytes = octets(
            """
            0001 8000 0000 0003 0000 0000
            00 fffe 0001 00000001 0003 01 02 03  ; TYPE65534
            00 0001 0020 00000001 0002 c0 0c     ; A of class 32: no address, no name
            00 0001 00ff 00000000 0000           ; A of class ANY, empty: an update
            """)
        let message = try parsed(bytes)
        #expect(message.answer.map(\.rdata) == [[1, 2, 3], [0xc0, 0x0c], []])
        #expect(message.answer.map(\.data) == [nil, nil, nil])
        #expect(message.answer[0].type.description == "TYPE65534")
        #expect(try message.serialize() == bytes)
    }

    @Test("an OPT record that is not alone, of the root, and additional is refused")
    func misplacedOPT() {
        let opt = "00 0029 04d0 00000000 0000"
        let inAnswer = octets("0001 8000 0000 0001 0000 0000 \(opt)")
        #expect(throws: DNSError.optMisplaced(offset: 12)) { try parsed(inAnswer) }
        let twice = octets("0001 8000 0000 0000 0000 0002 \(opt) \(opt)")
        #expect(throws: DNSError.optMisplaced(offset: 23)) { try parsed(twice) }
        let named = octets("0001 8000 0000 0000 0000 0001 0161 \(opt)")
        #expect(throws: DNSError.optMisplaced(offset: 12)) { try parsed(named) }
        let lenient = DNSMessage.parseLeniently(twice.span)
        #expect(lenient.message.additional.count == 2)
    }

    @Test("names are compressed, in rdata only where every receiver expects it")
    func compression() throws {
        let name = try DNSName("www.example.org")
        let host = try DNSName("mail.Example.org")
        let message = DNSMessage(
            header: .init(id: 1), question: [.init(name, .mx)],
            answer: [
                DNSRecord(
                    name: name, timeToLive: 1, data: .mx(preference: 10, exchange: host)),
                DNSRecord(
                    name: host, timeToLive: 1,
                    data: .srv(.init(priority: 1, weight: 2, port: 3, target: name))),
            ])
        let bytes = try message.serialize()
        #expect(
            bytes
                == octets(
                    """
                    0001 0000 0001 0002 0000 0000
                    03 "www" 07 "example" 03 "org" 00 000f 0001  ; 12
                    c00c 000f 0001 00000001 0011                 ; 33: MX
                    000a 04 "mail" 07 "Example" c018             ; 45: the case is kept
                    c02f 0021 0001 00000001 0017                 ; SRV
                    0001 0002 0003 03 "www" 07 "example" 03 "org" 00
                    """))
        #expect(try parsed(bytes) == message)
    }

    @Test("a message of more octets or records than the format can say is refused")
    func tooLong() throws {
        let text = DNSRecord(
            name: .root, type: .txt, timeToLive: 0, rdata: [UInt8](repeating: 0, count: 60_000))
        var message = DNSMessage(answer: [text])
        #expect(try parsed(message.serialize()) == message)
        message.answer = [text, text]
        #expect(throws: DNSError.messageTooLong(length: 120_034)) { try message.serialize() }
        message.answer = [
            DNSRecord(
                name: .root, type: .txt, timeToLive: 0, rdata: [UInt8](repeating: 0, count: 70_000))
        ]
        #expect(throws: DNSError.self) { try message.serialize() }
        let small = DNSRecord(name: .root, type: .txt, timeToLive: 0, rdata: [0])
        message.answer = Array(repeating: small, count: 65_536)
        #expect(throws: DNSError.recordsTooMany(count: 65_536)) { try message.serialize() }
    }

    @Test("names past octet 16383 are written in full, for no pointer reaches them")
    func farNames() throws {
        let filler = DNSRecord(
            name: .root, type: .txt, timeToLive: 0, rdata: [UInt8](repeating: 0, count: 16_400))
        let name = try DNSName("far.example.org")
        let far = DNSRecord(name: name, timeToLive: 0, data: .cname(name))
        let message = DNSMessage(answer: [filler, far, far])
        let bytes = try message.serialize()
        #expect(try parsed(bytes) == message)
        #expect(bytes.count == 12 + 11 + 16_400 + 2 * (17 + 10 + 17))
    }

    @Test("texts of any length are written as character-strings")
    func texts() throws {
        let long = [UInt8](repeating: 7, count: 600)
        let record = DNSRecord(name: .root, timeToLive: 0, data: .txt([long, []]))
        #expect(record.rdata.count == 256 + 256 + 91 + 1)
        #expect(
            record.data == .txt([Array(long[..<255]), Array(long[..<255]), Array(long[..<90]), []]))
        #expect(DNSRecordData.txt([]).rdata == [0])
    }
}
