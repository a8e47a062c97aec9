import Testing
import ToolKit

@testable import swift_wget

@Suite("Parts of pages", .tags(.wget))
struct ExtractPartsTests {
    private func parts(
        _ page: String, _ wanted: Settings.Extraction..., charset: String? = "utf-8"
    ) throws -> PageParts {
        let url = try WgetURL.parse(Array("http://h/dir/page?q#f".utf8))
        return try PageParts(
            of: Array(page.utf8), charset: charset, at: url,
            wanted.map { try PageParts.Extraction($0) })
    }

    @Test("parts come in the order in which they were asked for")
    func order() throws {
        let found = try parts("<title>T</title><a href=x>l</a>", .links, .title, .xpath("//a"))
        #expect(found.text == "http://h/dir/x\nT\nl\n")
    }

    @Test(
        "a link is made whole, without white space, or left out",
        arguments: [
            (" x\n", "http://h/dir/x\n"), ("/x", "http://h/x\n"), ("//i/", "http://i/\n"),
            ("#top", "http://h/dir/page?q#top\n"), ("?r", "http://h/dir/page?r\n"),
            ("a\nb", "http://h/dir/ab\n"), ("mailto:a@b", ""), ("javascript:x()", ""),
            ("http://[", ""), ("https://i:1/%41", "https://i:1/%41\n"),
        ])
    func link(href: String, expected: String) throws {
        #expect(try parts("<a href=\"\(href)\">x</a>", .links).text == expected)
    }

    @Test("what is missing is named, links excepted")
    func missing() throws {
        let found = try parts("<p>x", .title, .links, .xpath("//a"), .article)
        #expect(found.missing == ["title", "//a"])
    }

    @Test("line ends within what XPath finds are no line ends")
    func lines() throws {
        #expect(try parts("<a title='a\r\nb'>", .xpath("//a/@title")).text == "a b\n")
    }

    @Test("an object has null for what is missing, and a number behind the second expression")
    func object() throws {
        var object = JSONObject()
        try parts("<p>x", .title, .xpath("//p"), .xpath("//a")).add(to: &object)
        #expect(object.line == #"{"title":null,"xpath":["x"],"xpath_2":[]}"#)
    }

    @Test("any octets give parts or an error")
    func random() throws {
        var random = SystemRandomNumberGenerator()
        let signs = Array("<>/=\"' \ntitleahrefp[]&;#".utf8) + [0, 0xff, 0xc3]
        let url = try WgetURL.parse(Array("http://h/".utf8))
        let wanted = try [.title, .links, .article, .xpath("//a/@href")].map {
            try PageParts.Extraction($0)
        }
        for length in 0..<300 {
            let page = (0..<length).map { _ in signs.randomElement(using: &random) ?? 0 }
            let found = try PageParts(of: page, charset: nil, at: url, wanted)
            #expect(found.parts.count == 4)
        }
    }
}

@Suite("Texts in the order of their places", .tags(.wget))
struct OrderedOutputTests {
    @Test("a text waits for those before it")
    func order() {
        var output = OrderedOutput()
        let places = (0..<3).map { _ in output.reserve() }
        #expect(output.fill(places[1], "b") == "")
        #expect(output.fill(places[0], "a") == "ab")
        #expect(output.fill(places[2], "c") == "c")
    }
}
