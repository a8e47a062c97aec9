import HTTPTypes
public import TwineCore
public import TwineCred

/// Lets those who log in pass to the resource that is theirs; others get 401.
///
/// With Basic the password can be read on the way unless there is TLS. With Digest it cannot, but the
/// checkers must know the passwords themselves, not hashes of them.
///
/// RFC 7616 and 7617.
public final class GuardResource: Resource {
    /// How a client may prove who it is.
    public enum Scheme: Sendable {
        /// By the password.
        case basic
        /// By a hash of the password and of what is asked for.
        case digest
    }

    private let realm: String
    private let portal: Portal<Resource>
    private let schemes: [Scheme]
    private let digest: DigestAuthentication

    /// Makes a guard.
    ///
    /// - Parameters:
    ///   - realm: What clients show to people when they ask for a password.
    ///   - portal: Says who they are, and gives the resource that is theirs.
    ///   - schemes: How they may prove it, the best first.
    ///   - clock: Whose time limits the challenges of Digest.
    public init(
        _ realm: String, _ portal: Portal<Resource>, schemes: [Scheme] = [.basic],
        clock: any ReactorTime = Reactor.clock
    ) {
        self.realm = realm
        self.portal = portal
        self.schemes = schemes
        digest = DigestAuthentication(realm: realm, clock: clock)
    }

    /// Makes a guard before one resource.
    ///
    /// - Parameters:
    ///   - realm: What clients show to people when they ask for a password.
    ///   - checkers: Say who they are.
    ///   - schemes: How they may prove it, the best first.
    ///   - resource: What everybody gets who is let in.
    public convenience init(
        _ realm: String, _ checkers: [any CredentialsChecker], schemes: [Scheme] = [.basic],
        _ resource: Resource
    ) {
        self.init(realm, Portal(checkers) { _ in succeed(Login(resource)) }, schemes: schemes)
    }

    /// Finds out who asks, and goes on in their resource.
    public override func resource(for request: WebRequest) -> Resource? {
        guard let text = request.headerFields[.authorization],
            let field = AuthenticationField(text)
        else { return refusal() }
        if field.scheme == "basic", schemes.contains(.basic),
            let credentials = Self.credentials(field.token)
        {
            return login(credentials, request)
        }
        guard field.scheme == "digest", schemes.contains(.digest) else { return refusal() }
        switch digest.verdict(field, request) {
        case .credentials(let credentials): return login(credentials, request)
        case .stale: return refusal(isStale: true)
        case .refused: return refusal()
        }
    }

    private func login(_ credentials: Credentials, _ request: WebRequest) -> Resource? {
        var answer: Resource??
        let chosen = portal.login(credentials).addCallback { login -> Resource? in
            if let used = credentials as? DigestCredentials, !self.digest.use(used) {
                return self.refusal(isStale: true)
            }
            request.user = credentials.username
            return login.avatar.resource(for: request)
        }.addErrback { error -> Resource? in
            guard error is LoginError else { throw error }
            return self.refusal()
        }.addCallback { resource -> Resource? in
            answer = resource
            return resource
        }
        if let answer { return answer }
        return PendingResource(chosen)
    }

    private func refusal(isStale: Bool = false) -> Resource {
        let realm = realm.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let challenges = schemes.flatMap { scheme in
            switch scheme {
            case .basic: ["Basic realm=\"\(realm)\", charset=\"UTF-8\""]
            case .digest: digest.challenges(isStale: isStale)
            }
        }
        return AnyMethodResource { _ in
            var response = WebResponse.error(.unauthorized)
            for challenge in challenges {
                response.headerFields.append(HTTPField(name: .wwwAuthenticate, value: challenge))
            }
            return .response(response)
        }
    }

    /// The name and password of Basic's token; nil when it has none.
    static func credentials(_ token: String) -> UsernamePassword? {
        guard let octets = Base64.decode(token.utf8),
            let text = String(validating: octets, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        return UsernamePassword(
            username: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }
}

/// Answers every method alike.
final class AnyMethodResource: Resource {
    private let body: @Reactor (WebRequest) -> Rendering

    init(_ body: @escaping @Reactor (WebRequest) -> Rendering) { self.body = body }

    override var isLeaf: Bool { true }
    override var methods: [HTTPRequest.Method] { KnownMethods.all }
    override func render(_ request: WebRequest) -> Rendering { body(request) }
}
