import Testing
import TwineBytes

@testable import TwineDNS

@Suite("DNS names")
struct DNSNameTests {
    private func parse(_ bytes: [UInt8], at offset: Int = 0) throws(DNSError) -> DNSName {
        var reader = ByteReader(bytes.span)
        reader.skip(offset)
        return try DNSName.parse(&reader)
    }

    @Test("a name is read from its labels, and the reader stands behind it")
    func plain() throws {
        let bytes = octets(#"03 "www" 07 "example" 03 "org" 00 ff"#)
        var reader = ByteReader(bytes.span)
        let name = try DNSName.parse(&reader)
        #expect(name.description == "www.example.org.")
        #expect(name.text == "www.example.org")
        #expect(name.labelCount == 3)
        #expect(
            name.labels.map { String(decoding: $0, as: UTF8.self) } == ["www", "example", "org"])
        let remaining = reader.remaining
        #expect(remaining == 1)
    }

    @Test("a pointer leads back, and the reader stands behind the first pointer")
    func pointer() throws {
        let bytes = octets(
            """
            03 "org" 00          ; 0
            07 "example" c0 00   ; 5
            01 "w" c0 05 ff      ; 15
            """)
        var reader = ByteReader(bytes.span)
        reader.skip(15)
        #expect(try DNSName.parse(&reader).description == "w.example.org.")
        let remaining = reader.remaining
        #expect(remaining == 1)
    }

    @Test("pointers that do not lead before their own name are refused: no loop exists")
    func loops() {
        #expect(throws: DNSError.pointerNotBackward(target: 0, offset: 0)) {
            try parse(octets("c0 00"))
        }
        #expect(throws: DNSError.pointerNotBackward(target: 4, offset: 0)) {
            try parse(octets("c0 04 00 00 00"))
        }
        // Into the labels that stand before the pointer, in the same name.
        #expect(throws: DNSError.pointerNotBackward(target: 0, offset: 2)) {
            try parse(octets(#"01 "a" c0 00"#))
        }
        // Back, and from there by labels into the first pointer again.
        #expect(throws: DNSError.pointerNotBackward(target: 0, offset: 2)) {
            try parse(octets(#"01 "a" c0 00"#), at: 2)
        }
        // Two that lead to each other.
        #expect(throws: DNSError.pointerNotBackward(target: 2, offset: 0)) {
            try parse(octets("c0 02 c0 00"), at: 2)
        }
    }

    @Test("a chain of pointers is followed 127 times, and not once more")
    func chain() throws {
        var bytes: [UInt8] = [1, UInt8(ascii: "a"), 0, 0]
        bytes += [0xc0, 0x00]
        for index in 1..<200 {
            let target = 4 + (index - 1) * 2
            bytes += [0xc0 | UInt8(target >> 8), UInt8(target & 0xff)]
        }
        #expect(try parse(bytes, at: 4 + 126 * 2).description == "a.")
        #expect(throws: DNSError.pointersTooMany(count: 127, offset: 4 + 127 * 2)) {
            try parse(bytes, at: 4 + 127 * 2)
        }
    }

    @Test("a name that ends too early is too short, at every octet")
    func short() {
        let bytes = octets(#"03 "www" 07 "example" 03 "org" 00"#)
        for count in 0..<bytes.count {
            #expect(throws: DNSError.self) { try parse(Array(bytes.prefix(count))) }
        }
        #expect(throws: DNSError.tooShort(needed: 7, available: 2, offset: 5)) {
            try parse(Array(bytes.prefix(7)))
        }
        #expect(throws: DNSError.tooShort(needed: 2, available: 1, offset: 0)) {
            try parse([0xc0])
        }
    }

    @Test(
        "kinds of labels that were never standardised are refused", arguments: [0x40, 0x80, 0xbf])
    func kinds(octet: UInt8) {
        #expect(throws: DNSError.labelTypeUnknown(octet: octet, offset: 0)) {
            try parse([octet, 0, 0])
        }
    }

    @Test("255 octets are a name, 256 are none, compressed or not")
    func longest() throws {
        let label = [UInt8(63)] + [UInt8](repeating: 97, count: 63)
        let last = [UInt8(61)] + [UInt8](repeating: 98, count: 61)
        let longest = label + label + label + last + [0]
        #expect(try parse(longest).wire.count == 255)
        let over = label + label + label + [62] + [UInt8](repeating: 98, count: 62) + [0]
        #expect(throws: DNSError.nameTooLong(length: 256, offset: 0)) { try parse(over) }
        let compressed = longest + [1, 99, 0xc0, 0x00]
        #expect(throws: DNSError.nameTooLong(length: 257, offset: 255)) {
            try parse(compressed, at: 255)
        }
        let text = try parse(longest).description
        #expect(try DNSName(text).wire == longest)
        #expect(throws: DNSError.self) { try DNSName("c" + text) }
        #expect(throws: DNSError.self) { try DNSName("c." + text) }
    }

    @Test("labels before the first pointer must lie within the reader's end")
    func withinReader() {
        let bytes = octets(#"03 "www" 00"#)
        var whole = ByteReader(bytes.span)
        guard var part = whole.readReader(3) else { return }
        #expect(throws: DNSError.tooShort(needed: 3, available: 2, offset: 1)) {
            try DNSName.parse(&part)
        }
    }

    @Test("the case of letters is kept, and does not count")
    func folding() throws {
        let upper = try DNSName("WWW.Example.ORG")
        let lower = try DNSName("www.example.org.")
        #expect(upper == lower)
        #expect(upper.hashValue == lower.hashValue)
        #expect(upper.description == "WWW.Example.ORG.")
        #expect(try DNSName("a[") != DNSName("a{"))
        #expect(try DNSName("a@") != DNSName("a`"))
        // Only ASCII folds (RFC 4343 §3): these differ in the same bit.
        #expect(try DNSName(#"\196"#) != DNSName(#"\228"#))
    }

    @Test(
        "text is read with its escapes",
        arguments: [
            (".", "00"),
            ("a", #"01 "a" 00"#),
            ("a.", #"01 "a" 00"#),
            (#"a\.b.c"#, #"03 "a.b" 01 "c" 00"#),
            (#"a\\b"#, #"03 61 5c 62 00"#),
            (#"\000\255"#, "02 00 ff 00"),
            (#"\046"#, "01 2e 00"),
            ("é", "02 c3 a9 00"),
            (#"\(x\)"#, "03 28 78 29 00"),
        ])
    func text(text: String, wire: String) throws {
        let name = try DNSName(text)
        #expect(name.wire == octets(wire))
        #expect(try DNSName(name.description).wire == name.wire)
    }

    @Test(
        "text that is no name is refused at its place",
        arguments: [
            ("", DNSError.labelEmpty(offset: 0)),
            ("..", .labelEmpty(offset: 0)),
            (".a", .labelEmpty(offset: 0)),
            ("a..b", .labelEmpty(offset: 2)),
            (#"a\"#, .escapeInvalid(offset: 1)),
            (#"a\1"#, .escapeInvalid(offset: 1)),
            (#"a\12x"#, .escapeInvalid(offset: 1)),
            (#"a\256"#, .escapeInvalid(offset: 1)),
            ("a." + String(repeating: "b", count: 64), .labelTooLong(length: 64, offset: 2)),
        ])
    func badText(text: String, error: DNSError) {
        #expect(throws: error) { try DNSName(text) }
    }

    @Test("every octet in a label is printed so that it is read again")
    func everyOctet() throws {
        for octet in UInt8.min...UInt8.max {
            let name = try parse([1, octet, 0])
            #expect(try DNSName(name.description).wire == name.wire)
        }
    }

    @Test("ends of names")
    func ends() throws {
        let name = try DNSName("www.example.org")
        #expect(name.isSubdomain(of: try DNSName("EXAMPLE.org")))
        #expect(name.isSubdomain(of: .root))
        #expect(name.isSubdomain(of: name))
        #expect(!name.isSubdomain(of: try DNSName("ample.org")))
        #expect(!name.isSubdomain(of: try DNSName("a.www.example.org")))
        #expect(try name.parent == DNSName("example.org"))
        #expect(DNSName.root.parent == nil)
        #expect(try DNSName("www").appending(DNSName("example.org")) == name)
        #expect(throws: DNSError.self) {
            try DNSName(String(repeating: "a.", count: 100)).appending(
                DNSName(String(repeating: "a.", count: 100)))
        }
    }
}
