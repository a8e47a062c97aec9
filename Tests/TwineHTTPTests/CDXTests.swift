import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("Indexes of web archives")
struct CDXTests {
    private static let digest = "6VZNHFX25EQGMKDRJ6ZM4AHXF2KPEJMP"

    private func read(_ pieces: [[UInt8]]) -> (entries: [CDXReader.Entry], missing: [Character]) {
        var reader = CDXReader()
        var entries: [CDXReader.Entry] = []
        for piece in pieces { reader.receive(piece.span) { entries.append($0) } }
        reader.finish { entries.append($0) }
        return (entries, reader.missingColumns)
    }

    private func read(_ text: String) -> [String] {
        read([Array(text.utf8)]).entries.map { "\($0.url) \($0.record)" }
    }

    @Test("GNU Wget's index is read in every cut, without the lines that say nothing")
    func cuts() {
        let text =
            WARCOfWget.index + "\n" + CDXLine.header + "\n" + "http://x/ 1 http://x/ - 200 short\n"
            + "http://last/ 2026 http://last/ - 200 \(Self.digest) - - 0 f <urn:uuid:1>"
        everyChunking(of: Array(text.utf8), rounds: 5) { pieces in
            #expect(
                read(pieces).entries.map(\.url) == [
                    "http://127.0.0.1:18472/old", "http://127.0.0.1:18472/new", "http://last/",
                ])
        }
    }

    @Test("columns may stand in any order, parted by any blanks")
    func order() {
        #expect(
            read(" CDX u k a\r\n<r>\t\(Self.digest)  http://x/\r\n") == ["http://x/ <r>"])
    }

    @Test(
        "a column that is missing is named, and nothing is known then",
        arguments: [
            (" CDX a b\n", "ku"), ("", "aku"), ("CDX a k\n", "u"), (" CDX a k u\n", ""),
            ("http://x/\n CDX a k u\n", "aku"), ("\n CDX a k u\n", "aku"),
        ])
    func missing(_ header: String, _ letters: String) {
        let text = header + "http://x/ \(Self.digest) <r>\n"
        let (entries, missing) = read([Array(text.utf8)])
        #expect(String(missing) == letters)
        #expect(entries.isEmpty == !letters.isEmpty)
    }

    @Test("a line that is too long is passed over, and the next is read")
    func long() {
        let line = String(repeating: "x", count: CDXReader.maxLine) + " \(Self.digest) <r>\n"
        #expect(read(" CDX a k u\n" + line + "y \(Self.digest) <r>\n") == ["y <r>"])
    }

    @Test("any octets end, and are read the same however they are cut")
    func noise() {
        var random = SeededRandom(seed: 3)
        let tokens = [
            " CDX a k u\n", "\n", " ", "\t", "\r\n", Self.digest, "<r>", "http://x/", "CDX",
            "\u{0}",
            "é", Self.digest + "A", "k", "u", "a",
        ]
        for _ in 0..<20_000 {
            var input = random.next() & 1 == 0 ? Array(" CDX a k u\n".utf8) : []
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                if random.next() % 8 == 0 {
                    input.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    input += Array((tokens.randomElement(using: &random) ?? "").utf8)
                }
            }
            #expect(read(input.map { [$0] }).entries == read([input]).entries)
        }
    }

    @Test("what would part columns or lines is percent-encoded, and nothing is a dash")
    func line() {
        let line = CDXLine(
            url: "http://x/a b", date: WARCDate(secondsSince1970: 0), mediaType: "",
            status: 200, digest: nil, location: "/c\r\nd", offset: 7, file: "my file",
            id: WARCRecordID(high: 0, low: 0))
        #expect(
            line.description
                == "http://x/a%20b 19700101000000 http://x/a%20b - 200 - /c%0D%0Ad - 7 my%20file "
                + "<urn:uuid:00000000-0000-4000-8000-000000000000>")
    }

    @Test("a body counts as archived for its own URL only")
    func duplicates() {
        var known = WARCDuplicates()
        known.add(CDXReader.Entry(url: "a", digest: [1], record: "<1>"))
        known.add(CDXReader.Entry(url: "b", digest: [1], record: "<2>"))
        #expect(known.record(of: "a", payload: [1]) == "<1>")
        #expect(known.record(of: "b", payload: [1]) == "<2>")
        #expect(known.record(of: "c", payload: [1]) == nil)
        #expect(known.record(of: "a", payload: [2]) == nil)
    }
}
