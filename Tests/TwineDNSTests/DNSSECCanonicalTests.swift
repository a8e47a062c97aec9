import Testing

@testable import TwineDNS

@Suite("DNSSEC: canonical form and order")
struct DNSSECCanonicalTests {
    /// RFC 4034 §6.1.
    private static let order = [
        "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
        "\\001.z.example", "*.z.example", "\\200.z.example",
    ]

    @Test("names are ordered as in RFC 4034 §6.1")
    func order() throws {
        let names = try Self.order.map { try dnsName($0) }
        for (index, one) in names.enumerated() {
            for (other, two) in names.enumerated() {
                #expect(one.precedes(two) == (index < other), "\(one) \(two)")
            }
        }
    }

    @Test("names in rdata are in lower case in the types that have them so, and in no others")
    func rdata() throws {
        let lines = try zoneRecords(
            """
            a. NS NS.Example.
            a. SOA NS.Example. Root.Example. 1 2 3 4 5
            a. MX 10 Mail.Example.
            a. SRV 1 2 3 Host.Example.
            a. RP Box.Example. Txt.Example.
            a. NAPTR 1 2 "S" "SIP" "" Next.Example.
            a. A6 64 ::1 Prefix.Example.
            a. A6 0 ::4142
            a. NXT Next.Example. A
            a. DNAME New.Example.
            a. NSAP-PTR Old.Example.
            """)
        let texts = lines.map { record in
            var canonical = record
            canonical.rdata = record.canonicalRData
            return canonical.rdataText()
        }
        #expect(
            texts == [
                "ns.example.", "ns.example. root.example. 1 2 3 4 5", "10 mail.example.",
                "1 2 3 host.example.", "box.example. txt.example.",
                "1 2 \"S\" \"SIP\" \"\" next.example.", "64 ::1 prefix.example.", "0 ::4142",
                "next.example. A", "new.example.", "old.example.",
            ])
        let kept = try zoneRecords(
            """
            a. NSEC Next.Example. A
            a. SVCB 1 Host.Example. alpn=h2
            a. TXT "Text"
            a. LP 1 Locator.Example.
            a. HINFO "CPU" "OS"
            """)
        for record in kept { #expect(record.canonicalRData == record.rdata) }
    }

    @Test("rdata that is not of its type's form is taken as it is")
    func malformed() {
        let record = DNSRecord(name: .root, type: .mx, timeToLive: 0, rdata: [0, 1, 9, 65])
        #expect(record.canonicalRData == [0, 1, 9, 65])
    }

    @Test("records are signed in the order of their octets, each once")
    func signedOctets() throws {
        let set = try zoneSet(
            """
            B.Example. 3600 A 192.0.2.200
            b.example. 3600 A 192.0.2.3
            b.example. 60 A 192.0.2.3
            b.example. 3600 RRSIG A 8 2 300 20300101000000 20000101000000 1 EXAMPLE. AAAA
            """)
        let signature = try #require(DNSSECSignature(set.signatures[0]))
        let record = "01 'b' 07 'example' 00 0001 0001 0000012c 0004 c00002"
            .replacing("'", with: "\"")
        #expect(
            signature.signedOctets(of: set)
                == octets(
                    "0001 08 02 0000012c 70dbd880 386d4380 0001 07 \"example\" 00 \(record)03 \(record)c8"
                ))
    }

    @Test("what was made from a wildcard is signed as the wildcard")
    func wildcard() throws {
        let set = try zoneSet(
            """
            a.b.example. 3600 A 192.0.2.3
            a.b.example. 3600 RRSIG A 8 1 300 20300101000000 20000101000000 1 example. AAAA
            """)
        let signature = try #require(DNSSECSignature(set.signatures[0]))
        #expect(signature.closestEncloser == (try dnsName("example")))
        let signed = try #require(signature.signedOctets(of: set))
        #expect(signed[27...].starts(with: octets("01 \"*\" 07 \"example\" 00 0001")))
    }

    @Test("a wildcard that was asked for by its own name was made from none")
    func ownWildcard() throws {
        let set = try zoneSet(
            """
            *.example. 3600 A 192.0.2.3
            *.example. 3600 RRSIG A 8 1 300 20300101000000 20000101000000 1 example. AAAA
            """)
        let signature = try #require(DNSSECSignature(set.signatures[0]))
        #expect(signature.closestEncloser == nil)
        #expect(signature.isPlausible)
    }

    @Test("times count modulo 2³²")
    func times() throws {
        let set = try zoneSet(
            """
            a. A 192.0.2.3
            a. RRSIG A 8 1 300 100 4294967000 1 . AAAA
            """)
        let signature = try #require(DNSSECSignature(set.signatures[0]))
        #expect(signature.validity(at: 4_294_966_999) == .notYetValid)
        #expect(signature.validity(at: 4_294_967_000) == .valid)
        #expect(signature.validity(at: 100) == .valid)
        #expect(signature.validity(at: 101) == .expired)
    }

    @Test("sets keep their order, and signatures belong to what they cover")
    func sets() throws {
        let sets = try DNSRecordSet.sets(
            of: zoneRecords(
                """
                b. MX 1 x.
                a. RRSIG A 8 1 300 100 200 1 . AAAA
                a. A 192.0.2.1
                b. MX 2 y.
                a. RRSIG TXT 8 1 300 100 200 1 . AAAA
                b. MX 1 x.
                """))
        #expect(sets.map(\.description) == ["b. MX", "a. A", "a. RRSIG"])
        #expect(sets.map(\.records.count) == [2, 1, 1])
        #expect(sets.map(\.signatures.count) == [0, 1, 0])
    }
}
