import Testing

@testable import swift_wget

/// The grammar of command lines: getopt_long's, with wget's letters.
@Suite(.tags(.wget))
struct OptionsGrammarTests {
    @Test(
        "options are written in many ways",
        arguments: [
            ["--tries=3"], ["--tries", "3"], ["-t3"], ["-t", "3"], ["--trie=3"], ["-e", "tries=3"],
            ["--execute=tries = 3"], ["-dt3", "--no-debug"], ["-e", "num-tries=3"],
        ])
    func ways(_ arguments: [String]) throws {
        #expect(try changes(arguments) == ["download.tries=3"])
    }

    @Test(
        "what is on is switched off, and on again",
        arguments: [
            (["--no-cookies"], false), (["--cookies=off"], false), (["--cookies=no"], false),
            (["--no-cookies", "--cookies"], true), (["--cook=0"], false), (["--no-coo"], false),
            (["-e", "cookies=off"], false), (["--cookies"], true),
        ])
    func flags(_ arguments: [String], _ state: Bool) throws {
        #expect(try settings(arguments + ["u"]).http.usesCookies == state)
    }

    @Test(
        "letters behind -n stand together and alone",
        arguments: [["-nHd"], ["-nH", "-nd"], ["-n", "Hd"], ["-n", "H", "-nd"], ["--no=Hd"]])
    func noLetters(_ arguments: [String]) throws {
        #expect(try changes(arguments) == ["directories.addsHost=false"])
        let draft = try settings(arguments + ["-r", "u"])
        #expect(!draft.directories.makesDirectories)
    }

    @Test("each of the letters behind -n does its own")
    func eachNoLetter() throws {
        #expect(try changes(["-nc"]) == ["download.keepsExisting=true"])
        #expect(try changes(["-np"]) == ["rules.noParent=true"])
        #expect(
            try changes(["-nv"]) == ["logging.showsProgress=false", "logging.verbosity=brief"])
    }

    @Test("options and URLs are mixed, and two hyphens end the options")
    func mixed() throws {
        let all = try settings(["a", "-q", "b", "-", "--", "-c", "--x"])
        #expect(all.urls == ["a", "b", "-", "-c", "--x"])
        #expect(all.logging.verbosity == .quiet && !all.download.continues)
    }

    @Test("where POSIX is asked for, the first URL ends the options")
    func posix() throws {
        let all = try settings(["-q", "a", "-c"], surroundings(["POSIXLY_CORRECT": ""]))
        #expect(all.urls == ["a", "-c"] && all.logging.verbosity == .quiet)
    }

    @Test("letters stand together, the last with its value")
    func cluster() throws {
        #expect(
            try changes(["-cSt7"]) == [
                "download.continues=true", "download.tries=7", "logging.showsServerResponse=true",
            ])
    }

    @Test(
        "what getopt does not know is told as getopt tells it",
        arguments: [
            (["--foo"], "unrecognized option '--foo'"),
            (["--foo=bar"], "unrecognized option '--foo=bar'"),
            (["-Z"], "invalid option -- 'Z'"), (["-c:"], "invalid option -- ':'"),
            (["-O"], "option requires an argument -- 'O'"),
            (["--config"], "option '--config' requires an argument"),
            (["--tri"], nil),
            (["--tries"], "option '--tries' requires an argument"),
            (["--no-quiet=1"], "option '--no-quiet' doesn't allow an argument"),
            (["--help=1"], "option '--help' doesn't allow an argument"),
            (
                ["--tr"],
                "option '--tr' is ambiguous; possibilities: '--tries' '--trust-server-names'"
            ),
            (
                ["--a=b"],
                "option '--a=b' is ambiguous; possibilities: '--accept' '--accept-regex'"
                    + " '--adjust-extension' '--append-output' '--ask-password' '--auth-no-challenge'"
            ),
            // In the order of wget's table, which is not that of the alphabet everywhere.
            (
                ["--rej"],
                "option '--rej' is ambiguous; possibilities: '--rejected-log' '--reject'"
                    + " '--reject-regex'"
            ),
            (
                ["--c=on"],
                "option '--c=on' is ambiguous; possibilities: '--ca-certificate' '--ca-directory'"
                    + " '--cache' '--certificate' '--certificate-type' '--check-certificate'"
                    + " '--clobber' '--compression' '--config' '--connect-timeout' '--continue'"
                    + " '--convert-file-only' '--convert-links' '--content-disposition'"
                    + " '--content-on-error' '--cookies' '--crl-file' '--cut-dirs' '--ciphers'"
            ),
        ] as [([String], String?)])
    func unknown(_ arguments: [String], _ text: String?) {
        let line = text.map { "swift-wget: \($0)\n\(usageLine)\(adviceLine)" }
        let refused = refusal(arguments)
        if let line {
            #expect(refused == UsageError(text: line, status: 2))
        } else {
            #expect(refused?.text.contains("requires an argument") == true)
        }
    }

    @Test("each word that is wrong is told, and how the program is used once")
    func several() {
        #expect(
            refusal(["--foo", "u", "-Z"])
                == UsageError(
                    text: "swift-wget: unrecognized option '--foo'\n"
                        + "swift-wget: invalid option -- 'Z'\n\(usageLine)\(adviceLine)", status: 2)
        )
    }

    @Test("what wget understands is not ambiguous because of what it has not")
    func ours() throws {
        #expect(try changes(["--che=off"]) == ["tls.check=off"])
        #expect(try changes(["--chec=off"]) == ["tls.check=off"])
        #expect(try changes(["--checks=auto"]) == ["beyond.checksum=auto"])
        #expect(try changes(["--bind=1.2.3.4"]) == ["network.bindAddress=1.2.3.4"])
        #expect(try changes(["--bind-d=1.2.3.4"]) == ["network.bindDNSAddress=1.2.3.4"])
    }

    @Test("a letter behind -n that there is not ends the program with 1")
    func noLetter() {
        #expect(
            refusal(["-nvx", "u"])
                == UsageError(
                    text: "swift-wget: illegal option -- `-nx'\n\(usageLine)\(adviceLine)",
                    status: 1))
    }

    @Test(
        "values that make no sense are told as wget tells them",
        arguments: [
            ("--tries=-1", "Invalid number ‘-1’."), ("--cut-dirs=-2", "Invalid number ‘-2’."),
            ("--limit-rate=x", "Invalid byte value ‘x’"), ("--quota=", "Invalid byte value ‘’"),
            ("--timeout=x", "Invalid time period ‘x’"), ("--wait=-1", "Negative time period ‘-1’"),
            ("--prefer-family=x", "Invalid value ‘x’."), ("--regex-type=x", "Invalid value ‘x’."),
            ("--secure-protocol=x", "Invalid value ‘x’."),
            ("--compression=x", "Invalid value ‘x’."),
            ("--certificate-type=x", "Invalid value ‘x’."),
            ("--report-speed=x", "Invalid value ‘x’."),
            ("--report-speed", "Invalid value ‘1’."), ("--header=x", "Invalid header ‘x’."),
            ("--warc-header=x", "Invalid WARC header ‘x’."),
            ("--progress=x", "Invalid progress type ‘x’."),
            ("--quiet=x", "Invalid boolean ‘x’; use `on' or `off'."),
            ("--check-certificate=x", "Invalid ‘x’; use `on', `off' or `quiet'."),
            ("--user-agent=a\nb", "Invalid value ‘a\\nb’."),
            (
                "--restrict-file-names=x",
                "Invalid restriction ‘x’,\n"
                    + "    use [unix|vms|windows],[lowercase|uppercase],[nocontrol],[ascii]."
            ),
            ("--jobs=0", "Invalid number ‘0’."), ("--jobs=1x", "Invalid number ‘1x’."),
            ("--segments=65", "Invalid number ‘65’."),
            ("--checksum=md5:0", "Invalid checksum ‘md5:0’."),
            ("--extract=x", "Invalid value ‘x’."), ("--resolve=x", "Invalid value ‘x’."),
            ("--bearer-token=a b", "Invalid value ‘a b’."),
            ("--secure-protocol=SSLv3", "‘SSLv3’ is broken, and not supported any more."),
            ("--generate-completion-script=tcsh", "Invalid value ‘tcsh’."),
        ])
    func values(_ argument: String, _ reason: String) {
        let name = argument.prefix { $0 != "=" }
        #expect(
            refusal([argument, "u"])
                == UsageError(text: "swift-wget: \(name): \(reason)\n", status: 2))
    }

    @Test("letters are told by their long names")
    func longNames() {
        #expect(refusal(["-t-1", "u"])?.text == "swift-wget: --tries: Invalid number ‘-1’.\n")
        #expect(
            refusal(["-Yx", "u"])?.text
                == "swift-wget: --proxy__compat: Invalid boolean ‘x’; use `on' or `off'.\n")
    }

    @Test(
        "commands on the command line are lines of files",
        arguments: [
            ("foo=bar", "Invalid --execute command ‘foo=bar’"),
            ("quiet on", "Invalid --execute command ‘quiet on’"),
            ("", "Invalid --execute command ‘’"),
            ("#x", "Invalid --execute command ‘#x’"), ("tries=-1", "tries: Invalid number ‘-1’."),
        ])
    func execute(_ line: String, _ reason: String) {
        #expect(
            refusal(["-e", line, "u"]) == UsageError(text: "swift-wget: \(reason)\n", status: 2))
    }

    @Test("a list of revoked certificates is said once")
    func once() {
        #expect(
            refusal(["--crl-file=a", "--crl-file=b", "u"])?.text
                == "swift-wget: --crl-file must only be used once\n")
    }

    @Test("help and version are shown whatever follows, but for what is read before")
    func display() throws {
        let shown = try CommandLineParser.parse(["-h", "--tries=-1"], surroundings())
        guard case .show(.help) = shown.request else {
            Issue.record("\(shown.request)")
            return
        }
        #expect(refusal(["--foo", "-h"])?.status == 2)
        #expect(refusal(["-h", "--foo"]) == nil)
    }

    @Test("octets that are no UTF-8 stay what they are in names of files, URLs and what is posted")
    func octets() throws {
        let odd = Octets([0x66, 0xe9])
        let outcome = try CommandLineParser.parse(
            ["-O", odd, odd, Octets(Array("--post-data=".utf8) + odd.bytes)], surroundings())
        guard case .retrieve(let settings) = outcome.request else { return }
        #expect(settings.urls == [odd])
        #expect(settings.download.outputDocument == odd)
        #expect(settings.http.body == .data(odd))
    }

    @Test("octets that are no UTF-8 are refused where text is needed")
    func noText() {
        let word = Octets(Array("--user=".utf8) + [0xe9])
        #expect(throws: UsageError(text: "swift-wget: --user: Invalid value ‘\\351’.\n", status: 2))
        {
            try CommandLineParser.parse([word, "u"], surroundings())
        }
    }
}
