import Testing
import TwineHTTP
import TwineTesting

@Suite("File names of Content-Disposition as wget takes them")
struct ContentDispositionWgetTests {
    /// Fields, one octet a character, and the files that wget 1.21.3 has made of them; nil: it took
    /// the name of the URL.
    static let saved: [(String, String?)] = [
        ("attachment; filename=../../etc/passwd", "passwd"),
        ("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "..%2F..%2Fetc%2Fpasswd"),
        ("attachment; filename=\"..\"", "%2E%2E"),
        ("attachment; filename=.", nil),
        ("attachment; filename=\"a/b\\c/d.txt\"", "d.txt"),
        ("attachment; filename=\"a/\"", nil),
        ("attachment; filename*=UTF-8''a%00b.txt", "a%00b.txt"),
        ("attachment; filename*=UTF-8''a%01b.txt", "a%01b.txt"),
        ("attachment; filename*=UTF-8''a%0d%0ab", "a%0D%0Ab"),
        ("attachment; filename*=UTF-8''%2e%2e", "%2E%2E"),
        ("attachment; filename*=UTF-8''%5c..%5cx", "\\..\\x"),
        ("attachment; filename*=UTF-8''", nil),
        ("attachment; filename=\"\"", nil),
        ("filename*=UTF-8'en'a%20b; filename=c", "a b"),
        ("attachment; filename=a b", "a b"),
        ("attachment; filename=\"  x \"", "  x "),
        ("attachment; filename=~root", "~root"),
        ("attachment; filename=.bashrc", ".bashrc"),
        ("attachment; filename=-x", "-x"),
        ("attachment; filename=\"a\u{80}b\"", "a\u{80}b"),
        ("attachment; filename=\"\u{e2}\u{82}\u{ac}\"", "\u{e2}\u{82}\u{ac}"),
        ("attachment; filename=\"\u{e4}.html\"", "\u{e4}.html"),
        ("attachment; filename*0=a; filename*1*=UTF-8''%20b; filename*2=c", "a bc"),
        ("attachment; filename*1=b; filename*0=a", "ba"),
        (
            "attachment; filename**0=\"A\"; filename**1=\"A.ext\"; filename*0=\"B\"; filename*1=\"B\"",
            "AA.ext"
        ),
        ("attachment; filename=\"a\"b; filename=c", "ac"),
        ("attachment; =x; filename=c", nil),
        ("attachment; filename=x/y; filename=z", "yz"),
        ("attachment; filename*0=d1/; filename*1=x", "x"),
        ("attachment; filename*='%2fx'y'z", "z"),
        ("attachment; fileName*=utf-8''q", "q"),
        ("attachment; filename=a?b*c:d|e<f>g\"h", "a?b*c:d|e<f>g\"h"),
        ("attachment; filename=%41%2fb", "A%2Fb"),
        ("attachment; filename*=UTF-8''100%", "100%"),
        ("attachment; filename*=UTF-8''%zzq%4", "%zzq%4"),
        ("attachment; filename = spaced ; x", "spaced"),
        ("attachment; filename\t=\t\"tab\"", "tab"),
        ("attachment filename=x; filename=y", nil),
        ("attachment; filename=\"a;b\"", "a;b"),
        ("attachment; filename=\"unclosed; filename=x", nil),
        ("attachment; filename*=x; filename*0=y", "x"),
        ("attachment; filename=C:\\d\\e.txt", "e.txt"),
        ("attachment; filename=\"C:\\d\\\"", nil),
        ("attachment; filename=x;filename=y;filename*=UTF-8''z;filename*=UTF-8''w", "zw"),
    ]

    @Test("each field gives the name that wget gives", arguments: saved)
    func names(_ field: String, _ expected: String?) {
        let name = ContentDisposition(latin1(field).span).wgetFileName
        #expect(name.map(fileName) == expected.map(latin1))
    }

    @Test("a name is never a path, empty, or one of the two that stand for folders")
    func isSafe() {
        var random = SeededRandom(seed: 6266)
        let pieces = [
            "filename", "*", "=", ";", "\"", "/", "\\", "..", ".", "%2f", "%00", "%2e", "'", "0",
            " ",
            "UTF-8''", "a", "\u{0}", "\u{ff}",
        ]
        for _ in 0..<20_000 {
            var field = "attachment; filename="
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                field += pieces.randomElement(using: &random) ?? ""
            }
            guard let name = ContentDisposition(latin1(field).span).wgetFileName else { continue }
            let isPath = name.contains(UInt8(ascii: "/")) || name.contains(0)
            #expect(!isPath && !name.isEmpty && name != [46] && name != [46, 46], "\(field)")
        }
    }

    private func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// What wget makes of a name by its rules for files: `%XX` are read, then what is not to be in a
    /// name is written so.
    private func fileName(_ name: [UInt8]) -> [UInt8] {
        if name == Array("%2E%2E".utf8) { return name }
        var octets: [UInt8] = []
        var rest = name[...]
        while let octet = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if octet == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(digits, radix: 16),
                value != 0
            {
                octets.append(value)
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet)
            }
        }
        return octets.flatMap { octet -> [UInt8] in
            guard octet < 0x20 || octet == 0x2F else { return [octet] }
            return Array((octet < 16 ? "%0" : "%").utf8)
                + Array(String(octet, radix: 16, uppercase: true).utf8)
        }
    }
}
