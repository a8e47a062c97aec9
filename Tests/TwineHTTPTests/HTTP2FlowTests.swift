import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("Limits and flow control of HTTP/2")
struct HTTP2FlowTests {
    private typealias Wire = HTTP2Wire
    private static let open = Wire.settings() + Wire.headers(1, [(":status", "200")])

    // MARK: Limits

    @Test("fields beyond the limit fail their stream; the table stays the same for the next")
    func fieldsLimit() {
        var options = HTTP2Options()
        options.fieldsLimit = 200
        var talk = HTTP2Talk(options, requests: 2)
        var encoder = HPACKEncoder()
        var first: [UInt8] = []
        var second: [UInt8] = []
        let large = HPACKField("x-large", String(repeating: "x", count: 200))
        let small = HPACKField("x-small", "y")
        encoder.encode([HPACKField(":status", "200"), small, large], into: &first)
        encoder.encode([HPACKField(":status", "200"), small], into: &second)
        talk.receive(Wire.settings() + Wire.frame(1, 5, 1, first))
        #expect(talk.events.last == .failed(stream: 1, .fieldsTooLarge(limit: 200)))
        talk.receive(Wire.frame(1, 5, 3, second))
        guard case .response(3, let head)? = talk.events.dropLast().last else {
            Issue.record("\(talk.events)")
            return
        }
        #expect(head.headerFields[.init("x-small") ?? .accept] == "y")
    }

    /// Frames that bring nothing.
    static let floods: [(String, [UInt8])] = [
        ("PING", Wire.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])),
        ("pongs nobody asked for", Wire.frame(6, 1, 0, [0, 0, 0, 0, 0, 0, 0, 0])),
        ("SETTINGS", Wire.settings()),
        ("empty DATA", Wire.data(1, "")),
        ("PRIORITY", Wire.frame(2, 0, 7, [0, 0, 0, 0, 1])),
        ("unknown frames", Wire.frame(99, 0, 7)),
        ("RST_STREAM of an ended stream", Wire.reset(3, 0)),
        ("WINDOW_UPDATE", Wire.window(1, 1)),
        ("GOAWAY", Wire.goAway(0x7fff_ffff, 0)),
        ("padding alone", Wire.frame(0, 8, 1, [3, 0, 0, 0])),
    ]

    @Test("a flood of frames that bring nothing is an end", arguments: floods)
    func flood(_ what: String, _ frame: [UInt8]) {
        var options = HTTP2Options()
        options.idleFrameLimit = 100
        var talk = HTTP2Talk(options, requests: 2)
        talk.receive(Self.open + Wire.reset(3, 8))
        for _ in 0..<99 { talk.receive(frame) }
        #expect(talk.error == nil, "\(what)")
        // What brings something begins the count anew.
        talk.receive(Wire.data(1, "x"))
        for _ in 0..<100 { talk.receive(frame) }
        #expect(talk.error == nil, "\(what)")
        talk.receive(frame)
        #expect(talk.error == .flood && talk.connection.takeOutput().count < 20_000, "\(what)")
    }

    @Test("a flood of CONTINUATION is an end, by count and by octets")
    func continuations() {
        var options = HTTP2Options()
        options.continuationLimit = 10
        var talk = HTTP2Talk(options)
        talk.receive(Wire.settings() + Wire.frame(1, 0, 1))
        for _ in 0..<10 { talk.receive(Wire.frame(9, 0, 1)) }
        #expect(talk.error == nil)
        talk.receive(Wire.frame(9, 0, 1))
        #expect(talk.error == .flood)
        var long = HTTP2Talk()
        long.receive(Wire.settings() + Wire.frame(1, 0, 1))
        for _ in 0..<6 {
            long.receive(Wire.frame(9, 0, 1, [UInt8](repeating: 0, count: 16_384)))
        }
        #expect(long.error == .fieldsTooLarge(limit: 81_920))
    }

    // MARK: Flow control

    @Test("a body waits for both windows, and the end comes with its last octets")
    func sendWindows() throws {
        var talk = HTTP2Talk(requests: 0)
        let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
        talk.connection.sendData(
            [UInt8](repeating: 1, count: 100_000), stream: stream, isEnd: true)
        #expect(talk.sent().dataCount == 65_535)
        talk.receive(Wire.settings() + Wire.window(1, 30_000))
        #expect(talk.sent().dataCount == 0)
        talk.receive(Wire.window(0, 100_000))
        #expect(talk.sent().dataCount == 30_000 && !talk.events.contains(.sent(stream: 1)))
        talk.receive(Wire.window(1, 100_000))
        let last = talk.sent()
        #expect(last.dataCount == 100_000 - 95_535 && talk.events.last == .sent(stream: 1))
        guard case .data(1, _, _, true)? = last.last else {
            Issue.record("\(last)")
            return
        }
    }

    @Test("a smaller initial window is taken off open streams, below zero")
    func shrinkingWindow() throws {
        var talk = HTTP2Talk(requests: 0)
        let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
        talk.connection.sendData(
            [UInt8](repeating: 1, count: 50_000), stream: stream, isEnd: false)
        #expect(talk.sent().dataCount == 50_000)
        talk.receive(Wire.settings([(4, 1000)]))
        talk.connection.sendData([7], stream: stream, isEnd: true)
        #expect(talk.sent().dataCount == 0)
        talk.receive(Wire.window(1, 49_000))
        #expect(talk.sent().dataCount == 0)
        talk.receive(Wire.window(1, 1))
        #expect(talk.sent().dataCount == 1)
    }

    @Test("streams take turns when the connection's window is what they wait for")
    func turns() throws {
        var talk = HTTP2Talk(requests: 0)
        for _ in 0..<3 {
            let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
            talk.connection.sendData(
                [UInt8](repeating: 1, count: 65_000), stream: stream, isEnd: true)
        }
        _ = talk.sent()
        talk.receive(Wire.settings() + Wire.window(0, 40_000))
        let streams = Set(talk.sent().compactMap { $0.dataStream })
        #expect(streams == [3, 5])
    }

    @Test("an empty body is an end alone, and nothing is sent after the end")
    func emptyBody() throws {
        var talk = HTTP2Talk(requests: 0)
        let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
        talk.connection.sendData([], stream: stream, isEnd: true)
        talk.connection.sendData([1], stream: stream, isEnd: true)
        let frames = talk.sent().filter { $0.dataStream != nil }
        #expect(frames == [.data(stream: 1, [], flow: 0, isEnd: true)])
    }

    @Test("more than the windows allow is an error: of the stream, or of the connection")
    func receiveWindows() {
        var options = HTTP2Options()
        options.streamWindow = 1000
        options.connectionWindow = 65_535
        var talk = HTTP2Talk(options)
        let piece = String(repeating: "x", count: 1000)
        // Before the settings are acknowledged the window is what RFC 9113 says.
        talk.receive(Self.open + Wire.data(1, piece) + Wire.data(1, piece))
        #expect(talk.error == nil && talk.events.last == .data(stream: 1, Array(piece.utf8)))
        talk.receive(Wire.frame(4, 1) + Wire.data(1, "y"))
        #expect(talk.events.last == .failed(stream: 1, .windowExceeded(stream: 1)))
        for _ in 0..<64 { talk.receive(Wire.data(1, piece)) }
        // What nobody reads is used up at once.
        #expect(talk.error == nil)
        var other = HTTP2Talk(requests: 2)
        other.receive(Wire.settings() + Wire.frame(4, 1) + Self.open.dropFirst(9))
        let large = Wire.frame(0, 0, 1, [UInt8](repeating: 0, count: 16_384))
        for _ in 0..<4 { other.receive(large) }
        #expect(other.events.last == .failed(stream: 1, .windowExceeded(stream: 1)))
    }

    @Test("the connection's window is held to as well")
    func connectionWindow() {
        var options = HTTP2Options()
        options.streamWindow = 1 << 20
        options.connectionWindow = 65_535
        var talk = HTTP2Talk(options)
        talk.receive(Self.open + Wire.frame(4, 1))
        let large = Wire.frame(0, 0, 1, [UInt8](repeating: 0, count: 16_384))
        for _ in 0..<4 { talk.receive(large) }
        #expect(talk.error == .windowExceeded(stream: 0))
    }

    @Test("what is used is allowed again, in large steps, and padding by itself")
    func windowUpdates() {
        var options = HTTP2Options()
        options.streamWindow = 10_000
        options.connectionWindow = 65_535
        var talk = HTTP2Talk(options)
        talk.receive(Self.open + Wire.frame(4, 1))
        _ = talk.sent()
        talk.receive(Wire.data(1, String(repeating: "x", count: 6000)))
        #expect(talk.sent().isEmpty)
        talk.connection.consume(4000, stream: 1)
        #expect(talk.sent().isEmpty)
        talk.connection.consume(2000, stream: 1)
        #expect(talk.sent() == [.windowUpdate(stream: 1, increment: 6000)])
        for _ in 0..<24 {
            talk.receive(Wire.frame(0, 8, 1, [255] + [UInt8](repeating: 0, count: 255)))
        }
        #expect(talk.sent() == [.windowUpdate(stream: 1, increment: 5120)])
    }
}

extension [HTTP2Frame] {
    /// Octets of DATA.
    var dataCount: Int {
        reduce(0) { count, frame in
            if case .data(_, let octets, _, _) = frame { count + octets.count } else { count }
        }
    }
}

extension HTTP2Frame {
    /// The stream of a DATA frame.
    var dataStream: Int? {
        if case .data(let stream, _, _, _) = self { stream } else { nil }
    }
}
