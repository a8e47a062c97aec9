import Foundation
import Testing
import TwineHTTP

@Suite("The netrc file")
struct NetrcTests {
    private func read(_ text: String) -> Netrc {
        Netrc(parsing: bytes(text))
    }

    // MARK: Data of others

    struct PythonCase: Decodable {
        let test: String
        let netrc: String
        let hosts: [String: [String]]?
        let macros: [String: [String]]?
        let error: Bool?
    }

    @Test(
        "every case of CPython's gives what CPython reads, and its errors are problems",
        .enabled(if: WireData.has("netrc/cpython-netrc.json"), "../shared/data/netrc is absent"))
    func python() throws {
        let cases = try JSONDecoder().decode(
            [PythonCase].self, from: WireData.read("netrc/cpython-netrc.json"))
        for item in cases {
            let netrc = read(item.netrc)
            let name = "\(item.test): \(item.netrc.debugDescription)"
            #expect(!netrc.problems.isEmpty == (item.error ?? false), "\(name)")
            guard let hosts = item.hosts else { continue }
            let read = netrc.entries.map { entry in
                let values = [entry.login ?? "", entry.account ?? "", entry.password ?? ""]
                return (entry.machine ?? "default", values)
            }
            #expect(Dictionary(read) { _, last in last } == hosts, "\(name)")
            let macros = netrc.macros.map { ($0.name, $0.lines.map { $0 + "\n" }) }
            #expect(Dictionary(macros) { _, last in last } == item.macros, "\(name)")
        }
        #expect(cases.count == 59)
    }

    struct CurlCase: Decodable {
        let source: String
        let name: String
        let command: String
        let netrc: String
        let requests: [[String?]]

        var user: String? {
            command.firstMatch(of: /http:\/\/([a-z0-9]+)@/).map { String($0.output.1) }
        }
    }

    @Test(
        "every case of curl's gives the credentials that curl sends",
        .enabled(if: WireData.has("netrc/curl-netrc.json"), "../shared/data/netrc is absent"))
    func curl() throws {
        let cases = try JSONDecoder().decode(
            [CurlCase].self, from: WireData.read("netrc/curl-netrc.json"))
        var compared = 0
        for item in cases {
            let netrc = read(item.netrc)
            for request in item.requests {
                guard let host = request[1]?.split(separator: ":").first,
                    request.count == 3
                else { continue }
                let login = netrc.login(for: String(host), user: item.user)
                // curl sends a name without a password too.
                let sent = login ?? item.user.map { Netrc.Login(user: $0) }
                switch request[2] {
                case let field? where field.hasPrefix("Basic "):
                    let pair = sent.map { "\($0.user):\($0.password ?? "")" } ?? ""
                    #expect(
                        "Basic " + Data(pair.utf8).base64EncodedString() == field,
                        "\(item.source): \(item.name)")
                    compared += 1
                case let field? where field.hasPrefix("Digest "):
                    #expect(
                        field.contains("username=\"\(sent?.user ?? "")\""), "\(item.source)")
                    compared += 1
                case nil
                where !item.command.contains("--digest")
                    && !item.command.contains("--oauth2-bearer"):
                    #expect(sent == nil, "\(item.source)")
                    compared += 1
                // Without a field curl yet knows a login: it waits for a challenge, or has the other
                // option's.
                default: break
                }
            }
        }
        #expect(cases.count == 15)
        #expect(compared == 18)
    }

    // MARK: Reading

    @Test("what is wrong is told with its line, and all else is read")
    func problems() {
        let netrc = read(
            """
            login early
            machine a.test
              colour blue login "me
            machine b.test password x
            macdef init
            """)
        #expect(
            netrc.problems == [
                .tokenBeforeMachine("login", line: 1), .unknownToken("colour", line: 3),
                .unknownToken("blue", line: 3), .unfinishedQuote(line: 3),
                .unfinishedMacro(line: 5),
            ])
        #expect(
            netrc.entries == [
                .init(machine: "a.test", login: "me"), .init(machine: "b.test", password: "x"),
            ])
    }

    @Test("a machine without a name is told")
    func noName() {
        #expect(read("machine").problems == [.machineWithoutName(line: 1)])
        #expect(read("\n\nmachine \n").problems == [.machineWithoutName(line: 3)])
    }

    @Test("the words of Emacs are passed over with their values")
    func emacs() {
        let netrc = read("machine a port 25 force yes login me")
        #expect(netrc.entries == [.init(machine: "a", login: "me")])
        #expect(netrc.problems.isEmpty)
    }

    @Test(
        "a backslash stands for what follows it, and for C's characters in quotes",
        arguments: [
            ("a\\b", "ab"), ("a\\\\b", "a\\b"), ("a\\ b", "a b"), ("a\\", "a"), ("\\#a", "#a"),
            ("\"a\\nb\\tc\\rd\\\"e\\\\f\\x\"", "a\nb\tc\rd\"e\\fx"), ("\"\"", ""), ("a\"b", "a\"b"),
            ("\"a b\"", "a b"), ("\"#\"", "#"), ("\"a\\", "a"),
        ])
    func escapes(written: String, meant: String) {
        #expect(read("machine m password \(written)").entries.map(\.password) == [meant])
    }

    @Test("a line end after a backslash ends the word all the same")
    func escapedLineEnd() {
        let netrc = read("machine m password a\\\nlogin me\nmachine n login \"b\\\nmachine o")
        #expect(
            netrc.entries == [
                .init(machine: "m", login: "me", password: "a"), .init(machine: "n", login: "b"),
                .init(machine: "o"),
            ])
    }

    @Test("line ends may be those of DOS, and a macro ends at a line of spaces")
    func lineEnds() {
        let netrc = read("machine a\r\nlogin me\r\nmacdef m\r\n cd x\r\n \t\r\nmachine b\r\n")
        #expect(netrc.entries == [.init(machine: "a", login: "me"), .init(machine: "b")])
        #expect(netrc.macros == [.init(name: "m", lines: ["cd x"])])
        #expect(netrc.problems.isEmpty)
    }

    // MARK: Looking up

    private static let file = """
        machine a.test password nameless
        machine A.test login first password one
        machine a.test login second password two
        machine b.test login only
        default login anyone password any
        """

    @Test(
        "curl's rules find the user's entry, and the default's for all others",
        arguments: [
            ("a.test", nil, "", "nameless"), ("a.test", "first", "first", "nameless"),
            ("b.test", nil, "only", nil), ("c.test", nil, "anyone", "any"),
            ("c.test", "anyone", "anyone", "any"),
        ] as [(String, String?, String, String?)])
    func curlsRules(machine: String, user: String?, login: String, password: String?) {
        #expect(
            read(Self.file).login(for: machine, user: user)
                == .init(user: login, password: password))
    }

    @Test(
        "wget's rules take the first entry with a name, and no default",
        arguments: [
            ("a.test", nil, .init(user: "first", password: "one")),
            ("A.TEST", "first", .init(user: "first", password: "one")), ("a.test", "second", nil),
            ("b.test", nil, .init(user: "only")), ("b.test", "only", .init(user: "only")),
            ("c.test", nil, nil), ("c.test", "anyone", nil),
        ] as [(String, String?, Netrc.Login?)])
    func wgetsRules(machine: String, user: String?, login: Netrc.Login?) {
        #expect(read(Self.file).login(for: machine, user: user, by: .wget) == login)
    }

    @Test("an empty file knows nobody")
    func empty() {
        #expect(read("") == read("# nothing\n"))
        #expect(read("").login(for: "a") == nil)
        #expect(read("default").login(for: "a") == nil)
    }

    @Test("any octets are read, in time that grows with them")
    func survivesAnything() {
        let tokens = [
            "machine ", "login ", "password ", "default ", "macdef ", "a", "\"", "\\", "\n", "\n\n",
            "#",
            " ", "\r", "\u{e4}", "account ", "port ", "\u{0}",
        ]
        var random = SplitMix(seed: 45)
        for _ in 0..<20_000 {
            let file = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                tokens.randomElement(using: &random) ?? ""
            }.joined()
            let netrc = read(file)
            let lines = file.utf8.count { $0 == 0x0a } + 1
            for problem in netrc.problems {
                switch problem {
                case .unknownToken(_, let line), .tokenBeforeMachine(_, let line),
                    .unfinishedQuote(let line), .unfinishedMacro(let line),
                    .machineWithoutName(let line):
                    #expect(1...lines ~= line)
                }
            }
            _ = netrc.login(for: "a", user: "a")
        }
        let large = String(repeating: "machine \"\\", count: 100_000)
        #expect(read(large).entries.count == 50_000)
    }
}
