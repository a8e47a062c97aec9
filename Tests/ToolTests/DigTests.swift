import Foundation
import Subprocess
import Testing
import TwineCore
import TwineDNS

/// swift-dig as scripts use it: exit statuses, and what stands where.
@Reactor
@Suite(.timeLimit(.minutes(3)))
struct DigTests {
    /// Runs the program against a server.
    private func dig(
        _ server: NameServer, _ words: String..., input: String = ""
    ) async throws -> Run {
        try await run("swift-dig", server.words + words, input: input)
    }

    /// Where nobody listens.
    private func closedServer() async throws -> NameServer {
        let server = try await NameServer.start()
        server.stop()
        return server
    }

    private func json(_ line: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// Runs a line of a shell in which `dig` asks a server.
    private func shell(_ server: NameServer, _ script: String) async throws -> Run {
        let program = products.appendingPathComponent("swift-dig").path
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: Arguments(
                [
                    "-c",
                    "dig() { \"$program\" \"${words[@]}\" \"$@\"; }; program=$0; words=(\"$@\")\n"
                        + script, program,
                ] + server.words), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Run(result.terminationStatus, result.standardOutput, result.standardError)
    }

    // MARK: Statuses

    @Test("a reply is status 0, whatever it says")
    func replies() async throws {
        let server = try await NameServer.start()
        for name in ["a.test", "none.test", "fail.test", "empty.test"] {
            #expect(try await dig(server, name).status == 0)
        }
        server.stop()
    }

    @Test("with +fail it is 20 and the code, and standard output stays clean")
    func fail() async throws {
        let server = try await NameServer.start()
        let statuses: [(String, Int32)] = [("empty", 20), ("fail", 22), ("none", 23)]
        for (name, status) in statuses {
            let result = try await dig(server, "+short", "+fail", "\(name).test")
            #expect(result.status == status && result.output.isEmpty, "\(name): \(result)")
        }
        let good = try await dig(server, "+short", "+fail", "a.test")
        #expect(good.status == 0 && good.output == "192.0.2.1\n" && good.errors.isEmpty)
        server.stop()
    }

    @Test("+fail-on counts only the codes that it names")
    func failOn() async throws {
        let server = try await NameServer.start()
        #expect(try await dig(server, "+fail-on=NXDOMAIN", "fail.test").status == 0)
        #expect(try await dig(server, "+fail-on=nxdomain,nodata", "none.test").status == 23)
        #expect(try await dig(server, "+fail-on=nxdomain,nodata", "empty.test").status == 20)
        server.stop()
    }

    @Test("of several names the first failure is the status")
    func several() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "+fail", "a.test", "none.test", "fail.test")
        #expect(result.status == 23)
        server.stop()
    }

    @Test("without a server it is 9; with +short and +fail only standard error tells")
    func unreachable() async throws {
        let server = try await closedServer()
        let result = try await dig(server, "a.test")
        #expect(result.status == 9 && result.errors.isEmpty)
        #expect(result.output.hasSuffix(";; no servers could be reached\n"), "\(result.output)")
        let short = try await dig(server, "+short", "+fail", "a.test")
        #expect(short.status == 9 && short.output.isEmpty)
        #expect(short.errors.hasSuffix("swift-dig: no servers could be reached\n"))
    }

    @Test("a server that does not reply is 9, too")
    func silent() async throws {
        let server = try await NameServer.start { _ in nil }
        let result = try await dig(server, "+tries=1", "+timeout=1", "a.test")
        #expect(result.status == 9 && result.output.contains("timed out\n"), "\(result)")
        server.stop()
    }

    @Test("a name that is none is 10")
    func badName() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "a..test")
        #expect(result.status == 10)
        #expect(result.errors == "swift-dig: 'a..test' is not a legal name (empty label)\n")
        server.stop()
    }

    @Test("a server at a Unix socket is asked by a stream")
    func unixSocket() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        let server = try await NameServer.start(path: path)
        let result = try await run("swift-dig", ["-r", "@\(path)", "a.test"])
        #expect(result.status == 0 && result.output.contains("192.0.2.1"), "\(result)")
        #expect(result.output.contains(";; SERVER: \(path)(\(path)) (TCP)\n"))
        server.stop()
    }

    // MARK: JSON

    @Test("+json prints an object a line; where nobody replies it has an error")
    func objects() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "+json", "a.test", "none.test")
        #expect(result.lines.count == 2 && result.errors.isEmpty)
        let object = try json(result.lines[0])
        #expect(object["QNAME"] as? String == "a.test.")
        #expect(object["serverPort"] as? Int == server.address.port.map { Int($0) })
        #expect(object["transport"] as? String == "UDP")
        server.stop()
        let failed = try await dig(server, "+json", "b.test", "mx")
        let error = try json(failed.output)
        #expect(failed.status == 9 && error["error"] as? String == "no servers could be reached")
        #expect(error["QNAME"] as? String == "b.test" && error["QTYPEname"] as? String == "MX")
    }

    // MARK: Several servers, several times

    @Test("+servers: 0 when all say the same, 11 when not")
    func servers() async throws {
        let first = try await NameServer.start()
        let second = try await NameServer.start(
            at: try #require(IPAddress("127.0.0.2")), port: try #require(first.address.port)
        ) { query in
            let differs = query.question.first?.name.text == "b.test"
            return NameServer.reply(to: query, [differs ? "192.0.2.2" : "192.0.2.1"])
        }
        let same = try await dig(first, "+servers=127.0.0.2", "a.test")
        #expect(same.status == 0 && same.output.contains("asked of 2 servers: all agree"))
        let different = try await dig(first, "+servers=127.0.0.2", "b.test")
        #expect(different.status == 11)
        #expect(different.output.contains("1 agree, 1 do not"), "\(different.output)")
        second.stop()
        first.stop()
        let none = try await dig(first, "+servers=127.0.0.2", "a.test")
        #expect(none.status == 9 && none.output.contains("no answer"))
    }

    @Test("+watch ends when the answer changes, and prints the first and the last")
    func watch() async throws {
        var count = 0
        let server = try await NameServer.start { query in
            count += 1
            return NameServer.reply(to: query, count < 4 ? ["192.0.2.1"] : ["192.0.2.2"])
        }
        let result = try await dig(server, "+short", "+watch=0.01", "a.test")
        #expect(result.status == 0 && result.output == "192.0.2.1\n192.0.2.2\n")
        #expect(count == 4)
        server.stop()
    }

    @Test("a question that cannot be asked is not watched")
    func unwatchable() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "+watch=0.01", "a..test")
        #expect(result.status == 10 && result.errors.split(separator: "\n").count == 1)
        server.stop()
    }

    @Test("+until ends when an answer has the text")
    func until() async throws {
        var count = 0
        let server = try await NameServer.start { query in
            count += 1
            return NameServer.reply(to: query, ["192.0.2.\(count)"])
        }
        let result = try await dig(server, "+short", "+until=0.2.5", "+watch=0.01", "a.test")
        #expect(result.status == 0 && result.lines.last == "192.0.2.5" && count == 5)
        server.stop()
    }

    @Test("+bench counts replies, as an object with +json; 9 without any")
    func bench() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "+bench=0.2", "+concurrency=4", "+json", "a.test")
        let object = try json(result.output)
        let received = try #require(object["received"] as? Int)
        #expect(result.status == 0 && received > 0 && object["NOERROR"] as? Int == received)
        let text = try await dig(server, "+bench=0.1", "a.test")
        #expect(text.output.contains(" queries a second, 0 lost\n"), "\(text.output)")
        server.stop()
        #expect(try await dig(server, "+bench=0.1", "a.test").status == 9)
    }

    @Test("-d tells each step on standard error, and changes nothing else")
    func debugging() async throws {
        let server = try await NameServer.start()
        let result = try await dig(server, "-d", "+short", "a.test")
        #expect(result.output == "192.0.2.1\n")
        #expect(
            result.errors.hasPrefix(
                "swift-dig: asking 127.0.0.1#\(server.address.port ?? 0) by UDP"),
            "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 3)
        server.stop()
    }

    // MARK: Batches

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
        let result = try await dig(server, "+short", "-f", "-", input: "slow.test\na.test\n")
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
        let file = temporary("slow.test\na.test\nlast.test\n")
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
        let result = try await dig(
            server, "+servers", "-f", "-", input: "a.test\nb.test\n")
        #expect(result.status == 0)
        #expect(
            result.lines.filter { $0.hasPrefix(";;") } == [
                ";; a.test A, asked of 1 server: all agree",
                ";; b.test A, asked of 1 server: all agree",
            ], "\(result)")
        let bench = try await dig(server, "+bench", "-f", "-")
        #expect(
            bench.status == 1 && bench.errors.contains("+bench asks what the command line says"))
        server.stop()
    }

    @Test("lines that are blank or comments are passed over, and bad ones are told")
    func badLines() async throws {
        let server = try await NameServer.start()
        let input = "# names\n\n  ; more\na.test +nope\nb.test +tries=x\n\tb.test\n-y x c.test\n"
        let result = try await dig(server, "+short", "-f", "-", input: input)
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
        let result = try await dig(
            server, "+short", "+fail", "-f", "-", input: "a.test\nnone.test\nfail.test")
        #expect(result.status == 23 && result.output == "192.0.2.1\n")
        server.stop()
    }

    @Test("a million blank lines and comments ask nothing")
    func blankLines() async throws {
        let server = try await NameServer.start()
        let file = temporary(String(repeating: "\n# x\n", count: 500_000) + "a.test\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await dig(server, "+short", "-f", file)
        #expect(result.status == 0 && result.output == "192.0.2.1\n")
        #expect(server.asked.count == 1)
        server.stop()
    }

    @Test("a comment of megabytes is passed over, and is one line")
    func longLine() async throws {
        let server = try await NameServer.start()
        let file = temporary(
            "#" + String(repeating: " x", count: 3 << 20) + "\na.test +nope\nb.test")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await dig(server, "+short", "-f", file)
        #expect(result.errors == "swift-dig: \(file): line 2: Invalid option: +nope\n")
        #expect(result.output == "192.0.2.1\n" && server.asked.count == 1)
        server.stop()
    }

    @Test("a pipe that is filled slowly is read as it is filled")
    func pipe() async throws {
        let server = try await NameServer.start()
        let result = try await shell(
            server, "{ echo a.test; sleep 0.1; echo b.test; } | dig +short -f -")
        #expect(result.status == 0 && result.output == "192.0.2.1\n192.0.2.1\n")
        server.stop()
    }

    private func temporary(_ text: String) -> String {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        _ = FileManager.default.createFile(atPath: url.path, contents: Data(text.utf8))
        return url.path
    }

    // MARK: Standard output

    @Test("a reader that goes away is no failure")
    func brokenPipe() async throws {
        let server = try await NameServer.start()
        let result = try await shell(
            server,
            "for n in {1..3000}; do echo a$n.test; done | dig -f - | head -1 > /dev/null\n"
                + "exit ${PIPESTATUS[1]}")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        server.stop()
    }

    @Test("a full disk is told, and is status 1")
    func fullDisk() async throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let server = try await NameServer.start()
        let result = try await shell(server, "dig a.test > /dev/full")
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("swift-dig: cannot write to standard output: "),
            "\(result.errors)")
        server.stop()
    }

    // MARK: Completions

    @Test(
        "bash completes options, types, servers and files",
        arguments: [
            ("+shor", "+short"), ("+until", "+until="), ("+noshor", "+noshort"), ("-t AX", "axfr"),
            ("a.test TLS", "tlsa"), ("@/etc/host.con", "/etc/host.conf"),
            ("-k /etc/host.con", "/etc/host.conf"), ("+tls-ca=/etc/host.con", "/etc/host.conf"),
            ("-c C", "ch"), ("-p 5", ""),
        ])
    func bash(_ line: String, _ word: String) async throws {
        guard FileManager.default.fileExists(atPath: "/etc/host.conf") else { return }
        let server = try await closedServer()
        let result = try await shell(
            server,
            """
            source <("$program" --generate-completion-script bash)
            COMP_LINE='swift-dig \(line)'; COMP_POINT=${#COMP_LINE}
            COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
            _swift_dig
            echo "${COMPREPLY[*]}"
            """)
        #expect(result.output == "\(word)\n" && result.errors.isEmpty, "\(result)")
    }

    @Test("the scripts for the other shells are such, where these shells are there to say so")
    func otherShells() async throws {
        for shell in ["zsh", "fish"] {
            let script = try await run("swift-dig", ["--generate-completion-script", shell])
            #expect(script.status == 0 && script.output.contains("+nsid"))
            guard FileManager.default.fileExists(atPath: "/usr/bin/\(shell)") else { continue }
            let file = temporary(script.output)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let result = try await Subprocess.run(
                .name(shell), arguments: ["-n", file], output: .discarded,
                error: .string(limit: 4096))
            #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        }
    }
}
