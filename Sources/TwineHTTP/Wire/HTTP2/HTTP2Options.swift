/// What this side of an HTTP/2 connection allows the other.
struct HTTP2Options: Sendable {
    /// Octets of body that the server may send on one stream before they are used.
    var streamWindow = 65_535
    /// The same for all streams together; not below what RFC 9113 gives a connection from the start.
    var connectionWindow = 1 << 20
    /// The size of the fields of one message: names, values and 32 octets for each.
    var fieldsLimit = 65_536
    /// Frames in a row that bring nothing (PING, SETTINGS, empty DATA, …) before the peer is given up.
    ///
    /// A server that pings an idle connection every ten seconds does so for a day.
    var idleFrameLimit = 10_000
    /// CONTINUATION frames in one block; their octets are held to ``fieldsLimit``.
    var continuationLimit = 64
    /// Requests under way at once, whatever the server allows.
    var streamLimit = 1000

    /// Octets of a block of compressed fields: what is not compressed takes as much as its fields.
    var blockLimit: Int { fieldsLimit + 16_384 }
}
