public import HTTPTypes

/// Reads the messages of one direction of an HTTP/1.1 connection.
///
/// The parser knows no socket: it is given octets and says what they mean. The octets stay with the caller,
/// and those of a body are told as a range of them, so that nothing is copied; only a line that is cut by
/// the end of the input is kept until the rest comes.
///
/// ```swift
/// var offset = 0
/// while let event = try parser.nextEvent(in: input, at: &offset) {
///     switch event {
///     case .response(let head, let framing): …
///     case .body(let range): receive(input.extracting(range))
///     case .end: …
///     }
/// }
/// ```
///
/// Where two recipients could read a message differently it is refused rather than repaired. Requests are
/// read strictly. Responses are read with the tolerance that the RFC allows a client and real servers need:
/// a line may end with LF alone, the reason phrase and the space before it may be missing, a field may be
/// folded (not one that decides the framing), control characters other than CR, LF and NUL may stand in
/// values, empty lines may come before the status line, white space after a chunk's size,
/// and `Transfer-Encoding: identity` means nothing. A tolerant parser takes whatever a program that has
/// to fetch it all the same can make sense of: see ``init(_:limits:isTolerant:)``.
///
/// RFC 9112.
public struct HTTPParser: Sendable {
    /// Which side of the connection is read.
    public enum Role: Sendable {
        /// What a server receives.
        case requests
        /// What a client receives.
        case responses
    }

    enum State: Equatable, Sendable {
        case startLine
        /// The first octets were none of a status line and wait in `partial` to be told.
        case headless
        case fieldLines
        case body(remaining: Int)
        case untilClose
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd(carriageReturnSeen: Bool)
        case trailers
        case end
        /// No further message: the rest of the input is not HTTP's.
        case closed
        case failed(HTTPError)
    }

    /// Which side of the connection is read.
    public let role: Role
    /// The limits on what the peer may send.
    public let limits: HTTPLimits
    /// Whether malformed responses are made the best of.
    public let isTolerant: Bool
    /// Whether a response's Content-Length is not believed: its body goes on to the end of the connection.
    public var ignoresLength = false
    /// The method of the request whose response comes next: it decides whether that has a body.
    public var requestMethod: HTTPRequest.Method = .get
    /// Octets of the present message's body so far, without the chunks' framing.
    public internal(set) var bodyReceived = 0

    var state = State.startLine
    var head = HTTPHead()
    /// The beginning of a line whose end has not come.
    var partial: [UInt8] = []
    /// Octets of finished lines that count towards the limit of the head.
    var headOctets = 0
    var framing = HTTPFraming(version: .http11, body: .none, isPersistent: true, isUpgrade: false)

    /// Whether the next octets may be a body without a head: once, at the start of the connection.
    var mayBeHeadless: Bool

    /// A parser at the start of a connection.
    ///
    /// A tolerant one reads responses as the old downloading programs do. Without a status line, all that
    /// comes is the body (HTTP/0.9; ``HTTPFraming/hasHead`` is false). In the status line the version may be
    /// missing, or higher than 1, and the reason may be anything. Lines of the head that are no fields are
    /// skipped. Of several lengths the first counts, of a length that is followed by something else the
    /// number; any other is as if not there, and so is a coding other than `chunked`. Chunks' lines may end
    /// with LF alone, and extensions be anything. The end of the connection ends the head. 101 is an interim
    /// response as any other. Where that leaves doubt about the end of the message, the connection is not used
    /// again.
    ///
    /// - Parameters:
    ///   - role: Which side of the connection is read.
    ///   - limits: The limits on what the peer may send.
    ///   - isTolerant: Whether malformed responses are made the best of; requests never are.
    public init(_ role: Role, limits: HTTPLimits = HTTPLimits(), isTolerant: Bool = false) {
        self.role = role
        self.limits = limits
        self.isTolerant = isTolerant && role == .responses
        mayBeHeadless = isTolerant && role == .responses
    }

    /// Whether nothing of a message has been received since the last one ended, and another may follow.
    public var isIdle: Bool {
        state == .startLine && partial.isEmpty && headOctets == 0
    }

    /// Whether no further message can follow: after `Connection: close`, an upgrade, or the end of input.
    public var isClosed: Bool {
        state == .closed
    }

    /// Octets of body that are still to come, where that is known.
    public var bodyRemaining: Int? {
        switch state {
        case .body(let remaining): remaining
        case .end, .closed: 0
        default: nil
        }
    }

    /// Reads on to the next event.
    ///
    /// - Parameters:
    ///   - input: What was received; the caller keeps it.
    ///   - offset: How much of it has been read; moved on. The ranges of ``HTTPEvent/body(_:)`` are of `input`.
    /// - Returns: The event, or nil when more octets are needed: then all of `input` has been taken, except
    ///   after the connection's last message (``isClosed``), where the rest belongs to what comes after HTTP.
    /// - Throws: What breaks the format; every later call throws the same.
    ///
    /// RFC 9112 §2.2, §6.3, §7.1.
    public mutating func nextEvent(
        in input: Span<UInt8>, at offset: inout Int
    ) throws(HTTPError) -> HTTPEvent? {
        do throws(HTTPError) {
            return try advance(input, &offset)
        } catch {
            state = .failed(error)
            partial = []
            throw error
        }
    }

    /// Tells that octets of the body, of which ``bodyRemaining`` says how many there are, went another way.
    ///
    /// - Parameter count: How many; what is more than remains is not counted.
    public mutating func bodyTaken(_ count: Int) {
        guard case .body(let remaining) = state else { return }
        let taken = min(max(0, count), remaining)
        bodyReceived += taken
        state = taken == remaining ? .end : .body(remaining: remaining - taken)
    }

    /// Tells that nothing more will come.
    ///
    /// - Returns: ``HTTPEvent/end`` when the end of input is the end of the body, nil when no message was open.
    ///   Of a tolerant parser, the response if it ends the head: then it is to be called again.
    /// - Throws: ``HTTPError/truncated(received:expected:)`` in the middle of a message.
    ///
    /// RFC 9112 §8.
    public mutating func receiveEndOfInput() throws(HTTPError) -> HTTPEvent? {
        switch state {
        case .closed: return nil
        case .failed(let error): throw error
        case .startLine where isIdle:
            state = .closed
            return nil
        case .untilClose, .end:
            state = .closed
            return .end
        case .headless:
            return takeHeadless()
        case .body(let remaining):
            return try truncated(expected: bodyReceived + remaining)
        case .startLine where isTolerant && !partial.isEmpty, .fieldLines where isTolerant:
            return try endHead()
        case .startLine, .fieldLines:
            bodyReceived = 0
            return try truncated(expected: nil)
        default:
            return try truncated(expected: nil)
        }
    }

    private mutating func truncated(expected: Int?) throws(HTTPError) -> HTTPEvent? {
        let error = HTTPError.truncated(received: bodyReceived, expected: expected)
        state = .failed(error)
        partial = []
        throw error
    }

    /// Tells that the message just read was the last.
    ///
    /// For a server that switches protocols after a request, or answers with `Connection: close`. The input
    /// that follows is left alone.
    public mutating func close() {
        state = .closed
        partial = []
    }

    // MARK: The machine

    private mutating func advance(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> HTTPEvent? {
        while true {
            switch state {
            case .startLine where mayBeHeadless:
                guard offset < input.count else { return nil }
                guard let hasHead = try lookForHead(input, &offset) else { return nil }
                mayBeHeadless = false
                if !hasHead { return headlessResponse() }
            case .headless:
                return takeHeadless()
            case .startLine, .fieldLines, .chunkSize, .trailers:
                guard offset < input.count else { return nil }
                switch try readLine(input, &offset) {
                case .incomplete: return nil
                case .taken(nil): continue
                case .taken(let event?): return event
                }
            case .body(let remaining):
                guard let range = take(remaining, input, &offset) else { return nil }
                let left = remaining - range.count
                state = left == 0 ? .end : .body(remaining: left)
                return .body(range)
            case .chunk(let remaining):
                guard let range = take(remaining, input, &offset) else { return nil }
                let left = remaining - range.count
                state = left == 0 ? .chunkEnd(carriageReturnSeen: false) : .chunk(remaining: left)
                return .body(range)
            case .untilClose:
                guard let range = take(Int.max, input, &offset) else { return nil }
                return .body(range)
            case .chunkEnd(let carriageReturnSeen):
                guard offset < input.count else { return nil }
                let octet = input[offset]
                if octet == HTTPOctet.lineFeed, carriageReturnSeen || isTolerant {
                    state = .chunkSize
                } else if octet == HTTPOctet.carriageReturn, !carriageReturnSeen {
                    state = .chunkEnd(carriageReturnSeen: true)
                } else {
                    throw .missingChunkEnd
                }
                offset += 1
            case .end:
                messageEnded()
                return .end
            case .closed:
                return nil
            case .failed(let error):
                throw error
            }
        }
    }

    /// Takes at most `limit` octets of body; nil when there are none.
    private mutating func take(
        _ limit: Int, _ input: Span<UInt8>, _ offset: inout Int
    ) -> Range<Int>? {
        let count = min(limit, input.count - offset)
        guard count > 0 else { return nil }
        let range = offset..<(offset + count)
        offset += count
        bodyReceived += count
        return range
    }

    private mutating func messageEnded() {
        state = framing.isPersistent ? .startLine : .closed
        headOctets = 0
    }
}
