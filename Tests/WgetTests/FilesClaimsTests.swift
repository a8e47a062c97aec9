import Testing
import TwineCore

@testable import swift_wget

@Suite(.tags(.wget))
@Reactor
struct FilesClaimsTests {
    /// Claims the names, and says which were granted at once.
    private func granted(_ names: [Octets], _ claims: NameClaims) -> [Bool] {
        names.map { claims.claim($0).granted.isFired }
    }

    @Test(
        "what has the name of another, or of its folder, waits for it; the rest does not",
        arguments: [
            (["h/a", "h/b", "h/ab", "h/a.b"], [true, true, true, true]),
            (["h/a", "h/a"], [true, false]),
            (["h/a", "h/a/b", "h/a/c/d"], [true, false, false]),
            (["h/a/b", "h/a/c", "h/a"], [true, true, false]),
            (["h/a.html", "h/a"], [true, true]),
        ])
    func conflicts(_ names: [String], _ expected: [Bool]) {
        #expect(granted(names.map { Octets($0) }, NameClaims()) == expected)
    }

    @Test("with -E an ending makes no other name")
    func endings() {
        let names: [Octets] = ["a.html", "a", "b.htm", "b", "c.css", "c", "d.png", "d"]
        #expect(
            granted(names, NameClaims(adjustsExtension: true))
                == [true, false, true, false, true, false, true, true])
    }

    @Test("each goes on when all that stand before it have ended, in any order")
    func order() {
        let claims = NameClaims()
        let page = claims.claim("a")
        let below = claims.claim("a/b")
        let again = claims.claim("a")
        claims.end(below, savedAs: nil)
        #expect(!again.granted.isFired)
        claims.end(page, savedAs: "a")
        #expect(again.granted.isFired && claims.isSaved("a") && !claims.isSaved("a/b"))
    }
}
