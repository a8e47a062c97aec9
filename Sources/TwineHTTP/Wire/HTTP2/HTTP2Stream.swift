/// One exchange on an HTTP/2 connection.
///
/// RFC 9113 §5.1.
struct HTTP2Stream: Sendable {
    /// Octets that may be sent; negative when the peer took back what it had allowed.
    var sendWindow: Int
    /// Octets that the peer may send.
    var receiveWindow: Int
    /// Octets that were used here, of which the peer is not told yet.
    var consumed = 0
    /// Whether the request is sent whole.
    var isLocalEnded = false
    /// Whether the response has come whole.
    var isRemoteEnded = false
    /// Whether the response's head has come: fields after that are trailers.
    var hasHead = false
    /// Whether the response can have no body: the request's method is HEAD.
    let isHead: Bool
    /// What Content-Length says; nil without one.
    var announced: Int?
    /// Octets of body so far.
    var received = 0

    /// Body that the windows do not let out yet, from ``pendingStart``.
    var pending: [UInt8] = []
    var pendingStart = 0
    /// Whether the request ends after that.
    var isEnding = false

    init(sendWindow: Int, receiveWindow: Int, isHead: Bool) {
        self.sendWindow = sendWindow
        self.receiveWindow = receiveWindow
        self.isHead = isHead
    }

    /// Octets that wait to be sent.
    var pendingCount: Int { pending.count - pendingStart }

    /// Whether something waits to be sent: octets, or the end alone.
    var isBlocked: Bool { !isLocalEnded && (pendingCount > 0 || isEnding) }
}
