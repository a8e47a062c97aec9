/// What DNSSEC says of an answer, or of a link of the chain to it.
///
/// RFC 4033 §5.
public enum DNSSECStatus: Hashable, Sendable {
    /// A chain of signatures leads to it from a trust anchor.
    case secure
    /// It is proven that there is no such chain, and need not be one; the reason says from where on.
    case insecure(String)
    /// There should be such a chain, and is not: the answer must not be used.
    case bogus(String)
    /// It cannot be told, for want of a trust anchor, or of an answer that the chain needs.
    case indeterminate(String)

    /// The worse of both: bogus, then indeterminate, then insecure.
    func worse(_ other: DNSSECStatus) -> DNSSECStatus { other.rank > rank ? other : self }

    private var rank: Int {
        switch self {
        case .secure: 0
        case .insecure: 1
        case .indeterminate: 2
        case .bogus: 3
        }
    }
}

extension DNSSECStatus: CustomStringConvertible {
    /// The word, and the reason if there is one, as `bogus: its signature by key 4711 does not fit`.
    public var description: String {
        switch self {
        case .secure: "secure"
        case .insecure(let reason): "insecure: \(reason)"
        case .bogus(let reason): "bogus: \(reason)"
        case .indeterminate(let reason): "indeterminate: \(reason)"
        }
    }
}

/// A link of the chain from a trust anchor to an answer: one set of records, or one proof.
public struct DNSSECLink: Hashable, Sendable, CustomStringConvertible {
    /// The name that it is about.
    public let name: DNSName
    /// The type that it is about.
    public let type: DNSType
    /// Whether it holds.
    public let status: DNSSECStatus
    /// What was found, in a line without name and type.
    public let text: String

    /// One line, as `org. DS: 1 record, signed by key 20326 (RSASHA256) of .`.
    public var description: String { "\(name) \(type): \(text)" }
}

/// What DNSSEC says of one set of records of an answer, or of their absence, in delv's words.
public enum DNSSECTrust: Hashable, Sendable, CustomStringConvertible {
    /// The records are signed, by a chain from a trust anchor.
    case fullyValidated
    /// The records are of a zone that is not signed.
    case unsignedAnswer
    /// That there are no records is signed.
    case negativeFullyValidated
    /// That there are no records is said by a zone that is not signed.
    case negativeUnsigned

    /// The comment that delv prints before the records.
    public var description: String {
        switch self {
        case .fullyValidated: "; fully validated"
        case .unsignedAnswer: "; unsigned answer"
        case .negativeFullyValidated: "; negative response, fully validated"
        case .negativeUnsigned: "; negative response, unsigned answer"
        }
    }
}

/// What came of the validation of an answer.
public struct DNSSECResult: Hashable, Sendable {
    /// One set of records that the answer is made of.
    public struct Part: Hashable, Sendable {
        /// What it answers: of an alias, the name on the way.
        public let question: DNSMessage.Question
        /// The records with their signatures; nil if it is that there are none.
        public let set: DNSRecordSet?
        /// What DNSSEC says of it.
        public let status: DNSSECStatus
        /// Whether, by NSEC3's opt-out, a zone that is not signed may be where nothing is; a resolver
        /// then does not set the flag AD (RFC 5155 §9.2).
        public internal(set) var hasOptOut = false

        /// The same in delv's words; nil if it is bogus, or cannot be told.
        public var trust: DNSSECTrust? {
            switch status {
            case .secure: set == nil ? .negativeFullyValidated : .fullyValidated
            case .insecure: set == nil ? .negativeUnsigned : .unsignedAnswer
            case .bogus, .indeterminate: nil
            }
        }
    }

    /// What DNSSEC says of the whole answer: the worst of its parts.
    public internal(set) var status: DNSSECStatus
    /// The parts of the answer, from the question along its aliases; all up to the first that is
    /// bogus or cannot be told.
    public internal(set) var parts: [Part] = []
    /// The chain, from the trust anchor down to the last part of the answer.
    public internal(set) var links: [DNSSECLink] = []
}
