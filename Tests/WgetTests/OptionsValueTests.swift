import Testing

@testable import swift_wget

/// The kinds of values that options have.
@Suite(.tags(.wget))
struct OptionsValueTests {
    @Test(
        "what is on and off is said in six words",
        arguments: [
            ("on", true), ("YES", true), ("1", true), ("off", false), ("No", false), ("0", false),
            ("", nil), ("maybe", nil), ("2", nil), ("one", nil), ("on ", nil),
        ] as [(String, Bool?)])
    func boolean(_ text: String, _ state: Bool?) {
        #expect(OptionValue.boolean(Octets(text)) == state)
    }

    @Test(
        "numbers are what strtol(3) makes of them, up to 31 bits",
        arguments: [
            ("0", 0), ("17", 17), (" 5", 5), ("+5", 5), ("5x", 5), ("x", 0), ("", 0), ("=3", 0),
            ("-0", 0), ("2147483647", 2_147_483_647), ("2147483648", nil), ("-1", nil),
            ("99999999999999999999999", nil),
        ] as [(String, Int?)])
    func number(_ text: String, _ number: Int?) {
        #expect(OptionValue.number(Octets(text)) == number)
    }

    @Test("a limit of 0 or inf is none")
    func limit() {
        #expect(OptionValue.limit("inf") == .some(nil))
        #expect(OptionValue.limit("INF") == .some(nil))
        #expect(OptionValue.limit("0") == .some(nil))
        #expect(OptionValue.limit("3") == .some(3))
        #expect(OptionValue.limit("-3") == .none)
    }

    @Test(
        "octets have decimals and letters",
        arguments: [
            ("0", 0), ("100", 100), ("1k", 1024), ("1.5K", 1536), ("2m", 2_097_152),
            ("1g", 1_073_741_824), ("1T", 1_099_511_627_776), (".5k", 512), ("5.", 5),
            (" 7 k ", 7168), ("inf", 0), ("+1", 1), ("-0", 0), ("-1", nil), ("", nil), ("k", nil),
            ("1p", nil), ("1.2.3", nil), ("1e3", nil), ("INF", nil),
            ("99999999999999999999999999", UInt64(Int64.max)),
            (String(repeating: "9", count: 400), UInt64(Int64.max)),
        ] as [(String, UInt64?)])
    func bytes(_ text: String, _ count: UInt64?) {
        #expect(OptionValue.bytes(Octets(text)) == count)
    }

    @Test(
        "lengths of time have decimals and letters",
        arguments: [
            ("0", 0), ("1.5", 1.5), ("2s", 2), ("1m", 60), ("2H", 7200), ("1d", 86_400),
            ("1w", 604_800), (" 1 m ", 60), ("-1", -1), ("", nil), ("s", nil), ("1y", nil),
            ("1m1", nil), ("inf", nil), ("0x10", nil),
        ] as [(String, Double?)])
    func seconds(_ text: String, _ seconds: Double?) {
        #expect(OptionValue.seconds(Octets(text)) == seconds)
    }

    @Test(
        "lists have commas, and white space behind them does not count",
        arguments: [
            ("", []), ("a", ["a"]), ("a,b", ["a", "b"]), ("a, \tb", ["a", "b"]),
            (" a ,b", [" a ", "b"]), (",", ["", ""]), ("a,", ["a", ""]), ("a,,b", ["a", "", "b"]),
        ] as [(String, [String])])
    func list(_ text: String, _ parts: [String]) {
        #expect(OptionValue.list(Octets(text)) == parts.map { Octets($0) })
    }

    @Test(
        "a field has a name, a colon, and one line",
        arguments: [
            ("A: b", true), ("A:", true), ("a:b:c", true), ("A", false), (":b", false),
            ("A b: c", false), ("A: b\nC: d", false), ("A: b\rC: d", false), ("", false),
            ("A: \u{0}", false),
        ])
    func header(_ text: String, _ isOne: Bool) {
        #expect(OptionValue.isHeader(Octets(text)) == isOne)
    }

    @Test(
        "what is not seen is escaped in quotations, which the locale shapes",
        arguments: [
            ("x", "‘x’", "'x'"), ("", "‘’", "''"),
            ("a\nb\\c\u{1}", "‘a\\nb\\\\c\\001’", "'a\\nb\\\\c\\001'"),
            ("é", "‘é’", "'\\303\\251'"), ("’\"'", "‘\\’\"'’", "'\\342\\200\\231\"\\''"),
            ("\u{7f}\t\u{85}", "‘\\177\\t\\302\\205’", "'\\177\\t\\302\\205'"),
        ])
    func quotation(_ text: String, _ curly: String, _ plain: String) {
        #expect(Quotation(isUTF8: true)(text) == curly)
        #expect(Quotation(isUTF8: false)(text) == plain)
    }

    @Test("octets that are no UTF-8 are escaped in quotations")
    func octets() {
        #expect(
            Quotation(isUTF8: true)(Octets([0x61, 0xe9, 0x62, 0xe2, 0x80])) == "‘a\\351b\\342\\200’"
        )
    }

    @Test(
        "the locale is that of the first variable that has one",
        arguments: [
            (["LC_ALL": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true), ([:], false),
            (["LC_ALL": "C", "LANG": "C.UTF-8"], false),
            (["LC_ALL": "", "LC_CTYPE": "C.UTF-8"], true),
            (["LC_CTYPE": "de_DE", "LANG": "C.UTF-8"], false), (["LANG": "POSIX"], false),
        ])
    func locale(_ environment: [String: String], _ isUTF8: Bool) {
        #expect(Quotation(Environment(environment)).isUTF8 == isUTF8)
    }

    @Test(
        "JSON is put together, or taken whole",
        arguments: [
            (["a=1"], "{\"a\":\"1\"}"), (["a:=1"], "{\"a\":1}"),
            (["a=x", "b:=[true,null]"], "{\"a\":\"x\",\"b\":[true,null]}"),
            (["a=b=c"], "{\"a\":\"b=c\"}"), (["a="], "{\"a\":\"\"}"),
            (["q=\"\\\n"], "{\"q\":\"\\\"\\\\\\u000a\"}"), (["{\"a\": [1]}"], "{\"a\": [1]}"),
            (["17"], "17"), (["\"a=b\""], "\"a=b\""), (["a"], nil), (["=b"], nil), ([":=1"], nil),
            (["a:=x"], nil), (["a:="], nil), (["{}", "a=b"], nil), (["{\"a\":}"], nil),
        ] as [([String], String?)])
    func json(_ items: [String], _ text: String?) {
        let body = JSONText.body(of: items.map { Octets($0) })
        #expect(body.map { String(decoding: $0, as: UTF8.self) } == text)
    }

    @Test(
        "JSON is told from what is none",
        arguments: [
            ("{}", true), ("[]", true), (" [ 1 , -2.5e+3 , 0 ] ", true), ("\"\\u00e9\\n\"", true),
            ("true", true), ("nul", false), ("01", false), ("1.", false), ("[1,]", false),
            ("{\"a\":1,}", false), ("{a:1}", false), ("\"\n\"", false), ("\"\\x\"", false),
            ("\"", false), ("1 2", false), ("", false), ("-", false), ("[", false),
        ])
    func validJSON(_ text: String, _ isValid: Bool) {
        #expect(JSONText.isValid(Array(text.utf8)) == isValid)
    }

    @Test("JSON that is nested deeply ends the reading, not the program")
    func deepJSON() {
        #expect(!JSONText.isValid([UInt8](repeating: UInt8(ascii: "["), count: 100_000)))
    }

    @Test(
        "checksums are a digest, a file or auto",
        arguments: [
            ("auto", .auto), ("SHA256SUMS", .file("SHA256SUMS")), ("x:y", .file("x:y")),
            (
                "md5:D41D8CD98F00B204E9800998ECF8427E",
                .digest(algorithm: .md5, hex: "d41d8cd98f00b204e9800998ecf8427e")
            ),
            (
                "SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
                .digest(algorithm: .sha1, hex: "da39a3ee5e6b4b0d3255bfef95601890afd80709")
            ),
            ("sha1:da39", nil), ("md5:g41d8cd98f00b204e9800998ecf8427e", nil), ("", nil),
        ] as [(String, Settings.Checksum?)])
    func checksum(_ text: String, _ checksum: Settings.Checksum?) {
        #expect(Settings.Checksum(Octets(text)) == checksum)
    }

    @Test(
        "hosts are resolved to addresses that were said",
        arguments: [
            ("a.test:80:127.0.0.1", .init(host: "a.test", port: 80, addresses: ["127.0.0.1"])),
            ("A:1:::1,127.0.0.1", .init(host: "a", port: 1, addresses: ["::1", "127.0.0.1"])),
            ("[::1]:443:[::2]", .init(host: "::1", port: 443, addresses: ["::2"])),
            ("*:80:::1", .init(host: "*", port: 80, addresses: ["::1"])),
            ("a:80:", nil), ("a:0:::1", nil), ("a:x:::1", nil), (":80:::1", nil), ("a", nil),
            ("a:80", nil), ("[::1:80:::1", nil), ("a:80:b.test", nil), ("", nil),
        ] as [(String, Settings.Resolution?)])
    func resolution(_ text: String, _ resolution: Settings.Resolution?) {
        #expect(Settings.Resolution(Octets(text)) == resolution)
    }
}
