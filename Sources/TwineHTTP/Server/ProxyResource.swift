public import HTTPTypes
import TwineCore

/// Answers as another server does: a reverse proxy.
///
/// The rest of the path is asked for below the other server's URL. Bodies of requests are gathered
/// first, up to ``bodyLimit``; those of responses go through as they come, in the client's time. What
/// keeps the other server from answering is 502, or 504 when it takes too long.
///
/// RFC 9110 §7.6.
public final class ProxyResource: Resource {
    private let target: WebURL
    private let client: HTTPClient
    private let keepsHost: Bool

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - target: The other server, and the path that the rest of the path is put behind.
    ///   - keepsHost: Whether the other server sees the `Host` that the client sent, in place of its own
    ///     name.
    ///   - options: How it is asked; redirects are not followed, and codings not taken off, whatever
    ///     they say.
    public init(
        to target: WebURL, keepsHost: Bool = false,
        options: HTTPClient.Options = HTTPClient.Options()
    ) {
        var options = options
        options.maxRedirects = 0
        options.decodesContent = false
        options.userAgent = nil
        self.target = target
        self.keepsHost = keepsHost
        client = HTTPClient(options)
    }

    /// It takes the rest of the path.
    public override var isLeaf: Bool { true }

    /// All methods but those that concern the connection.
    public override var methods: [HTTPRequest.Method] {
        KnownMethods.all.filter { $0 != .connect && $0 != .trace }
    }

    /// Asks the other server.
    public override func render(_ request: WebRequest) throws -> Rendering {
        var url = target
        // From the segments, in which no `..` is left: what was sent could lead out of the base.
        let rest = request.remaining.map(Self.encoded).joined(separator: "/")
        let base = target.path.hasSuffix("/") ? String(target.path.dropLast()) : target.path
        _ = url.setPath("\(base)/\(rest)")
        _ = url.setQuery(request.query.map(String.init) ?? "")
        var outgoing = HTTPClient.Request(url, method: request.method)
        outgoing.fields = Self.endToEnd(request.headerFields)
        outgoing.fields[.xForwardedFor] = Self.append(
            request.headerFields[.xForwardedFor], Self.address(request.peer))
        outgoing.fields[.xForwardedHost] = request.head.authority
        outgoing.fields[.via] = Self.append(
            request.headerFields[.via], "\(request.version.minor == 1 ? "1.1" : "1.0") twine")
        if keepsHost { outgoing.authority = request.head.authority }
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        return .deferred(
            client.request(outgoing).addCallbacks(Self.passOn, Self.refusal))
    }

    /// A decoded segment as it is sent: a slash in it stays encoded.
    private static func encoded(_ segment: String) -> String {
        segment.utf8.reduce(into: "") { text, octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                text.unicodeScalars.append(Unicode.Scalar(octet))
            case _ where "-._~!$&'()*+,;=:@".utf8.contains(octet):
                text.unicodeScalars.append(Unicode.Scalar(octet))
            default:
                text += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
            }
        }
    }

    private static func passOn(_ response: HTTPClient.Response) -> WebResponse {
        var fields = endToEnd(response.fields)
        fields[.via] = append(fields[.via], "1.1 twine")
        return WebResponse(
            status: response.status, headerFields: fields,
            body: .stream(length: response.contentLength) { writer in
                inlineCallbacks {
                    for try await piece in response.body { try await writer.write(piece).value }
                }
            })
    }

    private static func refusal(_ error: any Error) throws -> WebResponse {
        if error is CancelledError { throw error }
        if case HTTPError.timeout = error { return .error(.gatewayTimeout) }
        return .error(.badGateway)
    }

    /// The fields that are for the other end, not for this connection.
    private static func endToEnd(_ fields: HTTPFields) -> HTTPFields {
        let named = fields[values: .connection].flatMap { value in
            value.lowercased().split(separator: ",").map { String($0.trimmingSpaces()) }
        }
        let dropped = hopByHop.union(named)
        var kept = HTTPFields()
        for field in fields where !dropped.contains(field.name.canonicalName) { kept.append(field) }
        return kept
    }

    private static let hopByHop: Set = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
        "host", "expect",
    ]

    private static func append(_ list: String?, _ item: String) -> String {
        list.map { "\($0), \(item)" } ?? item
    }

    private static func address(_ peer: SocketAddress) -> String {
        if case .ip(let address, _) = peer { return "\(address)" }
        return "unknown"
    }
}

extension HTTPField.Name {
    fileprivate static let xForwardedFor = HTTPField.Name("X-Forwarded-For") ?? .from
    fileprivate static let xForwardedHost = HTTPField.Name("X-Forwarded-Host") ?? .from
}
