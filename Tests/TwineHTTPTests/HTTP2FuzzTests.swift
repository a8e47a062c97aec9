import HTTPTypes
import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("HTTP/2 against any octets")
struct HTTP2FuzzTests {
    private typealias Wire = HTTP2Wire

    /// Frames that mean something on streams 1 to 7.
    private static let frames: [[UInt8]] = [
        Wire.settings(), Wire.settings([(4, 0)]), Wire.settings([(4, 0x7fff_ffff)]),
        Wire.settings([(3, 2), (1, 0)]), Wire.settings([(1, 4096)]), Wire.frame(4, 1),
        Wire.frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]), Wire.window(0, 70_000),
        Wire.window(1, 5), Wire.window(3, 70_000), Wire.reset(1, 8), Wire.reset(5, 7),
        Wire.goAway(3, 0), Wire.headers(1, [(":status", "200")]),
        Wire.headers(1, [(":status", "100")]), Wire.headers(3, [(":status", "204")], isEnd: true),
        Wire.headers(5, [(":status", "200"), ("content-length", "3")]), Wire.data(5, "abc"),
        Wire.headers(1, [("a", "b")], isEnd: true), Wire.data(1, "hello"),
        Wire.data(1, "", isEnd: true), Wire.data(5, "", isEnd: true), Wire.data(3, "x"),
        Wire.frame(1, 0, 1, [0x88]), Wire.frame(9, 4, 1, [0xbe]), Wire.frame(9, 4, 1),
        Wire.frame(1, 5, 7, hexOctets("88 4003612d62 0163")), Wire.frame(1, 5, 1, [0x88, 0xbe]),
        Wire.frame(0, 8, 1, [1, 0x61, 0]), Wire.frame(2, 0, 9, [0, 0, 0, 0, 0]),
        Wire.frame(77, 1, 1, [1]),
    ]

    private struct Outcome: Equatable {
        var events: [HTTP2Talk.Event]
        var error: HTTP2Error?
        var sent: [UInt8]
    }

    /// Four streams, one of which sends a body; what is given up depends on the events alone.
    private func run(_ pieces: [[UInt8]]) throws -> Outcome {
        var options = HTTP2Options()
        options.streamWindow = 20_000
        options.connectionWindow = 70_000
        options.fieldsLimit = 500
        options.idleFrameLimit = 40
        var talk = HTTP2Talk(options, requests: 2)
        let stream = try talk.connection.openStream(HTTP2Talk.post, isEnd: false)
        talk.connection.sendData([UInt8](repeating: 9, count: 66_000), stream: stream, isEnd: true)
        _ = try talk.connection.openStream(HTTP2Talk.get, isEnd: true)
        var sent: [UInt8] = []
        for piece in pieces {
            talk.connection.receive(piece.span)
            do throws(HTTP2Error) {
                while let event = try talk.connection.nextEvent() {
                    talk.events.append(event)
                    if case .data(let stream, let octets) = event {
                        talk.connection.consume(octets.count, stream: stream)
                        if octets.count > 4 { talk.connection.reset(stream) }
                    }
                }
            } catch {
                talk.error = error
            }
            sent += talk.connection.takeOutput()
        }
        return Outcome(events: talk.events, error: talk.error, sent: sent)
    }

    private func check(_ input: [UInt8], _ random: inout SeededRandom) throws {
        let whole = try run([input])
        var pieces: [[UInt8]] = []
        var rest = input[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 30), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(try run(pieces) == whole)
        // Each stream ends once, and nothing is told of it after that.
        var ended: Set<Int> = []
        for event in whole.events where event.stream != 0 {
            #expect(!ended.contains(event.stream) || event == .sent(stream: event.stream))
            switch event {
            case .end(let stream, _), .reset(let stream, _), .refused(let stream),
                .failed(let stream, _):
                ended.insert(stream)
            default: break
            }
        }
    }

    @Test("any row of frames ends in events or an error, the same however it is cut")
    func survivesFrames() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<1200 {
            var input = Wire.settings()
            for _ in 0..<Int.random(in: 1...15, using: &random) {
                input += Self.frames.randomElement(using: &random) ?? []
            }
            try check(input, &random)
        }
    }

    @Test("frames with octets changed, lost or doubled do no harm")
    func survivesMutations() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<1200 {
            var input = Wire.settings()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                input += Self.frames.randomElement(using: &random) ?? []
            }
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<input.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: input[place] = UInt8.random(in: 0...255, using: &random)
                case 1: input.remove(at: place)
                default: input.insert(UInt8.random(in: 0...9, using: &random), at: place)
                }
                if input.isEmpty { input = [0] }
            }
            try check(input, &random)
        }
    }

    @Test("octets without any sense end in an error or wait for more")
    func survivesNoise() throws {
        var random = SeededRandom(seed: 4)
        for round in 0..<1000 {
            let count = Int.random(in: 1...200, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            try check(round % 2 == 0 ? noise : Wire.settings() + noise, &random)
        }
    }
}
