import HTTPTypes
import TwineCore
public import TwineCred

/// Lets those who log in pass to the resource that is theirs; others get 401.
///
/// The scheme is Basic: without TLS the password can be read on the way.
///
/// RFC 7617.
public final class GuardResource: Resource {
    private let realm: String
    private let portal: Portal<Resource>

    /// Makes a guard.
    ///
    /// - Parameters:
    ///   - realm: What clients show to people when they ask for a password.
    ///   - portal: Says who they are, and gives the resource that is theirs.
    public init(_ realm: String, _ portal: Portal<Resource>) {
        self.realm = realm
        self.portal = portal
    }

    /// Makes a guard before one resource.
    ///
    /// - Parameters:
    ///   - realm: What clients show to people when they ask for a password.
    ///   - checkers: Say who they are.
    ///   - resource: What everybody gets who is let in.
    public convenience init(
        _ realm: String, _ checkers: [any CredentialsChecker], _ resource: Resource
    ) {
        self.init(realm, Portal(checkers) { _ in succeed(Login(resource)) })
    }

    /// Finds out who asks, and goes on in their resource.
    public override func resource(for request: WebRequest) -> Resource? {
        guard let credentials = Self.credentials(request.headerFields[.authorization]) else {
            return refusal
        }
        var answer: Resource??
        let login = portal.login(credentials).addCallback { login -> Resource? in
            request.user = credentials.username
            return login.avatar.resource(for: request)
        }.addErrback { [refusal] error -> Resource? in
            guard error is LoginError else { throw error }
            return refusal
        }
        let chosen = login.addCallback { resource -> Resource? in
            answer = resource
            return resource
        }
        if let answer { return answer }
        return PendingResource(chosen)
    }

    private var refusal: Resource {
        let realm = realm.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return AnyMethodResource { _ in
            var response = WebResponse.error(.unauthorized)
            response.headerFields[.wwwAuthenticate] = "Basic realm=\"\(realm)\", charset=\"UTF-8\""
            return .response(response)
        }
    }

    /// The name and password of an `Authorization` field; nil when it has none.
    static func credentials(_ field: String?) -> UsernamePassword? {
        guard let field, let space = field.firstIndex(of: " "),
            field[..<space].lowercased() == "basic",
            let octets = Base64.decode(field[space...].utf8.drop { $0 == UInt8(ascii: " ") }),
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
