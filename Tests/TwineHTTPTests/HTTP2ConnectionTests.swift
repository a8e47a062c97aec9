import HTTPTypes
import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("The client's side of HTTP/2")
struct HTTP2ConnectionTests {
    private typealias Wire = HTTP2Wire
    private let open = HTTP2Wire.settings() + HTTP2Wire.headers(1, [(":status", "200")])

    @Test("the preface and SETTINGS come first, octet by octet")
    func preface() {
        var options = HTTP2Options()
        options.connectionWindow = 65_536
        var connection = HTTP2ClientConnection(options)
        let table = """
            505249202a20485454502f322e300d0a0d0a534d0d0a0d0a
            000012 04 00 00000000  0002 00000000  0004 0000ffff  0006 00010000
            000004 08 00 00000000  00000001
            """
        #expect(connection.takeOutput() == hexOctets(table))
    }

    @Test("a request is one HEADERS frame, its fields in lower case and without those of HTTP/1")
    func request() throws {
        var talk = HTTP2Talk(requests: 0)
        var request = HTTP2Talk.post
        request.headerFields = [
            .userAgent: "t", .connection: "close", .authorization: "secret", .te: "gzip",
        ]
        let stream = try talk.connection.openStream(request, isEnd: false)
        talk.connection.sendData(Array("hi".utf8), stream: stream, isEnd: true)
        let frames = Array(talk.sent().dropFirst(2))
        guard case .headers(1, let block, false, true)? = frames.first else {
            Issue.record("\(frames)")
            return
        }
        var decoder = HPACKDecoder(listLimit: 10_000)
        let fields = try decoder.decode(block.span).fields
        let expected = [
            HPACKField(":method", "POST"), HPACKField(":scheme", "https"),
            HPACKField(":path", "/"), HPACKField(":authority", "a.example"),
            HPACKField("user-agent", "t"), HPACKField("authorization", "secret", .never),
        ]
        #expect(fields == expected)
        #expect(frames.last == .data(stream: 1, Array("hi".utf8), flow: 2, isEnd: true))
    }

    @Test("a head larger than a frame goes on in CONTINUATION")
    func largeRequest() throws {
        var talk = HTTP2Talk(requests: 0)
        var request = HTTP2Talk.get
        request.headerFields[.cookie] = String(repeating: "@", count: 60_000)
        _ = try talk.connection.openStream(request, isEnd: true)
        let frames = talk.sent().dropFirst(2)
        guard case .headers(1, _, true, false)? = frames.first,
            case .continuation(1, _, true)? = frames.last
        else {
            Issue.record("\(frames.count) frames")
            return
        }
        #expect(frames.count >= 4)
    }

    @Test("a response is told the same however it is cut")
    func response() {
        let octets =
            Wire.settings([(3, 100), (4, 70_000)])
            + Wire.frame(4, 1)
            + Wire.headers(1, [(":status", "103"), ("server", "x")])
            + Wire.frame(
                1, 0x28, 1, [2, 0, 0, 0, 0, 9] + Wire.block([(":status", "200")]) + [0, 0])
            + Wire.frame(9, 4, 1, Wire.block([("content-length", "5"), ("x-a", "\u{e9}")]))
            + Wire.frame(0, 8, 1, [3] + Array("hel".utf8) + [0, 0, 0])
            + Wire.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
            + Wire.frame(0xfa, 0xff, 1, [1, 2, 3])
            + Wire.frame(2, 0, 9, [0, 0, 0, 0, 1])
            + Wire.data(1, "lo")
            + Wire.headers(1, [("x-sum", "7")], isEnd: true)
        let head = HTTPResponse(
            status: .init(code: 200),
            headerFields: [.contentLength: "5", .init("x-a") ?? .accept: "\u{e9}"])
        let expected: [HTTP2Talk.Event] = [
            .settings,
            .informational(
                stream: 1, HTTPResponse(status: .init(code: 103), headerFields: [.server: "x"])),
            .response(stream: 1, head), .data(stream: 1, Array("hel".utf8)),
            .data(stream: 1, Array("lo".utf8)),
            .end(stream: 1, trailers: [.init("x-sum") ?? .accept: "7"]),
        ]
        everyChunking(of: octets) { pieces in
            var talk = HTTP2Talk()
            for piece in pieces { talk.receive(piece) }
            #expect(talk.error == nil && talk.events == expected)
            #expect(talk.connection.streamCount == 0)
            let answers = talk.sent().suffix(2)
            #expect(
                Array(answers) == [
                    .settingsAcknowledgment,
                    .ping([1, 2, 3, 4, 5, 6, 7, 8], isAcknowledgment: true),
                ])
        }
    }

    @Test(
        "a head without body, and a length that speaks of another response",
        arguments: [(HTTPRequest.Method.head, "200"), (.get, "204"), (.get, "304")])
    func noBody(_ method: HTTPRequest.Method, _ status: String) throws {
        var talk = HTTP2Talk(requests: 0)
        var request = HTTP2Talk.get
        request.method = method
        _ = try talk.connection.openStream(request, isEnd: true)
        talk.receive(Wire.settings())
        talk.receive(
            Wire.headers(1, [(":status", status), ("content-length", "7")], isEnd: true))
        #expect(talk.events.last == .end(stream: 1, trailers: [:]))
    }

    // MARK: Streams

    @Test("no more streams are open than the server allows")
    func streamLimit() throws {
        var talk = HTTP2Talk()
        talk.receive(Wire.settings([(3, 1)]))
        #expect(!talk.connection.canOpenStream)
        #expect(throws: HTTP2Error.noStreamLeft) {
            try talk.connection.openStream(HTTP2Talk.get, isEnd: true)
        }
        talk.receive(Wire.headers(1, [(":status", "200")], isEnd: true))
        #expect(try talk.connection.openStream(HTTP2Talk.get, isEnd: true) == 3)
    }

    @Test("fields that the server says it does not take are not sent")
    func peerFieldsLimit() {
        var talk = HTTP2Talk()
        talk.receive(Wire.settings([(6, 100)]))
        _ = talk.sent()
        #expect(throws: HTTP2Error.requestTooLarge(limit: 100)) {
            try talk.connection.openStream(HTTP2Talk.get, isEnd: true)
        }
        #expect(talk.sent().isEmpty && talk.connection.streamCount == 1)
    }

    @Test("GOAWAY refuses what the server has not looked at; the rest goes on")
    func goAway() {
        var talk = HTTP2Talk(requests: 3)
        talk.receive(Wire.settings() + Wire.goAway(3, 0))
        #expect(talk.events.dropFirst() == [.refused(stream: 5), .goAway(.noError)])
        #expect(talk.connection.isEnding && !talk.connection.canOpenStream)
        talk.receive(Wire.headers(3, [(":status", "200")], isEnd: true))
        #expect(talk.events.last == .end(stream: 3, trailers: [:]))
        // It cannot take back more streams than it named, nor fewer.
        talk.receive(Wire.goAway(0x7fff_ffff, 0) + Wire.goAway(0, 1))
        #expect(talk.events.suffix(2) == [.refused(stream: 1), .goAway(.protocolError)])
    }

    @Test(
        "the server ends a stream; REFUSED_STREAM says that it may be sent again",
        arguments: [
            (7, .refused(stream: 1)), (8, .reset(stream: 1, .cancel)),
            (99, .reset(stream: 1, HTTP2ErrorCode(rawValue: 99))),
        ] as [(UInt32, HTTP2ClientConnection.Event)])
    func reset(_ code: UInt32, _ event: HTTP2ClientConnection.Event) {
        var talk = HTTP2Talk()
        talk.receive(Wire.settings() + Wire.reset(1, code))
        #expect(talk.events.last == event && talk.connection.streamCount == 0)
    }

    @Test("a response that ends before the request is whole, and NO_ERROR after it")
    func earlyResponse() throws {
        var talk = HTTP2Talk(requests: 0)
        let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
        talk.connection.sendData(
            [UInt8](repeating: 0, count: 70_000), stream: stream, isEnd: true)
        talk.receive(Wire.settings() + Wire.headers(1, [(":status", "413")], isEnd: true))
        #expect(talk.events.last == .end(stream: 1, trailers: [:]))
        talk.receive(Wire.reset(1, 0))
        #expect(talk.events.last == .end(stream: 1, trailers: [:]))
        #expect(talk.error == nil && talk.connection.streamCount == 0)
    }

    @Test("a stream given up here is told to the server, and nothing more is heard of it")
    func givenUp() {
        var talk = HTTP2Talk(requests: 2)
        talk.receive(open)
        _ = talk.sent()
        talk.connection.reset(1)
        #expect(talk.sent() == [.reset(stream: 1, .cancel)])
        let count = talk.events.count
        talk.receive(
            Wire.data(1, "x") + Wire.window(1, 5) + Wire.reset(1, 8) + Wire.data(1, "", isEnd: true)
        )
        #expect(talk.error == nil && talk.events.count == count)
    }

    @Test("many streams given up need no memory each")
    func manyGivenUp() throws {
        var talk = HTTP2Talk(requests: 0)
        talk.receive(Wire.settings())
        for _ in 0..<3000 {
            talk.connection.reset(try talk.connection.openStream(HTTP2Talk.get, isEnd: true))
        }
        #expect(talk.connection.abandoned.count <= 1000)
        talk.receive(Wire.data(1, "x") + Wire.data(5999, "x"))
        #expect(talk.error == nil)
    }

    @Test("a ping is answered by its octets")
    func ping() {
        var talk = HTTP2Talk()
        talk.connection.ping([1, 2, 3])
        #expect(talk.sent().last == .ping([1, 2, 3, 0, 0, 0, 0, 0], isAcknowledgment: false))
        talk.receive(Wire.settings() + Wire.frame(6, 1, 0, [1, 2, 3, 0, 0, 0, 0, 0]))
        #expect(talk.events.last == .pong([1, 2, 3, 0, 0, 0, 0, 0]))
    }

    @Test("closing says GOAWAY without an error")
    func close() {
        var talk = HTTP2Talk()
        _ = talk.sent()
        talk.connection.close()
        #expect(talk.sent() == [.goAway(lastStream: 0, .noError, debug: [])])
    }
}
