/// What is wrong with the text of a key.
public enum TransactionKeyError: Error, Equatable, Sendable {
    /// It is not `name:secret` or `hmac:name:secret`.
    case formInvalid
    /// There is no such algorithm.
    case algorithmUnknown(String)
    /// Signatures cannot have so many bits, but up to `most`.
    case bitsInvalid(String, most: Int)
    /// The key's name is none.
    case nameInvalid(String, DNSError)
    /// The secret of the named key is not base 64, or empty.
    case secretInvalid(name: String)
}

extension TransactionKeyError: CustomStringConvertible {
    /// One line for people; it never has a part of the secret.
    public var description: String {
        switch self {
        case .formInvalid: "a key is written as [hmac:]name:secret"
        case .algorithmUnknown(let name): "unknown TSIG algorithm \(name)"
        case .bitsInvalid(let text, let most): "invalid digest-bits [0..\(most)] '\(text)'"
        case .nameInvalid(let name, let error): "couldn't create key \(name): \(error)"
        case .secretInvalid(let name): "couldn't create key \(name): bad base64 encoding"
        }
    }
}
