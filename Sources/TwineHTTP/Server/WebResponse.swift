public import HTTPTypes
public import TwineCore

/// What a resource answers.
///
/// Framing is not the resource's: `Content-Length`, `Transfer-Encoding` and `Connection` among the
/// fields are left out, and `Date` is added unless it is there.
public struct WebResponse: Sendable {
    /// What is sent behind the head.
    public enum Body: Sendable {
        /// Nothing.
        case empty
        /// These octets.
        case octets([UInt8])
        /// What the function writes until its Deferred fires; a failure cuts the connection, so that
        /// the client sees that the body is not complete. `length` is the number of octets, or nil.
        case stream(length: Int?, @Reactor (BodyWriter) -> Deferred<Void>)
        /// These pieces, one after the other; a file that ends too early cuts the connection.
        case pieces([Piece])
    }

    /// A piece of a body that is put together from files.
    public enum Piece: Sendable {
        /// These octets.
        case octets([UInt8])
        /// This part of a file, which is not read into memory where the transport can do without.
        case file(OpenFile, Range<Int>)

        var count: Int {
            switch self {
            case .octets(let octets): octets.count
            case .file(_, let range): range.count
            }
        }
    }

    /// The status.
    public var status: HTTPResponse.Status
    /// The fields.
    public var headerFields: HTTPFields {
        didSet { lines = nil }
    }
    /// The body; it is not sent in answer to HEAD.
    public var body: Body
    /// What goes on with the connection after this response, whose status is 101.
    public var upgrade: (@Reactor () -> any StreamProtocol)?
    /// The lines of ``headerFields``, ready to be sent.
    private(set) var lines: [UInt8]?

    /// Makes a response.
    public init(
        status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: Body = .empty
    ) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    /// The same with its ``lines`` written, for a response that is given many times.
    func prepared() -> WebResponse {
        var lines: [UInt8] = []
        let hasDate = ResponseHead.append(headerFields, to: &lines)
        var prepared = self
        if !hasDate { prepared.lines = lines }
        return prepared
    }

    /// A response of octets in memory.
    ///
    /// - Parameters:
    ///   - octets: The body.
    ///   - contentType: The media type.
    ///   - status: The status.
    /// - Returns: The response.
    public static func octets(
        _ octets: [UInt8], contentType: String, status: HTTPResponse.Status = .ok
    ) -> WebResponse {
        WebResponse(
            status: status, headerFields: [.contentType: contentType], body: .octets(octets))
    }

    /// A response of plain text in UTF-8.
    ///
    /// - Parameters:
    ///   - text: The body.
    ///   - status: The status.
    /// - Returns: The response.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> WebResponse {
        octets(Array(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    /// A page of HTML in UTF-8.
    ///
    /// - Parameters:
    ///   - html: The body.
    ///   - status: The status.
    /// - Returns: The response.
    public static func html(_ html: String, status: HTTPResponse.Status = .ok) -> WebResponse {
        octets(Array(html.utf8), contentType: "text/html; charset=utf-8", status: status)
    }

    /// A response whose body an async function writes.
    ///
    /// ```swift
    /// .stream(contentType: "text/plain") { body in
    ///     for line in lines { try await body.write(line).value }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - contentType: The media type.
    ///   - length: The number of octets, if it is known.
    ///   - write: Writes the body; what it throws cuts the connection.
    /// - Returns: The response.
    public static func stream(
        contentType: String, length: Int? = nil,
        _ write: @escaping @Reactor (BodyWriter) async throws -> Void
    ) -> WebResponse {
        WebResponse(
            headerFields: [.contentType: contentType],
            body: .stream(length: length) { body in inlineCallbacks { try await write(body) } })
    }

    /// A redirect, with a page for those who do not follow it.
    ///
    /// - Parameters:
    ///   - location: Where to: a URL or a reference.
    ///   - status: Which kind of redirect.
    /// - Returns: The response.
    ///
    /// RFC 9110 §15.4.
    public static func redirect(
        to location: String, status: HTTPResponse.Status = .found
    ) -> WebResponse {
        let link = escaped(location)
        var response = page(status, "<p>See <a href=\"\(link)\">\(link)</a>.")
        response.headerFields[.location] = location
        return response
    }

    /// A page that names an error.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - detail: A sentence for people.
    /// - Returns: The response.
    public static func error(
        _ status: HTTPResponse.Status, _ detail: String? = nil
    ) -> WebResponse {
        page(status, detail.map { "<p>\(escaped($0))" } ?? "")
    }

    private static func page(_ status: HTTPResponse.Status, _ rest: String) -> WebResponse {
        let title = escaped("\(status.code) \(status.reasonPhrase)")
        return html(
            "<!doctype html><meta charset=utf-8><title>\(title)</title><h1>\(title)</h1>\(rest)\n",
            status: status)
    }

    /// Text that HTML shows as it stands.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text with `&`, `<`, `>` and quotes as references.
    public static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
