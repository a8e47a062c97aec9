import Testing

@testable import TwineDNS

@Suite("DNSSEC: denials")
struct DNSSECDenialTests {
    private func nsec(_ owners: String...) throws -> DNSSECDenial {
        try DNSSECExampleZone.denial(
            DNSSECExampleZone.nsec, DNSSECExampleZone.nsecKey, now: 1_082_000_000, owners)
    }

    private func nsec3(_ hashes: String...) throws -> DNSSECDenial {
        let text = DNSSECExampleZone.nsec3
        let owners = try zoneRecords(text).compactMap { record -> String? in
            let label = String(record.name.description.prefix { $0 != "." })
            return hashes.contains { label.hasPrefix($0) } ? "\(label)." : nil
        }
        return try DNSSECExampleZone.denial(
            text, DNSSECExampleZone.nsec3Key, now: 1_200_000_000, owners)
    }

    private func made(_ text: String, zone: String = "example") throws -> DNSSECDenial {
        try DNSSECDenial(zone: dnsName(zone), zoneRecords(text))
    }

    private func isProven(_ proof: DNSSECDenial.Proof, isOptOut: Bool = false) -> Bool {
        if case .proven(_, isOptOut) = proof { true } else { false }
    }

    // MARK: RFC 4035

    @Test("B.2: a name error needs both records")
    func nameError() throws {
        let name = try dnsName("ml.example")
        #expect(isProven(try nsec("b.", "").nameError(name)))
        #expect(!isProven(try nsec("b.").nameError(name)))
        #expect(!isProven(try nsec("").nameError(name)))
    }

    @Test("B.3: no data")
    func noData() throws {
        let denial = try nsec("ns1.")
        #expect(isProven(denial.noData(try dnsName("ns1.example"), .mx)))
        #expect(!isProven(denial.noData(try dnsName("ns1.example"), .a)))
        #expect(!isProven(denial.noData(try dnsName("ns2.example"), .mx)))
    }

    @Test("B.5: a delegation to a zone that is not signed")
    func unsignedDelegation() throws {
        let denial = try nsec("b.")
        #expect(
            denial.delegation(try dnsName("b.example"))
                == .unsigned("NSEC of b.example. has NS and no DS"))
        #expect(!isProven(denial.noData(try dnsName("b.example"), .mx)))
    }

    @Test("B.6: an expansion of a wildcard, and the closest encloser that it has")
    func expansion() throws {
        let denial = try nsec("x.y.w.")
        let name = try dnsName("a.z.w.example")
        #expect(
            isProven(denial.expansion(name, closestEncloser: try dnsName("w.example"))))
        #expect(
            !isProven(denial.expansion(name, closestEncloser: try dnsName("example"))))
    }

    @Test("B.7: no data at a wildcard needs both records")
    func wildcardNoData() throws {
        let name = try dnsName("a.z.w.example")
        #expect(isProven(try nsec("x.y.w.", "*.w.").noData(name, .aaaa)))
        #expect(!isProven(try nsec("x.y.w.", "*.w.").noData(name, .mx)))
        #expect(!isProven(try nsec("x.y.w.").noData(name, .aaaa)))
        #expect(!isProven(try nsec("*.w.").noData(name, .aaaa)))
    }

    @Test("B.8: a zone cannot deny its own DS records")
    func ownDS() throws {
        let denial = try nsec("")
        #expect(!isProven(denial.noData(try dnsName("example"), .ds)))
        #expect(isProven(denial.noData(try dnsName("example"), .aaaa)))
    }

    // MARK: RFC 5155

    @Test("B.1: a name error by NSEC3 needs all three records")
    func hashedNameError() throws {
        let name = try dnsName("a.c.x.w.example")
        let all = ["0p9m", "b4um", "35mt"]
        #expect(isProven(try nsec3("0p9m", "b4um", "35mt").nameError(name), isOptOut: true))
        for left in all {
            let rest = all.filter { $0 != left }
            let proof = try nsec3(rest[0], rest[1]).nameError(name)
            #expect(proof == .missing("nothing denies the name"), "\(left)")
        }
    }

    @Test("B.2: no data, and no data at a name that only has names below it")
    func hashedNoData() throws {
        let denial = try nsec3("2t7b", "ji6n")
        #expect(isProven(denial.noData(try dnsName("ns1.example"), .mx)))
        #expect(!isProven(denial.noData(try dnsName("ns1.example"), .a)))
        #expect(isProven(denial.noData(try dnsName("y.w.example"), .a)))
    }

    @Test("B.3: a delegation that the opt-out leaves out")
    func optOut() throws {
        let name = try dnsName("c.example")
        guard case .unsigned = try nsec3("35mt", "0p9m").delegation(name) else {
            Issue.record("not unsigned")
            return
        }
        guard case .missing = try nsec3("35mt").delegation(name) else {
            Issue.record("not missing")
            return
        }
    }

    @Test("B.4: an expansion of a wildcard")
    func hashedExpansion() throws {
        let denial = try nsec3("q04j")
        let encloser = try dnsName("w.example")
        let name = try dnsName("a.z.w.example")
        #expect(isProven(denial.expansion(name, closestEncloser: encloser), isOptOut: true))
        let other = try dnsName("a.x.w.example")
        #expect(!isProven(denial.expansion(other, closestEncloser: encloser), isOptOut: true))
    }

    @Test("B.5: no data at a wildcard")
    func hashedWildcardNoData() throws {
        let name = try dnsName("a.z.w.example")
        let denial = try nsec3("k8ud", "q04j", "r53b")
        #expect(isProven(denial.noData(name, .aaaa), isOptOut: true))
        #expect(!isProven(try nsec3("q04j", "r53b").noData(name, .aaaa), isOptOut: true))
        #expect(!isProven(try nsec3("k8ud", "r53b").noData(name, .aaaa), isOptOut: true))
    }

    @Test("B.6: a zone cannot deny its own DS records by NSEC3")
    func hashedOwnDS() throws {
        #expect(!isProven(try nsec3("0p9m").noData(try dnsName("example"), .ds)))
    }

    // MARK: What must not be a proof

    @Test("a record from above a delegation or a DNAME denies nothing below")
    func ancestors() throws {
        for types in ["NS", "DNAME"] {
            let denial = try made("a.example. NSEC z.example. \(types) NSEC")
            #expect(!isProven(denial.nameError(try dnsName("x.a.example"))), "\(types)")
            #expect(!isProven(denial.noData(try dnsName("x.a.example"), .a)), "\(types)")
        }
    }

    @Test("a name with a CNAME has data of every type")
    func cname() throws {
        let denial = try made("a.example. NSEC z.example. CNAME NSEC")
        #expect(!isProven(denial.noData(try dnsName("a.example"), .a)))
    }

    @Test("a name that has names below it exists")
    func emptyNonTerminal() throws {
        let denial = try made(
            "example. NSEC x.b.example. NS SOA NSEC\nx.b.example. NSEC example. A NSEC")
        #expect(!isProven(denial.nameError(try dnsName("b.example"))))
        #expect(isProven(denial.noData(try dnsName("b.example"), .a)))
        #expect(isProven(denial.nameError(try dnsName("c.example"))))
    }

    @Test("the last record of a zone covers what follows in the zone, and nothing outside")
    func last() throws {
        let denial = try made("example. NSEC example. NS SOA NSEC")
        #expect(isProven(denial.nameError(try dnsName("z.example"))))
        #expect(!isProven(denial.nameError(try dnsName("z.other"))))
        #expect(!isProven(denial.nameError(try dnsName("example"))))
    }

    @Test("records of other zones, hashes and parameters do not count")
    func otherRecords() throws {
        let hash = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
        let denial = try made(
            """
            a.other. NSEC z.other. A NSEC
            \(hash).sub.example. NSEC3 1 0 0 - \(hash) A
            \(hash).example. NSEC3 2 0 0 - \(hash) A
            \(hash).example. NSEC3 1 2 0 - \(hash) A
            \(hash).example. NSEC3 1 0 1 - \(hash) A
            2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. NSEC3 1 0 2 - \(hash) A
            """)
        #expect(denial.nsec.isEmpty)
        #expect(denial.nsec3.map(\.parameters.iterations) == [1])
    }

    @Test("random maps of types are read to their end")
    func types() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...40, using: &random)
            let map = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = DNSSECTypes(map: map).contains(
                DNSType(rawValue: UInt16.random(in: 0...UInt16.max, using: &random)))
        }
        #expect(DNSSECTypes(map: [0, 1, 0x40, 1, 1, 0x40]).contains(.a))
        #expect(DNSSECTypes(map: [0, 1, 0x40, 1, 1, 0x40]).contains(.caa))
        #expect(!DNSSECTypes(map: [0, 1, 0x40, 1, 1, 0x40]).contains(.ns))
    }
}
