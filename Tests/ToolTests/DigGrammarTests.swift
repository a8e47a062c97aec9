import Foundation
import Testing
import TwineDNS

@testable import swift_dig

/// dig's grammar, and what is said of command lines that make no sense.
@Suite
struct DigGrammarTests {
    private func lookups(_ words: String...) throws -> [Lookup] {
        var parser = CommandLineParser(
            words, .arguments, settings: Settings(), defaults: Lookup(), addresses: [:],
            isFirst: true)
        try parser.parse()
        return parser.lookups
    }

    @Test("without a name, the question is for the root's servers")
    func nothing() throws {
        let lookup = try #require(try lookups().first)
        #expect(lookup.text == "." && lookup.type == .ns)
    }

    @Test("words are types and classes in any case, and names otherwise, in any order")
    func words() throws {
        for words in [
            ["a.test", "MX", "ch"], ["mx", "CH", "a.test"], ["CH", "a.test", "TYPE15"],
        ] {
            let all = try lookups(words[0], words[1], words[2])
            let lookup = try #require(all.last)
            #expect(all.count == 1 && lookup.text == "a.test")
            #expect(lookup.type == .mx && lookup.recordClass == .chaos)
        }
    }

    @Test("a word with a dot is a name, even if it is called as a type")
    func dots() throws {
        #expect(try lookups("mx.", "ch.").map(\.text) == ["mx.", "ch."])
    }

    @Test("what stands before the first name is for all, what stands behind a name for it alone")
    func places() throws {
        let all = try lookups(
            "+tcp", "-t", "mx", "@192.0.2.1", "a.test", "+notcp", "@192.0.2.2", "b.test", "-c",
            "ch",
            "c.test", "-t", "ns")
        #expect(all.map(\.text) == ["a.test", "b.test", "c.test"])
        #expect(all.map(\.usesTCP) == [false, true, true])
        #expect(all.map(\.type) == [.mx, .mx, .ns])
        #expect(all.map(\.recordClass) == [.internet, .chaos, .internet])
        #expect(all[0].servers.map(\.name) == ["192.0.2.1", "192.0.2.2"])
        #expect(all[1].servers.map(\.name) == ["192.0.2.1"])
    }

    @Test("-t and -c end the search for types and classes among words")
    func closed() throws {
        #expect(try lookups("-t", "a", "mx", "-q", "ns").map(\.text) == ["mx", "ns"])
    }

    @Test("-q takes anything for a name; a value may follow its letter, and letters each other")
    func letters() throws {
        #expect(try lookups("-qmx", "-4uqtxt").map(\.text) == ["mx", "txt"])
        #expect(try lookups("-4uqtxt").last?.isMicroseconds == true)
    }

    @Test(
        "-x turns addresses around",
        arguments: [
            ("192.0.2.1", "1.2.0.192.in-addr.arpa."), ("10.1", "1.10.in-addr.arpa."),
            (
                "2001:db8::1",
                "1" + String(repeating: ".0", count: 23) + ".8.b.d.0.1.0.0.2.ip6.arpa."
            ),
            ("0-63.2.0.192", "192.0.2.0-63.in-addr.arpa."),
        ])
    func reverse(_ address: String, _ name: String) throws {
        let lookup = try #require(try lookups("-x", address).first)
        #expect(lookup.text == name && lookup.type == .ptr && lookup.recordClass == .internet)
    }

    @Test("ixfr= takes a serial number, and TCP unless that is switched off")
    func incremental() throws {
        let lookup = try #require(try lookups("a.test", "IXFR=7").first)
        #expect(lookup.type == .ixfr && lookup.serial == 7 && lookup.usesTCP)
        #expect(try lookups("+notcp", "a.test", "ixfr=7").first?.usesTCP == false)
    }

    @Test("ANY is asked over TCP, AXFR prints neither comments nor the question")
    func special() throws {
        #expect(try lookups("a.test", "any").first?.usesTCP == true)
        let zone = try #require(try lookups("a.test", "axfr").first)
        #expect(!zone.hasComments && !zone.hasQuestion)
        let kept = try #require(try lookups("+comments", "+question", "a.test", "axfr").first)
        #expect(kept.hasComments && kept.hasQuestion)
    }

    @Test("a percent sign ends the line")
    func comment() throws {
        #expect(try lookups("a.test", "%", "b.test").map(\.text) == ["a.test"])
    }

    @Test("a server is an address, or the path of a Unix socket")
    func servers() throws {
        let servers = try #require(
            try lookups("@2001:db8::1", "@/run/dns", "a.test").first?.servers)
        #expect(servers.map(\.text) == ["2001:db8::1", "/run/dns"])
        #expect(servers.map(\.isUnixSocket) == [false, true])
    }

    // MARK: Messages

    /// Words, the status, and the lines on standard output and standard error that begin so.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let words: [String]
        let status: Int32
        let output: String
        let errors: String

        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String, _ status: Int32, _ output: String, _ errors: String) {
            self.words = words.split(separator: " ").map(String.init)
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    @Test(
        "what makes no sense is told in dig's words",
        arguments: [
            Mistake("+nothing", 1, "", "Invalid option: +nothing\nUsage:  "),
            Mistake("+nonothing=5", 1, "", "Invalid option: +nonothing\nUsage:  "),
            Mistake("-z a", 1, "", "Invalid option: -z\nUsage:  "),
            Mistake("-t", 1, "", "Invalid option: -t\nUsage:  "),
            Mistake("-", 1, "", "Invalid option: -\nUsage:  "),
            Mistake("--nothing", 1, "", "Invalid option: --nothing\nUsage:  "),
            Mistake("+timeout", 1, "", "Invalid option: +timeout\nUsage:  "),
            Mistake("+notimeout=5", 1, "", "Invalid option: +notimeout\nUsage:  "),
            Mistake(
                "+timeout=x", 10, "invalid timeout 'x': not a valid number\n",
                "swift-dig: Couldn't parse timeout\n"),
            Mistake(
                "+tries=70000", 10, "invalid tries '70000': out of range\n",
                "swift-dig: Couldn't parse tries\n"),
            Mistake(
                "+bufsize=-1", 10, "invalid buffer size '-1': not a valid number\n",
                "swift-dig: Couldn't parse buffer size\n"),
            Mistake(
                "-p 99999", 1, "invalid port number '99999': out of range\n",
                "swift-dig: Couldn't parse port number\n"),
            Mistake("-b 1.2.3", 1, "", "swift-dig: invalid address 1.2.3\n"),
            Mistake("-46 a.test", 1, "", "swift-dig: only one of -4 and -6 allowed\n"),
            Mistake(
                "a.test ixfr=x", 1, "invalid serial number 'x': not a valid number\n",
                "swift-dig: Couldn't parse serial number\n"),
            Mistake("+subnet=x", 1, "", "swift-dig: invalid address 'x'\n"),
            Mistake("+ednsopt", 10, "", "swift-dig: ednsopt no code point specified\n"),
            Mistake(
                "+ednsopt=4:x", 1, "", "swift-dig: isc_hex_decodestring: bad hex encoding\n"),
            Mistake("+cookie=0", 1, "", "swift-dig: isc_hex_decodestring: bad hex encoding\n"),
            Mistake("+opcode", 1, "", "Invalid option: +opcode\nUsage:  "),
            Mistake(
                "+https=x", 1, "", ";; The given HTTP path \"x\" is not a valid absolute path\n"),
            Mistake("+fail-on=NOPE", 10, "", "swift-dig: Couldn't parse response code 'NOPE'\n"),
            Mistake("+concurrency=0", 10, "", "swift-dig: Couldn't parse concurrency\n"),
            Mistake("+watch=never", 10, "", "swift-dig: Couldn't parse seconds 'never'\n"),
            Mistake(
                "+color=red", 10, "",
                "swift-dig: Couldn't parse color 'red': auto, always or never\n"),
            Mistake("-f /nonexistent/file", 8, "", "/nonexistent/file: "),
            Mistake("-y x", 1, "", "Usage:  "),
            Mistake(
                "--generate-completion-script csh", 1, "",
                "swift-dig: --generate-completion-script is for bash, zsh or fish\n"),
        ])
    func mistakes(_ mistake: Mistake) async throws {
        let result = try await run("swift-dig", ["-r"] + mistake.words)
        #expect(result.status == mistake.status)
        #expect(result.output == mistake.output)
        #expect(result.errors.hasPrefix(mistake.errors), "\(result.errors)")
    }

    @Test(
        "what has no effect is told, and taken",
        arguments: [
            "+dscp=5", "+fuzztime", "+mapped", "+sigchase", "+topdown", "+trusted-key=x",
            "+unexpected", "-i", "-n", "-m", "-F",
        ])
    func dropped(_ option: String) async throws {
        let result = try await run("swift-dig", ["-r", option, "-v"])
        #expect(result.status == 0)
        let name = option.prefix { $0 != "=" }
        #expect(result.errors.hasPrefix(";; Warning, \(name) has no effect: "), "\(result.errors)")
    }

    @Test("-h and --help print help, -v and --version the version")
    func help() async throws {
        for option in ["-h", "--help"] {
            let result = try await run("swift-dig", ["-r", option])
            #expect(result.status == 0 && result.output.hasPrefix("Usage:  swift-dig"))
        }
        for option in ["-v", "--version"] {
            let result = try await run("swift-dig", ["-r", option])
            #expect(result.status == 0 && result.output == "\(Dig.banner)\n")
        }
    }

    @Test("~/.digrc is read first, unless -r says no")
    func configuration() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "+nocmd +nostats\n\n-t mx\n".write(
            to: folder.appendingPathComponent(".digrc"), atomically: true, encoding: .utf8)
        let server = try await NameServer.start()
        let words = await Array(server.words.dropFirst()) + ["a.test"]
        let read = try await run("swift-dig", words, environment: ["HOME": folder.path])
        #expect(read.output.contains(";a.test.\t\t\t\tIN\tMX"))
        #expect(!read.output.contains("<<>>") && !read.output.contains("SERVER"))
        let skipped = try await run("swift-dig", ["-r"] + words, environment: ["HOME": folder.path])
        #expect(skipped.output.contains(";a.test.\t\t\t\tIN\tA"))
        #expect(skipped.output.contains("<<>>") && skipped.output.contains("SERVER"))
        await server.stop()
    }
}
