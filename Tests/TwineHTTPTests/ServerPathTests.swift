import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite("Server: paths and the tree of resources")
@Reactor
struct ServerPathTests {
    @Test(
        "segments are decoded one by one, dots resolved, and what is malformed refused",
        arguments: [
            ("/", [""]), ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b", ""]),
            ("/a//b", ["a", "", "b"]),
            ("/a%2Fb/c?d/e", ["a/b", "c"]), ("/a%2fb", ["a/b"]), ("/%C3%A9", ["é"]),
            ("/a/../b", ["b"]), ("/a/./b", ["a", "b"]), ("/a/b/..", ["a", ""]),
            ("/a/.", ["a", ""]),
            ("/a/%2e%2E/b", ["b"]), ("/..%2Fetc", ["../etc"]), ("/a/...", ["a", "..."]),
            ("/..", nil), ("/a/../..", nil), ("/%2e%2e/etc", nil), ("/a%00b", nil), ("/%FF", nil),
            ("/%zz", ["%zz"]), ("/%", ["%"]), ("/a\\..\\b", ["a\\..\\b"]), ("x", nil), ("", nil),
        ] as [(String, [String]?)])
    func segments(_ path: String, _ expected: [String]?) {
        #expect(RequestPath.segments(path.utf8.span) == expected)
    }

    @Test("a malformed path gets 400, a leaf takes the rest, an unknown child 404")
    func lookup() {
        let site = TestSite()
        for (path, status) in [
            ("/hello", "200"), ("/hello/", "200"), ("/hello/x", "404"), ("/hello//", "404"),
            ("/echo/a/b/c", "200"), ("/none", "404"), ("/../hello", "400"), ("/%00", "400"),
            ("/hell%6F", "200"), ("/HELLO", "404"), ("/x/../hello", "200"), ("/", "200"),
            ("http://a/hello", "200"), ("http://a", "200"), ("/hello?x#y", "400"),
        ] {
            let answer = site.answer("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.dropFirst(9).prefix(3) == status, "\(path)")
        }
    }

    @Test("a leaf sees what is left of the path, decoded, and the query")
    func remaining() {
        let site = TestSite()
        _ = site.answer("GET /echo/a%20b/c%2Fd?q=%20 HTTP/1.1\r\nHost: h:80\r\n\r\n")
        let request = site.received.first
        #expect(request?.remaining == ["a b", "c/d"])
        #expect(request?.path == "/echo/a%20b/c%2Fd")
        #expect(request?.query == "q=%20")
        #expect(request?.head.authority == "h:80")
    }

    @Test("a resource may make its children on the spot, and choose by other things than the path")
    func dynamic() {
        final class Numbers: Resource {
            override func child(_ segment: String, of request: WebRequest) -> Resource? {
                Int(segment).map { StaticResource.text("\($0 * 2)") }
            }
        }
        final class ByHost: Resource {
            override func resource(for request: WebRequest) -> Resource? {
                request.head.authority == "two" ? StaticResource.text("second") : nil
            }
        }
        let site = TestSite()
        site.root.putChild("double", Numbers())
        site.root.putChild("host", ByHost())
        #expect(site.answer("GET /double/21 HTTP/1.1\r\nHost: a\r\n\r\n").hasSuffix("42"))
        #expect(site.answer("GET /double/x HTTP/1.1\r\nHost: a\r\n\r\n").contains(" 404 "))
        #expect(site.answer("GET /host HTTP/1.1\r\nHost: two\r\n\r\n").hasSuffix("second"))
        #expect(site.answer("GET /host HTTP/1.1\r\nHost: one\r\n\r\n").contains(" 404 "))
    }
}
