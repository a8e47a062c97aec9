import Testing

@testable import TwineDNS

@Suite("Messages in YAML")
struct DNSYAMLTests {
    private func message(_ options: [DNSExtensions.Option] = []) throws -> DNSMessage {
        let name = try DNSName("example.org")
        return DNSMessage(
            header: .init(id: 4660, flags: 0x8580), question: [.init(name, .txt)],
            answer: [
                DNSRecord(name: name, timeToLive: 60, data: .txt([Array("it's".utf8)]))
            ], additional: [DNSExtensions(flags: 0x8001, options: options).record])
    }

    /// The lines behind the OPT record's fixed ones, up to the question.
    private func optionLines(
        _ option: DNSExtensions.Option, isCookieOurs: Bool? = nil
    ) throws -> String {
        var style = DNSMessageStyle()
        style.isCookieOurs = isCookieOurs
        let yaml = try message([option]).yaml(style)
        let start = try #require(yaml.range(of: "udp: 1232\n")).upperBound
        return String(yaml[start...].prefix(while: { _ in true })).components(
            before: "      QUESTION_SECTION:")
    }

    @Test("header, EDNS and sections, quotes doubled")
    func whole() throws {
        #expect(
            try message().yaml() == """
                      opcode: QUERY
                      status: NOERROR
                      id: 4660
                      flags: qr aa rd ra
                      QUESTION: 1
                      ANSWER: 1
                      AUTHORITY: 0
                      ADDITIONAL: 1
                      OPT_PSEUDOSECTION:
                        EDNS:
                          version: 0
                          flags: do
                          MBZ: 0x0001
                          udp: 1232
                      QUESTION_SECTION:
                        - 'example.org. IN TXT'
                      ANSWER_SECTION:
                        - 'example.org. 60 IN TXT "it''s"'

                """)
    }

    @Test("what is known of the delivery stands before")
    func delivery() throws {
        var delivery = DNSMessage.Delivery()
        delivery.queryTime = 1_700_000_000_123_456
        delivery.responseTime = 1_700_000_001_000_999
        delivery.length = 70
        delivery.response = .init(address: "2001:db8::53", port: 853)
        delivery.query = .init(address: "::", port: 0)
        delivery.isStream = true
        var style = DNSMessageStyle()
        style.hasComments = false
        style.hasQuestion = false
        style.hasAnswer = false
        #expect(
            try message().yaml(delivery, style) == """
                - type: MESSAGE
                  message:
                    type: RECURSIVE_RESPONSE
                    query_time: !!timestamp 2023-11-14T22:13:20.123Z
                    response_time: !!timestamp 2023-11-14T22:13:21.000Z
                    message_size: 70b
                    socket_family: INET6
                    socket_protocol: TCP
                    response_address: "2001:db8::53"
                    response_port: 853
                    query_address: "::0"
                    query_port: 0
                    response_message_data:
                      opcode: QUERY
                      status: NOERROR
                      id: 4660
                      flags: qr aa rd ra
                      QUESTION: 1
                      ANSWER: 1
                      AUTHORITY: 0
                      ADDITIONAL: 1

                """)
    }

    @Test("later messages of a transfer have no header")
    func later() throws {
        var style = DNSMessageStyle()
        style.hasHeader = false
        style.hasComments = false
        style.hasQuestion = false
        #expect(try message().yaml(style).hasPrefix("      ANSWER_SECTION:\n"))
    }

    @Test("a query that was sent has one time, to the microsecond if it is asked for")
    func query() throws {
        var delivery = DNSMessage.Delivery()
        delivery.isQuery = true
        delivery.queryTime = 1_700_000_000_000_007
        delivery.responseTime = 1
        delivery.hasMicroseconds = true
        let query = DNSMessage(query: .root, .ns, id: 1)
        #expect(
            query.yaml(delivery).hasPrefix(
                """
                - type: MESSAGE
                  message:
                    type: RECURSIVE_QUERY
                    query_time: !!timestamp 2023-11-14T22:13:20.000007Z
                    message_size: 0b
                    query_message_data:

                """))
    }

    @Test("addresses that end in colons get a zero, but in lists, and codes without name no sign")
    func oddities() throws {
        var message = DNSMessage(header: .init(id: 1, flags: 0x8001))
        message.extensions = DNSExtensions(extendedResponseCode: 1)
        for (type, text) in [
            ("AAAA", "2001:db8::"), ("APL", "2:::/0"), ("HTTPS", "1 . ipv6hint=2001:db8::"),
        ] {
            message.answer.append(
                try DNSRecord(
                    name: .root, type: try #require(DNSType(type)), timeToLive: 1, text: text))
        }
        let yaml = message.yaml()
        #expect(yaml.contains("status: 17\n"))
        #expect(yaml.contains("- '. 1 IN AAAA 2001:db8::0'\n"))
        #expect(yaml.contains("- '. 1 IN APL 2:::0/0'\n"))
        #expect(yaml.contains("- '. 1 IN HTTPS 1 . ipv6hint=2001:db8::'\n"))
    }

    @Test("a signature stands at the end, however it was made")
    func signatures() throws {
        var message = DNSMessage(header: .init(id: 1))
        message.additional = [
            DNSRecord(
                name: .root, type: .tsig, recordClass: .any, timeToLive: 0,
                rdata: octets("00 000000000001 012c 0002 0102 1234 0010 0000"))
        ]
        #expect(
            message.yaml().hasSuffix(
                "      TSIG_PSEUDOSECTION:\n      - '. 0 ANY TSIG . 1 300 2 AQI= 4660 BADSIG 0 '\n\n"
            ))
        let rdata = octets("0000 05 00 00000000 5f5e1000 5f5e0f00 1234 00 0102")
        message.additional = [
            DNSRecord(
                name: .root, type: .init(rawValue: 24), recordClass: .any, timeToLive: 0,
                rdata: rdata)
        ]
        #expect(message.yaml().contains("      SIG0_PSEUDOSECTION:\n      - '. 0 ANY SIG 0 5 "))
        #expect(message.text().contains(";; SIG0 PSEUDOSECTION:\n.\t\t\t0\tANY\tSIG\t0 5 "))
    }

    @Test(
        "options of which parts are told",
        arguments: [
            (
                "LLQ",
                DNSExtensions.Option(
                    .longLivedQuery(.init(opcode: 2, id: 1 << 40, lease: 3600))),
                [
                    "LLQ:", "  LLQ-VERSION: 1", "  LLQ-OPCODE: 2", "  LLQ-ERROR: 0",
                    "  LLQ-ID: 1099511627776", "  LLQ-LEASE: 3600",
                ]
            ),
            (
                "lease", .init(.updateLease(3600, key: 86_400)),
                ["UPDATE-LEASE:", "  LEASE: 3600 # 1 hour", "  KEY-LEASE: 86400 # 1 day"]
            ),
            ("expire", .init(.expire(61)), ["EXPIRE: 61 # 1 minute 1 second"]),
            ("keepalive", .init(.tcpKeepalive(123)), ["TCP-KEEPALIVE: 12.3 secs"]),
            ("tags", .init(.keyTags([1, 20326])), ["KEY-TAG: [ 1, 20326 ]"]),
            ("subnet", .init(code: 8, octets: [0, 2, 0, 0]), ["CLIENT-SUBNET: ::/0/0"]),
            (
                "error", .init(.extendedError(.init(code: 18, text: Array("\"é\"\n".utf8)))),
                ["EDE:", "  INFO-CODE: 18 (Prohibited)", "  EXTRA-TEXT: \"\\\"é\\\".\""]
            ),
            (
                "no UTF-8", .init(.extendedError(.init(code: 99, text: [0xff, 0x41]))),
                ["EDE:", "  INFO-CODE: 99", "  EXTRA-TEXT: ff 41 \".A\""]
            ),
            ("bad subnet", .init(code: 8, octets: [0, 65]), ["CLIENT-SUBNET: 00 41 "]),
            ("bad cookie", .init(code: 10, octets: [0, 65]), ["COOKIE: 0041"]),
            ("empty", .init(.nsid([])), ["NSID:"]),
            ("octets", .init(.nsid([0x22, 0x41])), ["NSID: 22 41 (\"\\\"A\")"]),
        ])
    func options(_ name: String, _ option: DNSExtensions.Option, _ lines: [String]) throws {
        #expect(
            try optionLines(option)
                == lines.map { "          \($0)\n" }.joined())
    }

    @Test("an answer's cookie, and whether it has ours")
    func cookies() throws {
        let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let short = try #require(DNSExtensions.Cookie(client: client))
        let long = try #require(DNSExtensions.Cookie(client: client, server: client))
        let indent = "            "
        #expect(
            try optionLines(.init(.cookie(short)), isCookieOurs: true)
                == "          COOKIE:\n\(indent)CLIENT: 0102030405060708\n\(indent)STATUS: echoed\n"
        )
        #expect(
            try optionLines(.init(.cookie(long)), isCookieOurs: true).hasSuffix(
                "\(indent)SERVER: 0102030405060708\n\(indent)STATUS: good\n"))
        #expect(
            try optionLines(.init(.cookie(long)), isCookieOurs: false).hasSuffix(
                "\(indent)STATUS: bad\n"))
    }
}

extension String {
    /// What stands before a line.
    fileprivate func components(before end: String) -> String {
        guard let range = self.range(of: end) else { return self }
        return String(self[..<range.lowerBound])
    }

    /// Where a text stands first.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        ranges(of: text).first
    }
}
