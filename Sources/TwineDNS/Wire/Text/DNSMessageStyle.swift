/// Which parts of a message are written as text, and how.
///
/// All parts are written by default, as dig does; each flag is one of dig's.
public struct DNSMessageStyle: Hashable, Sendable {
    /// How records are written.
    public var record = DNSTextStyle.line
    /// Whether headings and the lines of the header stand before the sections (`+comments`).
    public var hasComments = true
    /// Whether YAML has the header, which dig writes for the first message of a transfer only.
    public var hasHeader = true
    /// Whether the question is written (`+question`).
    public var hasQuestion = true
    /// Whether the answer is written (`+answer`).
    public var hasAnswer = true
    /// Whether the authority is written (`+authority`).
    public var hasAuthority = true
    /// Whether further records are written (`+additional`).
    public var hasAdditional = true
    /// Whether records have their time to live (`+ttlid`).
    public var hasTimeToLive = true
    /// Whether that has units, as `1h30m` (`+ttlunits`).
    public var hasTimeUnits = false
    /// Whether records have their class (`+class`).
    public var hasClass = true
    /// Whether it is a query, not a reply whose flags are remarked on; nil goes by the message.
    public var isQuery: Bool?
    /// Lines that stand behind those of the header.
    public var remarks: [String] = []
    /// Whether the client's cookie is in the message, as a server must send it back (RFC 7873 §5.3);
    /// nil tells nothing about it.
    public var isCookieOurs: Bool?

    /// The style with every part.
    public init() {}
}
