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

    /// What is the same for every request of a file, until the file changes.
    struct Description: Sendable {
        let facts: OpenFile.Facts
        let validators: HTTPValidators
        /// A whole answer without its body: type, validators, and that parts may be had.
        let whole: WebResponse
        /// Whether the file may be stored in several codings.
        let varies: Bool

        /// Describes a file.
        ///
        /// - Parameters:
        ///   - facts: What is known about the file as it is stored.
        ///   - type: The media type.
        ///   - coding: The content coding that it is stored in; nil for none.
        ///   - varies: Whether another request for the same URL may get another coding.
        init(_ facts: OpenFile.Facts, type: String, coding: String? = nil, varies: Bool = false) {
            self.facts = facts
            let parts = [facts.size, facts.modified, facts.nanoseconds]
                .map { String($0, radix: 36) }
            validators = HTTPValidators(
                tag: "\"\(parts.joined(separator: "-"))\(coding.map { "-\($0)" } ?? "")\"",
                modified: HTTPDate(secondsSince1970: facts.modified))
            // A file from the future has changed just now (RFC 9110 §8.8.2.1).
            let now = HTTPDate(secondsSince1970: time(nil))
            var fields: HTTPFields = [
                .contentType: type, .lastModified: "\(min(validators.modified, now))",
                .eTag: validators.tag, .acceptRanges: "bytes",
            ]
            if varies { fields[.vary] = "Accept-Encoding" }
            if let coding { fields[.contentEncoding] = coding }
            self.varies = varies
            whole = WebResponse(headerFields: fields).prepared()
        }
    }

    let file: OpenFile
    let description: Description

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
        let validators = description.validators
        var response = description.whole
        guard Self.isConditional(request.headerFields) else {
            response.body = try body(0..<file.facts.size)
            return response
        }
        switch validators.verdict(on: request.headerFields, isReading: true) {
        case .notModified:
            response.status = .notModified
            for name in [HTTPField.Name.contentType, .contentEncoding, .acceptRanges] {
                response.headerFields[name] = nil
            }
            return response
        case .failed: return .error(.preconditionFailed)
        case .proceed: break
        }
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

    /// Whether any field asks for something else than all, whatever it is: few requests do.
    private static func isConditional(_ fields: HTTPFields) -> Bool {
        fields.contains { field in
            let name = field.name.canonicalName
            return name.hasPrefix("if-") || name == "range"
        }
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
                "\(index == 0 ? "" : "\r\n")--\(boundary)\r\nContent-Type: \(description.whole.headerFields[.contentType] ?? MediaTypes.unknown)\r\n"
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
