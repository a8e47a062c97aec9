import Testing

@testable import TwineDNS

@Suite("The options of EDNS")
struct DNSExtensionsTests {
    @Test(
        "options and what they say",
        arguments: [
            (
                .longLivedQuery(.init(opcode: 1, error: 2, id: 3, lease: 4)), 1,
                "0001000100020000000000000003 00000004"
            ),
            (.updateLease(1, key: nil), 2, "00000001"),
            (.updateLease(1, key: 2), 2, "00000001 00000002"), (.nsid([]), 3, ""),
            (.nsid([0x41]), 3, "41"), (.dnssecAlgorithms([8, 13]), 5, "080d"),
            (.digestAlgorithms([2]), 6, "02"), (.hashAlgorithms([1]), 7, "01"),
            (.clientSubnet(.none), 8, "00000000"), (.expire(nil), 9, ""),
            (.expire(60), 9, "0000003c"), (.tcpKeepalive(nil), 11, ""),
            (.tcpKeepalive(300), 11, "012c"), (.padding(count: 3), 12, "000000"),
            (.chain(.root), 13, "00"), (.keyTags([20326]), 14, "4f66"),
            (.extendedError(.init(code: 6, text: Array("no".utf8))), 15, "0006 \"no\""),
            (.clientTag(7), 16, "0007"), (.serverTag(8), 17, "0008"),
            (.reportChannel(.root), 18, "00"), (.zoneVersion(nil), 19, ""),
            (
                .zoneVersion(.init(labelCount: 2, type: 0, version: [0, 0, 0, 42])), 19,
                "02 00 0000002a"
            ),
        ] as [(DNSExtensions.Option.Content, UInt16, String)])
    func contents(_ content: DNSExtensions.Option.Content, _ code: UInt16, _ wire: String) {
        let option = DNSExtensions.Option(content)
        #expect(option == .init(code: .init(rawValue: code), octets: octets(wire)))
        #expect(option.content == content)
    }

    @Test("a zone's version may be its serial")
    func serial() {
        #expect(
            DNSExtensions.ZoneVersion(labelCount: 1, type: 0, version: [0, 0, 1, 2]).serial == 258)
        #expect(
            DNSExtensions.ZoneVersion(labelCount: 1, type: 1, version: [0, 0, 1, 2]).serial == nil)
    }

    @Test(
        "octets of another form say nothing",
        arguments: [
            (1, "00"), (2, "0000"), (8, "00030000"), (8, "000118ffffff01"), (9, "00"), (10, "00"),
            (11, "00"), (13, "05"), (14, "00"), (15, "00"), (16, "00"), (18, "0000"), (19, "01"),
            (4, "00"), (65001, ""),
        ] as [(UInt16, String)])
    func malformed(_ code: UInt16, _ wire: String) {
        let option = DNSExtensions.Option(code: .init(rawValue: code), octets: octets(wire))
        #expect(option.content == nil)
    }

    @Test(
        "subnets, their bits behind the prefix zero, as few octets as the prefix needs",
        arguments: [
            ("192.0.2.255/25", "0001 1900 c0000280", "192.0.2.128/25/0"),
            ("192.0.2.1", "0001 2000 c0000201", "192.0.2.1/32/0"),
            ("192.0.2.1/99", "0001 2000 c0000201", "192.0.2.1/32/0"),
            ("10/8", "0001 0800 0a", "10.0.0.0/8/0"), ("0", "0000 0000", "0/0/0"),
            ("0/0", "0000 0000", "0/0/0"), ("0.0.0.0/0", "0001 0000", "0.0.0.0/0/0"),
            ("::/0", "0002 0000", "::/0/0"),
            ("2001:db8:ffff::/33", "0002 2100 20010db880", "2001:db8:8000::/33/0"),
        ])
    func subnets(_ text: String, _ wire: String, _ description: String) throws {
        let subnet = try #require(DNSExtensions.ClientSubnet(text))
        #expect(DNSExtensions.Option(.clientSubnet(subnet)).octets == octets(wire))
        #expect(subnet.description == description)
        #expect(DNSExtensions.Option(.clientSubnet(subnet)).content == .clientSubnet(subnet))
    }

    @Test(
        "no subnets",
        arguments: ["", "10", "10/", "/8", "1.2.3.4/129", "::/129", "a/8", "1.2.3.4/8/8", "::1/-1"])
    func noSubnets(_ text: String) { #expect(DNSExtensions.ClientSubnet(text) == nil) }

    @Test("cookies have 8 octets, and 8 to 32 from the server")
    func cookies() throws {
        let eight = [UInt8](repeating: 1, count: 8)
        let cookie = try #require(DNSExtensions.Cookie(client: eight, server: eight + eight))
        #expect(DNSExtensions.Option(.cookie(cookie)).content == .cookie(cookie))
        #expect(DNSExtensions.Cookie(client: []) == nil)
        #expect(DNSExtensions.Cookie(client: eight, server: [1]) == nil)
        #expect(
            DNSExtensions.Cookie(client: eight, server: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test("codes by name or number, and the names that are printed")
    func codes() {
        let names: [(String, UInt16)] = [
            ("llq", 1), ("UL", 2), ("UPDATE-LEASE", 2), ("nsid", 3), ("DAU", 5), ("DHU", 6),
            ("N3U", 7), ("ECS", 8), ("CLIENT-SUBNET", 8), ("EXPIRE", 9), ("COOKIE", 10),
            ("KEEPALIVE", 11), ("TCP-KEEPALIVE", 11), ("PADDING", 12), ("PAD", 12), ("CHAIN", 13),
            ("KEY-TAG", 14), ("EDE", 15), ("CLIENT-TAG", 16), ("SERVER-TAG", 17),
            ("REPORT-CHANNEL", 18), ("RC", 18), ("ZONEVERSION", 19), ("DEVICEID", 26946),
            ("65535", 65535), ("0", 0),
        ]
        for (name, code) in names {
            #expect(DNSExtensions.Option.Code(name)?.rawValue == code, "\(name)")
        }
        for name in ["", "65536", "-1", "OPT=1", "NSIDS"] {
            #expect(DNSExtensions.Option.Code(name) == nil, "\(name)")
        }
        #expect(DNSExtensions.Option.Code.clientSubnet.description == "CLIENT-SUBNET")
        #expect(DNSExtensions.Option.Code.reportChannel.description == "Report-Channel")
        #expect(DNSExtensions.Option.Code(rawValue: 4).description == "OPT=4")
    }

    @Test(
        "padding fills a block, whatever comes before and after it",
        arguments: [0, 1, 50, 128, 1000], [0, 1, 90])
    func padding(_ filler: Int, _ trailing: Int) throws {
        var query = DNSMessage(query: try DNSName("example.org"), .a, id: 1)
        query.extensions?.options = [
            .init(.padding(count: 0)),
            .init(code: 65001, octets: Array(repeating: 1, count: filler)),
        ]
        let wire = try query.serialize(paddedTo: 128, trailing: trailing)
        #expect((wire.count + trailing) % 128 == 0)
        let options = try #require(try parsed(wire).extensions).options
        #expect(options.count == 2)
        #expect(options.last?.code == .padding)
    }

    @Test("a message without EDNS is not padded, nor one that would be too long")
    func notPadded() throws {
        let plain = DNSMessage(query: .root, .ns, id: 1, extensions: nil)
        #expect(try plain.serialize(paddedTo: 128) == plain.serialize())
        var long = DNSMessage(query: .root, .ns, id: 1)
        long.extensions?.options = [
            .init(code: 65001, octets: Array(repeating: 1, count: 65_000))
        ]
        #expect(try long.serialize(paddedTo: 60_000) == long.serialize())
        #expect(try long.serialize(paddedTo: 0) == long.serialize())
    }
}
