import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("Answers to challenges")
struct AuthenticatorTests {
    private let ann = HTTPCredentials.password(user: "ann", password: "secret")
    private let basic = "Basic realm=\"r\""
    private let digest = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""

    private func authenticator(
        _ memory: HTTPAuthenticator.Memory = .protectionSpaces,
        role: HTTPAuthenticator.Role = .server
    ) -> SharedAuthenticator {
        SharedAuthenticator(
            HTTPAuthenticator(role: role, memory: memory, makeClientNonce: { "c" }))
    }

    private func request(_ url: String, method: String = "GET") throws -> HTTPAuthenticator.Request
    {
        try HTTPAuthenticator.Request(WebURL.parse(url), method: method)
    }

    private func parse(_ fields: String...) -> [AuthenticationChallenge] {
        AuthenticationChallenge.parse(fields)
    }

    /// The parameters of an answer.
    private func parameters(_ answer: HTTPAuthenticator.Answer?) -> [String: String] {
        answer.flatMap { AuthenticationField($0.value)?.parameters } ?? [:]
    }

    // MARK: Which challenge is answered

    @Test("RFC 7617 §2: Basic, with what is not ASCII in UTF-8")
    func basicValues() throws {
        let aladdin = HTTPCredentials.password(user: "Aladdin", password: "open sesame")
        #expect(aladdin.unchallengedValue == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        let test = HTTPCredentials.password(user: "test", password: "123\u{a3}")
        #expect(test.unchallengedValue == "Basic dGVzdDoxMjPCow==")
    }

    @Test("a token answers Bearer only, and one that would break the field nothing")
    func bearer() throws {
        let authenticator = authenticator()
        let token = HTTPCredentials.bearer("mF_9.B5f-4.1JqM")
        let request = try request("https://a.example/")
        let challenges = parse("Bearer realm=\"x\"", basic)
        let answer = authenticator.answer(to: challenges, for: request, with: token)
        #expect(answer?.value == "Bearer mF_9.B5f-4.1JqM")
        #expect(authenticator.answer(to: parse(basic), for: request, with: token) == nil)
        #expect(HTTPCredentials.bearer("a\r\nb: c").unchallengedValue == nil)
        #expect(HTTPCredentials.bearer("").unchallengedValue == nil)
    }

    @Test("Digest before Basic, of Digest the strongest hash, what is unknown not at all")
    func best() throws {
        let authenticator = authenticator()
        let request = try request("https://a.example/")
        let strong = "Digest realm=r, nonce=s, algorithm=SHA-256"
        for challenges in [parse(basic, digest, strong), parse(strong, digest, basic)] {
            let answer = authenticator.answer(to: challenges, for: request, with: ann)
            #expect(answer?.scheme == "digest" && parameters(answer)["nonce"] == "s")
        }
        for useless in [
            "Digest realm=r", "Digest nonce=n", "Digest realm=r, nonce=n, algorithm=CRC",
            "Digest realm=r, nonce=n, qop=future",
        ] {
            let answer = authenticator.answer(to: parse(useless), for: request, with: ann)
            #expect(answer == nil, "\(useless)")
        }
        let answer = authenticator.answer(
            to: parse("Digest realm=r, nonce=n, algorithm=CRC, \(basic)"), for: request, with: ann)
        #expect(answer?.scheme == "basic")
    }

    @Test("values that would end the field cannot be answered")
    func injection() throws {
        let authenticator = authenticator()
        let request = try request("https://a.example/")
        let evil = HTTPCredentials.password(user: "a\r\nX: y", password: "")
        #expect(authenticator.answer(to: parse(digest), for: request, with: evil) == nil)
        #expect(authenticator.answer(to: parse(basic), for: request, with: evil)?.scheme == "basic")
    }

    @Test("nobody reads a secret in a log")
    func description() {
        #expect("\(ann)" == "the password of ann")
        #expect(String(reflecting: HTTPCredentials.bearer("t")) == "a bearer token")
    }

    // MARK: Digest

    @Test("auth-int protects the body where nothing less is offered, if it is known")
    func integrity() throws {
        let challenge = parse("Digest realm=r, nonce=n, qop=\"auth-int\"")
        var request = try request("https://a.example/p", method: "POST")
        let md5 = DigestCalculation(.md5)
        let secret = md5.hex("ann:r:secret")
        let what = md5.hex("POST:/p:" + md5.hex("body"))
        let expected = md5.hex("\(secret):n:00000001:c:auth-int:\(what)")
        let checksum = try #require(Checksum.Algorithm.md5.checksum(of: Array("body".utf8)))
        for body in [HTTPAuthenticator.Body.octets(Array("body".utf8)), .checksums([checksum])] {
            let authenticator = authenticator()
            request.body = body
            let answer = authenticator.answer(to: challenge, for: request, with: ann)
            #expect(parameters(answer)["response"] == expected)
            #expect(parameters(answer)["qop"] == "auth-int")
        }
        let authenticator = authenticator()
        request.body = .unknown
        #expect(authenticator.answer(to: challenge, for: request, with: ann) == nil)
    }

    @Test("of a session the first nonces are in all answers, and the count goes on")
    func session() throws {
        let authenticator = SharedAuthenticator(HTTPAuthenticator(makeClientNonce: { "fresh" }))
        let request = try request("https://a.example/p")
        let challenge = parse("Digest realm=r, nonce=n, qop=auth, algorithm=SHA-256-sess")
        let first = authenticator.answer(to: challenge, for: request, with: ann)
        let second = authenticator.answerAtOnce(for: request)
        let sha = DigestCalculation(.sha256)
        let secret = sha.hex(sha.hex("ann:r:secret") + ":n:fresh")
        let what = sha.hex("GET:/p")
        for (answer, count) in [(first, "00000001"), (second, "00000002")] {
            let list = parameters(answer)
            #expect(list["nc"] == count && list["algorithm"] == "SHA-256-sess")
            #expect(list["response"] == sha.hex("\(secret):n:\(count):fresh:auth:\(what)"))
        }
    }

    @Test(
        "a name that is not ASCII has its own form where UTF-8 is read, and hashes where they are wanted"
    )
    func names() throws {
        let request = try request("https://a.example/")
        let jason = HTTPCredentials.password(
            user: "J\u{e4}s\u{f8}n Doe", password: "Secret, or not?")
        let authenticator = authenticator()
        let extended = authenticator.answer(
            to: parse(digest + ", charset=UTF-8"), for: request, with: jason)
        #expect(extended?.value.contains("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,") == true)
        let plain = authenticator.answer(to: parse(digest), for: request, with: jason)
        #expect(parameters(plain)["username"] == "J\u{e4}s\u{f8}n Doe")
        let hashed = authenticator.answer(
            to: parse(digest + ", charset=UTF-8, userhash=true"), for: request, with: jason)
        let list = parameters(hashed)
        #expect(list["username"] == DigestCalculation(.md5).hex("J\u{e4}s\u{f8}n Doe:r"))
        #expect(list["userhash"] == "true")
    }

    @Test("Authentication-Info names the next nonce, and proves that the server knows the password")
    func information() throws {
        let authenticator = authenticator()
        let request = try request("https://a.example/p")
        let answer = try #require(
            authenticator.answer(to: parse(digest), for: request, with: ann))
        let md5 = DigestCalculation(.md5)
        let proof = md5.hex("\(md5.hex("ann:r:secret")):n:00000001:c:auth:\(md5.hex(":/p"))")
        let wrong: HTTPFields = [
            .authenticationInfo: "rspauth=\"\(md5.hex("x"))\", nextnonce=\"evil\""
        ]
        #expect(!authenticator.responseReceived(wrong, to: answer, for: request))
        #expect(parameters(authenticator.answerAtOnce(for: request))["nonce"] == "n")
        let right: HTTPFields = [
            .authenticationInfo: "rspauth=\"\(proof)\", qop=auth, nextnonce=\"m\""
        ]
        #expect(authenticator.responseReceived(right, to: answer, for: request))
        let next = parameters(authenticator.answerAtOnce(for: request))
        #expect(next["nonce"] == "m" && next["nc"] == "00000001")
        #expect(authenticator.responseReceived([:], to: answer, for: request))
    }

    // MARK: Refusals

    @Test("a password that was refused is not sent again")
    func refused() throws {
        let request = try request("https://a.example/")
        for challenge in [basic, digest] {
            let authenticator = authenticator()
            let first = authenticator.answer(to: parse(challenge), for: request, with: ann)
            let second = authenticator.answer(
                to: parse(challenge), for: request, with: ann, refused: first)
            #expect(first != nil && second == nil)
            #expect(authenticator.answerAtOnce(for: request) == nil)
        }
    }

    @Test("a stale nonce is replaced, but not for ever")
    func stale() throws {
        let authenticator = authenticator()
        let request = try request("https://a.example/")
        var answer = authenticator.answer(to: parse(digest), for: request, with: ann)
        var count = 0
        while let refused = answer {
            count += 1
            let challenge = parse("Digest realm=r, nonce=n\(count), qop=auth, stale=TRUE")
            answer = authenticator.answer(
                to: challenge, for: request, with: ann, refused: refused)
            if answer != nil { #expect(parameters(answer)["nonce"] == "n\(count)") }
        }
        #expect(count == HTTPAuthenticator.attemptLimit)
    }

    @Test("what was remembered may have got old: one fresh answer, and Basic never after Digest")
    func remembered() throws {
        let authenticator = authenticator()
        let request = try request("https://a.example/")
        _ = authenticator.answer(to: parse(digest), for: request, with: ann)
        let atOnce = authenticator.answerAtOnce(for: request)
        let fresh = parse("Digest realm=r, nonce=m, qop=auth")
        let again = authenticator.answer(to: fresh, for: request, with: ann, refused: atOnce)
        #expect(parameters(again)["nonce"] == "m")
        #expect(authenticator.answer(to: fresh, for: request, with: ann, refused: again) == nil)
        #expect(
            authenticator.answer(to: parse(basic), for: request, with: ann, refused: atOnce) == nil)
    }

    @Test("Basic that is not wanted any more gives way to Digest, as wget has it")
    func upgraded() throws {
        let authenticator = authenticator(.wget)
        let request = try request("https://a.example/")
        _ = authenticator.answer(to: parse(basic), for: request, with: ann)
        let atOnce = authenticator.answerAtOnce(for: request)
        let both = parse(digest, basic)
        #expect(authenticator.answer(to: both, for: request, with: ann, refused: atOnce) == nil)
        let only = authenticator.answer(to: parse(digest), for: request, with: ann, refused: atOnce)
        #expect(only?.scheme == "digest")
    }
}
