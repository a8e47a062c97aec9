/// How records are written as text.
///
/// The styles are those of dig: a line by default, and several with ``isMultiline``.
public struct DNSTextStyle: Hashable, Sendable {
    /// Whether long rdata stands in parentheses on lines of its own (`+multiline`).
    public var isMultiline = false
    /// Whether comments tell what numbers and keys mean (`+rrcomments`).
    public var hasComments = false
    /// How many letters of base 64 or hexadecimal stand together (`+split`), a multiple of 4; nil
    /// for all of them.
    public var groupLength: Int? = 56
    /// Whether keys and signatures are left out (`+nocrypto`).
    public var hidesKeys = false
    /// Whether all rdata is written as that of unknown types is (`+unknownformat`).
    public var isUnknownFormat = false
    /// Whether IPv6 addresses are written with all their digits (`+expandaaaa`).
    public var expandsAddresses = false
    /// Whether names are written in their own scripts where IDNA has them (`+idnout`).
    public var isInternational = false
    /// The time, in seconds since 1970, that those of signatures are less than 68 years away from.
    ///
    /// They count modulo 2³² (RFC 4034 §3.1.5), so it need not be exact; it is one of 2023 unless set.
    public var now = 1_700_000_000

    /// Whether a zero follows an address that ends in `::`, which YAML might take for a mapping.
    var completesAddresses = false

    /// The style of one line.
    public init() {}

    /// A line for each record.
    public static let line = DNSTextStyle()

    /// Several lines for a record of long rdata, with comments.
    public static let multiline: DNSTextStyle = {
        var style = DNSTextStyle()
        style.isMultiline = true
        style.hasComments = true
        style.groupLength = 44
        return style
    }()
}
