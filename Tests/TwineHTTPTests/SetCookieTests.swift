import Testing
import TwineHTTP

@Suite("The Set-Cookie field")
struct SetCookieTests {
    @Test(
        "name and value are what stands around the first equals sign, without spaces",
        arguments: [
            ("a=b", "a", "b"), (" a = b ", "a", "b"), ("\ta\t=\tb\t", "a", "b"), ("a=", "a", ""),
            ("a=b=c", "a", "b=c"), ("a b=c d", "a b", "c d"), ("a=\"b c\"", "a", "\"b c\""),
            ("a=b;c=d", "a", "b"), ("a=b;", "a", "b"), ("a;b=c", "", "a"), ("b", "", "b"),
            ("=b", "", "b"), ("a==b", "a", "=b"), ("a=b, c=d", "a", "b, c=d"),
            ("a=b\tc", "a", "b\tc"), ("\u{e4}=\u{f6}", "\u{e4}", "\u{f6}"),
        ])
    func pairs(field: String, name: String, value: String) throws {
        let cookie = try SetCookie(parsing: field)
        #expect(cookie == SetCookie(name: name, value: value))
    }

    @Test(
        "what is no cookie is refused, and told why",
        arguments: [
            ("", CookieRefusal.empty), ("=", .empty), (" ; Path=/", .empty), (" = ;", .empty),
            ("a=b\u{0}", .controlCharacter), ("a=b; Path=/\r\n", .controlCharacter),
            ("a=b\u{7f}", .controlCharacter), ("\u{1}", .controlCharacter),
            ("__Secure-a", .hiddenPrefix), ("=__host-a=b", .hiddenPrefix),
            ("=__HOST-", .hiddenPrefix), ("=__Host-\u{301}", .hiddenPrefix),
        ])
    func refusals(field: String, refusal: CookieRefusal) {
        #expect(throws: refusal) { try SetCookie(parsing: field) }
    }

    @Test("4096 octets of name and value are taken, and not one more")
    func length() throws {
        let value = String(repeating: "x", count: 4095)
        #expect(try SetCookie(parsing: "a=\(value); Path=/").value == value)
        #expect(throws: CookieRefusal.tooLong(length: 4097)) {
            try SetCookie(parsing: "ab=\(value)")
        }
        #expect(throws: CookieRefusal.tooLong(length: 4098)) {
            try SetCookie(parsing: "=" + String(repeating: "\u{e4}", count: 2049))
        }
    }

    @Test("attributes are read in letters of any case, with spaces around")
    func attributes() throws {
        let cookie = try SetCookie(
            parsing:
                "a=b;PATH = /x ; domain=.Example.COM;max-AGE=7 ;SECURE=no; HttpOnly;samesite=lax")
        #expect(cookie.path == "/x")
        #expect(cookie.domain == "example.com")
        #expect(cookie.maxAge == 7)
        #expect(cookie.isSecure)
        #expect(cookie.isHTTPOnly)
        #expect(cookie.sameSite == .lax)
    }

    @Test("of two attributes of one name the last counts")
    func lastCounts() throws {
        let cookie = try SetCookie(
            parsing: "a=b; Path=/x; Path=/y; Domain=x; Domain=y; Max-Age=1; Max-Age=2; "
                + "SameSite=None; SameSite=Strict")
        #expect(cookie.path == "/y")
        #expect(cookie.domain == "y")
        #expect(cookie.maxAge == 2)
        #expect(cookie.sameSite == .strict)
    }

    @Test(
        "an attribute that makes no sense is passed over, but a bad path or domain takes back the last"
    )
    func senseless() throws {
        let cookie = try SetCookie(
            parsing: "a=b; Max-Age=5; Max-Age=x; Max-Age=+1; Max-Age=1.5; Max-Age=; Expires=soon; "
                + "Path=/x; Path=y; Domain=x; Domain=.; ; Unknown=1; Priority")
        var expected = SetCookie(name: "a", value: "b")
        expected.maxAge = 5
        #expect(cookie == expected)
    }

    @Test("an attribute of more than 1024 octets is as if it were not there")
    func longAttributes() throws {
        let path = "/" + String(repeating: "x", count: 1023)
        #expect(try SetCookie(parsing: "a=b; Path=\(path); Path=\(path)x").path == path)
    }

    @Test(
        "Max-Age is any number",
        arguments: [
            ("0", 0), ("-1", -1), ("007", 7), ("99999999999999999999", .max),
            ("-99999999999999999999", 0), ("-", 0),
        ])
    func maxAge(text: String, seconds: Int) throws {
        #expect(try SetCookie(parsing: "a=b; Max-Age=\(text)").maxAge == seconds)
    }

    @Test(
        "dates are read in every order and with every separator",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994", "6 nov 1994 8:49:37", "1994/November/6 08:49:37",
            "08:49:37 06-Nov-1994 PST", "06x Novem 94y 08:49:37z", "Nov 06 94 08:49:37.5 +0100",
        ])
    func dates(text: String) {
        #expect(HTTPDate(cookieDate: text)?.secondsSince1970 == 784_111_777)
    }

    @Test(
        "what has no time, day, month or year, or names no moment, is no date",
        arguments: [
            "", "06 Nov 1994", "Nov 1994 08:49:37", "06 1994 08:49:37", "06 Nov 08:49:37",
            "31 Nov 1994 08:49:37", "29 Feb 1900 00:00:00", "00 Nov 1994 08:49:37",
            "32 Nov 1994 08:49:37", "06 Nov 1600 08:49:37", "06 Nov 1994 24:49:37",
            "06 Nov 1994 08:60:37", "06 Nov 1994 08:49:60", "06 Nov 1994 08:49",
            "06 No 1994 08:49:37",
            "06 Nov 19940 08:49:37", "006 Nov 1994 08:49:37", "06 Nov 1994 008:49:37",
            "06 Nov 1994 08:49:037", "06 Nov 1994 08x:49:37", "06 Nov 1994 ::",
            // The first time counts, though the second one would be better.
            "06 Nov 1994 25:00:00 08:49:37",
        ])
    func noDates(text: String) {
        #expect(HTTPDate(cookieDate: text) == nil)
    }

    @Test("years of two digits are 1970 to 2069")
    func shortYears() {
        #expect(HTTPDate(cookieDate: "1 Jan 70 00:00:00")?.secondsSince1970 == 0)
        #expect(
            HTTPDate(cookieDate: "1 Jan 69 00:00:00")?.description
                == "Tue, 01 Jan 2069 00:00:00 GMT")
        #expect(
            HTTPDate(cookieDate: "29 Feb 000 00:00:00")?.description
                == "Tue, 29 Feb 2000 00:00:00 GMT")
    }

    @Test("any text is a cookie or refused, and a cookie's text is read the same again")
    func survivesAnything() {
        let tokens = [
            "a", "=", ";", " ", "\t", "\"", "Path", "/", "Domain", ".", "example", "Max-Age", "-",
            "9",
            "Expires", "Sun, 06 Nov 1994 08:49:37 GMT", "08:", ":", "Nov", "Secure", "SameSite",
            "None",
            "__Host-", "\u{0}", "\u{e4}", "\u{1f600}", "__secure-", "HttpOnly", ",",
        ]
        var random = SplitMix(seed: 41)
        for _ in 0..<50_000 {
            let field = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                tokens.randomElement(using: &random) ?? ""
            }.joined()
            guard let cookie = try? SetCookie(parsing: field) else { continue }
            let again = try? SetCookie(parsing: cookie.name + "=" + cookie.value)
            #expect(again?.name == cookie.name && again?.value == cookie.value, "\(field)")
        }
    }
}
