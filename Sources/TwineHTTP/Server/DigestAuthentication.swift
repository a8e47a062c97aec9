import HTTPTypes
import TwineCore
import TwineCred

/// The server's side of Digest: challenges, and what it takes to believe an answer.
///
/// A nonce is the time it was made and a proof that it was made here, so none is remembered before it
/// is used; the counts that were used with it are.
///
/// RFC 7616.
@Reactor
final class DigestAuthentication {
    /// A nonce is good for this long, in seconds; then the client gets another one.
    private static let nonceLife = 300.0
    /// Nonces whose counts are remembered at most; when there are more, the oldest are good no more.
    private static let rememberedNonces = 10_000

    enum Algorithm: String, CaseIterable {
        case sha256 = "SHA-256"
        case md5 = "MD5"

        var calculation: DigestCalculation {
            DigestCalculation(self == .sha256 ? .sha256 : .md5)
        }

        func hex(_ text: String) -> String { calculation.hex(text) }
    }

    private let realm: String
    private let clock: any ReactorTime
    private let secret = (0..<4).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }
        .joined()
    private let began: Double
    private var used: [String: Counts] = [:]
    private var order: [String] = []

    /// The counts that came with a nonce: the highest, and which of the 64 below it.
    private struct Counts {
        var highest: UInt64 = 0
        var seen: UInt64 = 0

        /// Notes a count; false when it was there before, or is too old to tell.
        mutating func take(_ count: UInt64) -> Bool {
            if count > highest {
                let step = count - highest
                seen = step >= 64 ? 0 : seen << step
                seen |= 1
                highest = count
                return true
            }
            let age = highest - count
            guard age < 64, seen & (1 << age) == 0 else { return false }
            seen |= 1 << age
            return true
        }
    }

    /// What becomes of an answer.
    enum Verdict {
        /// It is to be checked with the password.
        case credentials(DigestCredentials)
        /// The nonce is too old, or was used with this count: the client may answer a new one without
        /// asking anybody.
        case stale
        /// It makes no sense, or is for something else.
        case refused
    }

    init(realm: String, clock: any ReactorTime) {
        self.realm = realm
        self.clock = clock
        began = clock.seconds()
    }

    /// The challenges, the better algorithm first.
    func challenges(isStale: Bool) -> [String] {
        let nonce = makeNonce()
        let quoted = realm.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return Algorithm.allCases.map { algorithm in
            "Digest realm=\"\(quoted)\", qop=\"auth\", algorithm=\(algorithm.rawValue), "
                + "nonce=\"\(nonce)\", charset=UTF-8\(isStale ? ", stale=true" : "")"
        }
    }

    private func makeNonce() -> String {
        let time = String(Int((clock.seconds() - began) * 1000), radix: 16)
        let random = String(UInt64.random(in: 0 ... .max), radix: 16)
        return "\(time).\(random).\(proof(time, random))"
    }

    private func proof(_ time: String, _ random: String) -> String {
        // The secret is hashed on both sides: a plain hash could be lengthened.
        Algorithm.sha256.hex(
            secret + Algorithm.sha256.hex("\(secret):\(time):\(random)"))
    }

    /// Looks at an answer, but for the password.
    func verdict(_ field: AuthenticationField, _ request: WebRequest) -> Verdict {
        let parameters = field.parameters
        guard let username = parameters["username"], let nonce = parameters["nonce"],
            let uri = parameters["uri"], let response = parameters["response"],
            let count = parameters["nc"], let cnonce = parameters["cnonce"], !cnonce.isEmpty,
            parameters["realm"] == realm, parameters["qop"] == "auth",
            let algorithm = Algorithm.allCases.first(where: {
                $0.rawValue.lowercased() == (parameters["algorithm"] ?? "MD5").lowercased()
            }),
            count.utf8.count == 8, let number = UInt64(count, radix: 16), number > 0,
            // The very target: an answer is for one resource.
            uri == request.head.path
        else { return .refused }
        let parts = nonce.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, proof(parts[0], parts[1]) == parts[2],
            let made = Int(parts[0], radix: 16)
        else { return .stale }
        let age = clock.seconds() - began - Double(made) / 1000
        guard age < Self.nonceLife else { return .stale }
        return .credentials(
            DigestCredentials(
                username: username, realm: realm, algorithm: algorithm, nonce: nonce,
                count: count, cnonce: cnonce, method: request.method.rawValue, uri: uri,
                response: response.lowercased(), number: number))
    }

    /// Notes that an answer was believed; false when its count was used before.
    ///
    /// Only now, so that nobody without the password can use counts up.
    func use(_ credentials: DigestCredentials) -> Bool {
        if used[credentials.nonce] == nil {
            order.append(credentials.nonce)
            if order.count > Self.rememberedNonces { forgetOldest() }
        }
        return used[credentials.nonce, default: Counts()].take(credentials.number)
    }

    private func forgetOldest() {
        for nonce in order.prefix(Self.rememberedNonces / 10) { used[nonce] = nil }
        order.removeFirst(Self.rememberedNonces / 10)
    }
}

/// An answer to a Digest challenge, which holds no password.
final class DigestCredentials: PasswordCredentials, @unchecked Sendable {
    let nonce: String
    let number: UInt64
    private let realm: String
    private let algorithm: DigestAuthentication.Algorithm
    private let count: String
    private let cnonce: String
    private let method: String
    private let uri: String
    private let response: String

    init(
        username: String, realm: String, algorithm: DigestAuthentication.Algorithm, nonce: String,
        count: String, cnonce: String, method: String, uri: String, response: String,
        number: UInt64
    ) {
        self.nonce = nonce
        self.number = number
        self.realm = realm
        self.algorithm = algorithm
        self.count = count
        self.cnonce = cnonce
        self.method = method
        self.uri = uri
        self.response = response
        super.init(username: username)
    }

    /// Makes the answer that the password would have, and compares.
    override func matches(password: String) -> Bool {
        let calculation = algorithm.calculation
        let expected = calculation.response(
            secret: calculation.secret(
                user: username, realm: realm, password: password, nonce: nonce,
                clientNonce: cnonce),
            nonce: nonce, count: count, clientNonce: cnonce, quality: "auth",
            request: calculation.request(method: method, uri: uri))
        guard !expected.isEmpty, expected.utf8.count == response.utf8.count else { return false }
        return zip(expected.utf8, response.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
