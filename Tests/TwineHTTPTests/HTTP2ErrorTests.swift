import HTTPTypes
import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("What a server of HTTP/2 may not do")
struct HTTP2ErrorTests {
    private typealias Wire = HTTP2Wire
    private static let open = Wire.settings() + Wire.headers(1, [(":status", "200")])

    /// What ends the connection.
    static let connectionErrors: [(String, [UInt8], HTTP2Error)] = [
        ("HTTP/1.1", Array("HTTP/1.1 400 Bad".utf8), .isHTTP1),
        ("another protocol", Array("SSH-2.0-OpenSSH".utf8), .notHTTP2),
        ("an acknowledgment first", Wire.frame(4, 1), .notHTTP2),
        (
            "a frame too long", open + [0, 0x40, 1, 0, 0, 0, 0, 0, 1],
            .frameTooLarge(length: 16_385, limit: 16_384)
        ),
        ("DATA of no stream", open + Wire.data(0, "x"), .invalidStream(.data, stream: 0)),
        (
            "HEADERS of no stream", open + Wire.headers(0, []),
            .invalidStream(.headers, stream: 0)
        ),
        (
            "SETTINGS of a stream", open + Wire.frame(4, 0, 1),
            .invalidStream(.settings, stream: 1)
        ),
        (
            "PING of a stream", open + Wire.frame(6, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0]),
            .invalidStream(.ping, stream: 1)
        ),
        ("a short PING", open + Wire.frame(6, 0, 0, [1]), .invalidFrameLength(.ping, length: 1)),
        (
            "a short RST_STREAM", open + Wire.frame(3, 0, 1, [1]),
            .invalidFrameLength(.reset, length: 1)
        ),
        (
            "half a setting", open + Wire.frame(4, 0, 0, [1]),
            .invalidFrameLength(.settings, length: 1)
        ),
        (
            "a full acknowledgment", open + Wire.frame(4, 1, 0, [0, 0, 0, 0, 0, 0]),
            .invalidFrameLength(.settings, length: 6)
        ),
        (
            "a short GOAWAY", open + Wire.frame(7, 0, 0, [1]),
            .invalidFrameLength(.goAway, length: 1)
        ),
        (
            "a long WINDOW_UPDATE", open + Wire.frame(8, 0, 1, [0, 0, 0, 0, 1]),
            .invalidFrameLength(.windowUpdate, length: 5)
        ),
        ("nothing but padding", open + Wire.frame(0, 8, 1, [5, 0, 0]), .paddingTooLong(.data)),
        (
            "padding without its length", open + Wire.frame(0, 8, 1),
            .invalidFrameLength(.data, length: 0)
        ),
        (
            "half a priority", open + Wire.frame(1, 0x24, 1, [0, 0]),
            .invalidFrameLength(.headers, length: 2)
        ),
        (
            "push turned on", open + Wire.settings([(2, 1)]),
            .invalidSetting(HTTP2Setting(.enablePush, 1))
        ),
        (
            "a window too large", open + Wire.settings([(4, 0x8000_0000)]),
            .invalidSetting(HTTP2Setting(.initialWindowSize, 0x8000_0000))
        ),
        (
            "a frame size too small", open + Wire.settings([(5, 16_383)]),
            .invalidSetting(HTTP2Setting(.maxFrameSize, 16_383))
        ),
        ("a push", open + Wire.frame(5, 4, 1, [0, 0, 0, 2]), .push),
        (
            "a block interrupted",
            open + Wire.frame(1, 0, 1, []) + Wire.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            .brokenFieldBlock
        ),
        (
            "a block that goes on elsewhere",
            open + Wire.frame(1, 0, 1, []) + Wire.frame(9, 4, 3, []), .brokenFieldBlock
        ),
        ("CONTINUATION of nothing", open + Wire.frame(9, 4, 1), .brokenFieldBlock),
        (
            "HEADERS of a stream not opened", open + Wire.headers(3, [(":status", "200")]),
            .unexpectedFrame(.headers, stream: 3)
        ),
        (
            "HEADERS of the server's own stream", open + Wire.headers(2, [(":status", "200")]),
            .unexpectedFrame(.headers, stream: 2)
        ),
        (
            "DATA of a stream not opened", open + Wire.data(5, "x"),
            .unexpectedFrame(.data, stream: 5)
        ),
        (
            "RST_STREAM of a stream not opened", open + Wire.reset(3, 0),
            .unexpectedFrame(.reset, stream: 3)
        ),
        (
            "a window of a stream not opened", open + Wire.window(3, 1),
            .unexpectedFrame(.windowUpdate, stream: 3)
        ),
        (
            "DATA after the end", open + Wire.data(1, "", isEnd: true) + Wire.data(1, "x"),
            .streamClosed(.data, stream: 1)
        ),
        (
            "HEADERS after the end",
            open + Wire.data(1, "", isEnd: true) + Wire.headers(1, [("a", "b")], isEnd: true),
            .streamClosed(.headers, stream: 1)
        ),
        ("no such index", open + Wire.frame(1, 4, 1, [0xbe]), .compression(.invalidIndex(62))),
        (
            "half a field, of a stream given up",
            open + Wire.reset(1, 0)
                + Wire.frame(1, 4, 1, [0x40]), .compression(.truncated)
        ),
        ("nothing more allowed", open + Wire.window(0, 0), .windowIncrementZero(stream: 0)),
        (
            "too much allowed", open + Wire.window(0, 0x7fff_ffff), .windowOverflow(stream: 0)
        ),
    ]

    @Test("what breaks the connection is named, and told by GOAWAY", arguments: connectionErrors)
    func connectionError(_ what: String, _ octets: [UInt8], _ error: HTTP2Error) {
        everyChunking(of: octets, rounds: 2) { pieces in
            var talk = HTTP2Talk()
            for piece in pieces { talk.receive(piece) }
            #expect(talk.error == error, "\(what)")
            guard case .goAway(0, error.code, _)? = talk.sent().last else {
                Issue.record("\(what): no GOAWAY")
                return
            }
            // Nothing is read after that.
            talk.receive(Wire.settings())
            #expect(talk.error == error && talk.sent().isEmpty)
        }
    }

    /// What ends one stream only: the second part comes after a good response's beginning, or alone.
    static let streamErrors: [(String, [UInt8], HTTP2Error)] = [
        ("no status", Wire.headers(1, [("a", "b")]), .malformed("no status")),
        ("no field at all", Wire.headers(1, []), .malformed("no status")),
        (
            "a status of four digits", Wire.headers(1, [(":status", "2000")]),
            .malformed("a status that is no number of three digits")
        ),
        (
            "a status that is no number", Wire.headers(1, [(":status", "2x0")]),
            .malformed("a status that is no number of three digits")
        ),
        (
            "a status too low", Wire.headers(1, [(":status", "099")]),
            .malformed("the status 99")
        ),
        (
            "two statuses", Wire.headers(1, [(":status", "200"), (":status", "200")]),
            .malformed("the name of a field is none")
        ),
        (
            "a request's field", Wire.headers(1, [(":status", "200"), (":path", "/")]),
            .malformed("the name of a field is none")
        ),
        (
            "upper case", Wire.headers(1, [(":status", "200"), ("Date", "x")]),
            .malformed("the name of a field is in upper case")
        ),
        (
            "an empty name", Wire.headers(1, [(":status", "200"), ("", "x")]),
            .malformed("the name of a field is none")
        ),
        (
            "a field of HTTP/1", Wire.headers(1, [(":status", "200"), ("connection", "close")]),
            .malformed("the field connection, which HTTP/2 does not have")
        ),
        (
            "the end of a line in a value",
            Wire.headers(1, [(":status", "200"), ("a", "b\r\nc: d")]),
            .malformed("NUL or the end of a line in the field a")
        ),
        (
            "a length that is none",
            Wire.headers(1, [(":status", "200"), ("content-length", "-1")]),
            .malformed("Content-Length")
        ),
        (
            "two lengths",
            Wire.headers(
                1, [(":status", "200"), ("content-length", "1"), ("content-length", "2")]),
            .malformed("Content-Length")
        ),
        (
            "too much body",
            Wire.headers(1, [(":status", "200"), ("content-length", "1")]) + Wire.data(1, "xx"),
            .contentLength(announced: 1, received: 2)
        ),
        (
            "too little body",
            Wire.headers(1, [(":status", "200"), ("content-length", "3")])
                + Wire.data(1, "xx", isEnd: true), .contentLength(announced: 3, received: 2)
        ),
        (
            "no body", Wire.headers(1, [(":status", "200"), ("content-length", "3")], isEnd: true),
            .contentLength(announced: 3, received: 0)
        ),
        (
            "too little body before trailers",
            Wire.headers(1, [(":status", "200"), ("content-length", "3")])
                + Wire.headers(1, [("a", "b")], isEnd: true),
            .contentLength(announced: 3, received: 0)
        ),
        (
            "a body with 204", Wire.headers(1, [(":status", "204")]) + Wire.data(1, "x"),
            .contentLength(announced: 0, received: 1)
        ),
        (
            "a body without a head", Wire.data(1, "x"), .malformed("a body before the head")
        ),
        (
            "an interim response that ends", Wire.headers(1, [(":status", "100")], isEnd: true),
            .malformed("a response that ends with status 100")
        ),
        (
            "a switch of protocols", Wire.headers(1, [(":status", "101")]),
            .malformed("the status 101")
        ),
        (
            "trailers that do not end",
            Wire.headers(1, [(":status", "200")]) + Wire.headers(1, [("a", "b")]),
            .malformed("fields in the middle of a body")
        ),
        (
            "a status in trailers",
            Wire.headers(1, [(":status", "200")])
                + Wire.headers(1, [(":status", "200")], isEnd: true),
            .malformed("the name of a field is none")
        ),
        ("nothing more allowed", Wire.window(1, 0), .windowIncrementZero(stream: 1)),
        ("too much allowed", Wire.window(1, 0x7fff_ffff), .windowOverflow(stream: 1)),
        (
            "a short PRIORITY", Wire.frame(2, 0, 1, [1]),
            .invalidFrameLength(.priority, length: 1)
        ),
    ]

    @Test("what breaks one stream ends that one, and the others go on", arguments: streamErrors)
    func streamError(_ what: String, _ octets: [UInt8], _ error: HTTP2Error) {
        var talk = HTTP2Talk(requests: 2)
        talk.receive(Wire.settings() + octets)
        #expect(talk.error == nil && talk.events.last == .failed(stream: 1, error), "\(what)")
        #expect(talk.sent().contains(.reset(stream: 1, error.code)))
        // What was under way for it is passed over.
        talk.receive(Wire.data(1, "late") + Wire.headers(1, [("late", "x")], isEnd: true))
        talk.receive(Wire.headers(3, [(":status", "200")], isEnd: true))
        #expect(talk.error == nil && talk.events.last == .end(stream: 3, trailers: [:]))
    }

    @Test("space around a value means nothing, and octets above 127 are kept")
    func values() {
        var talk = HTTP2Talk()
        talk.receive(
            Wire.settings()
                + Wire.headers(1, [(":status", "200"), ("server", " a b\t"), ("x-y", "\u{1F600}")]))
        guard case .response(1, let head)? = talk.events.last else {
            Issue.record("\(talk.events)")
            return
        }
        #expect(head.headerFields[.server] == "a b")
        #expect(head.headerFields[values: .init("x-y") ?? .accept] == ["\u{1F600}"])
    }
}
