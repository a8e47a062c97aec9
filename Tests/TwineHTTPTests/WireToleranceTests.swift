import HTTPTypes
import Testing
import TwineHTTP

@Suite("Malformed responses that a tolerant parser makes the best of")
struct WireToleranceTests {
    /// What is read of one message.
    struct Reading: Equatable {
        var status: Int
        var reason: String
        var fields: [String]
        var body: String
        var isPersistent: Bool
        var error: HTTPError?

        init(
            _ status: Int = 200, _ reason: String = "OK", _ fields: [String] = [],
            _ body: String = "hello", keeps isPersistent: Bool = true,
            error: HTTPError? = nil
        ) {
            self.status = status
            self.reason = reason
            self.fields = fields
            self.body = body
            self.isPersistent = isPersistent
            self.error = error
        }
    }

    static let length = "Content-Length: 5\r\n\r\nhello"
    static let five = ["Content-Length: 5"]
    static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let coded = ["Transfer-Encoding: chunked"]

    /// As wget 1.21 reads them, but where the comment says otherwise.
    static let cases: [(input: String, reading: Reading)] = [
        // The status line
        ("HTTP/1.1 200\r\n" + length, Reading(200, "", five)),
        ("HTTP/1.1   200   OK\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/1.1 200OK\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/1.1 2000 OK\r\n" + length, Reading(200, "0 OK", five)),
        ("HTTP/1.1 200 a\u{1}b\r\n" + length, Reading(200, "a b", five)),
        ("HTTP/1.17 200 OK\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/2.0 200 OK\r\n" + length, Reading(200, "OK", five)),
        ("HTTP 200 OK\r\n" + length, Reading(200, "OK", five, keeps: false)),
        ("HTTP/1.1 099 OK\r\n" + length, Reading(99, "OK", five)),
        ("HTTP/1.1 999 OK\r\n" + length, Reading(999, "OK", five)),
        // wget takes the empty line for the first of a body.
        ("\r\n\nHTTP/1.1 200 OK\r\n" + length, Reading(200, "OK", five)),
        // Fields
        ("HTTP/1.1 200 OK\nX: y\nContent-Length: 5\n\nhello", Reading(200, "OK", ["X: y"] + five)),
        ("HTTP/1.1 200 OK\r\nno field\r\n: v\r\nA B: c\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/1.1 200 OK\r\nHTTP/1.1 404 No\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/1.1 200 OK\r\n X: a\r\n" + length, Reading(200, "OK", five)),
        ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n" + length, Reading(200, "OK", ["X: a b"] + five)),
        // wget reads nothing behind the NUL, not even the length.
        (
            "HTTP/1.1 200 OK\r\nX: a\u{0}b\rc\r\n" + length, Reading(200, "OK", ["X: a b c"] + five)
        ),
        // The length
        (
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\nhello world",
            Reading(200, "OK", five, keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello world",
            Reading(200, "OK", five + ["Content-Length: 7"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nhello world",
            Reading(200, "OK", ["Content-Length: 5, 7"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5abc\r\n\r\nhello world",
            Reading(200, "OK", ["Content-Length: 5abc"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            Reading(200, "OK", ["Content-Length: +5"])
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
            Reading(200, "OK", ["Content-Length: -5"], keeps: false)
        ),
        // wget takes these two for 0.
        (
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello",
            Reading(200, "OK", ["Content-Length: x"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
            Reading(200, "OK", ["Content-Length: "], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
            Reading(200, "OK", ["Content-Length: 99999999999999999999"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello world",
            Reading(200, "OK", [], "hello world", keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
            Reading(
                200, "OK", ["Content-Length: 50"], error: .truncated(received: 5, expected: 50))
        ),
        // Codings; of both, wget reads neither to its end.
        (
            chunked.replacing("\r\n\r\n", with: "\r\nContent-Length: 3\r\n\r\n")
                + "5\r\nhello\r\n0\r\n\r\n",
            Reading(200, "OK", coded + ["Content-Length: 3"], keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n" + length,
            Reading(200, "OK", ["Transfer-Encoding: foo"] + five, keeps: false)
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nhello",
            Reading(200, "OK", ["Transfer-Encoding: gzip, chunked"], keeps: false)
        ),
        // Chunks
        (chunked + "5\nhello\n0\n\n", Reading(200, "OK", coded)),
        (chunked + "5;a b c\"\r\nhello\r\n0\r\n\r\n", Reading(200, "OK", coded)),
        (chunked + "  5 garbage\r\nhello\r\n0\r\n\r\n", Reading(200, "OK", coded)),
        (
            chunked + "5\r\nhello\r\n0\r\nX: y\r\nno field\r\n\r\n", Reading(200, "OK", coded)
        ),
        // wget is content with these two.
        (chunked + "xyz\r\nhello", Reading(200, "OK", coded, "", error: .invalidChunkSize)),
        (
            chunked + "9\r\nhello",
            Reading(200, "OK", coded, error: .truncated(received: 5, expected: nil))
        ),
        (chunked + "5\r\nhelloXX0\r\n\r\n", Reading(200, "OK", coded, error: .missingChunkEnd)),
        (
            chunked + "5\r\nhello\r\n0\r\n",
            Reading(200, "OK", coded, error: .truncated(received: 5, expected: nil))
        ),
        (chunked + "5x\r\nhello\r\n", Reading(200, "OK", coded, "", error: .invalidChunkSize)),
        // Heads that the connection's end ends
        ("HTTP/1.1 200 OK", Reading(200, "OK", [], "", keeps: false)),
        ("HTTP/1.1 200 OK\r\n", Reading(200, "OK", [], "", keeps: false)),
        ("HTTP/1.1 200 OK\r\nX: y\r\nCont", Reading(200, "OK", ["X: y"], "", keeps: false)),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r",
            Reading(200, "OK", ["Content-Length: 0"], "")
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
            Reading(200, "OK", five, "", error: .truncated(received: 0, expected: 5))
        ),
        // 101 says nothing to who asked for no upgrade.
        ("HTTP/1.1 101 S\r\n\r\nHTTP/1.1 200 OK\r\n" + length, Reading(200, "OK", five)),
        // No head at all
        ("just a body", Reading(200, "", [], "just a body", keeps: false)),
        ("HTML\r\n\r\n", Reading(200, "", [], "HTML\r\n\r\n", keeps: false)),
        ("ICY 200 OK\r\n\r\n", Reading(200, "", [], "ICY 200 OK\r\n\r\n", keeps: false)),
        ("http/1.1 200 OK", Reading(200, "", [], "http/1.1 200 OK", keeps: false)),
    ]

    static func reading(_ told: [Told]) -> Reading? {
        var result: Reading?
        for each in told {
            switch each {
            case .response(let head, let framing):
                result = Reading(
                    head.status.code, head.status.reasonPhrase,
                    head.headerFields.map { "\($0.name): \($0.value)" }, "",
                    keeps: framing.isPersistent)
            case .body(let text): result?.body += text
            case .failed(let error): result?.error = error
            case .request, .informational, .trailers, .end, .rest: break
            }
        }
        return result
    }

    @Test("each is read as its line says, however it is cut", arguments: cases.indices)
    func reads(_ index: Int) {
        let (input, expected) = Self.cases[index]
        for cuts in Cuts.all {
            let told = transcript(bytes(input), cuts: cuts, isTolerant: true)
            #expect(Self.reading(told) == expected, "\(input.debugDescription) \(cuts)")
        }
    }

    @Test(
        "what makes no sense at all is refused",
        arguments: [
            ("HT", HTTPError.invalidStatusLine), ("HTTP", .invalidStatusLine),
            ("HTTPSomething\n", .invalidStatusLine), ("HTTP/x.y 200 OK\r\n", .invalidStatusLine),
            ("HTTP/1 200 OK\r\n", .invalidStatusLine), ("HTTP/1.1\r\n", .invalidStatusLine),
            ("HTTP/1.1 20 OK\r\n", .invalidStatusLine), ("HTTP/1.1 abc\r\n", .invalidStatusLine),
            ("\r\n", .truncated(received: 0, expected: nil)),
            ("HTTP/1.1 100 C\r\n", .truncated(received: 0, expected: nil)),
        ])
    func refuses(_ input: String, _ error: HTTPError) {
        for cuts in Cuts.all {
            let told = transcript(bytes(input), cuts: cuts, isTolerant: true)
            #expect(told.last == .failed(error), "\(input.debugDescription) \(cuts)")
        }
    }

    @Test("only a connection's first response may lack its head")
    func headlessOnlyFirst() {
        let first = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        for cuts in Cuts.all {
            let told = transcript(bytes(first + "body\r\n"), cuts: cuts, isTolerant: true)
            #expect(told.last == .failed(.notHTTP))
        }
    }

    @Test("a body without a head says so, and is whole however it is cut")
    func saysHeadless() {
        for cuts in Cuts.all {
            let told = transcript(bytes("HTML page"), cuts: cuts, isTolerant: true)
            guard case .response(_, let framing)? = told.first else {
                Issue.record("no response")
                continue
            }
            #expect(!framing.hasHead)
            #expect(Array(told.dropFirst()) == [.body("HTML page"), .end])
        }
    }

    @Test("the limits hold: empty lines, endless heads, many fields, interim responses")
    func keepsLimits() {
        let limits = HTTPLimits(head: 100, fields: 3, chunkExtension: 10)
        for (input, error) in [
            (String(repeating: "\r\n", count: 60), HTTPError.headTooLarge(limit: 100)),
            ("HTTP/1.1 200 OK\r\n" + String(repeating: "x", count: 200), .headTooLarge(limit: 100)),
            (String(repeating: "HTTP/1.1 101 C\r\n\r\n", count: 10), .headTooLarge(limit: 100)),
            ("HTTP/1.1 200 OK\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n", .tooManyFields(limit: 3)),
            (
                Self.chunked + "5;" + String(repeating: "x", count: 90),
                .chunkExtensionTooLong(limit: 10)
            ),
        ] {
            for cuts in [Cuts.whole, .every(1)] {
                let told = transcript(bytes(input), cuts: cuts, limits: limits, isTolerant: true)
                #expect(told.last == .failed(error), "\(input.prefix(20).debugDescription)")
            }
        }
    }

    @Test("requests are read strictly whatever was asked for")
    func requestsStayStrict() {
        let input = bytes("GET / HTTP/1.1\r\nHost: a\r\nno field\r\n\r\n")
        #expect(
            transcript(input, .requests, isTolerant: true) == [.failed(.invalidField(line: 2))])
    }

    @Test("any octets end in events or an error, the same however they are cut")
    func survives() {
        var random = SplitMix(seed: 77)
        for round in 0..<20_000 {
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                input += bytes(WireFuzzTests.tokens.randomElement(using: &random) ?? "")
            }
            if round % 2 == 0 {
                input = bytes(Self.cases.randomElement(using: &random)?.input ?? "")
                let place = Int.random(in: 0..<input.count, using: &random)
                input[place] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = transcript(input, isTolerant: true)
            for cuts in [Cuts.every(1), .random(seed: random.next())] {
                let other = transcript(input, cuts: cuts, isTolerant: true)
                #expect(whole == other, "\(cuts): \(text(input).debugDescription)")
            }
        }
    }
}
