public import TwineCore

/// Checks credentials of certain kinds.
@Reactor
public protocol CredentialsChecker: AnyObject {
    /// The kinds of credentials that it takes; kinds derived from these count.
    var kinds: [Credentials.Type] { get }

    /// Checks credentials of one of its ``kinds``.
    ///
    /// - Parameter credentials: What was shown.
    /// - Returns: The name that they prove, or ``LoginError/unauthorized``.
    func check(_ credentials: Credentials) -> Deferred<String>
}

/// What somebody gets who is let in.
public struct Login<Avatar> {
    /// What acts for them here.
    public let avatar: Avatar
    /// To be called once when they leave.
    public let logout: @Reactor () -> Void

    /// Makes a login.
    ///
    /// - Parameters:
    ///   - avatar: What acts for them here.
    ///   - logout: To be called once when they leave.
    public init(_ avatar: Avatar, logout: @escaping @Reactor () -> Void = {}) {
        self.avatar = avatar
        self.logout = logout
    }
}

/// Where somebody logs in: checkers say who they are, and the realm gives what acts for them.
@Reactor
public final class Portal<Avatar> {
    /// Gives what acts for a name that was proven.
    public typealias Realm = @Reactor (_ name: String) throws -> Deferred<Login<Avatar>>

    private let realm: Realm
    private var checkers: [any CredentialsChecker]

    /// Makes a portal.
    ///
    /// - Parameters:
    ///   - checkers: The first that takes the kind of credentials checks them.
    ///   - realm: Gives what acts for a name that was proven.
    public init(_ checkers: [any CredentialsChecker] = [], realm: @escaping Realm) {
        self.checkers = checkers
        self.realm = realm
    }

    /// Adds a checker, behind the others.
    public func register(_ checker: any CredentialsChecker) { checkers.append(checker) }

    /// The kinds of credentials that can be checked.
    public var kinds: [Credentials.Type] { checkers.flatMap(\.kinds) }

    /// Lets somebody in.
    ///
    /// - Parameter credentials: What they show.
    /// - Returns: What acts for them; or ``LoginError``, or what the realm threw.
    public func login(_ credentials: Credentials) -> Deferred<Login<Avatar>> {
        for checker in checkers where checker.kinds.contains(where: { $0.covers(credentials) }) {
            return checker.check(credentials).addCallback { try self.realm($0) }
        }
        return fail(LoginError.unhandledCredentials(kind: "\(type(of: credentials))"))
    }
}
