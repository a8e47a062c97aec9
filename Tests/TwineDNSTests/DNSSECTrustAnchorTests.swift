import Testing

@testable import TwineDNS

@Suite("DNSSEC: trust anchors")
struct DNSSECTrustAnchorTests {
    private static let key = "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
    private static let digest = "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b"

    private func read(_ text: String) throws -> [DNSSECTrustAnchor] {
        try DNSSECTrustAnchor.read(Array(text.utf8))
    }

    @Test("the keys of the root are known")
    func root() {
        #expect(DNSSECTrustAnchor.root.map(\.keyTag) == [20326, 38696])
        #expect(DNSSECTrustAnchor.root.allSatisfy { $0.name.isRoot && $0.isSupported })
    }

    @Test("the key of 2017 matches its digest")
    func rootKey() throws {
        let line = """
            . 172800 IN DNSKEY 257 3 8 (
                AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLA
                Jr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLr
                jyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6
                H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qih
                ylGa8subX2Nn6UwNR1AkUTV74bU= )
            """
        let key = try #require(DNSSECKey(try zoneRecords(line)[0]))
        #expect(DNSSECTrustAnchor.root.map { $0.matches(key) } == [true, false])
    }

    @Test("records of zone files are read")
    func zone() throws {
        let anchors = try read(
            """
            ; managed-keys { is not what this is
            example.com. IN DS 3613 15 2 \(Self.digest)
            example.com. 3600 IN DNSKEY 257 3 15 ( \(Self.key) ) ; key
            example.com. A 192.0.2.1
            """)
        #expect(anchors.map(\.keyTag) == [3613, 3613])
        #expect(anchors.map(\.record.type) == [.ds, .dnskey])
    }

    @Test("BIND's statements are read, in all their forms")
    func statements() throws {
        let anchors = try read(
            """
            # comment; /* one */
            // and { another
            /* managed-keys
               { */
            trust-anchors {
                . static-key 257 3 15 "\(Self.key.prefix(20))
                    \(Self.key.dropFirst(20))";
                "example.com." initial-ds 3613 15 2 "\(Self.digest)"; // end
            };
            managed-keys { example.net initial-key 257 3 15 "\(Self.key)"; };
            trusted-keys { org. 257 3 15 "\(Self.key)"; };
            """)
        #expect(anchors.map(\.name.description) == [".", "example.com.", "example.net.", "org."])
        #expect(anchors.map(\.keyTag) == [3613, 3613, 3613, 3613])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("trust-anchors { . static-key 257 3 15 \"###\"; };", 1, 39),
            ("trust-anchors {\n. other-key 257 3 15 \"AAAA\"; };", 2, 3),
            ("trust-anchors {\n. static-key 257 3 15 \"AAAA; };", 2, 23),
            ("trust-anchors {", 1, 16), ("trust-anchors { . static-key 257 }", 1, 34),
            ("options { };", 1, 9), ("/* never closed", 1, 1),
            ("managed-keys { };\noptions { };", 2, 1),
        ])
    func errors(_ text: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: DNSTextError.self) { try read(text) }
        #expect(error?.line == line)
        #expect(error?.column == column, "\(error?.reason ?? "")")
    }

    @Test("a file that is cut anywhere is read, or is told to be wrong")
    func everyCut() throws {
        let text = "/* a */ trust-anchors { \"x.\" initial-ds 3613 15 2 \"\(Self.digest)\"; };"
        for count in 0..<text.utf8.count {
            _ = try? DNSSECTrustAnchor.read(Array(text.utf8.prefix(count)))
        }
        #expect(try read(text).count == 1)
    }
}
