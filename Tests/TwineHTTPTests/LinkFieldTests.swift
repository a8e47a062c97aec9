import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("Link")
struct LinkFieldTests {
    @Test("several links in a field, several fields, all forms of parameters")
    func reads() {
        let field = LinkField([
            "<https://a.example/x,y;z>; rel=\"next  Prev\"; title=\"a, \\\"b\\\"; c\" ; pref,</two>;REL=up",
            " , <>; rel=self; rel=other; title*=UTF-8'de'%c3%a4; title=a",
        ])
        #expect(field.links.map(\.target) == ["https://a.example/x,y;z", "/two", ""])
        #expect(field.links[0].relations == ["next", "prev"])
        #expect(field.links[0].title == "a, \"b\"; c")
        #expect(field.links[0]["pref"]?.isEmpty == true && field.links[0]["geo"] == nil)
        #expect(field.links[1].relations == ["up"])
        #expect(field.links[2]["rel"] == "self" && field.links[2].title == "\u{e4}")
    }

    @Test(
        "what is no link ends the field, and keeps what was before",
        arguments: [
            ("", 0), (",,", 0), ("https://a/; rel=next", 0), ("<a", 0), ("<a>; rel=x, b", 1),
            ("<a>; rel=\"x, <b>; rel=y", 1), ("<a> what, <b>", 2), ("<a>;;;=;, <b>", 2),
        ])
    func malformed(_ text: String, _ count: Int) {
        #expect(LinkField([text]).links.count == count)
    }

    @Test("links and parameters without end are read up to the limits")
    func isBounded() {
        let links = String(repeating: "<a>; rel=x,", count: 10_000)
        #expect(LinkField([links]).links.count == LinkField.linkLimit)
        let parameters = "<a>" + String(repeating: "; b=c", count: 10_000) + ", <d>"
        let field = LinkField([parameters])
        #expect(field.links.map(\.parameters.count) == [LinkField.parameterLimit, 0])
    }

    @Test("a message's fields are found by their name")
    func message() throws {
        var fields = HTTPFields()
        let name = try #require(HTTPField.Name("link"))
        fields.append(HTTPField(name: name, value: "<a>; rel=x"))
        fields.append(HTTPField(name: name, value: "<b>; rel=y"))
        #expect(LinkField(fields).links.map(\.target) == ["a", "b"])
        #expect(LinkField(HTTPFields()).links.isEmpty)
    }
}
