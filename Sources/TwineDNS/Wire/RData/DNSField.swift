import TwineBytes

/// A kind of field in rdata.
///
/// A type's list of them drives how its rdata is checked, read and written as text; only what is
/// odd in a type has code of its own, a ``DNSOddRData``. Some entries are no fields but layout:
/// where text of several lines is opened, broken and closed.
enum DNSField: Sendable {
    case uint8
    case uint16
    case uint32
    /// A number of a SOA record, on a line of its own; the first is no time.
    case zoneNumber(String)
    /// 16 bits that are zero.
    case reserved
    case ipv4
    case ipv6
    /// A name; senders may compress it in the types of RFC 1035 only (RFC 3597 §4).
    case name(compressible: Bool)
    /// The name of a signer, which has at most as many labels as the signature counts.
    case signer
    /// One character-string.
    case characterString
    /// One character-string, or none.
    case optionalCharacterString
    /// One character-string or more, to the end.
    case characterStrings
    /// A character-string of letters and digits.
    case tag
    /// A text without a length, to the end.
    case text(canBeEmpty: Bool)
    /// A type of records.
    case type
    /// A type of records, 0 for none; its number if it has no name.
    case coveredType
    /// A map of types, to the end.
    case types(canBeEmpty: Bool)
    /// A point in time: seconds since 1970, modulo 2³².
    case time
    /// A kind of certificate.
    case certificateType
    /// An algorithm of DNSSEC, written by its name.
    case algorithm
    /// An algorithm of DNSSEC, written by its number.
    case algorithmNumber
    /// How a DSYNC record's target is told.
    case scheme
    /// 64 bits, written as four groups of up to four hexadecimal digits.
    case locator
    /// The octets of a hardware address, written with hyphens between.
    case hardwareAddress(count: Int)
    /// Octets after their count, hexadecimal; `-` when there are none.
    case salt
    /// 1 to 39 octets after their count, in base 32 (RFC 4648 §7).
    case hash
    /// Octets to the end, hexadecimal; as many as the octet before them asks for.
    case digest(DNSDigest)
    /// Octets to the end, hexadecimal.
    case hexadecimal(minimum: Int)
    /// `0x`, and octets to the end in small hexadecimal digits.
    case nsapAddress
    /// Octets to the end, in base 64.
    case base64(minimum: Int)
    /// The octets of a public key to the end, one or more, in base 64.
    case publicKey
    /// Octets to the end, in base 64 and in one piece; `-` when there are none.
    case wholeBase64
    /// What follows flags, protocol and algorithm in a key.
    case key
    /// A signature, which begins with its algorithm's name if that is private.
    case signature
    /// What has a form of its own.
    case odd(any DNSOddRData.Type)

    /// A parenthesis for several lines, if anything follows.
    case open
    /// A parenthesis for several lines before the first field.
    case openFirst
    /// A new line, or a space, if anything follows.
    case line
    /// The closing parenthesis.
    case close
    /// The closing parenthesis, behind numbers with comments on a line of its own.
    case closeZone
    /// The closing parenthesis, and what a key is.
    case closeKey(tellsUse: Bool)
    /// The closing parenthesis, and what a DHCID is made of.
    case closeDHCID
}

/// Rdata whose form no list of fields describes.
protocol DNSOddRData: SendableMetatype {
    /// Reads and checks it, and appends it to `rdata` with its names in full.
    static func read(_ reader: inout ByteReader, into rdata: inout [UInt8]) -> Bool

    /// Writes the text of rdata that was checked; false if there is none but that of RFC 3597.
    static func write(_ reader: inout ByteReader, to writer: inout DNSTextWriter) -> Bool

    /// Writes the members of rdata that was checked; false if it has none here.
    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool

    /// Reads its text, and appends it to `rdata`; what the wire's check finds is left to that.
    static func scan(
        _ reader: inout DNSTextReader, into rdata: inout [UInt8]
    ) throws(DNSTextError)
}

extension DNSOddRData {
    /// There are none, unless the type has its own.
    static func writeMembers(_ reader: inout ByteReader, to json: inout DNSJSONWriter) -> Bool {
        false
    }
}

/// How long a digest is, by the octet before it that says its kind.
enum DNSDigest: Sendable {
    /// DS and its siblings.
    case delegation
    /// SSHFP.
    case fingerprint
    /// ZONEMD.
    case zone

    /// Whether a digest of this kind can have so many octets.
    func isValid(count: Int, kind: UInt8) -> Bool {
        switch (self, kind) {
        case (.delegation, 1), (.fingerprint, 1): count == 20
        case (.delegation, 2), (.fingerprint, 2): count == 32
        case (.delegation, 4), (.zone, 1): count == 48
        case (.zone, 2): count == 64
        case (.delegation, _): count >= 1
        case (.fingerprint, _): true
        case (.zone, _): count >= 12
        }
    }
}
