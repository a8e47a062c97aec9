import Testing

@testable import TwineDNS

@Suite("DNSSEC: the examples of the RFCs")
struct DNSSECVectorTests {
    /// A key, records, and their signature by it.
    struct Example: CustomTestStringConvertible, Sendable {
        let title: String
        let key: String
        let records: String
        let now: UInt32
        var tag: UInt16 = 0

        var testDescription: String { title }
    }

    static let examples = [
        Example(
            title: "RFC 4035 appendix B.1, RSA/SHA-1",
            key: "example. DNSKEY \(DNSSECExampleZone.nsecKey)",
            records: """
                x.w.example. 3600 IN MX 1 xx.example.
                x.w.example. 3600 RRSIG MX 5 3 3600 20040509183619 20040409183619 38519 example. (
                    Il2WTZ+Bkv+OytBx4LItNW5mjB4RCwhOO8y1XzPHZmZUTVYL7LaA63f6T9ysVBzJRI3KRjAPH3U1qaYn
                    DoN1DrWqmi9RJe4FoObkbcdm7P3Ikx70ePCoFgRz1Yq+bVVXCvGuAU4xALv3W/Y1jNSlwZ2mSWKHfxFQ
                    xPtLj8s32+k= )
                """, now: 1_082_000_000, tag: 38519),
        Example(
            title: "RFC 5702 §6.1, RSA/SHA-256",
            key: """
                example.net. DNSKEY 256 3 8 AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36Bp (
                    oncwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk= )
                """,
            records: """
                www.example.net. 3600 IN A 192.0.2.91
                www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 example.net. (
                    kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiV
                    YP4bwg== )
                """, now: 1_000_000_000, tag: 9033),
        Example(
            title: "RFC 5702 §6.2, RSA/SHA-512",
            key: """
                example.net. DNSKEY 256 3 10 (
                    AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/AyhqFDxj13
                    tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWXjDtaR7ZQBlZ3PFY1
                    2ZTSncorffcGmhOL )
                """,
            records: """
                www.example.net. 3600 IN A 192.0.2.91
                www.example.net. 3600 IN RRSIG A 10 3 3600 20300101000000 20000101000000 3740 example.net. (
                    tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw1ep94PzE
                    Wzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXwm9Sa9ZXIbNl1MBGk
                    0fthPgxdDLw= )
                """, now: 1_000_000_000, tag: 3740),
        Example(
            title: "RFC 6605 §6.1, ECDSA P-256",
            key: """
                example.net. DNSKEY 257 3 13 (
                    GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQ
                    Lc8NAA== )
                """,
            records: """
                www.example.net. 3600 IN A 192.0.2.1
                www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 example.net. (
                    qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep
                    666VCw== )
                """, now: 1_283_000_000, tag: 55648),
        Example(
            title: "RFC 6605 §6.2, ECDSA P-384",
            key: """
                example.net. DNSKEY 257 3 14 (
                    xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrb
                    YQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40 )
                """,
            records: """
                www.example.net. 3600 IN A 192.0.2.1
                www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 20100812102025 10771 example.net. (
                    /L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKay
                    JNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm )
                """, now: 1_283_000_000, tag: 10771),
        Example(
            title: "RFC 8080 §6.1, Ed25519 (erratum 4935)",
            key: "example.com. DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
            records: """
                example.com. 3600 IN MX 10 mail.example.com.
                example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. (
                    oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngw
                    crqNAg== )
                """, now: 1_439_000_000, tag: 3613),
        Example(
            title: "RFC 8080 §6.2, Ed448 (erratum 4935)",
            key: """
                example.com. DNSKEY 257 3 16 (
                    3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA )
                """,
            records: """
                example.com. 3600 IN MX 10 mail.example.com.
                example.com. 3600 IN RRSIG MX 16 2 3600 1440021600 1438207200 9713 example.com. (
                    3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGIL
                    n/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA )
                """, now: 1_439_000_000, tag: 9713),
    ]

    private func verify(
        _ example: Example, _ change: (inout DNSRecordSet) -> Void = { _ in }
    ) throws -> DNSRecordSet.Verification {
        let key = try #require(DNSSECKey(try zoneRecords(example.key)[0]))
        #expect(key.tag == example.tag)
        var set = try zoneSet(example.records)
        change(&set)
        var budget = DNSSECBudget()
        return set.verify(by: [key], of: key.owner, now: example.now, budget: &budget)
    }

    @Test("each signature fits its records", arguments: examples)
    func right(_ example: Example) throws {
        guard case .valid = try verify(example) else {
            Issue.record("\(try verify(example))")
            return
        }
    }

    @Test("and fits no others", arguments: examples)
    func wrong(_ example: Example) throws {
        let outcome = try verify(example) { $0.records[0].rdata[1] ^= 1 }
        #expect(
            outcome
                == .invalid("its signature by key \(example.tag) does not fit it", isForged: true))
    }

    @Test("a signature that is cut short fits nothing", arguments: examples)
    func short(_ example: Example) throws {
        for count in [0, 1, 8, 32, 63] {
            let outcome = try verify(example) {
                let head = $0.signatures[0].rdata.count
                $0.signatures[0].rdata.removeLast(min(count + 1, head - 40))
            }
            guard case .invalid = outcome else {
                Issue.record("\(count): \(outcome)")
                return
            }
        }
    }

    @Test("keys that are no keys are taken for wrong ones")
    func oddKeys() {
        for number in [UInt8(1), 3, 5, 7, 8, 10, 12, 13, 14, 15, 16, 200, 253] {
            let algorithm = DNSSECAlgorithm(rawValue: number)
            for count in [0, 1, 2, 3, 4, 32, 57, 64, 96, 130, 600] {
                for fill in [UInt8(0), 1, 3, 255] {
                    let key = [UInt8](repeating: fill, count: count)
                    let outcome = DNSSECCrypto.check(key, of: [1, 2, 3], algorithm, key)
                    #expect(outcome != .right)
                }
            }
        }
    }

    // MARK: Digests and tags

    @Test("DS records fit the keys that they were made of")
    func digests() throws {
        // RFC 4034 §5.4, RFC 4509 §2.3: SHA-1 and SHA-256; RFC 6605 §6.2: SHA-384.
        let key = """
            dskey.example.com. 86400 IN DNSKEY 256 3 5 (
                AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUS
                djMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/r
                ljwvFw== )
            """
        let ds = """
            DSKEY.example.com. DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
            dskey.example.com. DS 60485 5 2 (
                D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A )
            """
        let parsed = try #require(DNSSECKey(try zoneRecords(key)[0]))
        for record in try zoneRecords(ds) {
            #expect(try #require(DNSSECDelegation(record)).matches(parsed))
        }
        var other = try zoneRecords(ds)[1]
        other.rdata[10] ^= 1
        #expect(try !#require(DNSSECDelegation(other)).matches(parsed))
    }

    @Test("SHA-1 does not count where there is a better digest")
    func betterDigest() throws {
        let all = try zoneRecords(
            """
            a. DS 1 8 1 0000000000000000000000000000000000000000
            a. DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000
            a. DS 1 8 3 00
            a. DS 1 1 2 0000000000000000000000000000000000000000000000000000000000000000
            """
        ).compactMap { DNSSECDelegation($0) }
        #expect(DNSSECDelegation.usable(all) == [all[1]])
        #expect(DNSSECDelegation.usable([all[0], all[3]]) == [all[0]])
        #expect(DNSSECDelegation.usable([all[2], all[3]]).isEmpty)
    }

    // MARK: Hashes

    @Test(
        "names are hashed as in appendix A of RFC 5155",
        arguments: [
            ("example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"),
            ("a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
            ("ai.example", "gjeqe526plbf1g8mklp59enfd789njgi"),
            ("NS1.Example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"),
            ("*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"),
            ("x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s"),
            ("xx.example", "t644ebqk9bibcna874givr6joj62mlhv"),
        ])
    func hashes(_ text: String, _ hash: String) throws {
        let parameters = NSEC3Record.Parameters(iterations: 12, salt: [0xaa, 0xbb, 0xcc, 0xdd])
        #expect(parameters.hash(of: try dnsName(text)) == DNSLetters.base32.decode(hash.utf8))
    }
}
