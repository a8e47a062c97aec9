import HTTPTypes
import Testing
import TwineHTTP

@Suite("HTTP/1.1 requests on the wire")
struct WireRequestTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let input: String
        let told: [Told]
        var testDescription: String { name }
    }

    static func get(
        _ path: String? = "/", authority: String? = "a", scheme: String? = nil,
        method: HTTPRequest.Method = .get, _ fields: HTTPFields = [:]
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, scheme: scheme, authority: authority, path: path, headerFields: fields)
    }

    static let cases: [Case] = [
        Case(
            name: "three in a row",
            input: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                + "POST /x?y HTTP/1.1\r\nhost:a\r\nContent-Length: 2\r\n\r\nhi"
                + "\r\nGET * HTTP/1.1\r\nHost:\r\n\r\n",
            told: [
                .request(get(), framing(.none)), .end,
                .request(
                    get("/x?y", method: .post, [.contentLength: "2"]), framing(.length(2))),
                .body("hi"), .end,
                .request(get("*", authority: ""), framing(.none)), .end,
            ]),
        Case(
            name: "an absolute target counts, not Host",
            input: "GET HTTP://b:81?q HTTP/1.1\r\nHost: a\r\n\r\n",
            told: [
                .request(get("/?q", authority: "b:81", scheme: "http"), framing(.none)), .end,
            ]),
        Case(
            name: "CONNECT",
            input: "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
            told: [
                .request(get(nil, authority: "[::1]:443", method: .connect), framing(.none)),
                .end,
            ]),
        Case(
            name: "HTTP/1.0 without Host ends the connection",
            input: "GET / HTTP/1.0\r\n\r\nrest",
            told: [
                .request(
                    get(authority: nil), framing(.none, version: .http10, persistent: false)),
                .end, .rest("rest"),
            ]),
        Case(
            name: "chunks",
            input: "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x\r\nabc\r\n0\r\nVia: t\r\n\r\n",
            told: [
                .request(
                    get(method: .put, [.transferEncoding: "chunked"]), framing(.chunked)),
                .body("abc"), .trailers([.via: "t"]), .end,
            ]),
        Case(
            name: "an upgrade is told",
            input:
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: w\r\n\r\n",
            told: [
                .request(
                    get("/", [.connection: "keep-alive, Upgrade", .upgrade: "w"]),
                    framing(.none, upgrade: true)), .end,
            ]),
    ]

    @Test("a request is read the same however it is cut", arguments: cases)
    func readsTheSameHoweverCut(_ each: Case) {
        for cuts in Cuts.all {
            #expect(transcript(bytes(each.input), .requests, cuts: cuts) == each.told, "\(cuts)")
        }
    }

    static let refusals: [(String, HTTPError)] = [
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        ("GET /\r\n", .invalidRequestLine),
        ("GET  / HTTP/1.1\r\n", .notHTTP),
        ("GET / x HTTP/1.1\r\n", .notHTTP),
        ("GET / HTTP/1.1 \r\n", .invalidRequestLine),
        ("G@T / HTTP/1.1\r\n", .invalidRequestLine),
        (" / HTTP/1.1\r\n", .invalidRequestLine),
        ("GET / http/1.1\r\n", .notHTTP),
        ("PRI * HTTP/2.0\r\n", .unsupportedVersion(major: 2, minor: 0)),
        ("GET x HTTP/1.1\r\n", .invalidTarget),
        ("GET /\u{e4} HTTP/1.1\r\n", .invalidTarget),
        ("GET /#f HTTP/1.1\r\n", .invalidTarget),
        ("GET /\t HTTP/1.1\r\n", .invalidTarget),
        ("GET http:///x HTTP/1.1\r\n", .invalidTarget),
        ("GET http://u@h/ HTTP/1.1\r\n", .invalidTarget),
        ("CONNECT / HTTP/1.1\r\n", .invalidTarget),
        ("CONNECT a HTTP/1.1\r\n", .invalidTarget),
        ("GET / HTTP/1.1\r\n\r\n", .missingHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .invalidHost),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .invalidHost),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .foldedField(line: 2)),
        ("GET / HTTP/1.1\r\nVia: a\r\n b\r\n\r\n", .foldedField(line: 2)),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .invalidField(line: 1)),
        ("GET / HTTP/1.1\r\nVia: \u{7f}\r\n\r\n", .invalidField(line: 1)),
        ("GET / HTTP/1.1\r\nVia: a\u{1b}b\r\n\r\n", .invalidField(line: 1)),
    ]

    @Test("a malformed request is refused")
    func refusesMalformedRequests() {
        for (input, error) in Self.refusals {
            for cuts in Cuts.all {
                let told = transcript(bytes(input), .requests, cuts: cuts, endOfInput: false)
                #expect(told == [.failed(error)], "\(input.debugDescription) \(cuts)")
            }
        }
    }

    @Test("a field's value is visible: each octet, at each place of a word and behind it")
    func octetsOfValues() {
        for octet in UInt8.min...UInt8.max where octet != 0x0A {
            for place in 1..<20 {
                var value = [UInt8](repeating: UInt8(ascii: "v"), count: 21)
                value[place] = octet
                let input = bytes("GET / HTTP/1.1\r\nHost: a\r\nVary: ") + value + bytes("\r\n\r\n")
                let told = transcript(input, .requests, cuts: .whole, endOfInput: false)
                if octet < 0x20 && octet != 9 || octet == 0x7F {
                    #expect(told == [.failed(.invalidField(line: 2))], "\(octet) at \(place)")
                } else {
                    let field = HTTPField(name: .vary, value: value)
                    #expect(
                        told.first == .request(Self.get("/", HTTPFields([field])), framing(.none)),
                        "\(octet) at \(place)")
                }
            }
        }
    }

    /// What request smuggling is made of: each may be framed in two ways, so none is accepted.
    static let smuggling: [(String, HTTPError)] = [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked", .ambiguousLength),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4", .ambiguousLength),
        ("Transfer-Encoding: chunked\r\ncontent-length: 0", .ambiguousLength),
        ("Transfer-Encoding: xchunked", .unsupportedTransferCoding("xchunked")),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", .unsupportedTransferCoding("x")),
        ("Transfer-Encoding: x\r\nTransfer-Encoding: chunked", .unsupportedTransferCoding("x")),
        ("Transfer-Encoding: identity, chunked", .unsupportedTransferCoding("identity")),
        ("Transfer-Encoding: chunked, identity", .unsupportedTransferCoding("identity")),
        ("Transfer-Encoding: chunked;q=1", .unsupportedTransferCoding("chunked;q=1")),
        ("Transfer-Encoding: \"chunked\"", .unsupportedTransferCoding("\"chunked\"")),
        ("Transfer-Encoding:\r\nContent-Length: 4", .unsupportedTransferCoding("")),
        ("Transfer-Encoding: ,", .unsupportedTransferCoding("")),
        ("Transfer-Encoding : chunked", .invalidField(line: 2)),
        ("Transfer-Encoding\u{b}: chunked", .invalidField(line: 2)),
        ("Transfer-Encoding: \u{b}chunked", .invalidField(line: 2)),
        ("Transfer-Encoding: chunked\u{0}", .invalidField(line: 2)),
        ("Transfer-Encoding:\r\n chunked", .unsupportedTransferCoding("")),
        ("X: y\nTransfer-Encoding: chunked", .bareLineFeed),
        ("X: y\rTransfer-Encoding: chunked", .invalidField(line: 2)),
        (" Transfer-Encoding: chunked", .foldedField(line: 2)),
        ("Content-Length: 4\r\nContent-Length: 5", .conflictingContentLength(4, 5)),
        ("Content-Length: 4, 5", .conflictingContentLength(4, 5)),
        ("Content-Length: -4", .invalidContentLength),
        ("Content-Length: 4 4", .invalidContentLength),
        ("Content-Length: 4\u{a0}", .invalidContentLength),
        ("Content-Length: 99999999999999999999", .invalidContentLength),
        ("Content-Length : 4", .invalidField(line: 2)),
        ("Content-Length: 4\r\n 2", .foldedField(line: 3)),
    ]

    @Test("what could be framed in two ways is refused")
    func refusesSmuggling() {
        for (fields, error) in Self.smuggling {
            let input = "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n"
            for cuts in Cuts.all {
                let told = transcript(bytes(input), .requests, cuts: cuts, endOfInput: false)
                #expect(told == [.failed(error)], "\(fields.debugDescription) \(cuts)")
            }
        }
        let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(
            transcript(bytes(old), .requests)
                == [.failed(.unsupportedTransferCoding("chunked"))])
    }

    @Test("chunks of a request get no tolerance")
    func chunksAreStrict() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for (chunk, error) in [
            ("1 \r\n", HTTPError.invalidChunkSize), ("1\n", .bareLineFeed),
            ("0\r\n\n", .bareLineFeed), ("0\r\nX: y\n", .bareLineFeed),
            ("1\r\nx\n", .missingChunkEnd),
        ] {
            let told = transcript(bytes(head + chunk), .requests, endOfInput: false)
            #expect(told.last == .failed(error), "\(chunk.debugDescription)")
        }
    }

    @Test("a server that switches protocols gets the octets that follow")
    func handsOver() throws {
        var parser = HTTPParser(.requests)
        let input = bytes("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\nnew")
        var offset = 0
        _ = try parser.nextEvent(in: input.span, at: &offset)
        #expect(try parser.nextEvent(in: input.span, at: &offset) == .end)
        parser.close()
        #expect(try parser.nextEvent(in: input.span, at: &offset) == nil)
        #expect(text([UInt8](input[offset...])) == "new")
    }
}
