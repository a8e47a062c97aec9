import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineCred
import TwineTesting

@testable import TwineHTTP

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DigestTests {
    private let clock = ManualClock()

    private func site(_ schemes: [GuardResource.Scheme] = [.digest, .basic]) -> Site {
        let portal = Portal<Resource>([InMemoryChecker(["ann": "secret"])]) { _ in
            succeed(
                Login(
                    FunctionResource(isLeaf: true) { .response(.text("hello \($0.user ?? "?")")) }))
        }
        return Site(
            GuardResource("a realm", portal, schemes: schemes, clock: clock), clock: clock)
    }

    private func ask(_ site: Site, _ target: String, _ authorization: String?) -> String {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        let field = authorization.map { "Authorization: \($0)\r\n" } ?? ""
        transport.receive("GET \(target) HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
        return transport.text
    }

    private func nonce(_ answer: String) throws -> String {
        let start = try #require(answer.range(of: "nonce=\""))
        return String(answer[start.upperBound...].prefix { $0 != "\"" })
    }

    /// What a client that knows the password says.
    private func answer(
        _ nonce: String, password: String = "secret", count: Int = 1, target: String = "/a?b",
        algorithm: DigestAuthentication.Algorithm = .sha256, name: String = "ann",
        realm: String = "a realm"
    ) -> String {
        let nc =
            String(repeating: "0", count: 8 - String(count, radix: 16).count)
            + String(count, radix: 16)
        let secret = algorithm.hex("\(name):\(realm):\(password)")
        let what = algorithm.hex("GET:\(target)")
        let response = algorithm.hex("\(secret):\(nonce):\(nc):c:auth:\(what)")
        return
            "Digest username=\"\(name)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(target)\", "
            + "algorithm=\(algorithm.rawValue), response=\"\(response)\", qop=auth, nc=\(nc), cnonce=\"c\""
    }

    @Test("RFC 7616 §3.9.1: the examples of SHA-256 and MD5")
    func examples() {
        for (algorithm, response) in [
            (DigestAuthentication.Algorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let credentials = DigestCredentials(
                username: "Mufasa", realm: "http-auth@example.org", algorithm: algorithm,
                nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", count: "00000001",
                cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", method: "GET",
                uri: "/dir/index.html", response: response, number: 1)
            #expect(credentials.matches(password: "Circle of Life"))
            #expect(!credentials.matches(password: "circle of life"))
        }
    }

    @Test("an answer of which one digit is another is refused, whichever digit it is")
    func oneDigit() {
        let right = Array("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1".utf8)
        for place in right.indices {
            for digit in "0123456789abcdef".utf8 where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                let credentials = DigestCredentials(
                    username: "Mufasa", realm: "http-auth@example.org", algorithm: .sha256,
                    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", count: "00000001",
                    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", method: "GET",
                    uri: "/dir/index.html", response: String(decoding: wrong, as: UTF8.self),
                    number: 1)
                #expect(!credentials.matches(password: "Circle of Life"), "\(place)")
            }
        }
    }

    @Test("challenges, the better first; a right answer is let in, by each algorithm")
    func right() throws {
        let site = site()
        let refused = ask(site, "/a?b", nil)
        let challenges = refused.components(separatedBy: "\r\n").filter {
            $0.hasPrefix("WWW-Authenticate: ")
        }
        #expect(challenges.count == 3)
        #expect(challenges[0].contains("Digest") && challenges[0].contains("algorithm=SHA-256"))
        #expect(challenges[1].contains("algorithm=MD5") && challenges[2].contains("Basic"))
        for algorithm in DigestAuthentication.Algorithm.allCases {
            let nonce = try nonce(ask(site, "/a?b", nil))
            let good = ask(site, "/a?b", answer(nonce, algorithm: algorithm))
            #expect(good.hasPrefix("HTTP/1.1 200") && good.hasSuffix("hello ann"))
        }
    }

    @Test("wrong passwords, names, realms, targets, and nonces of others are refused")
    func wrong() throws {
        let site = site()
        let good = try nonce(ask(site, "/a?b", nil))
        for text in [
            answer(good, password: "wrong"), answer(good, name: "bob"),
            answer(good, realm: "other"), answer(good, target: "/other"), answer("x.y.z"),
            answer(good + "0"), answer(try nonce(ask(self.site(), "/a?b", nil))), "Digest",
            "Digest x",
            answer(good).replacingOccurrences(of: "qop=auth", with: "qop=auth-int"),
            answer(good).replacingOccurrences(of: "nc=00000001", with: "nc=1"),
            answer(good).replacingOccurrences(of: "nc=00000001", with: "nc=00000000"),
            answer(good).replacingOccurrences(of: "nc=00000001", with: "nc=00000002"),
            answer(good).replacingOccurrences(of: "cnonce=\"c\"", with: "cnonce=\"\""),
            answer(good) + ", username=\"ann\"",
        ] { #expect(ask(site, "/a?b", text).hasPrefix("HTTP/1.1 401"), "\(text)") }
        // None of these has used the nonce up.
        #expect(ask(site, "/a?b", answer(good)).hasPrefix("HTTP/1.1 200"))
    }

    @Test("an answer counts once; counts may overtake each other; an old nonce is stale")
    func replay() throws {
        let site = site()
        let nonce = try nonce(ask(site, "/a?b", nil))
        for count in [1, 3, 2, 70, 8] {
            #expect(ask(site, "/a?b", answer(nonce, count: count)).hasPrefix("HTTP/1.1 200"))
        }
        for count in [1, 2, 3, 70, 8, 5] {
            let again = ask(site, "/a?b", answer(nonce, count: count))
            #expect(again.hasPrefix("HTTP/1.1 401") && again.contains("stale=true"), "\(count)")
        }
        clock.advance(301)
        let late = ask(site, "/a?b", answer(nonce, count: 71))
        #expect(late.hasPrefix("HTTP/1.1 401") && late.contains("stale=true"))
    }

    @Test("only the schemes that are wanted are taken")
    func schemes() throws {
        let basic = "Basic " + Data("ann:secret".utf8).base64EncodedString()
        #expect(ask(site([.digest]), "/", basic).hasPrefix("HTTP/1.1 401"))
        #expect(ask(site([.basic]), "/", basic).hasPrefix("HTTP/1.1 200"))
        let other = site([.basic])
        #expect(!ask(other, "/", nil).contains("Digest"))
    }

    @Test(
        "fields are read as RFC 9110 §11 has them",
        arguments: [
            ("Basic YTpi", "basic", "YTpi", [:]), ("basic  YQ==", "basic", "YQ==", [:]),
            (
                "Digest a=b, C=\"d, \\\"e\\\"\" ,, f = g", "digest", "",
                ["a": "b", "c": "d, \"e\"", "f": "g"]
            ),
            ("Negotiate", "negotiate", "", [:]),
        ] as [(String, String, String, [String: String])])
    func fields(_ text: String, _ scheme: String, _ token: String, _ parameters: [String: String])
        throws
    {
        let field = try #require(AuthenticationField(text))
        #expect(field.scheme == scheme && field.token == token && field.parameters == parameters)
    }

    @Test(
        "malformed fields are none",
        arguments: [
            "", " ", ",", "Digest a=b a", "Digest a=b, a=c", "Digest a=b c=d", "Digest a=b, c=\"d",
        ])
    func malformed(_ text: String) { #expect(AuthenticationField(text) == nil) }
}
