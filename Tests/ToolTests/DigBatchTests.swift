import Foundation
import Testing
import TwineCore
import TwineDNS

/// Batches: many lines at once, in order or not.
@Reactor
@Suite(.timeLimit(.minutes(3)))
struct DigBatchTests {
    /// A server that holds `slow.test` until another name was asked for.
    private func heldServer() async throws -> NameServer {
        let other = Deferred<Void>()
        return try await NameServer.start { query in
            if query.question.first?.name.text == "slow.test" {
                try? await other.value
                return NameServer.reply(to: query, ["192.0.2.9"])
            }
            if !other.isFired { other.callback(()) }
            return NameServer.reply(to: query, ["192.0.2.1"])
        }
    }

    @Test("a batch is printed in the order of its lines")
    func ordered() async throws {
        let server = try await heldServer()
        let result = try await server.dig("+short", "-f", "-", input: "slow.test\na.test\n")
        #expect(result.status == 0 && result.output == "192.0.2.9\n192.0.2.1\n", "\(result)")
        server.stop()
    }

    @Test("with +unordered as replies come")
    func unordered() async throws {
        // The late one is held until the other's answer has been printed and read.
        let printed = Deferred<Void>()
        let server = try await NameServer.start { query in
            guard query.question.first?.name.text == "slow.test" else {
                return NameServer.reply(to: query, ["192.0.2.1"])
            }
            try? await printed.value
            return NameServer.reply(to: query, ["192.0.2.9"])
        }
        let file = temporaryFile("slow.test\na.test\nlast.test\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let program = inlineCallbacks {
            try await run("swift-dig", server.words + ["+short", "+unordered", "-f", file])
        }
        while server.asked.count < 3 { try await deferLater(0.005).value }
        try await deferLater(0.1).value
        printed.callback(())
        let result = try await program.value
        #expect(result.lines.last == "192.0.2.9" && result.lines.count == 3, "\(result)")
        server.stop()
    }

    @Test("lines are compared and watched, too; +bench is not for files")
    func ways() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("+servers", "-f", "-", input: "a.test\nb.test\n")
        #expect(result.status == 0)
        #expect(
            result.lines.filter { $0.hasPrefix(";;") } == [
                ";; a.test A, asked of 1 server: all agree",
                ";; b.test A, asked of 1 server: all agree",
            ], "\(result)")
        let bench = try await server.dig("+bench", "-f", "-")
        #expect(
            bench.status == 1 && bench.errors.contains("+bench asks what the command line says"))
        server.stop()
    }

    @Test("a line that nobody answers does not count when a later one is answered, but with +fail")
    func unanswered() async throws {
        let server = try await NameServer.start { query in
            let isSilent = query.question.first?.name.text == "a.test"
            return isSilent ? nil : NameServer.reply(to: query, ["192.0.2.1"])
        }
        let input = "a.test\nb.test\n"
        let dig = try await server.dig(
            "+short", "+tries=1", "+timeout=1", "-f", "-", input: input)
        #expect(dig.status == 0 && dig.output.hasSuffix("\n192.0.2.1\n"), "\(dig)")
        let fail = try await server.dig(
            "+short", "+fail", "+tries=1", "+timeout=1", "-f", "-", input: input)
        #expect(fail.status == 9 && fail.output == "192.0.2.1\n", "\(fail)")
        server.stop()
    }

    @Test("lines that are blank or comments are passed over, and bad ones are told")
    func badLines() async throws {
        let server = try await NameServer.start()
        let input = "# names\n\n  ; more\na.test +nope\nb.test +tries=x\n\tb.test\n-y x c.test\n"
        let result = try await server.dig("+short", "-f", "-", input: input)
        #expect(result.status == 1)
        #expect(
            result.errors == """
                swift-dig: -: line 4: Invalid option: +nope
                swift-dig: -: line 5: Couldn't parse tries
                swift-dig: -: line 7: a key is written as [hmac:]name:secret

                """)
        #expect(result.lines.last == "192.0.2.1")
        server.stop()
    }

    @Test("+fail counts in batches; what the command line says holds for all lines")
    func failingBatch() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig(
            "+short", "+fail", "-f", "-", input: "a.test\nnone.test\nfail.test")
        #expect(result.status == 23 && result.output == "192.0.2.1\n")
        server.stop()
    }

    @Test("a million blank lines and comments ask nothing")
    func blankLines() async throws {
        let server = try await NameServer.start()
        let file = temporaryFile(String(repeating: "\n# x\n", count: 500_000) + "a.test\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await server.dig("+short", "-f", file)
        #expect(result.status == 0 && result.output == "192.0.2.1\n")
        #expect(server.asked.count == 1)
        server.stop()
    }

    @Test("a comment of megabytes is passed over, and is one line")
    func longLine() async throws {
        let server = try await NameServer.start()
        let file = temporaryFile(
            "#" + String(repeating: " x", count: 3 << 20) + "\na.test +nope\nb.test")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await server.dig("+short", "-f", file)
        #expect(result.errors == "swift-dig: \(file): line 2: Invalid option: +nope\n")
        #expect(result.output == "192.0.2.1\n" && server.asked.count == 1)
        server.stop()
    }

    @Test("a pipe that is filled slowly is read as it is filled")
    func pipe() async throws {
        let server = try await NameServer.start()
        let result = try await server.shell(
            "{ echo a.test; sleep 0.1; echo b.test; } | dig +short -f -")
        #expect(result.status == 0 && result.output == "192.0.2.1\n192.0.2.1\n")
        server.stop()
    }
}
