import HTTPTypes
import Testing
import TwineHTTP

@Suite("The HTTP/1.1 parser against any octets")
struct WireFuzzTests {
    static let seeds: [String] =
        WireResponseTests.cases.map(\.input) + WireRequestTests.cases.map(\.input)

    /// Pieces that mean something to the grammar, so that random inputs get past the first line.
    static let tokens = [
        "HTTP/1.1 200 OK\r\n", "GET / HTTP/1.1\r\n", "Host: a\r\n", "\r\n", "\n", "\r", "\r\n\r\n",
        "Content-Length: 3\r\n", "Content-Length: 99999999999999999999\r\n", "0\r\n\r\n", "\u{0}",
        "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "5\r\nhello\r\n", "ffffffff",
        " folded\r\n", ":", "7fffffffffffffff\r\n", ";a=\"b\"\r\n", "HTTP/1.1 100 C\r\n\r\n", "a",
        "HTTP/1.0 101 S\r\n", "X-\u{e4}: \u{ff}\r\n",
    ]

    @Test("any mix of tokens ends in events or an error, the same however it is cut")
    func survivesTokens() {
        var random = SplitMix(seed: 911)
        for round in 0..<120000 {
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                input += bytes(Self.tokens.randomElement(using: &random) ?? "")
            }
            check(input, round, &random)
        }
    }

    @Test("a good message with octets changed, lost or doubled is read the same however it is cut")
    func survivesMutations() {
        var random = SplitMix(seed: 912)
        for round in 0..<120000 {
            var input = bytes(Self.seeds.randomElement(using: &random) ?? "")
            for _ in 0..<Int.random(in: 1...3, using: &random) where !input.isEmpty {
                let place = Int.random(in: 0..<input.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: input[place] = UInt8.random(in: 0...255, using: &random)
                case 1: input.remove(at: place)
                case 2: input.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default:
                    let end = min(input.count, place + Int.random(in: 1...20, using: &random))
                    input.insert(contentsOf: input[place..<end], at: place)
                }
            }
            check(input, round, &random)
        }
    }

    @Test("octets without any sense end in an error")
    func survivesNoise() {
        var random = SplitMix(seed: 13)
        for round in 0..<1000 {
            let count = Int.random(in: 0...300, using: &random)
            let input = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            check(input, round, &random)
        }
    }

    private func check(_ input: [UInt8], _ round: Int, _ random: inout SplitMix) {
        let method: HTTPRequest.Method = round % 5 == 0 ? .head : .get
        for role in [HTTPParser.Role.requests, .responses] {
            let whole = transcript(input, role, method: method)
            let cut = Cuts.random(seed: random.next())
            for cuts in [Cuts.every(1), cut] {
                let other = transcript(input, role, cuts: cuts, method: method)
                #expect(whole == other, "round \(round), \(cuts): \(text(input).debugDescription)")
            }
        }
    }

    @Test("what is read as a request and written again is read the same")
    func roundTrips() throws {
        var random = SplitMix(seed: 14)
        var count = 0
        for _ in 0..<60_000 {
            var input = bytes(WireRequestTests.cases.randomElement(using: &random)?.input ?? "")
            let place = Int.random(in: 0..<input.count, using: &random)
            input[place] = UInt8.random(in: 0...255, using: &random)
            guard case .request(let head, let framing)? = transcript(input, .requests).first,
                framing.version == .http11
            else { continue }
            // Lists that say one thing in many words are read, but not written.
            if head.headerFields[.transferEncoding]?.lowercased() ?? "chunked" != "chunked" {
                continue
            }
            if let length = head.headerFields[.contentLength], Int(length) == nil { continue }
            var output: [UInt8] = []
            let form = head.scheme == nil ? HTTPSerializer.TargetForm.origin : .absolute
            try HTTPSerializer.serialize(head, body: framing.body, form: form, into: &output)
            let again = transcript(output, .requests, endOfInput: false).first
            #expect(again == .request(head, framing), "\(text(input).debugDescription)")
            count += 1
        }
        #expect(count > 500)
    }
}
