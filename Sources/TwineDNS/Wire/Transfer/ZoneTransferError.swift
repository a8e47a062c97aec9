/// Why messages are not the zone transfer that was asked for.
///
/// RFC 5936 §2.2, RFC 1995 §4.
public enum ZoneTransferError: Error, Equatable, Sendable {
    /// A message cannot be read.
    case malformed(DNSError)
    /// A message is a query, or a response to another kind of query.
    case notResponse
    /// A message has another id than the query.
    case idMismatch(expected: UInt16, found: UInt16)
    /// A message has another question than the query.
    case questionMismatch(DNSMessage.Question)
    /// The server does not transfer the zone, or stops doing it.
    case responseCode(DNSMessage.ResponseCode)
    /// A message has no answer.
    case answerEmpty
    /// The first record is not the SOA record of the zone.
    case startMissing(name: DNSName, type: DNSType)
    /// The zone begins with the SOA record of one serial, and ends with another's.
    case serialChanged(first: UInt32, last: UInt32)
    /// A difference does not begin with the serial that the one before led to.
    case serialOutOfSequence(expected: UInt32, found: UInt32)
    /// Records or messages follow the zone's end.
    case recordsAfterEnd(count: Int)
    /// Only the SOA record came, of a newer serial: what has changed did not fit, and is to be asked
    /// for over TCP, or the whole zone.
    case changesOmitted(serial: UInt32)
    /// The stream ended before the zone did, after so many records.
    case endedEarly(recordCount: Int)
}

extension ZoneTransferError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .malformed(let error): "malformed message in the transfer: \(error)"
        case .notResponse: "a message of the transfer is not a response to a query"
        case .idMismatch(let expected, let found):
            "a message of the transfer has the id \(found), not \(expected)"
        case .questionMismatch(let question):
            "a message of the transfer has another question:"
                + " \(question.name) \(question.questionClass) \(question.type)"
        case .responseCode(let code): "the server does not transfer the zone: \(code)"
        case .answerEmpty: "a message of the transfer has no answer"
        case .startMissing(let name, let type):
            "the transfer begins with \(name) \(type), not with the zone's SOA record"
        case .serialChanged(let first, let last):
            "the transfer begins with serial \(first) and ends with \(last)"
        case .serialOutOfSequence(let expected, let found):
            "a difference begins with serial \(found), not \(expected)"
        case .recordsAfterEnd(let count):
            "\(count) record\(count == 1 ? "" : "s") after the end of the transfer"
        case .changesOmitted(let serial):
            "the changes up to serial \(serial) do not fit into the response"
        case .endedEarly(let count): "the transfer ended early, after \(count) records"
        }
    }
}
