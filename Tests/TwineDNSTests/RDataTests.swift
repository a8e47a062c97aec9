import Testing
import TwineCore

@testable import TwineDNS

/// A record's rdata on the wire, and its text.
struct RDataRow: Sendable, CustomTestStringConvertible {
    let type: String
    let wire: String
    let text: String
    var isInternet = true

    init(_ type: String, _ wire: String, _ text: String, isInternet: Bool = true) {
        self.type = type
        self.wire = wire
        self.text = text
        self.isInternet = isInternet
    }

    var record: DNSRecord {
        get throws {
            DNSRecord(
                name: .root, type: try #require(DNSType(type)),
                recordClass: isInternet ? .internet : .chaos, timeToLive: 1, rdata: octets(wire))
        }
    }

    var testDescription: String { "\(type) \(text)" }

    /// Every type whose rdata has a form, at least once.
    static let all = [
        RDataRow("A", "c0000201", "192.0.2.1"),
        RDataRow("A", "02 \"ns\" 00 01a8", "ns. 650", isInternet: false),
        RDataRow("NS", "02 \"ns\" 00", "ns."),
        RDataRow("MD", "00", "."), RDataRow("MF", "00", "."),
        RDataRow("CNAME", "01 \"a\" 00", "a."),
        RDataRow(
            "SOA", "00 00 00000001 00000002 00000003 00000004 00000005", ". . 1 2 3 4 5"),
        RDataRow("MB", "00", "."), RDataRow("MG", "00", "."), RDataRow("MR", "00", "."),
        RDataRow("NULL", "0102", "\\# 2 0102"),
        RDataRow("WKS", "c0000201 06 0000004140", "192.0.2.1 6 25 31 33"),
        RDataRow("PTR", "02 \"a.\" 00", "a\\.."),
        RDataRow("HINFO", "03 \"x y\" 00", "\"x y\" \"\""),
        RDataRow("MINFO", "00 01 \"b\" 00", ". b."),
        RDataRow("MX", "000a 04 \"mail\" 00", "10 mail."),
        RDataRow("TXT", "01 22 04 5c 07 ff \"~\" 00", "\"\\\"\" \"\\\\\\007\\255~\" \"\""),
        RDataRow("RP", "01 \"m\" 00 00", "m. ."), RDataRow("AFSDB", "0001 00", "1 ."),
        RDataRow("X25", "04 \"3110\"", "\"3110\""),
        RDataRow("ISDN", "02 \"15\"", "\"15\""),
        RDataRow("ISDN", "02 \"15\" 01 \"2\"", "\"15\" \"2\""),
        RDataRow("RT", "0002 01 \"r\" 00", "2 r."),
        RDataRow("NSAP", "4700057f", "0x4700057f"), RDataRow("NSAP-PTR", "00", "."),
        RDataRow(
            "SIG", "0000 05 00 00000000 5f5e1000 5f5e0f00 1234 00 0102",
            "0 5 0 0 20200913122640 20200913122224 4660 . AQI="),
        RDataRow("KEY", "0101 03 05 ffff", "257 3 5 //8="),
        RDataRow("KEY", "c000 03 05", "49152 3 5"),
        RDataRow("PX", "000a 00 01 \"x\" 00", "10 . x."),
        RDataRow("GPOS", "03 \"-32\" 03 \"116\" 02 \"10\"", "\"-32\" \"116\" \"10\""),
        RDataRow("AAAA", "20010db8000000000000000000000001", "2001:db8::1"),
        RDataRow(
            "LOC", "00 33 16 13 8b0d2c8c 7ff8fca5 00982f62",
            "51 30 12.748 N 0 7 39.611 W -263.98m 30m 10000m 10m"),
        RDataRow(
            "LOC", "00 00 10 11 7fffffff 80000000 00989680",
            "0 0 0.001 S 0 0 0.000 E 0.00m 0.00m 0.01m 0.10m"),
        RDataRow("LOC", "01 ff", "\\# 2 01FF"),
        RDataRow("NXT", "01 \"n\" 00 6002", "n. A NS MINFO"),
        RDataRow("EID", "12ab", "12AB"), RDataRow("NIMLOC", "12ab", "12AB"),
        RDataRow("SRV", "0001 0002 01bb 00", "1 2 443 ."),
        RDataRow("ATMA", "00 47ab", "47ab"), RDataRow("ATMA", "01 \"4989\"", "+4989"),
        RDataRow("ATMA", "02 00", "\\# 2 0200"),
        RDataRow(
            "NAPTR", "0064 000a 01 \"u\" 03 \"sip\" 05 \"!^.*$\" 00",
            "100 10 \"u\" \"sip\" \"!^.*$\" ."),
        RDataRow("KX", "0001 00", "1 ."),
        RDataRow("CERT", "0001 0002 08 ff", "PKIX 2 RSASHA256 /w=="),
        RDataRow("CERT", "0004 0002 11 ff", "IPKIX 2 17 /w=="),
        RDataRow("A6", "40 0000000000000001 01 \"p\" 00", "64 ::1 p."),
        RDataRow("A6", "00 20010db8000000000000000000000001", "0 2001:db8::1"),
        RDataRow("DNAME", "01 \"d\" 00", "d."), RDataRow("SINK", "01 00 00", "1 0 0"),
        RDataRow("SINK", "01 02 03 00", "1 2 3 AA=="),
        RDataRow("APL", "0001 18 03 c00002 0002 20 84 20010db8", "1:192.0.2.0/24 !2:2001:db8::/32"),
        RDataRow("APL", "0003 00 00", "\\# 4 00030000"), RDataRow("APL", "", ""),
        RDataRow("DS", "1234 0d 03 ab", "4660 13 3 AB"),
        RDataRow("TA", "1234 0d 03 ab", "4660 13 3 AB"),
        RDataRow("DLV", "1234 0d 03 ab", "4660 13 3 AB"),
        RDataRow("CDS", "0000 00 00 00", "0 0 0 00"),
        RDataRow("SSHFP", "04 03 abcd", "4 3 ABCD"), RDataRow("SSHFP", "04 00", "4 0"),
        RDataRow("IPSECKEY", "0a 00 02 ff", "10 0 2 . /w=="),
        RDataRow("IPSECKEY", "0a 01 00 c0000201", "10 1 0 192.0.2.1"),
        RDataRow("IPSECKEY", "0a 03 02 01 \"g\" 00 ff", "10 3 2 g. /w=="),
        RDataRow(
            "RRSIG", "0001 0d 02 00000e10 5f5e1000 5f5e0f00 1234 01 \"a\" 01 \"b\" 00 0102",
            "A 13 2 3600 20200913122640 20200913122224 4660 a.b. AQI="),
        RDataRow("NSEC", "01 \"n\" 00 0001 40 0101 40 ff02 0001", "n. A CAA TYPE65295"),
        RDataRow("DNSKEY", "0101 03 0d 0102", "257 3 13 AQI="),
        RDataRow("CDNSKEY", "0000 03 00 00", "0 3 0 AA=="),
        RDataRow("RKEY", "0000 03 00 00", "0 3 0 AA=="),
        RDataRow("DHCID", "0002 01 ff", "AAIB/w=="),
        RDataRow("NSEC3", "01 01 000c 02 aabb 02 0102 000140", "1 1 12 AABB 0410 A"),
        RDataRow("NSEC3", "01 00 0000 00 01 ff", "1 0 0 - VS"),
        RDataRow("NSEC3PARAM", "01 00 0000 00", "1 0 0 -"),
        RDataRow("TLSA", "03 01 01 ab", "3 1 1 AB"), RDataRow("SMIMEA", "03 01 01 ab", "3 1 1 AB"),
        RDataRow("HIP", "02 02 0001 abcd ff 01 \"r\" 00 00", "2 ABCD /w== r. ."),
        RDataRow("NINFO", "01 \"n\"", "\"n\""), RDataRow("TALINK", "00 01 \"t\" 00", ". t."),
        RDataRow("OPENPGPKEY", "0102", "AQI="), RDataRow("CSYNC", "00000001 0003 000140", "1 3 A"),
        RDataRow("CSYNC", "00000001 0003", "1 3"),
        RDataRow(
            "ZONEMD", "00000001 01 f0 0102030405060708090a0b0c", "1 1 240 0102030405060708090A0B0C"),
        RDataRow(
            "SVCB", "0001 00 0000 0004 0001 0004 0001 0003 02 \"h2\" 0004 0004 c0000201",
            "1 . mandatory=alpn,ipv4hint alpn=\"h2\" ipv4hint=192.0.2.1"),
        RDataRow(
            "HTTPS",
            "0001 00 0001 0008 03 \"a,b\" 03 \"c\" 5c 22 0002 0000 0003 0002 01bb 0005 0001 ff ff00 0002 20 00"
                .replacing("03 \"c\" 5c 22", with: "03 63 5c 22"),
            "1 . alpn=\"a\\\\,b,c\\\\\\\\\\\"\" no-default-alpn port=443 ech=/w== key65280=\" \\000\""
        ),
        RDataRow(
            "SVCB", "0001 00 0006 0010 20010db8000000000000000000000001 0007 0007 \"/{?dns}\"",
            "1 . ipv6hint=2001:db8::1 key7=\"/{?dns}\""),
        RDataRow("DSYNC", "003b 01 14e9 00", "CDS NOTIFY 5353 ."),
        RDataRow("DSYNC", "ffff 02 0035 00", "TYPE65535 2 53 ."),
        RDataRow("HHIT", "0102", "AQI="), RDataRow("BRID", "0102", "AQI="),
        RDataRow("SPF", "01 \"v\"", "\"v\""),
        RDataRow("NID", "000a 0014 4fff ff20 ee64", "10 14:4fff:ff20:ee64"),
        RDataRow("L32", "000a c0000201", "10 192.0.2.1"),
        RDataRow("L64", "000a 2001 0db8 0000 0001", "10 2001:db8:0:1"),
        RDataRow("LP", "000a 00", "10 ."), RDataRow("EUI48", "00005eefff10", "00-00-5e-ef-ff-10"),
        RDataRow("EUI64", "00005eef10000001", "00-00-5e-ef-10-00-00-01"),
        RDataRow(
            "TKEY", "00 00000001 00000002 0003 0011 0001 ff 0000", ". 1 2 3 BADKEY 1 /w== 0"),
        RDataRow(
            "TSIG", "00 000000000001 012c 0002 0102 1234 0000 0000",
            ". 1 300 2 AQI= 4660 NOERROR 0 "
        ),
        RDataRow("URI", "0001 0002 \"x:\" 22", "1 2 \"x:\\\"\""),
        RDataRow("CAA", "80 05 \"issue\" \"ca\"", "128 issue \"ca\""),
        RDataRow("AVC", "01 \"a\"", "\"a\""),
        RDataRow("DOA", "00000001 00000002 03 01 \"t\" ff", "1 2 3 \"t\" /w=="),
        RDataRow("DOA", "00000001 00000002 03 00", "1 2 3 \"\" -"),
        RDataRow("AMTRELAY", "0a 80", "10 1 0 ."),
        RDataRow("AMTRELAY", "0a 02 20010db8000000000000000000000001", "10 0 2 2001:db8::1"),
        RDataRow("AMTRELAY", "0a 04 00", "\\# 3 0A0400"), RDataRow("RESINFO", "01 \"q\"", "\"q\""),
        RDataRow("WALLET", "01 \"w\"", "\"w\""),
        RDataRow("TYPE65280", "0a000001", "\\# 4 0A000001"),
        RDataRow("TYPE65280", "", "\\# 0"),
    ]
}

@Suite("Rdata")
struct RDataTests {
    @Test("each type's rdata is taken from the wire and has its text", arguments: RDataRow.all)
    func text(row: RDataRow) throws {
        let record = try row.record
        #expect(record.hasValidRData)
        #expect(record.rdataText() == row.text)
        for style in [.line, .multiline] as [DNSTextStyle] {
            let again = try DNSRecord(
                name: .root, type: record.type, recordClass: record.recordClass, timeToLive: 1,
                text: record.rdataText(style))
            #expect(again == record)
        }
        let message = DNSMessage(header: .init(id: 1, flags: 0x8000), answer: [record])
        #expect(try parsed(message.serialize()).answer.first?.rdata == record.rdata)
    }

    /// What is cut, or has an octet more, is refused, or is another rdata of that type: it never
    /// traps, and has a text in each style.
    @Test(
        "rdata that is cut, or changed in any octet, is refused or has a text",
        arguments: RDataRow.all)
    func mutations(row: RDataRow) throws {
        var record = try row.record
        let whole = record.rdata
        var variants = (0...whole.count).map { Array(whole[..<$0]) } + [whole + [0], whole + [1]]
        for index in whole.indices {
            for octet in [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff] as [UInt8] {
                variants.append(whole)
                variants[variants.count - 1][index] = octet
            }
        }
        for variant in variants {
            record.rdata = variant
            let unknown = "\\# \(variant.count)"
            if !record.hasValidRData { #expect(record.rdataText().hasPrefix(unknown)) }
            for style in [.line, .multiline] as [DNSTextStyle] {
                let text = record.rdataText(style)
                #expect(
                    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a || $0 == 0x09 })
                guard record.hasValidRData else { continue }
                let again = try DNSRecord(
                    name: .root, type: record.type, recordClass: record.recordClass,
                    timeToLive: 1, text: text)
                #expect(again.rdataText(style) == text)
                // A map of ports may end in zeros, which its text does not tell.
                #expect(again.rdata == variant || row.type == "WKS", "\(text)")
            }
        }
    }

    @Test(
        "rdata that breaks its type's rules is refused",
        arguments: [
            ("SVCB", "0001 00 0001 0000"), ("SVCB", "0001 00 0003 0001 00"),
            ("SVCB", "0001 00 0002 0000"),  // no default protocol, and no other
            ("SVCB", "0001 00 0003 0002 0035 0003 0002 0035"),  // a key twice
            ("SVCB", "0001 00 0000 0002 0003"),  // demands a key that is not there
            ("SVCB", "0001 00 0007 0004 \"/dns\""),  // no place for the query
            ("NSEC", "00"), ("NSEC", "00 0000"), ("NSEC", "00 0002 4000"),
            ("NSEC", "00 0101 40 0001 40"),
            ("NSEC3", "01 00 0000 00 00"), ("LOC", "00 0a 00 00 80000000 80000000 00000000"),
            ("LOC", "00 00 00 00 00000000 80000000 00000000"), ("DS", "0001 08 02 ab"),
            ("DS", "0001 08 05"),
            ("CAA", "00 00"), ("CAA", "00 01 \"-\""), ("HIP", "00 00 0001 ff"),
            ("APL", "0001 21 00"),
            ("APL", "0001 20 02 0100"), ("A6", "81"), ("A6", "7c 10"), ("WKS", "c0000201"),
            ("ATMA", "01 \"x\""),
            ("RRSIG", "0001 08 00 00000000 00000000 00000000 0000 01 \"a\" 00 ff"),
            ("RRSIG", "0001 08 00 00000000 00000000 00000000 0000 00"), ("RKEY", "0001 03 08 ff"),
            ("KEY", "0000 03 fd c000"), ("KEY", "0000 03 fe 03 06 01 80"), ("KEY", "0000 03 08"),
            ("OPT", "0008 0005 0001 18 00 c0"), ("OPT", "0008 0007 0001 14 00 c00001"),
            ("OPT", "000a 0007 01020304050607"),
            ("OPT", "000f 0001 00"), ("OPT", "000f 0003 0000 ff"),
            ("OPT", "000f 0005 0000 efbbbf"), ("ISDN", "00 00 00"), ("AMTRELAY", "0a 00 00"),
            ("IPSECKEY", "0a 04 00"),
        ])
    func rules(type: String, wire: String) throws {
        let record = DNSRecord(
            name: .root, type: try #require(DNSType(type)), timeToLive: 1, rdata: octets(wire))
        #expect(!record.hasValidRData)
    }

    @Test(
        "the styles of dig: several lines, comments, groups, keys left out, unknown, long addresses"
    )
    func styles() throws {
        let key = try RDataRow("DNSKEY", "0181 03 0d" + String(repeating: "ab", count: 45), "")
            .record
        let half = String(repeating: "q6ur", count: 11)
        #expect(
            key.rdataText(.multiline)
                == "385 3 13 (\n\t\t\t\t\(half)\n\t\t\t\tq6urq6urq6urq6ur\n\t\t\t\t) ; revoked KSK; alg = ECDSAP256SHA256 ; key id = \(try keyTag(key))"
        )
        var style = DNSTextStyle.line
        style.groupLength = nil
        #expect(key.rdataText(style) == "385 3 13 " + String(repeating: "q6ur", count: 15))
        style.groupLength = 56
        style.hasComments = true
        #expect(key.rdataText(style).contains(" q6ur  ; revoked KSK; alg"))
        style.hidesKeys = true
        style.hasComments = false
        #expect(key.rdataText(style) == "385 3 13 [key id = \(try keyTag(key))]")
        #expect(
            try RDataRow("DS", "0001 08 03 ab", "").record.rdataText(style) == "1 8 3 [omitted]")
        style = .line
        style.isUnknownFormat = true
        #expect(try RDataRow("A", "c0000201", "").record.rdataText(style) == "\\# 4 C0000201")
        style = .line
        style.expandsAddresses = true
        let address = try RDataRow("AAAA", "20010db8000000000000000000000001", "").record
        #expect(address.rdataText(style) == "2001:0db8:0000:0000:0000:0000:0000:0001")
        style = .multiline
        style.hasComments = false
        let zone = try RDataRow("SOA", "00 00 00000001 00000002 00000003 00000004 00000005", "")
            .record
        let tabs = "\n\t\t\t\t"
        #expect(zone.rdataText(style) == ". . (\(tabs)1\(tabs)2\(tabs)3\(tabs)4\(tabs)5)")
    }

    private func keyTag(_ record: DNSRecord) throws -> UInt16 {
        // RFC 4034 §B, counted by hand: pairs of octets, and the carries.
        let pairs = stride(from: 0, to: record.rdata.count, by: 2).map {
            Int(record.rdata[$0]) << 8 | Int($0 + 1 < record.rdata.count ? record.rdata[$0 + 1] : 0)
        }
        let sum = pairs.reduce(0, +)
        return UInt16(truncatingIfNeeded: sum + sum >> 16)
    }

    @Test(
        "what is wrong in a text is told with its place",
        arguments: [
            ("A", "192.0.2", 1, 1, "'192.0.2' is not an IPv4 address"),
            ("A", "", 1, 1, "an IPv4 address is missing"),
            ("MX", "10", 1, 3, "a name is missing"),
            ("MX", "65536 a.", 1, 1, "'65536' is not a number up to 65535"),
            ("MX", "10 a. b.", 1, 7, "'b.' is more than MX has"),
            ("MX", "10 a..b.", 1, 4, "'a..b.' is not a name: empty label at octet 2"),
            ("MX", "(10\n a. ) )", 2, 7, "a parenthesis closes that was not opened"),
            ("MX", "( 10 a.", 1, 8, "a parenthesis is not closed"),
            ("MX", "\"10\" a.", 1, 2, "a number is in quotes"),
            ("TXT", "\"a", 1, 1, "a quote is not closed"),
            ("TXT", "a\\25", 1, 2, "an escape is not followed by a character or three digits"),
            ("TXT", "a\n", 1, 2, "a second line follows the record"),
            ("DS", "1 8 2 ab", 1, 1, "these values are not allowed together in DS"),
            ("NULL", "x", 1, 1, "NULL has no text but \\# and its octets"),
            ("TYPE65280", "\\# 2 ab", 1, 8, "1 octets are there, not 2"),
            (
                "RRSIG", "A 13 2 1 20230229000000", 1, 10,
                "'20230229000000' is not a time such as 20301231235959"
            ),
            ("SVCB", "1 . port=x", 1, 5, "'port=x' is not a value of port"),
        ] as [(String, String, Int, Int, String)])
    func errors(type: String, text: String, line: Int, column: Int, reason: String) throws {
        let type = try #require(DNSType(type))
        #expect(throws: DNSTextError(line: line, column: column, reason: reason)) {
            try DNSRecord(name: .root, type: type, timeToLive: 1, text: text)
        }
    }

    @Test("any words of any type end, and never trap", arguments: 0..<20)
    func words(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let words =
            RDataRow.all.flatMap { $0.text.split(separator: " ").map(String.init) }
            + [
                "(", ")", "\"", ";", "\\", "-1", "99999999999999999999", "=", ",", "\u{0}", "é",
                "90",
            ]
        let types = RDataRow.all.compactMap { DNSType($0.type) }
        for _ in 0..<500 {
            let type = try #require(types.randomElement(using: &random))
            var text = RDataRow.all.randomElement(using: &random)?.text.split(separator: " ") ?? []
            if Bool.random(using: &random),
                let row = RDataRow.all.first(where: { DNSType($0.type) == type })
            {
                text = row.text.split(separator: " ")
            }
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                let word = Substring(words.randomElement(using: &random) ?? "")
                let place = Int.random(in: 0...text.count, using: &random)
                if place < text.count, Bool.random(using: &random) {
                    text[place] = word
                } else {
                    text.insert(word, at: place)
                }
            }
            let record = try? DNSRecord(
                name: .root, type: type, timeToLive: 1, text: text.joined(separator: " "))
            if let record { #expect(record.hasValidRData) }
        }
    }

    @Test("names are completed with the origin, and @ stands for it")
    func origin() throws {
        let origin = try DNSName("example.org")
        let record = try DNSRecord(
            name: .root, type: .soa, timeToLive: 1,
            text: "@ host\\.master ( 1 ; serial\n 1h 30m 1w2d 0 )", origin: origin)
        #expect(
            record.rdataText() == "example.org. host\\.master.example.org. 1 3600 1800 777600 0")
    }

    @Test(
        "addresses are read as the system reads them",
        arguments: [
            ("::", true), ("::1", true), ("1::", true), ("1:2:3:4:5:6:7:8", true),
            ("1:2:3:4:5:6:7::", true), ("::2:3:4:5:6:7:8", true), ("1::4:5:192.0.2.1", true),
            ("1:2:3:4:5:6:192.0.2.1", true), ("::ffff:192.0.2.1", true), ("", false), (":", false),
            (":::", false), ("1:::2", false), ("::1::", false), ("1:2:3:4:5:6:7", false),
            ("1:2:3:4:5:6:7:8:9", false), ("1:2:3:4:5:6:7:8::", false), (":1:2:3:4:5:6:7:8", false),
            ("1:2:3:4:5:6:7:", false), ("12345::", false), ("g::", false), ("+1::", false),
            ("::192.0.2", false), ("::192.0.2.1:1", false), ("192.0.2.1", false),
            ("1:2:3:4:5:6:7:192.0.2.1", false), ("::01.2.3.4", false),
        ])
    func addressTexts(text: String, isAddress: Bool) throws {
        let record = try? DNSRecord(name: .root, type: .aaaa, timeToLive: 1, text: text)
        #expect((record != nil) == isAddress)
        #expect((IPAddress(text)?.isIPv6 ?? false) == isAddress)
        guard let record else { return }
        #expect(IPAddress(octets: record.rdata.span) == IPAddress(text))
    }

    @Test("times and numbers at their limits")
    func limits() {
        #expect(DNSNumber.duration("4294967295") == .max)
        #expect(DNSNumber.duration("4294967296") == nil)
        #expect(DNSNumber.duration("7102w") == nil)
        #expect(DNSNumber.duration("1W1d1H1m1S") == 694_861)
        for text in ["", "h", "1h1", "-1", "1x", "1 h"] { #expect(DNSNumber.duration(text) == nil) }
        #expect(DNSTime.number(of: "19700101000001") == 1)
        #expect(DNSTime.number(of: "21060207062816") == 0)
        for text in ["20231301000000", "20230100000000", "20230101240000", "2023010100000"] {
            #expect(DNSTime.number(of: text) == nil)
        }
    }

    @Test(
        "IPv6 addresses are written as the system writes them",
        arguments: [
            ("00000000000000000000000000000000", "::"),
            ("00000000000000000000000000000001", "::1"),
            ("000000000000000000000000c0000201", "::192.0.2.1"),
            ("00000000000000000000ffffc0000201", "::ffff:192.0.2.1"),
            ("00010000000000000000000000000000", "1::"),
            ("20010db800000001000100000000ff01", "2001:db8:0:1:1::ff01"),
            ("20010000000300000000000600070008", "2001:0:3::6:7:8"),
            ("00010000000300040005000600070008", "1:0:3:4:5:6:7:8"),
            ("00010000000000040000000000070008", "1::4:0:0:7:8"),
        ])
    func addresses(hex: String, text: String) throws {
        #expect(try RDataRow("AAAA", hex, "").record.rdataText() == text)
    }

    @Test("times count modulo 2³², near now")
    func times() {
        #expect(DNSTime.text(ofSeconds: 0) == "19700101000000")
        #expect(DNSTime.text(ofSeconds: -1) == "19691231235959")
        #expect(DNSTime.text(ofSeconds: 1 << 32) == "21060207062816")
        #expect(DNSTime.text(of: 0, now: 1 << 32) == "21060207062816")
        #expect(DNSTime.text(of: 0xf000_0000, now: 0) == "19610630023544")
        #expect(DNSTime.inWords(0) == "0 seconds")
        #expect(DNSTime.inWords(694_861) == "1 week 1 day 1 hour 1 minute 1 second")
    }

    @Test(
        "types by name and number",
        arguments: [
            ("aaaa", 28), ("Type28", 28), ("TYPE65535", 65535), ("nsap-ptr", 23), ("dlv", 32769),
            ("TYPE65536", nil), ("TYPE", nil), ("TYPE-1", nil), ("BOGUS", nil), ("", nil),
        ] as [(String, UInt16?)])
    func typeNames(text: String, number: UInt16?) {
        #expect(DNSType(text)?.rawValue == number)
    }
}
