import Testing

@testable import TwineHTTP

@Suite("WWW-Authenticate")
struct AuthenticationChallengeTests {
    private func schemes(_ values: String...) -> [String] {
        AuthenticationChallenge.parse(values).map(\.scheme)
    }

    @Test("RFC 9110 §11.6.1: several challenges in one field, with parameters and without")
    func several() {
        let field =
            "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\""
        let challenges = AuthenticationChallenge.parse([field])
        #expect(challenges.map(\.scheme) == ["basic", "newauth"])
        #expect(challenges[0].parameters == ["realm": "simple"])
        #expect(
            challenges[1].parameters
                == ["realm": "apps", "type": "1", "title": "Login to \"apps\""])
        #expect(challenges[1].text.hasPrefix("Newauth realm=") && challenges[0].text == field)
    }

    @Test(
        "where a challenge ends and the next begins",
        arguments: [
            ("Negotiate, Basic realm=a", ["negotiate", "basic"]),
            ("NTLM TlRMTVNTUAAC==, Basic realm=a", ["ntlm", "basic"]),
            (", ,Basic realm=a,,Digest nonce=b, ,", ["basic", "digest"]),
            ("Basic", ["basic"]), ("Basic,Digest", ["basic", "digest"]),
            ("Basic realm = \"a, Digest nonce=b\" , Bearer", ["basic", "bearer"]),
            ("Digest nonce=a,realm=b,Basic realm=c", ["digest", "basic"]),
            ("@, Basic realm=a", ["basic"]), ("Basic realm=\"a, Digest nonce=b", ["basic"]),
            ("", []), (",", []), ("\"", []),
        ] as [(String, [String])])
    func borders(_ field: String, _ expected: [String]) {
        #expect(schemes(field) == expected)
    }

    @Test("several fields, names in any case, values with spaces, the last of two of a name")
    func forms() {
        let challenges = AuthenticationChallenge.parse([
            "BASIC Realm=My site , CHARSET=UTF-8", "Digest nonce=1, NONCE=2", "NTLM TlRM/+==",
        ])
        #expect(challenges.map(\.realm) == ["My site", nil, nil])
        #expect(challenges[0].parameters["charset"] == "UTF-8")
        #expect(challenges[1].parameters == ["nonce": "2"])
        #expect(challenges[2].token == "TlRM/+==" && challenges[1].token == nil)
    }

    @Test("challenges and parameters without end are read up to the limits")
    func isBounded() {
        let many = String(repeating: "Basic realm=a,", count: 10_000)
        #expect(AuthenticationChallenge.parse([many]).count == AuthenticationChallenge.limit)
        let list = (0..<10_000).map { "p\($0)=v" }.joined(separator: ",")
        let challenges = AuthenticationChallenge.parse(["Digest " + list])
        #expect(challenges.map(\.parameters.count) == [AuthenticationChallenge.parameterLimit])
    }
}
