import HTTPTypes
import Testing

@testable import TwineHTTP

@Suite("Where answers are given at once")
struct ProtectionSpaceTests {
    private let ann = HTTPCredentials.password(user: "ann", password: "secret")

    private func request(_ url: String) throws -> HTTPAuthenticator.Request {
        try HTTPAuthenticator.Request(WebURL.parse(url))
    }

    /// Which of the URLs are answered at once, after a challenge at the first.
    private func answered(
        _ challenge: String, at first: String,
        _ memory: HTTPAuthenticator.Memory = .protectionSpaces,
        _ urls: String...
    ) throws -> [Bool] {
        let authenticator = SharedAuthenticator(
            HTTPAuthenticator(memory: memory, makeClientNonce: { "c" }))
        let answer = authenticator.answer(
            to: AuthenticationChallenge.parse([challenge]), for: try request(first), with: ann)
        #expect(answer != nil)
        return try urls.map { authenticator.answerAtOnce(for: try request($0)) != nil }
    }

    @Test("RFC 7617 §2.2: Basic for the folder and below, of this origin only")
    func basic() throws {
        let answered = try answered(
            "Basic realm=r", at: "http://a.example/docs/index.html?x=/y", .protectionSpaces,
            "http://a.example/docs/", "http://a.example/docs/test.doc?q",
            "http://a.example/docs/a/b",
            "http://a.example/", "http://a.example/docs", "https://a.example/docs/",
            "http://a.example:8080/docs/", "http://b.example/docs/", "http://a.example.b/docs/")
        #expect(answered == [true, true, true, false, false, false, false, false, false])
    }

    @Test("Digest for all of the origin, or for what its domain names of it")
    func digest() throws {
        let whole = try answered(
            "Digest realm=r, nonce=n", at: "http://a.example/x/y", .protectionSpaces,
            "http://a.example/", "http://a.example:81/")
        #expect(whole == [true, false])
        let domain = "Digest realm=r, nonce=n, domain=\"/x http://a.example/z/ http://b.example/\""
        let named = try answered(
            domain, at: "http://a.example/x/y", .protectionSpaces,
            "http://a.example/x", "http://a.example/z/1", "http://a.example/z", "http://b.example/")
        #expect(named == [true, true, false, false])
        let elsewhere = try answered(
            "Digest realm=r, nonce=n, domain=\"http://b.example/\"", at: "http://a.example/x/y",
            .protectionSpaces, "http://a.example/x/", "http://a.example/", "http://b.example/")
        #expect(elsewhere == [true, false, false])
    }

    @Test("as wget: Basic for the origin, Digest never; or nothing at all")
    func memories() throws {
        let wget = try answered(
            "Basic realm=r", at: "http://a.example/x/y", .wget, "http://a.example/",
            "http://b.example/")
        #expect(wget == [true, false])
        let digest = try answered(
            "Digest realm=r, nonce=n", at: "http://a.example/", .wget, "http://a.example/")
        #expect(digest == [false])
        let nothing = try answered(
            "Basic realm=r", at: "http://a.example/", .nothing, "http://a.example/")
        #expect(nothing == [false])
    }

    @Test("what is not to be remembered is answered, and not at once again")
    func unremembered() throws {
        let authenticator = SharedAuthenticator(HTTPAuthenticator())
        let request = try request("http://a.example/")
        for challenge in ["Basic realm=r", "Digest realm=r, nonce=n"] {
            let answer = authenticator.answer(
                to: AuthenticationChallenge.parse([challenge]), for: request, with: ann,
                remembers: false)
            #expect(answer != nil && authenticator.answerAtOnce(for: request) == nil)
        }
    }

    @Test("of several spaces that which fits more of the path; one grows by its challenges")
    func longest() throws {
        let authenticator = SharedAuthenticator(HTTPAuthenticator())
        for (path, realm, user) in [("/", "r", "root"), ("/a/", "s", "ann"), ("/b/", "s", "ann")] {
            _ = authenticator.answer(
                to: AuthenticationChallenge.parse(["Basic realm=\(realm)"]),
                for: try request("http://a.example\(path)"),
                with: .password(user: user, password: "p"))
        }
        for (path, user) in [("/x", "root"), ("/a/x", "ann"), ("/b/x", "ann")] {
            let answer = authenticator.answerAtOnce(for: try request("http://a.example\(path)"))
            let expected = HTTPCredentials.password(user: user, password: "p").unchallengedValue
            #expect(answer?.value == expected)
        }
    }

    @Test("a proxy is answered for whatever is asked for through it, in its own fields")
    func proxy() throws {
        let authenticator = SharedAuthenticator(HTTPAuthenticator(role: .proxy))
        let proxy = HTTPOrigin(isSecure: false, host: "proxy", port: 3128)
        let fields: HTTPFields = [.proxyAuthenticate: "Digest realm=r, nonce=n"]
        let connect = HTTPAuthenticator.Request(connectTo: "a.example:443", proxy: proxy)
        let challenges = AuthenticationChallenge.parse(fields, role: .proxy)
        let answer = authenticator.answer(to: challenges, for: connect, with: ann)
        #expect(answer?.value.contains("uri=\"a.example:443\"") == true)
        let other = try HTTPAuthenticator.Request(
            WebURL.parse("http://b.example/x"), proxy: proxy)
        #expect(authenticator.answerAtOnce(for: other) != nil)
        #expect(authenticator.answerAtOnce(for: try request("http://b.example/x")) == nil)
        #expect(AuthenticationChallenge.parse(fields).isEmpty)
        #expect(HTTPAuthenticator.Role.proxy.answerField == .proxyAuthorization)
    }

    @Test("the oldest spaces are forgotten")
    func isBounded() throws {
        let authenticator = SharedAuthenticator(HTTPAuthenticator())
        let challenge = AuthenticationChallenge.parse(["Basic realm=r"])
        for number in 0...HTTPAuthenticator.spaceLimit {
            _ = authenticator.answer(
                to: challenge, for: try request("http://h\(number).example/"), with: ann)
        }
        #expect(authenticator.answerAtOnce(for: try request("http://h0.example/")) == nil)
        #expect(authenticator.answerAtOnce(for: try request("http://h1.example/")) != nil)
    }
}
