import Testing
import TwineTesting

@testable import TwineCore

/// One exchange: what each side sends in turn.
struct SOCKSTalk: Sendable, CustomTestStringConvertible {
    var name: String
    var version = SOCKSHandshake.Version.v5
    var destination = SOCKSDestination.name("a.b", port: 80)
    var user: String?
    var password: String?
    /// What the proxy answers, one after the other.
    var answers: [[UInt8]]
    /// What is sent: at first and after each answer.
    var sent: [[UInt8]]
    var error: SOCKSError?

    var testDescription: String { name }
}

@Suite("SOCKS, without a socket")
struct SOCKSTests {
    /// VER, CMD or REP, RSV, ATYP, address, port.
    static let request: [UInt8] = [5, 1, 0, 3, 3, 0x61, 0x2e, 0x62, 0, 80]
    static let granted: [UInt8] = [5, 0, 0, 1, 127, 0, 0, 1, 0x12, 0x34]

    static let talks: [SOCKSTalk] = [
        SOCKSTalk(
            name: "a name, nobody in particular", answers: [[5, 0], granted],
            sent: [[5, 1, 0], request, []]),
        SOCKSTalk(
            name: "an IPv4 address", destination: .ipv4(0x7f00_0001, port: 8080),
            answers: [[5, 0], granted],
            sent: [[5, 1, 0], [5, 1, 0, 1, 127, 0, 0, 1, 0x1f, 0x90], []]),
        SOCKSTalk(
            name: "an IPv6 address", destination: .ipv6(high: 0x2001_0db8 << 32, low: 1, port: 443),
            answers: [[5, 0], granted],
            sent: [
                [5, 1, 0],
                [5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0xbb], [],
            ]),
        SOCKSTalk(
            name: "the proxy's address is IPv6 or a name",
            answers: [[5, 0], [5, 0, 0, 4] + [UInt8](repeating: 9, count: 18)],
            sent: [[5, 1, 0], request, []]),
        SOCKSTalk(
            name: "the proxy's address is a name",
            answers: [[5, 0], [5, 0, 0, 3, 2, 65, 66, 0, 1]],
            sent: [[5, 1, 0], request, []]),
        SOCKSTalk(
            name: "a user name and password", user: "me", password: "pw",
            answers: [[5, 2], [1, 0], granted],
            sent: [[5, 2, 0, 2], [1, 2, 0x6d, 0x65, 2, 0x70, 0x77], request, []]),
        SOCKSTalk(
            name: "a user name without a password, not asked for", user: "me",
            answers: [[5, 0], granted], sent: [[5, 2, 0, 2], request, []]),
        SOCKSTalk(
            name: "a wrong password", user: "me", password: "x", answers: [[5, 2], [1, 1]],
            sent: [[5, 2, 0, 2], [1, 2, 0x6d, 0x65, 1, 0x78]], error: .authenticationFailed),
        SOCKSTalk(
            name: "no way to log in", answers: [[5, 0xff]], sent: [[5, 1, 0]],
            error: .noAcceptableMethod),
        SOCKSTalk(
            name: "a way that was not offered", answers: [[5, 2]], sent: [[5, 1, 0]],
            error: .malformed),
        SOCKSTalk(
            name: "a web server answers", answers: [[0x48, 0x54]], sent: [[5, 1, 0]],
            error: .notSOCKS(octet: 0x48)),
        SOCKSTalk(
            name: "refused, and the rest does not come", answers: [[5, 0], [5, 5]],
            sent: [[5, 1, 0], request], error: .refused(.connectionRefused)),
        SOCKSTalk(
            name: "an unknown refusal", answers: [[5, 0], [5, 99, 0, 1, 0, 0, 0, 0, 0, 0]],
            sent: [[5, 1, 0], request], error: .refused(.other(99))),
        SOCKSTalk(
            name: "an unknown kind of address", answers: [[5, 0], [5, 0, 0, 2, 0]],
            sent: [[5, 1, 0], request], error: .malformed),
        // SOCKS4: VN, CD, port, address, user name, NUL
        SOCKSTalk(
            name: "SOCKS4", version: .v4, destination: .ipv4(0x0102_0304, port: 80), user: "me",
            answers: [[0, 90, 0, 0, 0, 0, 0, 0]],
            sent: [[4, 1, 0, 80, 1, 2, 3, 4, 0x6d, 0x65, 0], []]),
        SOCKSTalk(
            name: "SOCKS4a", version: .v4, answers: [[0, 90, 0, 0, 0, 0, 0, 0]],
            sent: [[4, 1, 0, 80, 0, 0, 0, 1, 0, 0x61, 0x2e, 0x62, 0], []]),
        SOCKSTalk(
            name: "SOCKS4 rejects", version: .v4, answers: [[0, 91]],
            sent: [[4, 1, 0, 80, 0, 0, 0, 1, 0, 0x61, 0x2e, 0x62, 0]], error: .refused(.rejected)),
        SOCKSTalk(
            name: "SOCKS4 cannot ask who it is", version: .v4, answers: [[0, 92]],
            sent: [[4, 1, 0, 80, 0, 0, 0, 1, 0, 0x61, 0x2e, 0x62, 0]],
            error: .refused(.identityNotConfirmed)),
        SOCKSTalk(
            name: "a SOCKS5 proxy is asked by SOCKS4", version: .v4, answers: [[5, 0xff]],
            sent: [[4, 1, 0, 80, 0, 0, 0, 1, 0, 0x61, 0x2e, 0x62, 0]], error: .notSOCKS(octet: 5)),
    ]

    /// Gives each answer in pieces, with `rest` behind the last, and checks what is sent.
    private func play(_ talk: SOCKSTalk, pieces: Int, rest: [UInt8]) throws {
        var handshake = try SOCKSHandshake(
            talk.version, to: talk.destination, userName: talk.user, password: talk.password)
        var sent = [handshake.takeOutput()]
        var left: [UInt8]?
        var error: SOCKSError?
        for (number, answer) in talk.answers.enumerated() where error == nil {
            let octets = number == talk.answers.count - 1 ? answer + rest : answer
            var start = 0
            do throws(SOCKSError) {
                while start < octets.count, left == nil {
                    let end = min(octets.count, start + pieces)
                    let piece = Array(octets[start..<end])
                    if let count = try handshake.receive(piece.span) {
                        left = Array(octets[(start + count)...])
                    }
                    start = end
                }
            } catch let thrown {
                error = thrown
                #expect(throws: thrown) { try handshake.receive([1, 2, 3].span) }
            }
            if error == nil { sent.append(handshake.takeOutput()) }
        }
        #expect(sent == talk.sent)
        #expect(error == talk.error)
        #expect(left == (talk.error == nil ? rest : nil))
    }

    @Test("each exchange, in every cut, with what follows left alone", arguments: Self.talks)
    func plays(_ talk: SOCKSTalk) throws {
        for pieces in 1...30 {
            try play(talk, pieces: pieces, rest: [])
            try play(talk, pieces: pieces, rest: [7, 8, 9])
        }
    }

    private static let long = String(repeating: "x", count: 256)

    @Test(
        "what the protocol cannot carry is refused before anything is sent",
        arguments: [
            (.v4, .ipv6(high: 0, low: 1, port: 1), nil, nil),
            (.v4, .name("a\u{0}b", port: 1), nil, nil),
            (.v4, .name("a", port: 1), "a\u{0}b", nil),
            (.v4, .name("a", port: 1), long, nil), (.v5, .name("a", port: 1), long, nil),
            (.v5, .name("a", port: 1), "", nil), (.v5, .name("a", port: 1), "a", long),
            (.v5, .name(long, port: 1), nil, nil), (.v5, .name("", port: 1), nil, nil),
        ] as [(SOCKSHandshake.Version, SOCKSDestination, String?, String?)])
    func inexpressible(
        _ version: SOCKSHandshake.Version, _ to: SOCKSDestination, _ user: String?,
        _ password: String?
    ) {
        let error = #expect(throws: SOCKSError.self) {
            try SOCKSHandshake(version, to: to, userName: user, password: password)
        }
        #expect(error?.description.hasPrefix("SOCKS cannot carry") == true)
    }

    @Test("any octets end in a connection, an error or the wish for more, in bounded memory")
    func survives() throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<20_000 {
            var handshake = try SOCKSHandshake(
                round % 2 == 0 ? .v4 : .v5, to: .name("a", port: 1),
                userName: round % 3 == 0 ? "u" : nil)
            var isOver = false
            for _ in 0..<40 where !isOver {
                let octets = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                    [0, 1, 2, 3, 4, 5, 90, UInt8.random(in: 0...255)].randomElement() ?? 0
                }
                do throws(SOCKSError) {
                    isOver = try handshake.receive(octets.span) != nil
                } catch {
                    isOver = true
                }
            }
            #expect(isOver)
        }
    }
}
