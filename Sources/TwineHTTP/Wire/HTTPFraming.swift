public import HTTPTypes

/// The version of an HTTP/1 message.
public struct HTTPVersion: Equatable, Comparable, Sendable, CustomStringConvertible {
    /// The second digit: 0 or 1 (a higher one is read as 1, as the RFC asks).
    public let minor: UInt8

    /// HTTP/1.0: one message a connection, unless both sides say keep-alive.
    public static let http10 = HTTPVersion(minor: 0)
    /// HTTP/1.1.
    public static let http11 = HTTPVersion(minor: 1)

    /// Orders by age.
    public static func < (left: Self, right: Self) -> Bool {
        left.minor < right.minor
    }

    /// As start lines have it.
    public var description: String { "HTTP/1.\(minor)" }
}

/// How a message is delimited, and what its connection is good for afterwards.
///
/// RFC 9112 §6.3, §9.3.
public struct HTTPFraming: Equatable, Sendable {
    /// What tells where the body ends.
    public enum Body: Equatable, Sendable {
        /// There is none.
        case none
        /// The number of octets is announced.
        case length(Int)
        /// Chunks, each with its size.
        case chunked
        /// The end of the connection is the end of the body (responses only).
        case untilClose
    }

    /// The message's version.
    public var version: HTTPVersion
    /// What tells where the body ends.
    public var body: Body
    /// Whether the connection may carry another message after this one.
    public var isPersistent: Bool
    /// Whether Connection names `upgrade`, so that the Upgrade field counts.
    public var isUpgrade: Bool
    /// Whether the message has a head at all; what an HTTP/0.9 server sends has none.
    public var hasHead = true

    /// The framing of a message.
    public init(version: HTTPVersion, body: Body, isPersistent: Bool, isUpgrade: Bool) {
        self.version = version
        self.body = body
        self.isPersistent = isPersistent
        self.isUpgrade = isUpgrade
    }
}

/// What an ``HTTPParser`` has read.
public enum HTTPEvent: Equatable, Sendable {
    /// The head of a request.
    case request(HTTPRequest, HTTPFraming)
    /// An interim response (1xx except 101): the final one is still to come.
    case informational(HTTPResponse)
    /// The head of the final response.
    case response(HTTPResponse, HTTPFraming)
    /// Octets of the body: a range of the very span that was given, so that nothing is copied.
    case body(Range<Int>)
    /// The first octets of a body without a head, which came in earlier spans; only a tolerant parser tells it.
    case bodyStart([UInt8])
    /// The fields after a chunked body; not sent when there are none.
    case trailers(HTTPFields)
    /// The message is complete.
    case end
}

/// The limits that keep a hostile peer from taking memory or time.
public struct HTTPLimits: Equatable, Sendable {
    /// Octets of the start line and all fields, and again of the trailers (64 KiB: real sites send up to 20).
    public var head = 65_536
    /// The number of fields, and again of trailers (never more than 10,000).
    public var fields = 512
    /// Octets of the extensions of one chunk; of all chunks of a message at most ``head``.
    public var chunkExtension = 1024

    /// The limits that fit the web.
    public init() {}

    /// Limits of one's own; a number below 1 is taken for 1.
    public init(head: Int, fields: Int, chunkExtension: Int) {
        self.head = max(1, head)
        self.fields = min(max(1, fields), 10_000)
        self.chunkExtension = max(1, chunkExtension)
    }

    /// HTTPFields traps above 65,534, whatever was set.
    var fieldsAllowed: Int { min(fields, 10_000) }
}
