/// A part of an origin that one answer opens, and what it takes to answer again.
///
/// RFC 9110 §11.5.
struct ProtectionSpace: Sendable {
    /// Paths of one space remembered at most; the oldest are forgotten.
    private static let pathLimit = 64

    let origin: HTTPOrigin
    let scheme: String
    let realm: String?
    private let credentials: HTTPCredentials
    private(set) var digest: DigestSession?
    /// What paths begin with; an empty text stands for the whole origin.
    private var paths: [String]

    /// The space that a challenge names; nil when it cannot be answered.
    init?(
        _ challenge: AuthenticationChallenge, _ request: HTTPAuthenticator.Request,
        _ credentials: HTTPCredentials, _ memory: HTTPAuthenticator.Memory,
        _ role: HTTPAuthenticator.Role
    ) {
        origin = request.origin
        scheme = challenge.scheme
        realm = challenge.realm
        self.credentials = credentials
        digest = DigestSession(challenge)
        if scheme == "digest", digest == nil { return nil }
        if role == .proxy || memory == .wget {
            paths = [""]
        } else if scheme == "digest" {
            paths = Self.domain(challenge.parameters["domain"], request)
        } else {
            paths = [Self.folder(of: request.target)]
        }
    }

    /// The paths of Digest's `domain`; what lies in other origins does not count.
    ///
    /// RFC 7616 §3.3.
    private static func domain(
        _ list: String?, _ request: HTTPAuthenticator.Request
    ) -> [String] {
        guard let list, let base = WebURL("\(request.origin)/") else { return [""] }
        let paths = list.split(separator: " ").prefix(pathLimit).compactMap { text -> String? in
            guard let url = WebURL(String(text), base: base),
                let origin = try? HTTPOrigin(url), origin == request.origin
            else { return nil }
            return url.path
        }
        // One that names others only says nothing of this one.
        return paths.isEmpty ? [folder(of: request.target)] : paths
    }

    /// A path without what follows its last slash.
    ///
    /// RFC 7617 §2.2.
    private static func folder(of target: String) -> String {
        let path = target.prefix { $0 != "?" }
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[...slash])
    }

    /// How long the path is by which the request is in this space; nil when it is not.
    func covers(_ request: HTTPAuthenticator.Request) -> Int? {
        guard origin == request.origin else { return nil }
        return paths.filter { request.target.utf8.starts(with: $0.utf8) }.map(\.utf8.count).max()
    }

    func isSame(as other: ProtectionSpace) -> Bool {
        origin == other.origin && scheme == other.scheme && realm == other.realm
    }

    /// Goes on covering what another one did.
    mutating func takePaths(of other: ProtectionSpace) {
        guard credentials == other.credentials else { return }
        let older = other.paths.filter { !paths.contains($0) }
        paths = older.suffix(Self.pathLimit - paths.count) + paths
    }

    /// The answer for a request; without a challenge it is made at once.
    mutating func answer(
        _ request: HTTPAuthenticator.Request, _ makeClientNonce: () -> String,
        _ challenge: AuthenticationChallenge?, attempt: Int
    ) -> HTTPAuthenticator.Answer? {
        var value = credentials.unchallengedValue
        var proof: DigestSession.Proof?
        if digest != nil {
            guard case .password(let user, let password) = credentials,
                let answer = digest?.answer(
                    clientNonce: makeClientNonce(), user: user, password: password, request)
            else { return nil }
            value = answer.value
            proof = answer.proof
        }
        guard let value else { return nil }
        return HTTPAuthenticator.Answer(
            value: value, scheme: scheme, challenge: challenge, realm: realm, proof: proof,
            attempt: attempt)
    }

    mutating func informationReceived(
        _ parameters: [String: String], _ proof: DigestSession.Proof
    ) -> Bool {
        digest?.informationReceived(parameters, proof) ?? true
    }
}
