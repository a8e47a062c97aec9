/// What is wrong with a DNS message, a name, or the text of either.
///
/// Offsets count octets from the start of the message, or of the text.
public enum DNSError: Error, Equatable, Sendable {
    /// The octets end too early: `needed` are wanted at `offset`, fewer are there.
    case tooShort(needed: Int, available: Int, offset: Int)
    /// A label begins with an octet that is neither a length (up to 63) nor a pointer.
    case labelTypeUnknown(octet: UInt8, offset: Int)
    /// A compression pointer does not point before the name that it stands in.
    case pointerNotBackward(target: Int, offset: Int)
    /// A name is made of more compression pointers than any sender has a use for.
    case pointersTooMany(count: Int, offset: Int)
    /// A name has more than 255 octets on the wire; `length` is where counting stopped.
    case nameTooLong(length: Int, offset: Int)
    /// A label has more than 63 octets.
    case labelTooLong(length: Int, offset: Int)
    /// A label has no octets, and is not the root at the end.
    case labelEmpty(offset: Int)
    /// A backslash is not followed by a character, or by three digits up to 255.
    case escapeInvalid(offset: Int)
    /// The rdata does not have the form of its type: it should end at `expected`.
    case rdataInvalid(type: DNSType, offset: Int, expected: Int)
    /// An OPT record is not the only one, not of the root, or not in the additional section.
    case optMisplaced(offset: Int)
    /// Octets follow the last record that the header counts.
    case octetsTrailing(count: Int, offset: Int)
    /// A message, or a part with a 2-octet length, would be longer than 65,535 octets.
    case messageTooLong(length: Int)
    /// A section has more than 65,535 records.
    case recordsTooMany(count: Int)
    /// A TCP stream ended inside of a message: `missing` octets of it did not come.
    case streamEnded(missing: Int)
    /// The text is not a name that IDNA allows; the reason is the IDNA library's.
    case nameNotInternational(name: String, reason: String)
    /// A message could not be signed: the cryptographic library does not have the algorithm, or
    /// does not take the key.
    case signingFailed
}

extension DNSError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .tooShort(let needed, let available, let offset):
            "message too short: \(needed) octets wanted at \(offset), \(available) are there"
        case .labelTypeUnknown(let octet, let offset):
            "unknown kind of label, 0x\(String(octet, radix: 16)), at octet \(offset)"
        case .pointerNotBackward(let target, let offset):
            "compression pointer at octet \(offset) does not point backward, but to \(target)"
        case .pointersTooMany(let count, let offset):
            "name at octet \(offset) has over \(count) compression pointers"
        case .nameTooLong(let length, let offset):
            "name at octet \(offset) is too long: \(length) octets, 255 are allowed"
        case .labelTooLong(let length, let offset):
            "label at octet \(offset) is too long: \(length) octets, 63 are allowed"
        case .labelEmpty(let offset): "empty label at octet \(offset)"
        case .escapeInvalid(let offset): "invalid escape at octet \(offset)"
        case .rdataInvalid(let type, let offset, let expected):
            "invalid \(type) rdata at octet \(offset), it should end at \(expected)"
        case .optMisplaced(let offset): "misplaced OPT record at octet \(offset)"
        case .octetsTrailing(let count, let offset):
            "\(count) octets follow the message, which ends at \(offset)"
        case .messageTooLong(let length):
            "message too long: \(length) octets, 65535 are allowed"
        case .recordsTooMany(let count):
            "section too long: \(count) records, 65535 are allowed"
        case .streamEnded(let missing):
            "connection ended inside of a message, \(missing) octets are missing"
        case .nameNotInternational(let name, let reason): "invalid name \(name): \(reason)"
        case .signingFailed: "the cryptographic library cannot sign with this key"
        }
    }
}
