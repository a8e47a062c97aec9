import HTTPTypes
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Makes the answer to GET or HEAD of a file: whole, in parts, or that the client has it.
@Reactor
struct FileResponse {
    /// Smaller answers are read at once, and leave with their head.
    private static let inlineLimit = 32_768

    let file: OpenFile
    /// The media type.
    let type: String
    /// The content coding that the file is stored in; nil for none.
    var coding: String?
    /// Whether another request for the same URL may get another coding.
    var varies = false

    /// The validators of the file as it is stored.
    var validators: HTTPValidators {
        let facts = file.facts
        let parts = [facts.size, facts.modified, facts.nanoseconds].map { String($0, radix: 36) }
        return HTTPValidators(
            tag: "\"\(parts.joined(separator: "-"))\(coding.map { "-\($0)" } ?? "")\"",
            modified: HTTPDate(secondsSince1970: facts.modified))
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - random: Gives the boundary between parts.
    /// - Returns: The response.
    /// - Throws: ``SystemError`` when the file cannot be read.
    func answer(
        _ request: WebRequest, random: @Reactor () -> UInt64 = { UInt64.random(in: 0 ... .max) }
    ) throws(SystemError) -> WebResponse {
        let validators = validators
        var response = WebResponse()
        response.headerFields[.eTag] = validators.tag
        // A file from the future has changed just now (RFC 9110 §8.8.2.1).
        let now = HTTPDate(secondsSince1970: time(nil))
        response.headerFields[.lastModified] = "\(min(validators.modified, now))"
        if varies { response.headerFields[.vary] = "Accept-Encoding" }
        switch validators.verdict(on: request.headerFields, isReading: true) {
        case .notModified:
            response.status = .notModified
            return response
        case .failed: return .error(.preconditionFailed)
        case .proceed: break
        }
        response.headerFields[.acceptRanges] = "bytes"
        response.headerFields[.contentType] = type
        if let coding { response.headerFields[.contentEncoding] = coding }
        let size = file.facts.size
        var selection = HTTPRange.Selection.whole
        if request.method == .get, let range = request.headerFields[.range],
            validators.allowsRange(request.headerFields)
        {
            selection = HTTPRange.select(range, of: size)
        }
        switch selection {
        case .whole:
            response.body = try body(0..<size)
        case .unsatisfiable:
            response = .error(.rangeNotSatisfiable)
            response.headerFields[.contentRange] = "bytes */\(size)"
        case .parts(let parts) where parts.count == 1:
            response.status = .partialContent
            response.headerFields[.contentRange] = Self.contentRange(parts[0], size)
            response.body = try body(parts[0])
        case .parts(let parts):
            let boundary = "twine-" + String(random(), radix: 36)
            response.status = .partialContent
            response.headerFields[.contentType] = "multipart/byteranges; boundary=\(boundary)"
            response.body = .pieces(multipart(parts, boundary, size))
        }
        return response
    }

    private func body(_ range: Range<Int>) throws(SystemError) -> WebResponse.Body {
        guard range.count <= Self.inlineLimit else { return .pieces([.file(file, range)]) }
        let octets = try file.read(at: range.lowerBound, range.count)
        return .octets(octets)
    }

    /// RFC 9110 §14.6.
    private func multipart(
        _ parts: [Range<Int>], _ boundary: String, _ size: Int
    ) -> [WebResponse.Piece] {
        var pieces: [WebResponse.Piece] = []
        for (index, part) in parts.enumerated() {
            let head =
                "\(index == 0 ? "" : "\r\n")--\(boundary)\r\nContent-Type: \(type)\r\n"
                + "Content-Range: \(Self.contentRange(part, size))\r\n\r\n"
            pieces.append(.octets(Array(head.utf8)))
            pieces.append(.file(file, part))
        }
        pieces.append(.octets(Array("\r\n--\(boundary)--\r\n".utf8)))
        return pieces
    }

    private static func contentRange(_ range: Range<Int>, _ size: Int) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }
}
