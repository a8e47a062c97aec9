public import HTTPTypes
public import TwineCore

/// One request as a resource sees it: complete, its path taken apart.
@Reactor
public final class WebRequest {
    /// Method, target, authority (from the target or `Host`) and fields.
    public let head: HTTPRequest
    /// The method.
    public let method: HTTPRequest.Method
    /// How long the body is, and what the connection is to do after it.
    let framing: HTTPFraming
    /// What answers it, once that is known.
    @safe @exclusivity(unchecked) var resource: Resource?
    /// The most octets of body that the resource takes.
    @safe @exclusivity(unchecked) var bodyLimit = 0
    /// The body, without its framing; its length is held to the limit of the resource or site.
    public internal(set) var body: [UInt8] = []
    /// The fields that followed a body in chunks; they never mix with those of the head.
    public internal(set) var trailers = HTTPFields()
    /// What has taken the body as it came, if the resource wanted that.
    public internal(set) var bodyReceiver: (any RequestBodyReceiver)?
    /// Who has logged in, by a ``GuardResource``.
    public var user: String?
    /// Fields that every answer to this request gets, also that of an error.
    public var addedFields = HTTPFields() {
        didSet { hasAddedFields = true }
    }
    @safe @exclusivity(unchecked) private(set) var hasAddedFields = false
    private let transport: any StreamTransport

    /// The segments of the path, percent-decoded; a trailing slash gives an empty last one.
    ///
    /// `/a%2Fb/c` gives `a/b` and `c`: what an encoded slash joins stays together. Segments `.` and
    /// `..`, encoded or not, are resolved; none is left.
    public let segments: [String]
    /// How many segments were taken on the way to the present resource.
    @safe @exclusivity(unchecked) public internal(set) var depth = 0

    init(
        _ head: HTTPRequest, _ framing: HTTPFraming, segments: [String],
        transport: any StreamTransport
    ) {
        self.head = head
        method = head.method
        self.framing = framing
        self.segments = segments
        self.transport = transport
    }

    /// Where the client is.
    public var peer: SocketAddress { transport.peer }

    /// Where the request was received.
    public var host: SocketAddress { transport.host }

    /// The protocol version that the client speaks.
    public var version: HTTPVersion { framing.version }

    /// The fields of the head; `Host` is ``HTTPRequest/authority``.
    public var headerFields: HTTPFields { head.headerFields }

    /// The path as it was sent, percent-encoded, without the query.
    public var path: Substring {
        let target = head.path ?? "/"
        return target.prefix { $0 != "?" }
    }

    /// The query as it was sent, without its `?`; nil if there is none.
    public var query: Substring? {
        guard let target = head.path, let mark = target.firstIndex(of: "?") else { return nil }
        return target[target.index(after: mark)...]
    }

    /// The segments that no resource has taken yet.
    public var remaining: ArraySlice<String> { segments[depth...] }

    /// Takes the next segment; nil if there is none.
    public func takeSegment() -> String? {
        guard depth < segments.count else { return nil }
        depth += 1
        return segments[depth - 1]
    }
}

/// The path of a request target, taken apart in a way that no resource can be fooled by.
enum RequestPath {
    /// The decoded segments of `target` up to its query.
    ///
    /// - Parameter target: An absolute path, perhaps with a query.
    /// - Returns: nil if a segment holds NUL or is no UTF-8, or if `..` goes above the root.
    ///
    /// RFC 3986 §5.2.4.
    static func segments(_ target: Span<UInt8>) -> [String]? {
        guard target.count > 0, target[0] == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        var start = 1
        while true {
            var end = start
            var isEncoded = false
            while end < target.count, target[end] != UInt8(ascii: "/"),
                target[end] != UInt8(ascii: "?")
            {
                if target[end] == UInt8(ascii: "%") { isEncoded = true }
                end += 1
            }
            let isLast = end == target.count || target[end] == UInt8(ascii: "?")
            guard let segment = segment(target.extracting(start..<end), isEncoded: isEncoded) else {
                return nil
            }
            switch segment {
            case ".":
                if isLast { segments.append("") }
            case "..":
                guard segments.popLast() != nil else { return nil }
                if isLast { segments.append("") }
            default:
                segments.append(segment)
            }
            if isLast { return segments }
            start = end + 1
        }
    }

    private static func segment(_ octets: Span<UInt8>, isEncoded: Bool) -> String? {
        guard isEncoded else {
            guard let text = try? UTF8Span(validating: octets) else { return nil }
            return String(copying: text)
        }
        let decoded = PercentEncoding.decode(octets)
        guard !decoded.contains(0) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }
}
