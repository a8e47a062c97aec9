import Testing

@testable import swift_wget

/// Anything may stand in files of settings and on command lines.
@Suite(.tags(.wget), .timeLimit(.minutes(2)))
struct OptionsFuzzTests {
    /// Numbers that are the same in each run (a linear congruential generator, as Knuth's MMIX).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }

    /// Pieces of which lines are put together, so that more than the first octet is read.
    private static let pieces: [String] =
        Command.all.flatMap { [$0.option, $0.setting].compactMap { $0 } }
        + [
            "=", "=", " = ", "--", "-", "no-", "-n", "\n", "#", "~/", "inf", "1", "0", "-1", "on",
            "off", "1.5k", ",", ":", "\u{0}", "é", "‘", "sha256:", "{\"a\":", "[", "127.0.0.1",
            "9999999999999999999999", "dot:", "bar:force", "unix,", " ", "\t", "\r", "A: b",
        ]

    private static func octets(_ numbers: inout Numbers, _ most: Int) -> [UInt8] {
        var octets: [UInt8] = []
        for _ in 0..<Int.random(in: 0...most, using: &numbers) {
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                octets.append(UInt8.random(in: 0...255, using: &numbers))
            } else if let piece = pieces.randomElement(using: &numbers) {
                octets += piece.utf8
            }
        }
        return octets
    }

    @Test("any file of settings is read to its end, and each line that is wrong is told once")
    func files() {
        var numbers = Numbers(state: 1)
        for _ in 0..<1500 {
            let text = Self.octets(&numbers, 40)
            var draft = Draft()
            let isFine = draft.read(text, of: "rc", home: "/h")
            #expect(isFine == !draft.notes.contains(" in rc at line "))
            // Each octet is quoted by at most four, twice in what is told of a line.
            let lines = text.split(separator: 10, omittingEmptySubsequences: false).count
            #expect(draft.notes.utf8.count < 300 * lines + 20 * text.count)
        }
    }

    @Test("any command line is taken or refused, with a status that wget has")
    func commandLines() {
        var numbers = Numbers(state: 2)
        var taken = 0
        for _ in 0..<1500 {
            let words = (0..<Int.random(in: 0...6, using: &numbers)).map { _ in
                let start = ["--", "-", "--no-", ""].randomElement(using: &numbers) ?? ""
                // The words of a process have no NUL.
                return Octets((Array(start.utf8) + Self.octets(&numbers, 4)).filter { $0 != 0 })
            }
            do {
                let outcome = try CommandLineParser.parse(words + ["u"], surroundings())
                taken += 1
                if case .retrieve(let settings) = outcome.request {
                    #expect(settings.urls.count <= words.count + 1)
                }
            } catch {
                #expect([1, 2].contains(error.status))
                #expect(error.text.hasSuffix("\n") || error.text.isEmpty)
            }
        }
        #expect(taken > 100)
    }

    @Test("any value is taken or refused by each option")
    func values() {
        var numbers = Numbers(state: 3)
        for command in Command.all {
            for _ in 0..<20 {
                var draft = Draft()
                let value = Octets(Self.octets(&numbers, 3))
                do {
                    try draft.apply(command, value, as: "x")
                } catch {
                    #expect(error != .invalid(""))
                }
            }
        }
    }

    @Test("a long line and a long list are read in time that grows with them")
    func long() {
        var draft = Draft()
        let list = Array("accept = ".utf8) + [UInt8](repeating: UInt8(ascii: ","), count: 1 << 18)
        let isListFine = draft.read(list, of: "rc", home: nil)
        #expect(isListFine)
        #expect(draft.settings.rules.accept.count == (1 << 18) + 1)
        let line = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 18)
        let isLineFine = draft.read(line, of: "rc", home: nil)
        #expect(!isLineFine)
        #expect(OptionValue.number(Octets([UInt8](repeating: 0x39, count: 1 << 18))) == nil)
    }
}
