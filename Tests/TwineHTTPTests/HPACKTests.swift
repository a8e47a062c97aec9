import Testing
import TwineTesting

@testable import TwineHTTP

/// Octets from hexadecimal digits; spaces and line ends mean nothing.
func hexOctets(_ text: String) -> [UInt8] {
    var octets: [UInt8] = []
    var high: Int?
    for digit in text.compactMap(\.hexDigitValue) {
        if let first = high.take() {
            octets.append(UInt8(first << 4 | digit))
        } else {
            high = digit
        }
    }
    return octets
}

private typealias Fields = [(String, String)]

/// A row of blocks on one connection: what they say, and the table's size after each.
struct HPACKExample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var tableLimit = 4096
    var usesHuffman = false
    let blocks: [(hex: String, fields: [(String, String)], size: Int)]
}

@Suite("HPACK")
struct HPACKTests {
    private static let requests: [Fields] = [
        [
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"),
        ],
        [
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"), ("cache-control", "no-cache"),
        ],
        [
            (":method", "GET"), (":scheme", "https"), (":path", "/index.html"),
            (":authority", "www.example.com"), ("custom-key", "custom-value"),
        ],
    ]
    private static let responses: [Fields] = [
        [
            (":status", "302"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com"),
        ],
        [
            (":status", "307"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com"),
        ],
        [
            (":status", "200"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:22 GMT"), ("location", "https://www.example.com"),
            ("content-encoding", "gzip"),
            ("set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"),
        ],
    ]

    /// RFC 7541 appendices C.3 to C.6.
    static let examples = [
        HPACKExample(
            testDescription: "C.3 requests without Huffman",
            blocks: [
                ("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", requests[0], 57),
                ("8286 84be 5808 6e6f 2d63 6163 6865", requests[1], 110),
                (
                    """
                    8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65
                    """, requests[2], 164
                ),
            ]),
        HPACKExample(
            testDescription: "C.4 requests with Huffman", usesHuffman: true,
            blocks: [
                ("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", requests[0], 57),
                ("8286 84be 5886 a8eb 1064 9cbf", requests[1], 110),
                ("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", requests[2], 164),
            ]),
        HPACKExample(
            testDescription: "C.5 responses without Huffman", tableLimit: 256,
            blocks: [
                (
                    """
                    4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
                    2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
                    6c65 2e63 6f6d
                    """, responses[0], 222
                ),
                ("4803 3330 37c1 c0bf", responses[1], 222),
                (
                    """
                    88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
                    54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
                    5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
                    3d31
                    """, responses[2], 215
                ),
            ]),
        HPACKExample(
            testDescription: "C.6 responses with Huffman", tableLimit: 256, usesHuffman: true,
            blocks: [
                (
                    """
                    4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
                    2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3
                    """, responses[0], 222
                ),
                ("4883 640e ffc1 c0bf", responses[1], 222),
                (
                    """
                    88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
                    77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
                    9587 3160 65c0 03ed 4ee5 b106 3d50 07
                    """, responses[2], 215
                ),
            ]),
    ]

    @Test("the examples of RFC 7541 appendix C are read", arguments: examples)
    func reads(_ example: HPACKExample) throws {
        var decoder = HPACKDecoder(tableLimit: example.tableLimit, listLimit: 65_536)
        for block in example.blocks {
            let octets = hexOctets(block.hex)
            let result = try decoder.decode(octets.span)
            #expect(result.fields.map(\.name) == block.fields.map { Array($0.0.utf8) })
            #expect(result.fields.map(\.value) == block.fields.map { Array($0.1.utf8) })
            #expect(decoder.tableSize == block.size)
        }
    }

    @Test("the examples of RFC 7541 appendix C are written, octet by octet", arguments: examples)
    func writes(_ example: HPACKExample) {
        var encoder = HPACKEncoder(
            tableLimit: example.tableLimit, usesHuffman: example.usesHuffman)
        for block in example.blocks {
            var output: [UInt8] = []
            encoder.encode(block.fields.map { HPACKField($0.0, $0.1) }, into: &output)
            #expect(output == hexOctets(block.hex))
            #expect(encoder.tableSize == block.size)
        }
    }

    /// RFC 7541 appendix C.2.
    static let lines: [(String, HPACKField, Int)] = [
        (
            "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
            HPACKField("custom-key", "custom-header"), 55
        ),
        (
            "040c 2f73 616d 706c 652f 7061 7468", HPACKField(":path", "/sample/path", .without), 0
        ),
        (
            "1008 7061 7373 776f 7264 0673 6563 7265 74",
            HPACKField("password", "secret", .never), 0
        ),
        ("82", HPACKField(":method", "GET"), 0),
    ]

    @Test("the four forms of a field (C.2) are read and written", arguments: lines)
    func forms(_ hex: String, _ field: HPACKField, _ size: Int) throws {
        var decoder = HPACKDecoder(listLimit: 1000)
        var encoder = HPACKEncoder(usesHuffman: false)
        let octets = hexOctets(hex)
        let result = try decoder.decode(octets.span)
        var output: [UInt8] = []
        encoder.encode([field], into: &output)
        #expect(result.fields == [field] && decoder.tableSize == size)
        #expect(output == octets && encoder.tableSize == size)
    }

    @Test(
        "the integers of C.1 are written, and read in a table's size",
        arguments: [(10, 5, "0a"), (1337, 5, "1f9a0a"), (42, 8, "2a"), (31, 5, "1f00")])
    func integers(_ value: Int, _ prefix: Int, _ hex: String) {
        var output: [UInt8] = []
        HPACKInteger.write(value, prefix: prefix, flags: 0, into: &output)
        #expect(output == hexOctets(hex))
        if prefix == 5 {
            output[0] |= 0x20
            var decoder = HPACKDecoder(listLimit: 1000)
            #expect(throws: Never.self) { try decoder.decode(output.span) }
        }
    }

    @Test(
        "what no encoder writes is an error",
        arguments: [
            ("80", .invalidIndex(0)), ("be", .invalidIndex(62)), ("7f00", .invalidIndex(63)),
            ("ff8080808001", .integerTooLarge), ("ffffffffffff01", .integerTooLarge),
            ("ff808080808000", .integerTooLarge), ("ff", .truncated), ("40", .truncated),
            ("400a63", .truncated), ("4001", .truncated), ("400161", .truncated),
            ("3fe21f", .tableSizeTooLarge(size: 4097, limit: 4096)),
            ("8220", .misplacedTableSize), ("00ff7f", .truncated),
            // The sign for the end, padding of zeros, padding of eight ones, and half a code.
            ("008461 ffff ff fc 00", .invalidHuffmanCode),
            ("0084ff ffff fc 00", .invalidHuffmanCode), ("00811800", .invalidHuffmanCode),
            ("00821fff00", .invalidHuffmanCode), ("0081fe00", .invalidHuffmanCode),
        ] as [(String, HPACKError)])
    func hostile(_ hex: String, _ error: HPACKError) {
        var decoder = HPACKDecoder(listLimit: 1000)
        let octets = hexOctets(hex)
        #expect(throws: error) { try decoder.decode(octets.span) }
    }

    @Test("every octet survives the Huffman code, and only full padding of ones is taken")
    func huffman() {
        for octet in UInt8.min...255 {
            let text = [octet, 0x61, octet]
            var output: [UInt8] = []
            HPACKHuffman.encode(text, into: &output)
            #expect(HPACKHuffman.encodedCount(text) == output.count)
            #expect(HPACKHuffman.decode(output.span) == text)
        }
        let none: [UInt8] = []
        #expect(HPACKHuffman.decode(none.span) == [])
    }

    @Test("a smaller table forgets the oldest, and both sides agree after each change")
    func sizes() throws {
        var encoder = HPACKEncoder()
        var decoder = HPACKDecoder(listLimit: 100_000)
        var random = SeededRandom(seed: 7)
        for round in 0..<500 {
            if round % 7 == 3 {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    encoder.peerAllows(tableSize: Int.random(in: 0...5000, using: &random))
                }
            }
            let fields = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                HPACKField(
                    "name\(Int.random(in: 0...5, using: &random))",
                    String(repeating: "v", count: Int.random(in: 0...90, using: &random)))
            }
            var block: [UInt8] = []
            encoder.encode(fields, into: &block)
            #expect(try decoder.decode(block.span).fields == fields)
            #expect(decoder.tableSize == encoder.tableSize)
        }
    }

    @Test("a field larger than the table empties it")
    func emptied() throws {
        var decoder = HPACKDecoder(tableLimit: 64, listLimit: 1000)
        let small = hexOctets("40 01 61 01 62")
        let large = [0x40, 1, 0x61, 100] + [UInt8](repeating: 0x62, count: 100)
        _ = try decoder.decode(small.span)
        #expect(decoder.tableCount == 1)
        _ = try decoder.decode(large.span)
        #expect(decoder.tableCount == 0 && decoder.tableSize == 0)
    }

    @Test("fields beyond the limit are not kept, but counted in the table")
    func listLimit() throws {
        var decoder = HPACKDecoder(listLimit: 70)
        let octets = hexOctets("40 01 61 01 62 be be be")
        let result = try decoder.decode(octets.span)
        #expect(result.isTooLarge && result.fields.isEmpty)
        #expect(decoder.tableCount == 1)
    }

    @Test("any octets end in fields or an error")
    func fuzz() {
        var random = SeededRandom(seed: 41)
        let seeds = Self.examples.flatMap { $0.blocks.map { hexOctets($0.hex) } }
        for _ in 0..<40_000 {
            var octets = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<octets.count, using: &random)
                octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            var decoder = HPACKDecoder(listLimit: 1000)
            let result = try? decoder.decode(octets.span)
            #expect(result?.fields.reduce(0) { $0 + $1.size } ?? 0 <= 1000)
            #expect(decoder.tableSize <= 4096)
        }
    }
}
