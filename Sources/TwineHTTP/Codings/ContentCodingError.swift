/// What can be wrong with an encoded body.
public enum ContentCodingError: Error, Equatable, Sendable {
    /// The content coding is not known here.
    case unsupportedContentCoding(String)
    /// There are more codings on top of one another than ``ContentDecoder/maxCodings``.
    case tooManyContentCodings(Int)
    /// The body does not follow its content coding.
    case invalidContentCoding(String)
    /// The decoded body is longer than `limit` octets.
    case bodyTooLarge(limit: Int)
    /// The body ended before its coding did, after `received` decoded octets.
    case truncated(received: Int)
}

extension ContentCodingError: CustomStringConvertible {
    /// One clear line for a person.
    public var description: String {
        switch self {
        case .unsupportedContentCoding(let name): "unsupported content coding \(name)"
        case .tooManyContentCodings(let count): "\(count) content codings on top of one another"
        case .invalidContentCoding(let name): "the body is not valid \(name)"
        case .bodyTooLarge(let limit): "the decoded body is longer than \(limit) octets"
        case .truncated(let received): "the encoded body is cut off after \(received) octets"
        }
    }
}
