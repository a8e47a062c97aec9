import Testing
import TwineHTTP

@Suite("The responses that Node's parser is tested with")
struct WireResponseDataTests {
    /// Where this parser decides otherwise than the data, and why.
    static let decisions: [String: String] = [
        "Bare CR after response line (lenient)": "a bare CR ends no line",
        "HTTP version 0.9": "0.9 has no status line, so one with it is none",
        "Invalid HTTP version (lenient)": "there is no HTTP/5.6",
        "ICE response": "not HTTP",
        "RTSP response": "not HTTP",
        "HTTP/1.1 with keep-alive disabled and 204 status": "after close the rest is left alone",
        "HTTP/1.1 with keep-alive disabled and 204 status (lenient)": "the same",
        "HTTP/1.1 with keep-alive disabled, content-length": "the same",
        "Invalid OBS fold after chunked value": "what decides the framing may not be folded",
        "Invalid space after start line": "refused when the line ends, which it does not there",
        "No carriage ret": "RFC 9112 §2.2 lets a client take LF alone for a line's end",
        "Only LFs present and no body": "the same",
        "Only LFs present": "the same",
        "Trailing space on chunked body": "old servers pad the size with spaces",
        "`chunked` before other transfer-encoding": "a body in an unknown coding is refused",
        "`chunkedchunked` transfer-encoding does not enable chunked enconding": "the same",
        "multiple transfer-encoding where chunked is not the last one": "the same",
    ]

    @Test(
        "every response is read as the data says, or as a decision here says",
        .enabled(if: WireData.has("http-response"), "../shared/data/http-response is absent"))
    func readsTheData() throws {
        let cases = try ResponseCase.all()
        #expect(cases.count > 80)
        #expect(Set(Self.decisions.keys).isSubset(of: cases.map(\.title)))
        for each in cases where Self.decisions[each.title] == nil {
            for cuts in [Cuts.whole, .every(1), .random(seed: 3)] {
                let read = each.read(cuts: cuts)
                #expect(read.isRefused == each.expected.isRefused, "\(each.title) \(cuts)")
                if !each.expected.isRefused {
                    #expect(read.messages == each.expected.messages, "\(each.title) \(cuts)")
                }
            }
        }
    }
}
