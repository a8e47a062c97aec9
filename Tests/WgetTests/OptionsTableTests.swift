import Foundation
import Subprocess
import Testing

@testable import swift_wget

/// The table of commands, against what wget has.
@Suite(.tags(.wget))
struct OptionsTableTests {
    @Test(
        "each option of wget is known by its whole name",
        arguments: WgetLists.options + WgetLists.someOptions)
    func option(_ name: String) throws {
        let forms = Command.forms(of: Octets(name))
        try #require(forms.count == 1)
        #expect(forms[0].name == name)
    }

    @Test("each form with no of wget's is known", arguments: WgetLists.withNo)
    func withNo(_ name: String) throws {
        let forms = Command.forms(of: Octets("no-\(name)"))
        try #require(forms.count == 1)
        #expect(forms[0].isNegated && forms[0].command.option == name)
    }

    @Test("each name of wget's files of settings is known", arguments: WgetLists.settings)
    func setting(_ name: String) {
        #expect(Command.setting(named: Octets(name)) != nil)
    }

    @Test("nothing else is called wget's")
    func origins() {
        let known = Set(WgetLists.options + WgetLists.someOptions)
        for command in Command.all {
            guard let option = command.option else { continue }
            let isWgets = known.contains(option)
            #expect(isWgets == (command.origin != .beyond), "\(option)")
        }
        let settings = Set(WgetLists.settings)
        for command in Command.all where command.origin != .beyond {
            #expect(command.setting.map(settings.contains) ?? true, "\(command.setting ?? "")")
        }
    }

    @Test("no two commands have one name or letter")
    func unique() {
        let options = Command.all.compactMap(\.option)
        #expect(Set(options).count == options.count)
        let settings = Command.all.compactMap(\.setting)
        #expect(Set(settings).count == settings.count)
        let letters = Command.all.filter { $0.standsFor == nil }.compactMap(\.letter)
        #expect(Set(letters).count == letters.count)
        let noLetters = Command.all.compactMap(\.noLetter)
        #expect(noLetters.sorted() == ["H", "c", "d", "p", "v"])
    }

    @Test("each letter of wget's is known")
    func letters() {
        for letter in "AaBbcDdEeFhHIiKklLmNnOoPpQqRrSTtUvVwXxY46" {
            #expect(Command.letter(letter) != nil, "\(letter)")
        }
        for letter in "CfGgJjMsuWyZz0123789?" {
            #expect(Command.letter(letter) == nil, "\(letter)")
        }
    }

    @Test("other names stand for what there is, and take the same")
    func oldNames() throws {
        for command in Command.all {
            guard let target = command.standsFor else { continue }
            let found = try #require(Command.option(named: target))
            #expect(found.argument == command.argument || command.option == "proxy__compat")
        }
    }

    // MARK: Where wget is there

    /// What wget prints for these words, and its status; nil where it is not there.
    ///
    /// Words that would lead to a retrieval are not for here.
    static func wget(_ arguments: [String]) async throws -> (text: String, status: Int32)? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/wget") else { return nil }
        let result = try await Subprocess.run(
            .name("wget"), arguments: Arguments(arguments),
            environment: .custom([
                "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/usr/bin",
            ]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let status) = result.terminationStatus else { return nil }
        // getopt(3) tells the program's whole name.
        let errors = result.standardError.replacing("/usr/bin/wget: ", with: "wget: ")
        return (result.standardOutput + errors, status)
    }

    @Test("the list of wget's options is the one that it knows itself")
    func ownList() async throws {
        guard let known = try await Self.wget(["--=x"])?.text else { return }
        let names = known.split(separator: "\n")[0].split(separator: "'")
            .filter { $0.hasPrefix("--") && !$0.contains("=") }.map { String($0.dropFirst(2)) }
        try #require(names.count > 200)
        let expected = Set(WgetLists.options + WgetLists.withNo.map { "no-\($0)" })
        let some = Set(WgetLists.someOptions + WgetLists.someOptions.map { "no-\($0)" })
        #expect(Set(names).subtracting(some) == expected)
    }

    @Test("wget's help tells of the same options in the same order")
    func help() async throws {
        guard let text = try await Self.wget(["--help"])?.text else { return }
        let wgets = Self.options(in: text)
        try #require(wgets.count > 140)
        // What it is not built with is not in its help.
        let ours = Self.options(in: HelpText.text("swift-wget"))
        let common = ours.filter { wgets.contains($0) }
        #expect(common.sorted() == wgets.sorted())
        for (one, other) in zip(common, wgets) where one != other {
            Issue.record("\(one) stands where \(other) does")
            break
        }
    }

    /// The options at the start of lines, as `-nc,--no-clobber`.
    static func options(in help: String) -> [String] {
        help.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let first = words.first, line.hasPrefix("  "), first.hasPrefix("-") else {
                return nil
            }
            let long = first.hasPrefix("--") ? first : words.dropFirst().first ?? ""
            let name = long.prefix { $0 != "=" }
            return first.hasPrefix("--") ? String(name) : "\(first)\(name)"
        }
    }

    @Test(
        "what makes no sense is told in wget's words, with its status",
        arguments: [
            ["--foo"], ["--foo=bar", "-Z"], ["-O"], ["--config"], ["--no-quiet=1"], ["--help=1"],
            ["--tr"], ["--de"], ["--in"], ["--verb=z"], ["--ver"], ["--html"], ["--http-passw="],
            ["--a=b"], ["-nz"], ["-nz", "--foo"], ["-n"], ["--no"], ["-nvx"], ["--noxx"], ["-c:"],
            ["-e", "foo=bar"], ["-e", "foo"], ["-e", ""], ["-e", "#x"], ["-e", "=x"],
            ["-e", "tries=-1"],
            ["--execute="], ["--tries=-1"], ["--tries=99999999999"], ["--level=-1"],
            ["--cut-dirs=-2"],
            ["--limit-rate=x"], ["--limit-rate="], ["--limit-rate=1p"], ["--quota=1.2.3"],
            ["--start-pos=x"], ["--timeout=x"], ["--timeout="], ["--timeout=-1"], ["--wait=1y"],
            ["--prefer-family=x"], ["--restrict-file-names=x"], ["--restrict-file-names="],
            ["--restrict-file-names"], ["--secure-protocol=x"], ["--certificate-type=x"],
            ["--private-key-type=x"], ["--compression=x"], ["--header=x"], ["--header=:x"],
            ["--warc-header=x"], ["--regex-type=x"], ["--user-agent=a\nb"],
            ["--check-certificate=x"],
            ["--report-speed"], ["--report-speed=x"], ["--progress=x"], ["--quiet=x"],
            ["--iri=a\tb"],
            ["--show-progress=x"], ["--proxy=x"], ["-Yx"], ["--proxy__compat=x"], ["-Y"],
            ["--dont-remove-listing=1"], ["--no-parent=x"], ["--no-no-clobber=1"], ["-t-1"],
            ["--use-askpass="], ["--use-askpass"], ["--no-use-askpass"], ["--config=/nonexistent"],
            ["--config=/dev/null"], ["--crl-file=a", "--crl-file=b"], ["-q", "-v", "u"],
            ["-N", "-nc", "u"], ["-m", "-nc", "u"], ["-4", "-6", "u"],
            ["--ask-password", "--password=x", "u"], ["--post-data=x", "--post-file=y", "u"],
            ["--post-data=x", "--method=put", "u"], ["--body-data=x", "u"],
            ["--method=x", "--body-data=a", "--body-file=b", "u"],
            ["--warc-file=w", "--spider", "u"],
            ["-k", "-O", "f", "u", "v"], ["-p", "-k", "-O", "f", "u"], [], ["-q"], ["-nc", "-k"],
            ["-c", "--start-pos=1"], ["-c", "--compression=gzip"], ["-O", "f", "-N", "-r"],
            ["-O", "f", "-N", "-q"], ["--warc-file=w", "-c", "-nc"], ["--no-config", "--config=x"],
            ["--foo", "--config=/nonexistent"], ["--config=/nonexistent", "--foo"],
            ["-h", "-t-1", "--foo"],
        ])
    func sameWords(_ arguments: [String]) async throws {
        guard let wgets = try await Self.wget(arguments) else { return }
        var files = surroundings()
        files.program = "wget"
        if arguments.contains("-h") {
            #expect(refusal(arguments, files) == nil && wgets.status == 0)
        } else {
            #expect(refusal(arguments, files) == UsageError(text: wgets.text, status: wgets.status))
        }
    }
}
