import HTTPTypes
import TwineHTTP

/// What a parser told, in a form that does not depend on how the input was cut.
enum Told: Equatable {
    case request(HTTPRequest, HTTPFraming)
    case informational(HTTPResponse)
    case response(HTTPResponse, HTTPFraming)
    case body(String)
    case trailers(HTTPFields)
    case end
    case failed(HTTPError)
    /// Octets that the parser left alone after the last message.
    case rest(String)
}

/// Where the input is cut.
enum Cuts: CustomStringConvertible {
    case whole
    case every(Int)
    case random(seed: UInt64)

    var description: String {
        switch self {
        case .whole: "whole"
        case .every(let count): "\(count) by \(count)"
        case .random(let seed): "cut by seed \(seed)"
        }
    }

    static let all: [Cuts] =
        [.whole, .every(1), .every(2), .every(3), .every(7)]
        + (1...8).map { Cuts.random(seed: $0) }

    func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var random = SplitMix(seed: 0)
        if case .random(let seed) = self { random = SplitMix(seed: seed) }
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let length =
                switch self {
                case .whole: bytes.count
                case .every(let count): count
                case .random: Int.random(in: 1...40, using: &random)
                }
            let end = min(bytes.count, start + length)
            pieces.append([UInt8](bytes[start..<end]))
            start = end
        }
        return pieces
    }
}

/// A small generator with a fixed seed: the same test at every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Feeds a parser and writes down what it tells.
func transcript(
    _ bytes: [UInt8], _ role: HTTPParser.Role = .responses, cuts: Cuts = .whole,
    method: HTTPRequest.Method = .get, limits: HTTPLimits = HTTPLimits(), endOfInput: Bool = true,
    isTolerant: Bool = false
) -> [Told] {
    var parser = HTTPParser(role, limits: limits, isTolerant: isTolerant)
    parser.requestMethod = method
    var told: [Told] = []
    var rest: [UInt8] = []
    do throws(HTTPError) {
        for piece in cuts.pieces(of: bytes) {
            var offset = 0
            while let event = try parser.nextEvent(in: piece.span, at: &offset) {
                note(event, piece, &told)
            }
            rest += piece[offset...]
        }
        while endOfInput, rest.isEmpty, let event = try parser.receiveEndOfInput() {
            note(event, [], &told)
            if event == .end { break }
        }
    } catch {
        told.append(.failed(error))
    }
    if !rest.isEmpty { told.append(.rest(text(rest))) }
    return told
}

private func note(_ event: HTTPEvent, _ piece: [UInt8], _ told: inout [Told]) {
    switch event {
    case .request(let head, let framing): told.append(.request(head, framing))
    case .informational(let head): told.append(.informational(head))
    case .response(let head, let framing): told.append(.response(head, framing))
    case .trailers(let fields): told.append(.trailers(fields))
    case .end: told.append(.end)
    case .bodyStart(let octets): noteBody(text(octets), &told)
    case .body(let range): noteBody(text([UInt8](piece[range])), &told)
    }
}

private func noteBody(_ more: String, _ told: inout [Told]) {
    if case .body(let before)? = told.last {
        told[told.count - 1] = .body(before + more)
    } else {
        told.append(.body(more))
    }
}

/// Octets as characters of ISO 8859-1, so that nothing is lost.
func text(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

func bytes(_ text: String) -> [UInt8] {
    [UInt8](text.utf8)
}

func framing(
    _ body: HTTPFraming.Body, version: HTTPVersion = .http11, persistent: Bool = true,
    upgrade: Bool = false
) -> HTTPFraming {
    HTTPFraming(version: version, body: body, isPersistent: persistent, isUpgrade: upgrade)
}
