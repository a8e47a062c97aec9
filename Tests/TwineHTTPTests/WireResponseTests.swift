import HTTPTypes
import Testing
import TwineHTTP

@Suite("HTTP/1.1 responses on the wire")
struct WireResponseTests {
    /// A response as it is written, and what it must be read as, however it is cut.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let input: String
        var method = HTTPRequest.Method.get
        let told: [Told]
        var testDescription: String { name }
    }

    static let ok = HTTPResponse(status: .ok)

    static func head(_ status: HTTPResponse.Status = .ok, _ fields: HTTPFields = [:])
        -> HTTPResponse
    {
        HTTPResponse(status: status, headerFields: fields)
    }

    static let cases: [Case] = [
        Case(
            name: "a length", input: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            told: [
                .response(head(.ok, [.contentLength: "5"]), framing(.length(5))), .body("hello"),
                .end,
            ]),
        Case(
            name: "two responses, the first with an empty body",
            input: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                + "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno",
            told: [
                .response(head(.ok, [.contentLength: "0"]), framing(.length(0))), .end,
                .response(head(.notFound, [.contentLength: "2"]), framing(.length(2))),
                .body("no"), .end,
            ]),
        Case(
            name: "the end of input is the end of the body",
            input: "HTTP/1.1 200 OK\r\n\r\nall of it",
            told: [
                .response(ok, framing(.untilClose, persistent: false)), .body("all of it"), .end,
            ]),
        Case(
            name: "HTTP/1.0 with keep-alive",
            input:
                "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nxHTTP/1.0",
            told: [
                .response(
                    head(.ok, [.connection: "Keep-Alive", .contentLength: "1"]),
                    framing(.length(1), version: .http10)), .body("x"), .end,
                .failed(.truncated(received: 0, expected: nil)),
            ]),
        Case(
            name: "after Connection: close the rest is left alone",
            input: "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 1\r\n\r\nxyz",
            told: [
                .response(
                    head(.ok, [.connection: "foo, Close", .contentLength: "1"]),
                    framing(.length(1), persistent: false)), .body("x"), .end, .rest("yz"),
            ]),
        Case(
            name: "interim responses come before the final one",
            input: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\n\r\n",
            told: [
                .informational(head(.continue)),
                .informational(head(.earlyHints, [HTTPField.Name("Link") ?? .via: "</a>"])),
                .response(head(.noContent), framing(.none)), .end,
            ]),
        Case(
            name: "the answer to HEAD has no body",
            input: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", method: .head,
            told: [.response(head(.ok, [.contentLength: "10"]), framing(.none)), .end]),
        Case(
            name: "304 has no body, whatever its fields say",
            input: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
            told: [
                .response(head(.notModified, [.transferEncoding: "chunked"]), framing(.none)),
                .end,
            ]),
        Case(
            name: "101 hands over the rest",
            input:
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n\u{1}\u{2}",
            told: [
                .response(
                    head(.switchingProtocols, [.connection: "upgrade", .upgrade: "x"]),
                    framing(.none, persistent: false, upgrade: true)), .end, .rest("\u{1}\u{2}"),
            ]),
        Case(
            name: "a success of CONNECT hands over the rest",
            input: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntunnel", method: .connect,
            told: [
                .response(
                    head(.ok, [.contentLength: "5"]), framing(.none, persistent: false)), .end,
                .rest("tunnel"),
            ]),
        Case(
            name: "a refusal of CONNECT has a body",
            input: "HTTP/1.1 407 X\r\nContent-Length: 2\r\n\r\nno", method: .connect,
            told: [
                .response(head(407, [.contentLength: "2"]), framing(.length(2))), .body("no"),
                .end,
            ]),
        Case(
            name: "chunks, an extension and trailers",
            input: "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "5;a;b=c;d=\"e;\\\"f\"\r\nhello\r\n00A  \r\n, chunked!\r\n0\r\nETag: \"x\"\r\n\r\n",
            told: [
                .response(head(.ok, [.transferEncoding: "Chunked"]), framing(.chunked)),
                .body("hello, chunked!"), .trailers([.eTag: "\"x\""]), .end,
            ]),
        Case(
            name: "chunked wins over a length, and the connection ends",
            input: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n0\r\n\r\n",
            told: [
                .response(
                    head(.ok, [.contentLength: "3", .transferEncoding: "chunked"]),
                    framing(.chunked, persistent: false)), .body("x"), .end,
            ]),
        Case(
            name: "equal lengths are one length",
            input: "HTTP/1.1 200 OK\r\nContent-Length: 1, 01\r\nContent-Length: 1\r\n\r\nx",
            told: [
                .response(
                    HTTPResponse(
                        status: .ok,
                        headerFields: HTTPFields([
                            HTTPField(name: .contentLength, value: "1, 01"),
                            HTTPField(name: .contentLength, value: "1"),
                        ])), framing(.length(1))), .body("x"), .end,
            ]),
        Case(
            name: "identity is no coding",
            input: "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx",
            told: [
                .response(
                    head(.ok, [.transferEncoding: "identity", .contentLength: "1"]),
                    framing(.length(1))), .body("x"), .end,
            ]),
        Case(
            name: "no reason phrase, no space before it, lines with LF alone, empty lines before",
            input:
                "\r\n\nHTTP/1.1 200\nContent-Length: 0\n\nHTTP/1.1 200 \r\nContent-Length: 0\r\n\n",
            told: [
                .response(head(200, [.contentLength: "0"]), framing(.length(0))), .end,
                .response(head(200, [.contentLength: "0"]), framing(.length(0))), .end,
            ]),
        Case(
            name: "a folded field becomes one line",
            input: "HTTP/1.1 204 No\r\nServer: a \r\n\t b\r\n  \r\nVia: c\r\n\r\n",
            told: [.response(head(204, [.server: "a b", .via: "c"]), framing(.none)), .end]),
        Case(
            name: "a higher minor version is read as 1.1",
            input: "HTTP/1.7 204 \r\n\r\n",
            told: [.response(head(204), framing(.none)), .end]),
        Case(
            name: "an empty value, and white space around another",
            input: "HTTP/1.1 204 No\r\nServer:\r\nVia: \t x\ty \t\r\n\r\n",
            told: [.response(head(204, [.server: "", .via: "x\ty"]), framing(.none)), .end]),
        Case(
            name: "a value in UTF-8",
            input: "HTTP/1.1 204 No\r\nServer: \u{e4}\u{2713}\r\n\r\n",
            told: [.response(head(204, [.server: "\u{e4}\u{2713}"]), framing(.none)), .end]),
    ]

    @Test("a response is read the same however it is cut", arguments: cases)
    func readsTheSameHoweverCut(_ each: Case) {
        for cuts in Cuts.all {
            #expect(
                transcript(bytes(each.input), cuts: cuts, method: each.method) == each.told,
                "\(cuts)")
        }
    }

    static let refusals: [(String, HTTPError)] = [
        ("SSH-2.0-OpenSSH\r\n", .notHTTP),
        ("\u{16}\u{3}\u{1}", .notHTTP),
        ("ICY 200 OK\r\n\r\n", .notHTTP),
        ("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion(major: 2, minor: 0)),
        ("HTTP/0.9 200 OK\r\n\r\n", .unsupportedVersion(major: 0, minor: 9)),
        ("HTTP/1.1\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.11 200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1  200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 20 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 2000\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 099 No\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200\tOK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 O\u{0}K\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 OK\rX: y\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 OK\r\n X: y\r\n\r\n", .foldedField(line: 1)),
        ("HTTP/1.1 200 OK\r\nVia: 1\r\nno colon\r\n\r\n", .invalidField(line: 2)),
        ("HTTP/1.1 200 OK\r\nX : y\r\n\r\n", .invalidField(line: 1)),
        ("HTTP/1.1 200 OK\r\n: y\r\n\r\n", .invalidField(line: 1)),
        ("HTTP/1.1 200 OK\r\nX\u{e4}: y\r\n\r\n", .invalidField(line: 1)),
        ("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", .invalidField(line: 1)),
        ("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", .invalidField(line: 1)),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5,\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n", .invalidContentLength),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            .conflictingContentLength(5, 6)
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 6\r\n\r\n", .foldedField(line: 2)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            .unsupportedTransferCoding("gzip")
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            .unsupportedTransferCoding("chunked")
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n",
            .unsupportedTransferCoding("\u{b}chunked")
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: \r\n\r\n", .unsupportedTransferCoding("")),
    ]

    @Test("a malformed head is refused, and by the same error however it is cut")
    func refusesMalformedHeads() {
        for (input, error) in Self.refusals {
            for cuts in Cuts.all {
                let told = transcript(bytes(input), cuts: cuts, endOfInput: false)
                #expect(told == [.failed(error)], "\(input.debugDescription) \(cuts)")
            }
        }
    }

    static let chunkRefusals: [(String, HTTPError)] = [
        ("\r\n", .invalidChunkSize), ("x\r\n", .invalidChunkSize), ("-1\r\n", .invalidChunkSize),
        ("0x1\r\n", .invalidChunkSize), ("1 x\r\n", .invalidChunkSize),
        ("1;\r\n", .invalidChunkSize), ("1;a=\r\n", .invalidChunkSize),
        ("1;a=\"x\r\n", .invalidChunkSize), ("1;a;\r\n", .invalidChunkSize),
        ("1;a=\"\u{0}\"\r\n", .invalidChunkSize), ("1\n", .bareLineFeed),
        ("1\rx\r\n", .invalidChunkSize),
        ("7fffffffffffffff0\r\n", .chunkTooLarge), ("ffffffffffffffff\r\n", .chunkTooLarge),
        ("00000000000000001\r\n", .chunkTooLarge),
        ("1;" + String(repeating: "a", count: 1100), .chunkExtensionTooLong(limit: 1024)),
        ("0\r\nX y\r\n", .invalidField(line: 1)), ("0\r\n fold\r\n", .foldedField(line: 1)),
    ]

    @Test("a malformed chunk is refused")
    func refusesMalformedChunks() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for (chunk, error) in Self.chunkRefusals {
            for cuts in Cuts.all {
                let told = transcript(bytes(head + chunk), cuts: cuts, endOfInput: false)
                #expect(told.last == .failed(error), "\(chunk.debugDescription) \(cuts)")
            }
        }
    }

    @Test("a chunk longer or shorter than its size is refused")
    func refusesChunksOfAnotherSize() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for chunk in ["2\r\nabc\r\n", "2\r\na\r\n\r\n", "1\r\na\rb", "1\r\na\n"] {
            for cuts in Cuts.all {
                let told = transcript(bytes(head + chunk), cuts: cuts, endOfInput: false)
                #expect(told.last == .failed(.missingChunkEnd), "\(chunk.debugDescription) \(cuts)")
            }
        }
    }

    @Test("the end of input in the middle of a message is told from its end")
    func tellsTruncation() {
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"
        #expect(transcript(bytes(length)).last == .failed(.truncated(received: 3, expected: 5)))
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"
        #expect(transcript(bytes(chunked)).last == .failed(.truncated(received: 3, expected: nil)))
        let last = chunked + "0\r\n"
        #expect(transcript(bytes(last)).last == .failed(.truncated(received: 3, expected: nil)))
        let head = "HTTP/1.1 200 OK\r\nCont"
        #expect(transcript(bytes(head)) == [.failed(.truncated(received: 0, expected: nil))])
        #expect(transcript([]).isEmpty)
    }

    @Test("a head longer than its limit is refused, finished or not")
    func limitsHeads() {
        let limits = HTTPLimits(head: 100, fields: 3, chunkExtension: 10)
        let long = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 100)
        for cuts in Cuts.all {
            #expect(
                transcript(bytes(long), cuts: cuts, limits: limits)
                    == [.failed(.headTooLarge(limit: 100))])
        }
        let many = "HTTP/1.1 200 OK\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n"
        #expect(
            transcript(bytes(many), limits: limits) == [.failed(.tooManyFields(limit: 3))])
        let interim = String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 10)
        #expect(
            transcript(bytes(interim), limits: limits).last == .failed(.headTooLarge(limit: 100)))
    }

    @Test("an error stays: every later call throws it again")
    func errorsStay() {
        var parser = HTTPParser(.responses)
        var offset = 0
        #expect(throws: HTTPError.notHTTP) {
            try parser.nextEvent(in: bytes("x\r\n").span, at: &offset)
        }
        offset = 0
        #expect(throws: HTTPError.notHTTP) {
            try parser.nextEvent(in: bytes("HTTP/1.1 200 OK\r\n").span, at: &offset)
        }
        #expect(throws: HTTPError.notHTTP) { try parser.receiveEndOfInput() }
    }

    @Test("a body is lent as ranges of the input, and an idle parser holds nothing")
    func lendsBodies() throws {
        var parser = HTTPParser(.responses)
        let input = bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        var offset = 0
        #expect(parser.isIdle)
        _ = try parser.nextEvent(in: input.span, at: &offset)
        #expect(parser.bodyRemaining == 5)
        #expect(try parser.nextEvent(in: input.span, at: &offset) == .body(38..<43))
        #expect(parser.bodyRemaining == 0)
        #expect(parser.bodyReceived == 5)
        #expect(!parser.isIdle)
        #expect(try parser.nextEvent(in: input.span, at: &offset) == .end)
        #expect(parser.isIdle)
    }
}
