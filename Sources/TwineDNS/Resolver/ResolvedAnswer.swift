import TwineCore

/// What a resolver found out about a question.
public struct ResolvedAnswer: Equatable, Sendable {
    /// Why there are no records, although a server has answered.
    ///
    /// RFC 2308 §2.
    public enum Absence: Equatable, Sendable {
        /// The name, or the one at the end of its aliases, does not exist (NXDOMAIN).
        case noSuchName
        /// The name exists, without a record of that type.
        case noData
    }

    /// What was asked.
    public let question: DNSMessage.Question
    /// The records of the type that was asked for, at the name or at the end of its aliases, in the
    /// order of the server; none if there is an ``absence``.
    public let records: [DNSRecord]
    /// Why there are none; nil if there are.
    public let absence: Absence?
    /// How long it may be kept, in seconds: the least of all that it was made from.
    public let timeToLive: UInt32
    /// Whether it is an old answer, given as no server gave a new one in time.
    ///
    /// RFC 8767.
    public let isStale: Bool

    /// The records, or what their absence means for who asked by the name `text`.
    func found(_ text: String) throws(LookupError) -> [DNSRecord] {
        switch absence {
        case nil: return records
        case .noSuchName?: throw .noSuchName(text)
        case .noData?:
            guard question.type == .a || question.type == .aaaa else {
                throw .noRecord(text, type: "\(question.type)")
            }
            throw .noAddress(text)
        }
    }
}
