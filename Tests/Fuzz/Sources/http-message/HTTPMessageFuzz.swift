import FuzzChecks
import HTTPTypes
import TwineHTTP

/// What a parser makes of octets: the events, the bodies put together, and the error at the end.
private struct Transcript: Equatable {
    var events: [HTTPEvent] = []
    var body: [UInt8] = []
    var error: HTTPError?
}

private func transcript(
    _ bytes: [UInt8], _ role: HTTPParser.Role, isTolerant: Bool, piece: Int
) -> Transcript {
    var parser = HTTPParser(role, isTolerant: isTolerant)
    var made = Transcript()
    do throws(HTTPError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + piece, bytes.count)
            let input = bytes.span.extracting(start..<end)
            var offset = 0
            while let event = try parser.nextEvent(in: input, at: &offset) {
                switch event {
                case .body(let range):
                    made.body +=
                        bytes[start..<end][(start + range.lowerBound)..<(start + range.upperBound)]
                case .bodyStart(let octets): made.body += octets
                default: made.events.append(event)
                }
            }
            start = end
        }
        if let event = try parser.receiveEndOfInput() { made.events.append(event) }
    } catch {
        made.error = error
    }
    return made
}

/// HTTP/1 messages: every octet is read, and how they are cut changes nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = unsafe octets(start, count)
    guard let flags = bytes.popLast() else { return 0 }
    let role: HTTPParser.Role = flags & 1 == 0 ? .responses : .requests
    let isTolerant = flags & 2 != 0
    let whole = transcript(bytes, role, isTolerant: isTolerant, piece: max(1, bytes.count))
    for piece in [1, 2 + Int(flags >> 2)] {
        let cut = transcript(bytes, role, isTolerant: isTolerant, piece: piece)
        check(cut == whole, "in pieces of \(piece): \(cut), whole: \(whole)")
    }
    return 0
}
