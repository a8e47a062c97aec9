/// What a client proves itself by.
public enum HTTPCredentials: Equatable, Sendable {
    /// A name and a password, for Basic and Digest.
    case password(user: String, password: String)
    /// A token that whoever has it may use (RFC 6750).
    case bearer(String)

    /// The field's value that needs no challenge: Basic's or Bearer's.
    ///
    /// With Basic whoever reads the message reads the password.
    ///
    /// - Returns: nil when a token holds what a field may not.
    ///
    /// RFC 7617 §2, RFC 6750 §2.1.
    public var unchallengedValue: String? {
        switch self {
        case .password(let user, let password):
            return "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
        case .bearer(let token):
            guard !token.isEmpty, token.utf8.span.isPrintable, !token.utf8.contains(HTTPOctet.space)
            else { return nil }
            return "Bearer " + token
        }
    }
}

extension HTTPCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// Whose they are; the secret is not told, for this ends up in logs.
    public var description: String {
        switch self {
        case .password(let user, _): "the password of \(user)"
        case .bearer: "a bearer token"
        }
    }

    /// The same: nor does a debugger's log tell the secret.
    public var debugDescription: String { description }
}
