/// What somebody shows to be let in.
open class Credentials: @unchecked Sendable {
    /// Who they say they are.
    public let username: String

    /// Makes credentials of a name alone, which prove nothing.
    ///
    /// - Parameter username: Who they say they are.
    public init(username: String) { self.username = username }

    /// Whether credentials are of this kind, or of one derived from it.
    static func covers(_ credentials: Credentials) -> Bool { credentials is Self }
}

/// Credentials that can tell whether a password is theirs, without having to hold it.
///
/// A checker that knows the passwords takes these: a digest of HTTP is one.
open class PasswordCredentials: Credentials, @unchecked Sendable {
    /// Whether this is the password that the credentials were made with; unless overridden, it is not.
    ///
    /// - Parameter password: The right password.
    /// - Returns: Whether they fit.
    open func matches(password: String) -> Bool { false }
}

/// A name and a password.
public final class UsernamePassword: PasswordCredentials, @unchecked Sendable {
    /// The password that is claimed.
    public let password: String

    /// Makes them.
    ///
    /// - Parameters:
    ///   - username: Who they say they are.
    ///   - password: The password that is claimed.
    public init(username: String, password: String) {
        self.password = password
        super.init(username: username)
    }

    /// Compares in a time that does not tell where the first difference is.
    public override func matches(password: String) -> Bool {
        equalInConstantTime(Array(password.utf8), Array(self.password.utf8))
    }
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}

/// Why somebody is not let in.
public enum LoginError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name is unknown or the password wrong; which of both is not told.
    case unauthorized
    /// No checker takes credentials of this kind.
    case unhandledCredentials(kind: String)

    /// One line for people.
    public var description: String {
        switch self {
        case .unauthorized: "the name or the password is wrong"
        case .unhandledCredentials(let kind): "nobody here can check \(kind)"
        }
    }
}
