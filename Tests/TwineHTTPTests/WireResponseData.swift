import Foundation
import HTTPTypes
import Testing
import TwineHTTP

/// One case of the response data: a Markdown section with what is sent, and a log of what was read.
struct ResponseCase: CustomTestStringConvertible, Sendable {
    struct Message: Equatable, Sendable {
        var status = 0
        var reason = ""
        var fields: [String] = []
        var body = ""
        var isComplete = false
    }

    struct Expectation: Equatable, Sendable {
        var messages: [Message] = []
        var isRefused = false
    }

    let title: String
    let type: String
    let skipsBody: Bool
    let input: [UInt8]
    let expected: Expectation

    var testDescription: String { title }

    static func all() throws -> [ResponseCase] {
        try WireData.files("http-response").flatMap { path in
            cases(in: String(decoding: try WireData.read(path), as: UTF8.self))
        }
    }

    private static func cases(in text: String) -> [ResponseCase] {
        var title = ""
        var meta: [String: Any] = [:]
        var block: [Substring]?
        var input: [UInt8] = []
        var cases: [ResponseCase] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block {
                guard line == "```" else {
                    block?.append(line)
                    continue
                }
                block = nil
                if lines.first == "http" {
                    input = octets(lines.dropFirst().joined(separator: "\n"))
                } else {
                    cases.append(
                        ResponseCase(
                            title: title, type: meta["type"] as? String ?? "",
                            skipsBody: meta["skipBody"] as? Bool ?? false, input: input,
                            expected: expectation(lines.dropFirst(), input)))
                }
            } else if line.hasPrefix("```") {
                block = [line.dropFirst(3)]
            } else if line.hasPrefix("#") {
                title = line.drop { $0 == "#" || $0 == " " }.description
            } else if line.hasPrefix("<!-- meta=") {
                let json = line.dropFirst("<!-- meta=".count).dropLast("-->".count)
                meta =
                    (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any]
                    ?? [:]
            }
        }
        return cases
    }

    /// A backslash before a line's end joins the lines, other line ends are CRLF, and escapes stand for octets.
    private static func octets(_ text: String) -> [UInt8] {
        let joined = text.replacing("\\\n", with: "").replacing("\n", with: "\r\n")
        let plain = joined.replacing("\\r", with: "\r").replacing("\\n", with: "\n")
            .replacing("\\t", with: "\t").replacing("\\f", with: "\u{c}")
        let hexadecimal = /\\x([0-9a-fA-F]{2})/
        var result: [UInt8] = []
        var rest = plain[...]
        while let match = rest.firstMatch(of: hexadecimal) {
            result += rest[..<match.range.lowerBound].utf8
            result.append(UInt8(match.output.1, radix: 16) ?? 0)
            rest = rest[match.range.upperBound...]
        }
        return result + rest.utf8
    }

    private static func expectation(
        _ log: some Sequence<Substring>, _ input: [UInt8]
    ) -> Expectation {
        var expected = Expectation()
        var field = ""
        var value = ""
        let span = /off=(\d+) len=(\d+) span\[(\w+)\]/
        for line in log {
            let last = expected.messages.count - 1
            if line.hasSuffix(" message begin") {
                expected.messages.append(Message())
            } else if line.hasSuffix(" finish=1") {
                // The end of input is welcome here: it ends the message.
                expected.messages[last].isComplete = true
            } else if line.contains(" error code=") {
                expected.isRefused = !line.contains("Pause on CONNECT/Upgrade")
            } else if line.hasSuffix(" header_value complete") {
                expected.messages[last].fields.append(field + ": " + trimmed(value))
                value = ""
            } else if line.hasSuffix(" message complete") {
                expected.messages[last].isComplete = true
            } else if let match = line.firstMatch(of: /status=(\d+)/) {
                expected.messages[last].status = Int(match.output.1) ?? 0
            } else if let match = line.firstMatch(of: span) {
                let start = Int(match.output.1) ?? 0
                let piece = text([UInt8](input[start..<(start + (Int(match.output.2) ?? 0))]))
                switch match.output.3 {
                case "status": expected.messages[last].reason += piece
                case "header_field": field = piece
                case "header_value": value += piece
                case "body": expected.messages[last].body += piece
                default: break
                }
            }
        }
        // A head that the log does not see end is not told as a message.
        expected.messages.removeAll { $0.status == 0 }
        return expected
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }

    /// What the parser makes of the case.
    func read(cuts: Cuts) -> Expectation {
        let told = transcript(
            input, cuts: cuts, method: skipsBody ? .head : .get,
            endOfInput: type == "response-finish")
        var result = Expectation()
        for each in told {
            let last = result.messages.count - 1
            switch each {
            case .response(let head, _): result.messages.append(Self.message(head))
            case .informational(let head):
                result.messages.append(Self.message(head))
                result.messages[last + 1].isComplete = true
            case .body(let text): result.messages[last].body = text
            case .end: result.messages[last].isComplete = true
            case .failed: result.isRefused = true
            case .rest, .request, .trailers: break
            }
        }
        return result
    }

    private static func message(_ head: HTTPResponse) -> Message {
        Message(
            status: head.status.code, reason: text(latin1(head.status.reasonPhrase)),
            fields: head.headerFields.map { "\($0.name.rawName): \(text(octets($0)))" })
    }

    private static func latin1(_ text: String) -> [UInt8] {
        [UInt8](text.utf8)
    }

    private static func octets(_ field: HTTPField) -> [UInt8] {
        unsafe field.withUnsafeBytesOfValue { unsafe [UInt8]($0) }
    }
}
