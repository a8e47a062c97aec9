import Foundation
import Testing

@testable import TwineHTTP

@Suite("Digest against the vectors of RFC 2617, RFC 7616 and curl")
struct AuthenticatorVectorTests {
    struct Vector: Decodable {
        let source: String
        let method: String
        let target: String
        let user: String
        let password: String
        let challenges: [String]
        let expected: [String: String]
    }

    /// The answer to a challenge, as parameters.
    private func answer(_ vector: Vector, _ challenges: [String]) -> [String: String]? {
        let cnonce = vector.expected["cnonce"] ?? "unused"
        var authenticator = HTTPAuthenticator(makeClientNonce: { cnonce })
        var request = HTTPAuthenticator.Request(
            connectTo: vector.target,
            proxy: HTTPOrigin(isSecure: false, host: "a.example", port: 80))
        request.method = vector.method
        if vector.method != "CONNECT", let scheme = vector.target.range(of: "://") {
            // To a proxy it is sent as a whole; what is answered names path and query.
            request.target = String(vector.target[scheme.upperBound...].drop { $0 != "/" })
        }
        let answer = authenticator.answer(
            to: AuthenticationChallenge.parse(challenges), for: request,
            with: .password(user: vector.user, password: vector.password))
        return answer.flatMap { AuthenticationField($0.value)?.parameters }
    }

    @Test(
        "every vector gives its fields, all of them and no others",
        .enabled(if: WireData.has("digest/digest.json"), "../shared/data/digest is absent"))
    func vectors() throws {
        let data = try WireData.read("digest/digest.json")
        let vectors = try JSONDecoder().decode([Vector].self, from: data)
        for vector in vectors {
            // The challenges of a session: what is expected answers that with its nonce.
            let meant = vector.challenges.filter { text in
                let challenges = AuthenticationChallenge.parse([text])
                return challenges.contains { $0.parameters["nonce"] == vector.expected["nonce"] }
            }
            let first = try #require(meant.first, "\(vector.source)")
            #expect(answer(vector, [first]) == vector.expected, "\(vector.source)")
        }
        #expect(vectors.count == 51)
    }
}
