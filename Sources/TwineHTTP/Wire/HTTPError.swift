public import HTTPTypes

/// What can be wrong with an HTTP message, or with the exchange that carries it.
///
/// Failures of the layers below (lookup, connection, TLS) keep their own types: a caller that wants to tell
/// them apart looks at the type first.
public enum HTTPError: Error, Equatable, Sendable {
    // MARK: The head of a message

    /// The first octets are not those of an HTTP/1 message: another protocol answers there.
    case notHTTP
    /// The message is of a version other than 1.x.
    case unsupportedVersion(major: Int, minor: Int)
    /// The request line is not `method SP target SP version`.
    case invalidRequestLine
    /// The request target has none of the four forms, or holds a character that a URI may not.
    case invalidTarget
    /// The status line is not `version SP 3DIGIT [SP reason]`.
    case invalidStatusLine
    /// A field line is not `name: value`; `line` counts from 1, the line after the start line.
    case invalidField(line: Int)
    /// A field value is continued on the next line where that is refused.
    case foldedField(line: Int)
    /// A line ends with LF alone where CRLF is required.
    case bareLineFeed
    /// The request of HTTP/1.1 has no Host field.
    case missingHost
    /// There are several Host fields, or its value is not a host and port.
    case invalidHost
    /// The start line and fields are longer than `limit` octets.
    case headTooLarge(limit: Int)
    /// There are more than `limit` fields.
    case tooManyFields(limit: Int)

    // MARK: Framing

    /// The Content-Length is not a number, or too large to count.
    case invalidContentLength
    /// Several Content-Length values differ.
    case conflictingContentLength(Int, Int)
    /// A request has Content-Length and Transfer-Encoding, which two recipients may read differently.
    case ambiguousLength
    /// The transfer coding is not known here, or stands where it may not.
    case unsupportedTransferCoding(String)
    /// A chunk's size line is not `1*HEXDIG [extensions]`.
    case invalidChunkSize
    /// A chunk's size does not fit the machine's integers.
    case chunkTooLarge
    /// The extensions of one chunk are longer than `limit` octets.
    case chunkExtensionTooLong(limit: Int)
    /// The octets of a chunk are not followed by CRLF.
    case missingChunkEnd
    /// The connection ended in the middle of a message; `expected` is nil where no length was announced.
    case truncated(received: Int, expected: Int?)

    // MARK: Serializing

    /// The message that was to be sent cannot be written as HTTP/1.1: the text says why.
    case unserializable(String)

    // MARK: The client

    /// The URL is none, or has no host.
    case invalidURL(String)
    /// The URL's scheme is neither http nor https.
    case unsupportedScheme(String)
    /// A redirect names no usable location.
    case invalidRedirect(location: String)
    /// More than `limit` redirects followed one another.
    case tooManyRedirects(limit: Int)
    /// The server answered with a status that is not the success the caller asked for.
    case status(code: Int, reason: String)
    /// The body is longer than `limit` octets (after decoding).
    case bodyTooLarge(limit: Int)
    /// The content coding is not known here.
    case unsupportedContentCoding(String)
    /// The body does not follow its content coding.
    case invalidContentCoding(String)
    /// The server closed the connection without a single octet of response.
    case noResponse
    /// The server sent octets that belong to no request.
    case unexpectedData
    /// A limit of time, in seconds, has passed.
    case timeout(HTTPTimeout, seconds: Double)
    /// The client or the connection was closed while the request was waiting.
    case closed
    /// The proxy made no tunnel: its answer to CONNECT.
    indirect case tunnelRefused(HTTPResponse)
    /// The proxy is none: the text says why.
    case invalidProxy(String)
    /// The request's body ended before or after the length that it announced.
    case requestBodyLength(announced: Int, sent: Int)
}

/// Which limit of time has passed.
public enum HTTPTimeout: String, Equatable, Sendable {
    /// Lookup, connection and TLS handshake.
    case connect
    /// From the request to the first octet of the response.
    case response
    /// Between two pieces of the response.
    case idle
    /// From the start to the end, redirects included.
    case total
}

extension HTTPError: CustomStringConvertible {
    /// One clear line for a person.
    public var description: String {
        messageText ?? framingText ?? clientText
    }

    private var messageText: String? {
        switch self {
        case .notHTTP: "the peer does not speak HTTP/1"
        case .unsupportedVersion(let major, let minor): "unsupported version HTTP/\(major).\(minor)"
        case .invalidRequestLine: "malformed request line"
        case .invalidTarget: "malformed request target"
        case .invalidStatusLine: "malformed status line"
        case .invalidField(let line): "malformed field in line \(line) of the fields"
        case .foldedField(let line): "folded field in line \(line) of the fields"
        case .bareLineFeed: "a line ends with LF without CR"
        case .missingHost: "the request has no Host field"
        case .invalidHost: "the Host field is malformed or repeated"
        case .headTooLarge(let limit): "the message head is longer than \(limit) octets"
        case .tooManyFields(let limit): "the message has more than \(limit) fields"
        case .unserializable(let reason): "cannot be sent as HTTP/1.1: \(reason)"
        default: nil
        }
    }

    private var framingText: String? {
        switch self {
        case .invalidContentLength: "malformed Content-Length"
        case .conflictingContentLength(let first, let second):
            "Content-Length is both \(first) and \(second)"
        case .ambiguousLength: "the request has both Content-Length and Transfer-Encoding"
        case .unsupportedTransferCoding(let name): "unsupported transfer coding \(name)"
        case .invalidChunkSize: "malformed chunk size"
        case .chunkTooLarge: "a chunk's size is too large to count"
        case .chunkExtensionTooLong(let limit): "chunk extensions longer than \(limit) octets"
        case .missingChunkEnd: "a chunk does not end where its size says"
        case .truncated(let received, let expected?):
            "the connection ended after \(received) of \(expected) octets"
        case .truncated(let received, nil):
            "the connection ended in the middle of a message (\(received) octets of body)"
        default: nil
        }
    }

    private var clientText: String {
        switch self {
        case .invalidURL(let url): "not a URL that can be fetched: \(url)"
        case .unsupportedScheme(let scheme): "unsupported scheme \(scheme)"
        case .invalidRedirect(let location): "redirect to an unusable location: \(location)"
        case .tooManyRedirects(let limit): "more than \(limit) redirects"
        case .status(let code, let reason):
            reason.isEmpty ? "status \(code)" : "status \(code) \(reason)"
        case .bodyTooLarge(let limit): "the body is longer than \(limit) octets"
        case .unsupportedContentCoding(let name): "unsupported content coding \(name)"
        case .invalidContentCoding(let name): "the body is not valid \(name)"
        case .noResponse: "the server closed the connection without a response"
        case .unexpectedData: "the server sent data that belongs to no request"
        case .timeout(let which, let seconds): "\(which.text) took longer than \(seconds) s"
        case .closed: "the HTTP client was closed"
        case .tunnelRefused(let response):
            "the proxy made no tunnel: status \(response.status.code) \(response.status.reasonPhrase)"
        case .invalidProxy(let reason): "not a proxy: \(reason)"
        case .requestBodyLength(let announced, let sent):
            "the request body has \(sent) octets, \(announced) were announced"
        default: "malformed HTTP message"
        }
    }
}

extension HTTPTimeout {
    fileprivate var text: String {
        switch self {
        case .connect: "connecting"
        case .response: "waiting for the response"
        case .idle: "a pause in the response"
        case .total: "the whole request"
        }
    }
}
