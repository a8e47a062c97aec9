import HTTPTypes
import Testing
import TwineCore
import TwineCred
import TwineTesting

@testable import TwineHTTP

@Suite("Answers to our own server's challenges", .timeLimit(.minutes(1)))
@Reactor
struct AuthenticatorServerTests {
    private let clock = ManualClock()
    private let ann = HTTPCredentials.password(user: "ann", password: "s\u{e9}cret")

    private func site(_ schemes: [GuardResource.Scheme]) -> Site {
        let portal = Portal<Resource>([InMemoryChecker(["ann": "s\u{e9}cret"])]) { _ in
            succeed(
                Login(
                    FunctionResource(isLeaf: true) { .response(.text("hello \($0.user ?? "?")")) }))
        }
        return Site(
            GuardResource("a \"realm\"", portal, schemes: schemes, clock: clock), clock: clock)
    }

    /// The head and body of what the site says.
    private func ask(_ site: Site, _ value: String?) -> String {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        let field = value.map { "Authorization: \($0)\r\n" } ?? ""
        transport.receive("GET /a?b HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
        return transport.text
    }

    private func challenges(_ answer: String) -> [AuthenticationChallenge] {
        let name = "WWW-Authenticate: "
        return AuthenticationChallenge.parse(
            answer.split(separator: "\r\n").filter { $0.hasPrefix(name) }.map {
                String($0.dropFirst(name.count))
            })
    }

    @Test("what answers its challenge is let in, at once too, and again when the nonce has got old")
    func isLetIn() throws {
        for schemes in [[GuardResource.Scheme.basic], [.digest], [.basic, .digest]] {
            let site = site(schemes)
            let authenticator = SharedAuthenticator(HTTPAuthenticator())
            let request = try HTTPAuthenticator.Request(WebURL.parse("http://x/a?b"))
            let first = try #require(
                authenticator.answer(to: challenges(ask(site, nil)), for: request, with: ann))
            #expect(first.scheme == (schemes.contains(.digest) ? "digest" : "basic"))
            #expect(ask(site, first.value).hasSuffix("hello ann"))
            let second = try #require(authenticator.answerAtOnce(for: request))
            #expect(ask(site, second.value).hasSuffix("hello ann"))
            guard first.scheme == "digest" else { continue }
            clock.advance(1000)
            let old = try #require(authenticator.answerAtOnce(for: request))
            let stale = ask(site, old.value)
            #expect(stale.contains("stale=true"))
            let third = try #require(
                authenticator.answer(
                    to: challenges(stale), for: request, with: ann, refused: old))
            #expect(ask(site, third.value).hasSuffix("hello ann"))
        }
    }

    @Test("a wrong password ends after one answer")
    func isRefused() throws {
        for schemes in [[GuardResource.Scheme.basic], [.digest]] {
            let site = site(schemes)
            let authenticator = SharedAuthenticator(HTTPAuthenticator())
            let request = try HTTPAuthenticator.Request(WebURL.parse("http://x/a?b"))
            let wrong = HTTPCredentials.password(user: "ann", password: "secret")
            let first = try #require(
                authenticator.answer(to: challenges(ask(site, nil)), for: request, with: wrong))
            let again = challenges(ask(site, first.value))
            let second = authenticator.answer(to: again, for: request, with: wrong, refused: first)
            #expect(!again.isEmpty && second == nil)
        }
    }
}
