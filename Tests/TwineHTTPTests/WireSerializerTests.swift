import HTTPTypes
import Testing
import TwineHTTP

@Suite("HTTP/1.1 messages are written")
struct WireSerializerTests {
    static func written(
        _ request: HTTPRequest, _ body: HTTPFraming.Body = .none,
        _ form: HTTPSerializer.TargetForm = .origin
    ) throws(HTTPError) -> String {
        var output: [UInt8] = []
        try HTTPSerializer.serialize(request, body: body, form: form, into: &output)
        return text(output)
    }

    static func written(
        _ response: HTTPResponse, _ body: HTTPFraming.Body
    ) throws(HTTPError) -> String {
        var output: [UInt8] = []
        try HTTPSerializer.serialize(response, body: body, into: &output)
        return text(output)
    }

    @Test("a request has its target, Host first, and the length of its body")
    func writesRequests() throws {
        let request = HTTPRequest(
            method: .post, scheme: "http", authority: "a:81", path: "/x?y",
            headerFields: [.accept: "*/*"])
        #expect(
            try Self.written(request, .length(12))
                == "POST /x?y HTTP/1.1\r\nHost: a:81\r\nAccept: */*\r\nContent-Length: 12\r\n\r\n")
        #expect(
            try Self.written(request, .chunked, .absolute)
                == "POST http://a:81/x?y HTTP/1.1\r\nHost: a:81\r\nAccept: */*\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        let connect = HTTPRequest(method: .connect, scheme: nil, authority: "b:443", path: nil)
        #expect(try Self.written(connect) == "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n")
    }

    @Test("a response has its status and the length of its body")
    func writesResponses() throws {
        let response = HTTPResponse(status: .notFound, headerFields: [.server: "t"])
        #expect(
            try Self.written(response, .length(0))
                == "HTTP/1.1 404 Not Found\r\nServer: t\r\nContent-Length: 0\r\n\r\n")
        #expect(
            try Self.written(HTTPResponse(status: 299), .untilClose) == "HTTP/1.1 299 \r\n\r\n")
        let head = HTTPResponse(status: .ok, headerFields: [.contentLength: "9"])
        #expect(
            try Self.written(head, .none) == "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
    }

    @Test("what would break out of its place, or lie about the framing, is refused whole")
    func refuses() {
        func request(
            _ path: String?, authority: String? = "a", _ fields: HTTPFields = [:]
        ) -> HTTPRequest {
            HTTPRequest(
                method: .get, scheme: nil, authority: authority, path: path, headerFields: fields)
        }
        let refused: [(HTTPRequest, HTTPFraming.Body)] = [
            (request("/ HTTP/1.1\r\nX: y"), .none), (request("/a b"), .none),
            (request("/\u{e4}"), .none), (request("/#f"), .none), (request("x"), .none),
            (request(""), .none), (request(nil), .none), (request("/", authority: nil), .none),
            (request("/", authority: "a b"), .none), (request("/", authority: "a/b"), .none),
            (request("/", [.contentLength: "x"]), .none),
            (request("/", [.contentLength: "1"]), .length(2)),
            (request("/", [.contentLength: "1"]), .chunked),
            (request("/", [.contentLength: "1", .transferEncoding: "chunked"]), .none),
            (request("/", [.transferEncoding: "gzip"]), .none), (request("/"), .length(-1)),
        ]
        for (request, body) in refused {
            var output = bytes("before")
            #expect(throws: HTTPError.self, "\(request)") {
                try HTTPSerializer.serialize(request, body: body, into: &output)
            }
            #expect(text(output) == "before")
        }
        for status in [100, 204, 304] {
            #expect(throws: HTTPError.self) {
                try Self.written(
                    HTTPResponse(status: HTTPResponse.Status(code: status)), .length(1))
            }
        }
        #expect(throws: HTTPError.self) { try Self.written(HTTPResponse(status: 99), .none) }
    }

    @Test("what is written is read back the same")
    func roundTrips() throws {
        let response = HTTPResponse(status: .ok, headerFields: [.eTag: "\"1\"", .via: "\u{e4}"])
        var output: [UInt8] = []
        try HTTPSerializer.serialize(response, body: .chunked, into: &output)
        for piece in ["first ", "", "second, which is longer than sixteen octets"] {
            HTTPSerializer.serializeChunk(bytes(piece).span, into: &output)
        }
        try HTTPSerializer.serializeLastChunk(trailers: [.server: "t"], into: &output)
        var fields = response.headerFields
        fields[.transferEncoding] = "chunked"
        let expected: [Told] = [
            .response(HTTPResponse(status: .ok, headerFields: fields), framing(.chunked)),
            .body("first second, which is longer than sixteen octets"),
            .trailers([.server: "t"]), .end,
        ]
        for cuts in Cuts.all { #expect(transcript(output, cuts: cuts) == expected) }
        #expect(throws: HTTPError.self) {
            try HTTPSerializer.serializeLastChunk(
                trailers: [.contentLength: "1"], into: &output)
        }
    }
}
