public import HTTPTypes
import TwineBytes

/// Writes HTTP/1.1 messages: heads, and the chunks of a body.
///
/// What would let a value break out of its place (CR, LF, NUL, a space in a target) is refused, never escaped.
///
/// RFC 9112 §2 to §7.
public enum HTTPSerializer {
    /// Which form the request target takes.
    public enum TargetForm: Sendable {
        /// `/path?query` (`*` as it is); with the method CONNECT, `host:port`.
        case origin
        /// `http://host/path?query`: what a proxy wants.
        case absolute
    }

    /// Appends the head of a request; the Host field comes first, from the request's authority.
    ///
    /// - Parameters:
    ///   - request: What is asked; its path starts with `/`, or is `*`.
    ///   - body: How the body is delimited: Content-Length or Transfer-Encoding is written as it says.
    ///   - form: Which form the request target takes.
    ///   - hostIsLast: Whether the Host field comes behind all others.
    ///   - output: Where the octets are appended; as before when an error is thrown.
    /// - Throws: ``HTTPError/unserializable(_:)``.
    ///
    /// RFC 9112 §3.
    public static func serialize(
        _ request: HTTPRequest, body: HTTPFraming.Body = .none, form: TargetForm = .origin,
        hostIsLast: Bool = false, into output: inout [UInt8]
    ) throws(HTTPError) {
        let start = output.count
        do throws(HTTPError) {
            let authority = request.authority
            output.append(contentsOf: request.method.rawValue.utf8)
            output.append(HTTPOctet.space)
            try appendTarget(request, form, &output)
            output.append(text: " HTTP/1.1\r\n")
            if let authority {
                if !hostIsLast { try appendHost(authority, &output) }
            } else if !request.headerFields.contains(where: isHost) {
                throw .unserializable("a request without authority")
            }
            let skipsHost = authority != nil
            let last = hostIsLast ? authority : nil
            try append(request.headerFields, body, skipsHost: skipsHost, lastHost: last, &output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
    }

    /// Appends the head of a response.
    ///
    /// - Parameters:
    ///   - response: The status and fields.
    ///   - body: How the body is delimited: Content-Length or Transfer-Encoding is written as it says. With
    ///     `.none` nothing is: for 1xx, 204 and 304, and for what answers HEAD.
    ///   - output: Where the octets are appended; as before when an error is thrown.
    /// - Throws: ``HTTPError/unserializable(_:)``.
    ///
    /// RFC 9112 §4, §6.
    public static func serialize(
        _ response: HTTPResponse, body: HTTPFraming.Body, into output: inout [UInt8]
    ) throws(HTTPError) {
        let start = output.count
        let status = response.status
        do throws(HTTPError) {
            guard status.code >= 100 else { throw .unserializable("status \(status.code)") }
            if body != .none, status.code < 200 || status.code == 204 || status.code == 304 {
                throw .unserializable("a body with status \(status.code)")
            }
            output.append(text: "HTTP/1.1 ")
            output.append(decimal: status.code)
            output.append(HTTPOctet.space)
            output.append(contentsOf: status.reasonPhrase.utf8)
            output.append(text: "\r\n")
            try append(response.headerFields, body, skipsHost: false, &output)
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
    }

    /// Appends a piece of a chunked body; an empty piece writes nothing, for an empty chunk would end the body.
    ///
    /// RFC 9112 §7.1.
    public static func serializeChunk(_ piece: Span<UInt8>, into output: inout [UInt8]) {
        guard !piece.isEmpty else { return }
        output.reserveCapacity(output.count + piece.count + 12)
        serializeChunkStart(count: piece.count, into: &output)
        output.appendOctets(piece)
        output.append(text: "\r\n")
    }

    /// Appends the size line of a chunk, for a caller that writes the octets and the CRLF after them itself.
    public static func serializeChunkStart(count: Int, into output: inout [UInt8]) {
        output.append(contentsOf: String(count, radix: 16).utf8)
        output.append(text: "\r\n")
    }

    /// Appends the last chunk and the trailers: the end of a chunked body.
    ///
    /// - Throws: ``HTTPError/unserializable(_:)`` for trailers that decide framing.
    ///
    /// RFC 9112 §7.1.2, RFC 9110 §6.5.1.
    public static func serializeLastChunk(
        trailers: HTTPFields = HTTPFields(), into output: inout [UInt8]
    ) throws(HTTPError) {
        for field in trailers
        where ["content-length", "transfer-encoding", "host", "trailer"].contains(
            field.name.canonicalName)
        {
            throw .unserializable("a trailer \(field.name)")
        }
        let start = output.count
        output.append(text: "0\r\n")
        do throws(HTTPError) {
            for field in trailers { try append(field, &output) }
        } catch {
            output.removeLast(output.count - start)
            throw error
        }
        output.append(text: "\r\n")
    }

    // MARK: Parts

    private static func appendHost(
        _ authority: String, _ output: inout [UInt8]
    ) throws(HTTPError) {
        for octet in authority.utf8 where !HTTPOctet.isHost(octet) {
            throw .unserializable("an authority with a character that a host has not")
        }
        output.append(text: "Host: ")
        output.append(contentsOf: authority.utf8)
        output.append(text: "\r\n")
    }

    private static func appendTarget(
        _ request: HTTPRequest, _ form: TargetForm, _ output: inout [UInt8]
    ) throws(HTTPError) {
        if request.method == .connect {
            guard let authority = request.authority, !authority.isEmpty else {
                throw .unserializable("CONNECT without authority")
            }
            return try appendVisible(authority, &output)
        }
        guard let path = request.path, path.utf8.first == UInt8(ascii: "/") || path == "*" else {
            throw .unserializable("a path that does not start with /")
        }
        if form == .absolute, path != "*" {
            guard let scheme = request.scheme, let authority = request.authority else {
                throw .unserializable("an absolute target without scheme and authority")
            }
            try appendVisible(scheme + "://" + authority, &output)
        }
        try appendVisible(path, &output)
    }

    private static func appendVisible(
        _ text: String, _ output: inout [UInt8]
    ) throws(HTTPError) {
        for octet in text.utf8 where octet <= 0x20 || octet >= 0x7F || octet == UInt8(ascii: "#") {
            throw .unserializable("a target with a character that a URI has not")
        }
        output.append(contentsOf: text.utf8)
    }

    private static func isHost(_ field: HTTPField) -> Bool {
        field.name.canonicalName == "host"
    }

    private static func append(
        _ fields: HTTPFields, _ body: HTTPFraming.Body, skipsHost: Bool, lastHost: String? = nil,
        _ output: inout [UInt8]
    ) throws(HTTPError) {
        var announced: HTTPFraming.Body?
        for field in fields {
            switch field.name {
            case _ where skipsHost && isHost(field):
                continue
            case .contentLength:
                guard announced == nil, let length = Int(field.value), length >= 0 else {
                    throw .unserializable("a second or malformed Content-Length")
                }
                announced = .length(length)
            case .transferEncoding:
                guard announced == nil, field.value.lowercased() == "chunked" else {
                    throw .unserializable("a transfer coding other than chunked")
                }
                announced = .chunked
            default: break
            }
            try append(field, &output)
        }
        // Without a body the fields may still say what it would have been: the answer to HEAD, or 304.
        if body != .none, let announced, announced != body {
            throw .unserializable("fields that contradict the body's framing")
        }
        if announced == nil {
            switch body {
            case .none, .untilClose: break
            case .length(let count):
                guard count >= 0 else { throw .unserializable("a negative length") }
                output.append(text: "Content-Length: ")
                output.append(decimal: count)
                output.append(text: "\r\n")
            case .chunked: output.append(text: "Transfer-Encoding: chunked\r\n")
            }
        }
        if let lastHost { try appendHost(lastHost, &output) }
        output.append(text: "\r\n")
    }

    private static func append(
        _ field: HTTPField, _ output: inout [UInt8]
    ) throws(HTTPError) {
        output.append(contentsOf: field.name.rawName.utf8)
        output.append(text: ": ")
        let start = output.count
        unsafe field.withUnsafeBytesOfValue { unsafe output.append(contentsOf: $0) }
        // HTTPField keeps these out; the check stays, for this is where an injection would happen.
        guard isOneLine(output.span.extracting(start..<output.count)) else {
            throw .unserializable("a line break or NUL in \(field.name)")
        }
        output.append(text: "\r\n")
    }

    private static func isOneLine(_ octets: Span<UInt8>) -> Bool {
        for index in 0..<octets.count
        where octets[index] == 0 || octets[index] == 0x0A || octets[index] == 0x0D {
            return false
        }
        return true
    }
}

extension [UInt8] {
    /// Appends ASCII text.
    mutating func append(text: StaticString) {
        unsafe append(
            contentsOf: UnsafeBufferPointer(
                start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
