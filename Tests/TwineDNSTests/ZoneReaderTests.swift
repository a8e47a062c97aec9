import Foundation
import Testing

@testable import TwineDNS

@Suite("Zone files")
struct ZoneReaderTests {
    /// Each record as a line, or the error in its place.
    private func read(
        _ text: String, origin: String = "example.org", include: ((String) -> [UInt8]?)? = nil
    ) throws -> [String] {
        var reader = ZoneReader(Array(text.utf8), origin: try DNSName(origin), include: include)
        var lines: [String] = []
        while true {
            do throws(DNSTextError) {
                guard let record = try reader.next() else { return lines }
                let words =
                    "\(record.name) \(record.timeToLive) \(record.recordClass) \(record.type)"
                lines.append("\(words) \(record.rdataText())")
            } catch {
                lines.append("\(error)")
            }
            try #require(lines.count < 1000)
        }
    }

    @Test("owners, classes and times are taken from before, in any order, over several lines")
    func records() throws {
        let text = ##"""
            $TTL 1h ; an hour
            @ IN SOA ns host.master ( 1 ; serial
               2h 3 4 5 )
              NS ns
            www 60 IN A 192.0.2.1
              IN 61 AAAA 2001:db8::1
            ( a\.b ) TXT ( "one" ; a comment ) "
              two
              )

            ; nothing here
            $ORIGIN sub
            @ CNAME other.example.
            x CLASS1 TYPE1 \# 4 c0000202
            """##
        #expect(
            try read(text) == [
                "example.org. 3600 IN SOA ns.example.org. host.master.example.org. 1 7200 3 4 5",
                "example.org. 3600 IN NS ns.example.org.",
                "www.example.org. 60 IN A 192.0.2.1", "www.example.org. 61 IN AAAA 2001:db8::1",
                "a\\.b.example.org. 3600 IN TXT \"one\" \"two\"",
                "sub.example.org. 3600 IN CNAME other.example.",
                "x.sub.example.org. 3600 IN A 192.0.2.2",
            ])
    }

    @Test("without $TTL a record has the time of the one before, or the SOA's minimum")
    func times() throws {
        #expect(
            try read("@ SOA . . 1 2 3 4 5\n NS .\n 9 NS a\n NS b\n", origin: ".") == [
                ". 5 IN SOA . . 1 2 3 4 5", ". 5 IN NS .", ". 9 IN NS a.", ". 9 IN NS b.",
            ])
    }

    @Test("what is wrong is told with its place, and the records after it are read")
    func errors() throws {
        let text = """
             A 192.0.2.1
            a A 192.0.2.1
            $TTL 1
            b A 192.0.2.256
            c MX ( 10
              x y )
            $TTL
            $BOGUS x
            $INCLUDE file
            $ORIGIN a..b
            d BOGUS x
            e A 192.0.2.1 ; it goes on
            "f" A 192.0.2.1
            g TXT "not closed
            h TXT )
            i TXT ok
            $GENERATE 2-1 x A 192.0.2.1
            $GENERATE 1-2 x${1 A 192.0.2.1
            $GENERATE 255-300 x$ A 192.0.2.$
            j TXT (
            """
        let expected = [
            "line 1, column 2: there is no owner before",
            "line 2, column 3: there is no time to live, and no $TTL before",
            "line 4, column 5: '192.0.2.256' is not an IPv4 address",
            "line 6, column 5: 'y' is more than MX has", "line 7, column 5: a time is missing",
            "line 8, column 1: '$BOGUS' is not $ORIGIN, $TTL, $INCLUDE or $GENERATE",
            "line 9, column 10: no file may be included here",
            "line 10, column 9: 'a..b' is not a name: empty label at octet 2",
            "line 11, column 3: 'BOGUS' is not a type", "e.example.org. 1 IN A 192.0.2.1",
            "line 13, column 2: an owner is in quotes",
            "line 14, column 7: a quote is not closed",
            "line 15, column 7: a parenthesis closes that was not opened",
            "i.example.org. 1 IN TXT \"ok\"",
            "line 17, column 11: '2-1' is not a range such as 1-254 or 0-100/2",
            "line 18, column 11: a form of the number is not ${offset,width,base}",
            "x255.example.org. 1 IN A 192.0.2.255",
            "line 19, column 11: '192.0.2.256' is not an IPv4 address, for 256",
            "line 20, column 8: a parenthesis is not closed",
        ]
        let lines = try read(text)
        for (line, wanted) in zip(lines, expected) { #expect(line == wanted) }
        #expect(lines.count == expected.count)
    }

    @Test("files include others, with an origin of their own, not endlessly")
    func includes() throws {
        let files = [
            "a": "$TTL 7\nin A 192.0.2.1\n$INCLUDE b sub\n", "b": " A 192.0.2.2\n@ BOGUS\n",
            "loop": "$INCLUDE loop\n",
        ]
        let include: (String) -> [UInt8]? = { files[$0].map { Array($0.utf8) } }
        #expect(
            try read("$INCLUDE \"a\"\nout A 192.0.2.3\n$INCLUDE none\n", include: include) == [
                "in.example.org. 7 IN A 192.0.2.1", "in.example.org. 7 IN A 192.0.2.2",
                "b: line 2, column 3: 'BOGUS' is not a type",
                "out.example.org. 7 IN A 192.0.2.3", "line 3, column 10: none cannot be read",
            ])
        #expect(
            try read("$INCLUDE loop\n", include: include) == [
                "loop: line 1, column 10: files include each other more than 10 deep"
            ])
    }

    @Test("$GENERATE makes records of a range, in each of its forms")
    func generate() throws {
        let text = #"""
            $TTL 1
            $GENERATE 1-3/2 a$ IN 5 A 192.0.2.$
            $GENERATE 10-10 ${-9,3,d}.${0,0,x}.${0,4,X}.${0,0,o} CNAME $$.\$.$
            $GENERATE 18-18 ${0,7,n}.${0,0,N} PTR x
            $GENERATE 1-1 @ MX "$0 m${1}"
            """#
        #expect(
            try read(text) == [
                "a1.example.org. 5 IN A 192.0.2.1", "a3.example.org. 5 IN A 192.0.2.3",
                "001.a.000A.12.example.org. 1 IN CNAME \\$.\\$.10.example.org.",
                "2.1.0.0.2.1.example.org. 1 IN PTR x.example.org.",
                "example.org. 1 IN MX 10 m2.example.org.",
            ])
    }

    @Test("any octets end, and never trap", arguments: 0..<20)
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let words = [
            "$TTL", "$ORIGIN", "$GENERATE", "$INCLUDE", "@", "a.b", "1-3", "$", "${0,3,n}", "IN",
            "1h",
            "A", "SVCB", "LOC", "APL", "TXT", "\\#", "4", "(", ")", ";", "\"", "\n", " ", "\\",
            "\\25",
            "192.0.2.1", "::", "alpn=\"a,b\"", "\u{0}", "\r", "é",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                words.randomElement(using: &random) ?? ""
            }
            let separator = Bool.random(using: &random) ? " " : ""
            _ = try read(
                text.joined(separator: separator), include: { _ in Array("@ 1 A 192.0.2.1".utf8) })
        }
    }

    private struct Zone: Decodable {
        struct Item: Decodable {
            let owner: String?
            let rclass: String?
            let rrttl: String?
            let rtype: String?
            let rdata: String?
        }

        let src: String
        let zone: String
        let records: [Item]
    }

    @Test(
        "Knot's zone files have the records that Knot reads",
        .enabled(
            if: FileManager.default.fileExists(
                atPath: conformanceFolder.appending(path: "knot-zscanner.jsonl").path)))
    func knot() throws {
        var wrong: [String: [String]] = [:]
        var count = 0
        for zone in try conformanceLines("knot-zscanner.jsonl", as: Zone.self) {
            var reader = ZoneReader(Array(zone.zone.utf8), timeToLive: 0)
            for item in zone.records {
                count += 1
                let expected = item.owner.map {
                    "\($0) \(item.rrttl ?? "") \(item.rtype ?? "") \(item.rdata ?? "")"
                }
                var found: String?
                var text = "at the end"
                do throws(DNSTextError) {
                    if let record = try reader.next() {
                        let time = String(record.timeToLive, radix: 16, uppercase: true)
                        let zeros = String(repeating: "0", count: 8 - time.count)
                        let type = hex([
                            UInt8(record.type.rawValue >> 8), UInt8(record.type.rawValue & 255),
                        ])
                        found =
                            "\(hex(record.name.wire)) \(zeros)\(time) \(type) \(hex(record.rdata))"
                        text = "\(record.name) \(record.type) \(record.rdataText())"
                    }
                } catch {
                    text = "\(error)"
                }
                guard found != expected else { continue }
                let file = zone.src.split(separator: "/").last.map(String.init) ?? ""
                wrong[file, default: []].append("\(text) | \(expected ?? "refused")")
            }
        }
        for (file, lines) in wrong {
            #expect(lines.count == Self.exceptions[file]?.count, "\(file): \(lines)")
        }
        #expect(wrong.count == Self.exceptions.count)
        print("zones: \(count - wrong.values.map(\.count).reduce(0, +)) of \(count) as Knot")
    }

    /// Where Knot and BIND differ, it is as BIND does; how often, and why.
    private static let exceptions: [String: (count: Int, reason: String)] = [
        "00-0_general.in": (1, "parentheses within parentheses"),
        "01_owner.in": (6, "names of any octets"), "02_class.in": (2, "other classes, CLASS1"),
        "12_TXT.in": (4, "quoted lines end; texts end at 255 octets; quotes end words"),
        "14_NS.in": (5, "names of any octets"), "18_MX.in": (1, "names of any octets"),
        "26_SRV.in": (1, "names of any octets"),
        "29_CERT.in": (4, "BIND's names of algorithms; base 64 in pieces"),
        "30_KEY.in": (2, "flags that say there is no key; base 64 in pieces"),
        "31_DNSKEY.in": (2, "flags that say there is no key; base 64 in pieces"),
        "34_SSHFP.in": (1, "no fingerprint"), "35_IPSECKEY.in": (1, "base 64 in pieces"),
        "36_RRSIG.in": (3, "a signer of more labels; times modulo; base 64 in pieces"),
        "37_NSEC.in": (5, "no types"), "38_DHCID.in": (1, "base 64 in pieces"),
        "39_NSEC3.in": (14, "base 32 has no padding (RFC 5155 §3.3)"),
        "42_LOC.in": (3, "above 90 degrees"), "47_L64.in": (1, "groups of fewer digits"),
        "50_CDNSKEY.in": (2, "flags that say there is no key; base 64 in pieces"),
        "51_URI.in": (1, "no target (RFC 7553 §4.4)"), "52_CAA.in": (1, "no tag"),
        "56_ZONEMD.in": (6, "digests of at least 12 octets (RFC 8976 §2.2.4)"),
        "57_SVCB.in": (3, "no alpn; ohttp; paths that are none"),
        "58_HTTPS.in": (1, "a path that is none"), "62_ALIAS.in": (4, "a type of Knot's"),
        "63_DELEG.in": (7, "types that are not registered"),
    ]

    private func hex(_ octets: [UInt8]) -> String {
        octets.map { String(String(UInt16($0) + 0x100, radix: 16, uppercase: true).dropFirst()) }
            .joined()
    }
}
