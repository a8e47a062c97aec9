import Testing
import TwineTesting

@testable import TwineHTTP

@Suite("Fields against any octets")
struct FieldFuzzTests {
    private static let pieces = [
        "attachment", "filename", "filename*", "filename*0*", "=", ";", ",", "\"", "\\", "UTF-8''",
        "%e2%82%ac",
        "%", "%2f", "/", "..", " ", "\t", "<", ">", "rel=duplicate", "Basic", "Digest",
        "realm=\"a\"", "nonce=b",
        "SHA-256=", "sha-256=:", "AAAA", ":", "User-agent: *", "\n", "\r", "Disallow:", "Allow: /",
        "*", "$", "#",
        "qop=auth", "\u{e4}", "stale=true", "algorithm=MD5-sess", "domain=\"/x\"", "\u{0}",
    ]

    private func texts(_ count: Int, seed: UInt64, _ body: ([UInt8]) -> Void) {
        var random = SeededRandom(seed: seed)
        for round in 0..<count {
            var octets: [UInt8] = []
            for _ in 0..<Int.random(in: 0...16, using: &random) {
                if round.isMultiple(of: 3) {
                    octets.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    octets += Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
                }
            }
            body(octets)
        }
    }

    @Test("a name from Content-Disposition is safe, or there is none")
    func disposition() {
        texts(30_000, seed: 1) { octets in
            let disposition = ContentDisposition(octets.span)
            guard let name = disposition.fileName else { return }
            let isUnsafe =
                name.isEmpty || name == "." || name == ".."
                || name.utf8.contains { $0 == 0x2F || $0 == 0x5C || $0 < 0x20 || $0 == 0x7F }
            #expect(!isUnsafe, "\(octets)")
        }
    }

    @Test("every challenge that can be answered is answered in one line that can be read again")
    func challenges() throws {
        let request = try HTTPAuthenticator.Request(WebURL.parse("https://a.example/x"))
        var answers = 0
        texts(30_000, seed: 2) { octets in
            let challenges = AuthenticationChallenge.parse([octets.fieldText])
            var authenticator = HTTPAuthenticator(makeClientNonce: { "c" })
            guard
                let answer = authenticator.answer(
                    to: challenges, for: request, with: .password(user: "u\"", password: "p"))
            else { return }
            answers += 1
            let isOneLine = answer.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }
            #expect(isOneLine && AuthenticationField(answer.value) != nil, "\(octets)")
        }
        #expect(answers > 100)
    }

    @Test("links, digests, lists of checksums and robots.txt end, whatever they are made of")
    func others() {
        texts(30_000, seed: 3) { octets in
            let text = octets.fieldText
            #expect(LinkField([text]).links.allSatisfy { $0.parameters.count <= 32 })
            let digests = DigestField.digests([text]) + DigestField.structuredDigests([text])
            #expect(digests.allSatisfy { $0.octets.count == $0.algorithm.length })
            _ = ChecksumList(octets.span)
            let robots = RobotsText(octets.span, agent: "wget")
            #expect(robots.allows("/robots.txt"))
            _ = robots.allows(text)
        }
    }
}
