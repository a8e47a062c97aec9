import Foundation
import Subprocess
import Testing

@testable import swift_wget

/// The help, the version, and what shells complete.
@Suite(.tags(.wget))
struct OptionsTextTests {
    static let help = HelpText.text("swift-wget")

    @Test("the help tells of each option but other names of some")
    func complete() {
        let names = Set(
            OptionsTableTests.options(in: Self.help).map { line in
                String(line[(line.range(of: "--")?.lowerBound ?? line.startIndex)...])
            })
        let untold = Command.all.compactMap(\.option).filter {
            !names.contains("--\($0)") && !names.contains("--no-\($0)")
        }
        #expect(
            untold.sorted() == [
                "dont-remove-listing", "dot-style", "egd-file", "html-extension",
                "htmlify", "http-passwd", "no", "proxy-passwd", "proxy__compat",
            ])
    }

    @Test("no line of the help is too wide for a terminal that is a bit wider than usual")
    func width() {
        for line in Self.help.split(separator: "\n") {
            #expect(line.count <= 96, "\(line)")
            #expect(!line.hasSuffix(" "), "\(line)")
        }
    }

    @Test("lines of the help stand as wget's do")
    func layout() {
        #expect(Self.help.contains("\n  -t,  --tries=NUMBER              try a URL"))
        #expect(Self.help.contains("\n  -nv, --no-verbose                tell only"))
        #expect(Self.help.contains("\n       --no-proxy                  use no"))
        #expect(Self.help.contains("\n                                     fetch for them\n"))
        #expect(Self.help.contains("\n  -nc, --no-clobber                leave"))
        #expect(HelpText.text("wget").hasPrefix("swift-wget, "))
        #expect(HelpText.text("wget").contains("\nUsage: wget [OPTION]... [URL]...\n"))
    }

    @Test("the version tells features as wget does, and the files of settings")
    func version() {
        var files = surroundings(files: ["/h/.wgetrc": ""], home: "/h")
        files.environment["WGETRC"] = "/x"
        let text = VersionText.text(files)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("GNU Wget 1.25.0 compatible: swift-wget "))
        #expect(lines[1].hasPrefix("-cares +digest -gpgme +https +ipv6 +iri +large-file +metalink"))
        #expect(text.contains("+ssl/openssl"))
        #expect(text.contains("    /x (env)\n    /h/.wgetrc (user)\n    /etc/wgetrc (system)\n"))
        #expect(lines.allSatisfy { $0.count <= 73 })
    }

    // MARK: Shells

    @Test("what shells complete an option to is taken, and with its value")
    func completed() throws {
        for word in Completions.words {
            let forms = Command.forms(of: Octets(String(word.option.dropFirst(2))))
            #expect(forms.count == 1, "\(word.option)")
            guard case .words(let values)? = word.values, word.command.setting != nil else {
                continue
            }
            for value in values {
                #expect(throws: Never.self, "\(word.option)=\(value)") {
                    try settings(["\(word.option)=\(value)", "u"])
                }
            }
        }
        #expect(Completions.words.count > 150)
        #expect(Completions.letters.contains { $0.text == "-nH" })
        #expect(Completions.script(for: "tcsh") == nil)
    }

    /// Runs a script by a shell; nil where there is no such shell.
    private func run(_ shell: String, _ arguments: [String]) async throws -> String? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)") else { return nil }
        let result = try await Subprocess.run(
            .name(shell), arguments: Arguments(arguments), output: .string(limit: 1 << 16),
            error: .string(limit: 1 << 16))
        return "\(result.terminationStatus) \(result.standardOutput)\(result.standardError)"
    }

    private func temporaryFile(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "swift-wget-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(
        "bash completes options, files and words",
        arguments: [
            ("--trie", "--tries="), ("--no-hst", "--no-hsts"), ("--regex-type pc", "pcre"),
            ("--regex-type=pc", "pcre"), ("-i /etc/host.con", "/etc/host.conf"),
            ("--ca-certificate=/etc/host.con", "/etc/host.conf"), ("-P /et", "/etc"),
            ("--user ad", ""), ("--progress=dot:m", "dot:mega"), ("http://a", ""),
        ])
    func bash(_ line: String, _ word: String) async throws {
        let file = try temporaryFile(try #require(Completions.script(for: "bash")))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let script = """
            source '\(file)'
            COMP_LINE='swift-wget \(line)'; COMP_POINT=${#COMP_LINE}
            COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
            _swift_wget
            echo "${COMPREPLY[*]}"
            """
        let result = try await run("bash", ["--norc", "-c", script])
        #expect(result == nil || result == "exited(0) \(word)\n")
    }

    @Test("the scripts for shells are such", arguments: Completions.shells)
    func scripts(_ shell: String) async throws {
        let script = try #require(Completions.script(for: shell))
        #expect(script.contains("tries") && script.contains("no-hsts"))
        let file = try temporaryFile(script)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try await run(shell, ["-n", file])
        #expect(result == nil || result == "exited(0) ")
    }
}
