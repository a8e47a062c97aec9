public import HTTPTypes

/// Answers the challenges of servers or proxies, and remembers where it did, so that later requests
/// prove themselves at once.
///
/// What is remembered of an origin is never used for another one.
///
/// ```swift
/// var authenticator = HTTPAuthenticator()
/// let first = authenticator.answerAtOnce(for: request)
/// // … the response is a 401 …
/// let answer = authenticator.answer(
///     to: AuthenticationChallenge.parse(response.headerFields), for: request, with: credentials,
///     refused: first)
/// ```
///
/// RFC 9110 §11, RFC 7617, RFC 6750, RFC 7616.
public struct HTTPAuthenticator: Sendable {
    /// Whose challenges are answered.
    public enum Role: Sendable {
        /// Those of the server that has the resource: status 401.
        case server
        /// Those of a proxy on the way: status 407.
        case proxy
    }

    /// What is remembered.
    public enum Memory: Sendable {
        /// All, for as much of the origin as its server or the schemes say.
        case protectionSpaces
        /// As wget does: Basic for the whole origin once it was asked for, nothing else.
        case wget
        /// Nothing: every request is challenged.
        case nothing
    }

    /// The value of a field that answers a challenge.
    public struct Answer: Equatable, Sendable {
        /// The field's value.
        public let value: String
        /// The scheme in lower case.
        public let scheme: String
        /// The challenge that it answers; nil when it was made at once, by what was remembered.
        public let challenge: AuthenticationChallenge?
        let realm: String?
        let proof: DigestSession.Proof?
        /// Which answer in a row to a request it is, from 0.
        let attempt: Int
    }

    /// Answers to one request at most, so that a server that always calls nonces stale does not make
    /// a client ask for ever.
    static let attemptLimit = 4
    /// Spaces remembered at most; the oldest are forgotten.
    static let spaceLimit = 256

    /// Whose challenges are answered.
    public let role: Role
    /// What is remembered.
    public let memory: Memory
    private let makeClientNonce: @Sendable () -> String
    /// The latest last.
    private var spaces: [ProtectionSpace] = []

    /// Makes an authenticator that remembers nothing yet.
    ///
    /// - Parameters:
    ///   - role: Whose challenges are answered.
    ///   - memory: What is remembered.
    ///   - makeClientNonce: Makes what Digest's answers are made unique by, of letters and digits;
    ///     nil: 128 random bits.
    public init(
        role: Role = .server, memory: Memory = .protectionSpaces,
        makeClientNonce: (@Sendable () -> String)? = nil
    ) {
        self.role = role
        self.memory = memory
        self.makeClientNonce =
            makeClientNonce ?? {
                (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }.joined()
            }
    }

    /// Answers the best of the challenges, and remembers it.
    ///
    /// Digest is better than Basic, and of Digest the strongest hash.
    ///
    /// - Parameters:
    ///   - challenges: Those of the response.
    ///   - request: What was asked for, and from whom.
    ///   - credentials: Those for the request's origin: whether it may have them is the caller's to know.
    ///   - refused: The answer that the request already had.
    ///   - remembers: Whether later requests may have the credentials at once; wget says no to those
    ///     that a URL holds.
    /// - Returns: nil when nothing can be answered, or the credentials were refused.
    public mutating func answer(
        to challenges: [AuthenticationChallenge], for request: Request,
        with credentials: HTTPCredentials, refused: Answer? = nil, remembers: Bool = true
    ) -> Answer? {
        let attempt = refused.map { $0.attempt + 1 } ?? 0
        if let refused, !isWorthwhile(challenges, refused, credentials) {
            if memory != .wget { forget(refused, request.origin) }
            return nil
        }
        guard attempt < Self.attemptLimit,
            let challenge = best(challenges, credentials, refused),
            var space = ProtectionSpace(challenge, request, credentials, memory, role),
            let answer = space.answer(request, makeClientNonce, challenge, attempt: attempt)
        else { return nil }
        if remembers { remember(space) }
        return answer
    }

    /// The answer that a request can have at once, for an answer to the same space was given before.
    ///
    /// - Parameter request: What will be asked for, and from whom.
    /// - Returns: nil when nothing is remembered for it.
    public mutating func answerAtOnce(for request: Request) -> Answer? {
        guard let index = space(for: request) else { return nil }
        return spaces[index].answer(request, makeClientNonce, nil, attempt: 0)
    }

    /// Reads what a server says of the answer that it believed: `Authentication-Info`.
    ///
    /// - Parameters:
    ///   - fields: The fields of the response.
    ///   - answer: The answer that the request had.
    ///   - request: What was asked for.
    /// - Returns: False when the server has tried to prove that it knows the password, and failed.
    ///
    /// RFC 7616 §3.5.
    public mutating func responseReceived(
        _ fields: HTTPFields, to answer: Answer, for request: Request
    ) -> Bool {
        guard let proof = answer.proof, let value = fields[role.informationField],
            let index = spaces.lastIndex(where: {
                $0.origin == request.origin && $0.digest?.realm == answer.realm
            })
        else { return true }
        var scan = FieldScanner(value)
        return spaces[index].informationReceived(AuthenticationChallenge.parameters(&scan), proof)
    }

    // MARK: Which challenge

    /// Whether another answer may fare better than the one that was refused.
    private func isWorthwhile(
        _ challenges: [AuthenticationChallenge], _ refused: Answer, _ credentials: HTTPCredentials
    ) -> Bool {
        let isFromMemory = refused.challenge == nil
        let same = challenges.filter { $0.scheme == refused.scheme }
        if refused.scheme == "digest" {
            return same.contains {
                $0.parameters["stale"]?.lowercased() == "true" || isFromMemory
                    || $0.realm != refused.realm
            }
        }
        // The secret itself was there to be read, and was not right.
        return same.isEmpty || isFromMemory && credentials.unchallengedValue != refused.value
    }

    private func best(
        _ challenges: [AuthenticationChallenge], _ credentials: HTTPCredentials, _ refused: Answer?
    ) -> AuthenticationChallenge? {
        guard case .password = credentials else {
            return challenges.first { $0.scheme == "bearer" }
        }
        var best: (challenge: AuthenticationChallenge, strength: Int)?
        for challenge in challenges {
            guard let session = DigestSession(challenge) else { continue }
            if let best, best.strength >= session.strength { continue }
            best = (challenge, session.strength)
        }
        // Once Digest was answered, nobody gets the password itself.
        if refused?.scheme == "digest" { return best?.challenge }
        return best?.challenge ?? challenges.first { $0.scheme == "basic" }
    }

    // MARK: What is remembered

    private func space(for request: Request) -> Int? {
        var found: (index: Int, length: Int)?
        for index in spaces.indices {
            guard let length = spaces[index].covers(request), length >= found?.length ?? 0
            else { continue }
            found = (index, length)
        }
        return found?.index
    }

    private mutating func remember(_ space: ProtectionSpace) {
        guard memory != .nothing, memory == .protectionSpaces || space.digest == nil else { return }
        var space = space
        if let index = spaces.firstIndex(where: { $0.isSame(as: space) }) {
            space.takePaths(of: spaces[index])
            spaces.remove(at: index)
        } else if spaces.count >= Self.spaceLimit {
            spaces.removeFirst()
        }
        spaces.append(space)
    }

    private mutating func forget(_ answer: Answer, _ origin: HTTPOrigin) {
        spaces.removeAll {
            $0.origin == origin && $0.scheme == answer.scheme && $0.realm == answer.realm
        }
    }
}

extension HTTPAuthenticator.Role {
    /// The field that has the challenges.
    public var challengeField: HTTPField.Name {
        self == .server ? .wwwAuthenticate : .proxyAuthenticate
    }

    /// The field that answers.
    public var answerField: HTTPField.Name {
        self == .server ? .authorization : .proxyAuthorization
    }

    /// The field that tells of an answer that was believed.
    public var informationField: HTTPField.Name {
        self == .server ? .authenticationInfo : .proxyAuthenticationInfo
    }

    /// The status of a response that has challenges: 401 or 407.
    public var status: Int { self == .server ? 401 : 407 }
}
