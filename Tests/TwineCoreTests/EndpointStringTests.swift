import Testing
import TwineCore

/// The language of endpoint strings.
@Suite
struct EndpointStringTests {
    private typealias Argument = EndpointString.Argument

    @Test(
        "L168: arguments are split by colons and named by the first equals sign",
        arguments: [
            ("tcp", "tcp", []), ("tcp:80", "tcp", [(nil, "80")]),
            ("tcp:", "tcp", [(nil, "")]), ("tcp::", "tcp", [(nil, ""), (nil, "")]),
            ("tcp:port=80:interface=", "tcp", [("port", "80"), ("interface", "")]),
            ("x:a=b=c", "x", [("a", "b=c")]), ("x:=", "x", [("", "")]),
            ("unix:/a\\:b", "unix", [(nil, "/a:b")]), ("x:a\\=b", "x", [(nil, "a=b")]),
            ("x:a\\=b=c", "x", [("a=b", "c")]), ("x:\\\\", "x", [(nil, "\\")]),
            ("x:\\\\:y", "x", [(nil, "\\"), (nil, "y")]), ("x:\\q", "x", [(nil, "q")]),
            ("tcp:[\\:\\:1]:80", "tcp", [(nil, "[::1]"), (nil, "80")]),
            ("a=b:c", "a=b", [(nil, "c")]), ("tcp:bücher=ß", "tcp", [("bücher", "ß")]),
        ] as [(String, String, [(String?, String)])])
    func parsing(_ text: String, _ type: String, _ arguments: [(String?, String)]) throws {
        let string = try EndpointString(text)
        #expect(string.type == type)
        #expect(string.arguments == arguments.map { Argument(name: $0.0, value: $0.1) })
        #expect(try EndpointString("\(string)") == string)
    }

    @Test("L168: what cannot be read is an error that shows it")
    func malformed() {
        #expect(throws: EndpointStringError.noType("")) { try EndpointString("") }
        #expect(throws: EndpointStringError.noType(":80")) { try EndpointString(":80") }
        #expect(throws: EndpointStringError.endsInEscape("tcp:\\")) { try EndpointString("tcp:\\") }
        #expect(throws: EndpointStringError.givenTwice("a", in: "x:a=1:a=2")) {
            try EndpointString("x:a=1:a=2")
        }
    }

    @Test("L168: quoting makes any text safe as a value, at a place or by a name")
    func quoting() throws {
        let signs = Array(":=\\aé\n\u{0}\u{301}".unicodeScalars)
        var texts = [""]
        for _ in 0..<4 {
            texts += texts.suffix(signs.count * 40).flatMap { t in
                signs.map { t + String(Character($0)) }
            }
        }
        for text in texts {
            let quoted = EndpointString.quote(text)
            let string = try EndpointString("x:\(quoted):n=\(quoted)")
            #expect(string.arguments.map(\.value) == [text, text])
            #expect(string.arguments.map(\.name) == [nil, "n"])
        }
    }

    @Test("arguments are taken by place or name, and what is left is an error")
    func taking() throws {
        var arguments = EndpointArguments(
            try EndpointString("tcp:example.org:80:timeout=2.5:on=yes"))
        #expect(try arguments.needed("host") == "example.org")
        #expect(try arguments.port() == 80)
        #expect(
            throws: EndpointStringError.unexpected(
                "on=yes", in: "tcp:example.org:80:timeout=2.5:on=yes")
        ) {
            try arguments.finish()
        }
        #expect(try arguments.seconds("timeout") == 2.5)
        #expect(try arguments.flag("on") == true)
        #expect(try arguments.flag("off") == nil)
        try arguments.finish()
        #expect(arguments.placed("more") == nil)
        #expect(
            throws: EndpointStringError.missing("more", in: "tcp:example.org:80:timeout=2.5:on=yes")
        ) {
            try arguments.needed("more")
        }
    }

    @Test("a name goes before a place")
    func namedFirst() throws {
        var arguments = EndpointArguments(try EndpointString("tcp:80:host=example.org"))
        #expect(try arguments.needed("host") == "example.org")
        #expect(try arguments.port() == 80)
        try arguments.finish()
    }

    @Test(
        "numbers out of their range are errors that name the range",
        arguments: ["65536", "-1", "http", "", "80 ", "0x50"])
    func numbers(_ port: String) throws {
        var arguments = EndpointArguments(try EndpointString("tcp:\(port)"))
        #expect(
            throws: EndpointStringError.malformed(
                "port", value: port, expected: "a number from 0 to 65535")
        ) { try arguments.port() }
        for (value, name) in [("0", "t"), ("-1", "t"), ("nan", "t"), ("inf", "t"), ("x", "t")] {
            var arguments = EndpointArguments(try EndpointString("tcp:\(name)=\(value)"))
            #expect(throws: EndpointStringError.self) { try arguments.seconds(name) }
        }
    }
}
