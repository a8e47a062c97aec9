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

/// RFC 4648 §4.
enum Base64 {
    /// The octets behind a text; nil when it is malformed.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var bits = 0
        var value: UInt32 = 0
        var padding = 0
        for sign in text {
            if sign == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = digit(sign) else { return nil }
            value = value << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                octets.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
            }
        }
        // What is left over are less than six bits, all of them 0.
        guard bits < 6, padding <= 2, value & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return octets
    }

    private static func digit(_ sign: UInt8) -> UInt32? {
        switch sign {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(sign - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(sign - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(sign - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
