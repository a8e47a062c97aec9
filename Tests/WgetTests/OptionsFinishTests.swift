import Testing

@testable import swift_wget

/// What goes together, and what follows from what.
@Suite(.tags(.wget))
struct OptionsFinishTests {
    @Test(
        "what contradicts itself is refused with how the program is used",
        arguments: [
            (["-q", "-v"], "Can't be verbose and quiet at the same time."),
            (["-N", "-nc"], "Can't timestamp and not clobber old files at the same time."),
            (["-m", "-nc"], "Can't timestamp and not clobber old files at the same time."),
            (["-4", "-6"], "Cannot specify both --inet4-only and --inet6-only."),
            (
                ["--ask-password", "--password=x"],
                "Cannot specify both --ask-password and --password."
            ),
        ])
    func contradictions(_ arguments: [String], _ text: String) {
        #expect(refusal(arguments + ["u"]) == UsageError(text: "\(text)\n\(usageLine)", status: 1))
    }

    @Test(
        "what cannot be sent is refused",
        arguments: [
            (
                ["--post-data=x", "--post-file=y"],
                "You cannot specify both --post-data and --post-file."
            ),
            (
                ["--post-data=x", "--method=put"],
                "You cannot use --post-data or --post-file along with --method. --method expects data"
                    + " through --body-data and --body-file options"
            ),
            (
                ["--body-data=x"],
                "You must specify a method through --method=HTTPMethod to use with --body-data or"
                    + " --body-file."
            ),
            (
                ["--method=x", "--body-data=a", "--body-file=b"],
                "You cannot specify both --body-data and --body-file."
            ),
            (
                ["--post-data=x", "--json-body=a=b"],
                "You cannot specify --json-body along with other data to send."
            ),
            (["--warc-file=w", "--spider"], "WARC output does not work with --spider."),
            (["--bind-dns-address=x"], "Failed to parse IP address ‘x’"),
            (["--dns-servers=127.0.0.1,x"], "Failed to set DNS server(s) ‘127.0.0.1,x’"),
            (
                ["-k", "-O", "-"],
                "-k or -r can be used together with -O only if outputting to a regular file."
            ),
        ])
    func refused(_ arguments: [String], _ text: String) {
        #expect(refusal(arguments + ["u"]) == UsageError(text: "\(text)\n", status: 1))
    }

    @Test("without a URL the program says so, and ends with 1")
    func missing() {
        let text = "swift-wget: missing URL\n\(usageLine)\(adviceLine)"
        #expect(refusal([]) == UsageError(text: text, status: 1))
        #expect(refusal(["-q", "--tries=2"]) == UsageError(text: text, status: 1))
        #expect(refusal(["-i", "f"]) == nil)
        #expect(refusal(["--input-metalink=f"]) == nil)
    }

    @Test(
        "what is set aside is told",
        arguments: [
            (
                ["-nc", "-k"],
                "Both --no-clobber and --convert-links were specified, only --convert-links will be"
                    + " used.\n", ["recursion.convertsLinks=true"]
            ),
            (
                ["-nc", "--convert-file-only"],
                "Both --no-clobber and --convert-file-only were specified, only --convert-file-only"
                    + " will be used.\n",
                ["recursion.convertsFileOnly=true", "recursion.convertsLinks=true"]
            ),
            (
                ["-c", "--start-pos=5"],
                "Specifying both --start-pos and --continue is not recommended; --continue will be"
                    + " disabled.\n", ["download.startPosition=5"]
            ),
            (
                ["-c", "--compression=gzip"],
                "Compression does not work with --continue or --start-pos, they will be disabled.\n",
                ["http.compression=gzip"]
            ),
            (["-c", "--compression=auto"], "", ["download.continues=true"]),
            (
                ["-O", "f", "-N"],
                "WARNING: timestamping does nothing in combination with -O. See the manual\n"
                    + "for details.\n\n", ["download.outputDocument=f"]
            ),
            (
                ["--warc-file=w", "-nc", "-c", "--no-warc-digests", "--warc-dedup=d"],
                """
                WARC output does not work with --no-clobber, --no-clobber will be disabled.
                WARC output does not work with --continue or --start-pos, they will be disabled.
                Digests are disabled; WARC deduplication will not find duplicate records.

                """,
                [
                    "logging.progress.kind=dot", "warc.dedup=d", "warc.file=w",
                    "warc.hasDigests=false",
                ]
            ),
            (
                ["--warc-file=w", "-N"],
                "WARC output does not work with timestamping, timestamping will be disabled.\n",
                ["logging.progress.kind=dot", "warc.file=w"]
            ),
            (
                ["--progress=dot:foo"],
                "Invalid dot style specification ‘foo’; leaving unchanged.\n",
                ["logging.progress.kind=dot"]
            ),
            (
                ["--retry-on-http-error=503,x"], "", ["download.retryStatuses=[503]"]
            ),
        ])
    func notes(_ arguments: [String], _ text: String, _ changed: [String]) throws {
        #expect(try WgetTests.notes(arguments + ["u"]) == text)
        #expect(try changes(arguments) == changed)
    }

    @Test("--convert-file-only converts, without -k too")
    func fileOnly() throws {
        #expect(
            try changes(["--convert-file-only"])
                == ["recursion.convertsFileOnly=true", "recursion.convertsLinks=true"])
    }

    @Test("one file for many pages is warned of, but not to who wants quiet")
    func oneFile() throws {
        let warning = """
            WARNING: combining -O with -r or -p will mean that all downloaded content
            will be placed in the single file you specified.


            """
        #expect(try WgetTests.notes(["-r", "-O", "f", "u"]) == warning)
        #expect(try WgetTests.notes(["-p", "-O", "f", "u", "-nv"]) == warning)
        #expect(try WgetTests.notes(["-r", "-O", "f", "u", "-q", "-N"]) == "")
    }

    @Test("links in one file of many URLs cannot be changed")
    func convertMany() {
        let text = """
            Cannot specify both -k or --convert-file-only and -O if multiple URLs are given, or in combination
            with -p or -r. See the manual for details.

            \(usageLine)
            """
        #expect(refusal(["-k", "-O", "f", "u", "v"])?.text == text)
        #expect(refusal(["-k", "-O", "f", "-p", "u"])?.text == text)
        #expect(refusal(["-k", "-O", "f", "u"]) == nil)
    }

    @Test("a file that is there and to be left alone ends the program with 1")
    func there() {
        let files = surroundings(files: ["f": ""])
        let text = "File ‘f’ already there; not retrieving.\n"
        #expect(refusal(["-nc", "-O", "f", "u"], files) == UsageError(text: text, status: 1))
        #expect(refusal(["-nc", "-O", "f", "u", "-nv"], files) == UsageError(text: "", status: 1))
        #expect(refusal(["-nc", "-O", "g", "u"], files) == nil)
    }

    @Test(
        "how much is told, and whether progress is shown, follows from several options",
        arguments: [
            ([], .verbose, true), (["-q"], .quiet, false), (["-nv"], .brief, false),
            (["-q", "-nv"], .quiet, false), (["-nv", "--show-progress"], .brief, true),
            (["--show-progress", "-nv"], .brief, false), (["-q", "--show-progress"], .quiet, true),
            (["--no-show-progress"], .verbose, false), (["-q", "--no-quiet"], .verbose, true),
            (["-nv", "-v"], .verbose, true),
        ] as [([String], Settings.Logging.Verbosity, Bool)])
    func verbosity(
        _ arguments: [String], _ verbosity: Settings.Logging.Verbosity, _ shows: Bool
    ) throws {
        let logging = try settings(arguments + ["u"]).logging
        #expect(logging.verbosity == verbosity && logging.showsProgress == shows)
    }

    @Test(
        "progress has a kind and a style",
        arguments: [
            ([], "bar false true 1024"), (["--progress=bar:force"], "bar true true 1024"),
            (["--progress=bar:noscroll:force"], "bar true false 1024"),
            (["--progress=bar:x"], "bar false true 1024"),
            (["--progress=dot"], "dot false true 1024"),
            (["--progress=dot:mega"], "dot false true 65536"),
            (["--progress=dot", "--dot-style=giga"], "dot false true 1048576"),
            (["--dot-style=binary"], "bar false true 8192"),
            (["-e", "dotbytes=2k"], "bar false true 2048"),
            (["--progress=dot:default"], "dot false true 1024"),
        ])
    func progress(_ arguments: [String], _ text: String) throws {
        let progress = try settings(arguments + ["u"]).logging.progress
        let bytes = progress.dots.bytes
        #expect("\(progress.kind) \(progress.isForced) \(progress.scrolls) \(bytes)" == text)
    }

    @Test(
        "how deep links are followed, and whether folders are made, follows from several options",
        arguments: [
            (["-r"], 5, true), (["-r", "-l", "2"], 2, true), (["-r", "-l", "inf"], nil, true),
            (["-r", "-l0"], nil, true), (["-p"], 0, true), (["-p", "-r"], 5, true),
            (["-m"], nil, true), (["-m", "-l", "3"], 3, true), (["-r", "-nd"], 5, false),
            (["-nd", "-r"], 5, false), (["-nd", "-m"], nil, false), (["-p", "-nd"], 0, false),
            (["-p", "--spider"], 0, false), (["-p", "--delete-after"], 0, false),
            (["-r", "--spider"], 5, true), (["-x"], 5, true), ([], 5, false),
            (["-r", "--no-recursive"], 5, true),
        ] as [([String], Int?, Bool)])
    func depth(_ arguments: [String], _ level: Int?, _ makesDirectories: Bool) throws {
        let all = try settings(arguments + ["u"])
        #expect(all.recursion.level == level)
        #expect(all.directories.makesDirectories == makesDirectories)
    }

    @Test("a mirror is several things at once")
    func mirror() throws {
        #expect(
            try changes(["-m"]) == [
                "directories.makesDirectories=true", "download.timestamping=true",
                "recursion.isRecursive=true", "recursion.level=nil",
            ])
    }

    @Test(
        "what is sent has a method",
        arguments: [
            (["--post-data=a=b"], ["http.body=data(a=b)", "http.method=POST"]),
            (["--post-file=f"], ["http.body=file(f)", "http.method=POST"]),
            (["--method=put", "--body-data=x"], ["http.body=data(x)", "http.method=PUT"]),
            (["--method=patch", "--body-file=f"], ["http.body=file(f)", "http.method=PATCH"]),
            (["--method=head"], ["download.isSpider=true", "http.method=HEAD"]),
            (["--post-data="], ["http.body=data()", "http.method=POST"]),
            (
                ["--json-body=a=b", "--json-body=c:=1"],
                [
                    "http.body=data({\"a\":\"b\",\"c\":1})",
                    "http.headers=[Content-Type: application/json, "
                        + "Accept: application/json, */*;q=0.5]",
                    "http.method=POST",
                ]
            ),
            (
                [
                    "--json-body=[]", "--method=put", "--header=content-type:x",
                    "--header=Accept: y",
                ],
                [
                    "http.body=data([])", "http.headers=[content-type:x, Accept: y]",
                    "http.method=PUT",
                ]
            ),
        ])
    func body(_ arguments: [String], _ changed: [String]) throws {
        #expect(try changes(arguments) == changed)
    }

    @Test("JSON that is none is refused")
    func noJSON() {
        #expect(refusal(["--json-body=x", "u"])?.status == 2)
    }

    @Test(
        "proxies come from files, commands and the environment, in this order",
        arguments: [
            (["http_proxy": "a"], [], "a"), (["HTTP_PROXY": "a"], [], nil),
            (["http_proxy": "a"], ["-e", "http_proxy=b"], "b"),
            (["http_proxy": "a"], ["-e", "http_proxy="], nil), (["http_proxy": ""], [], nil),
            (["https_proxy": "a"], [], nil),
            ([:], ["-e", "http-proxy = socks5h://h:1"], "socks5h://h:1"),
        ] as [([String: String], [String], String?)])
    func proxies(
        _ environment: [String: String], _ arguments: [String], _ proxy: String?
    ) throws {
        let all = try settings(arguments + ["u"], surroundings(environment))
        #expect(all.network.httpProxy == proxy)
    }

    @Test("the environment's list of hosts without a proxy is added to, or emptied")
    func noProxy() throws {
        let environment = surroundings(["no_proxy": "a, b"])
        func list(_ arguments: String...) throws -> [String] {
            try settings(arguments + ["u"], environment).network.noProxy
        }
        #expect(try list() == ["a", "b"])
        #expect(try list("-e", "no_proxy=c") == ["a", "b", "c"])
        #expect(try list("-e", "no_proxy=", "-e", "no_proxy=d") == ["d"])
    }

    @Test(
        "who asks for passwords is named, or in the environment",
        arguments: [
            ("x", [:], "x"), ("", ["WGET_ASKPASS": "y", "SSH_ASKPASS": "z"], "y"),
            ("", ["SSH_ASKPASS": "z"], "z"), ("", ["WGET_ASKPASS": "", "SSH_ASKPASS": "z"], "z"),
            ("", [:], nil),
        ] as [(String, [String: String], String?)])
    func askpass(_ value: String, _ environment: [String: String], _ program: String?) {
        let line = ["--use-askpass=\(value)", "u"]
        let all = try? settings(line, surroundings(environment))
        #expect(all?.http.askpass?.description == program)
        guard program == nil else { return }
        #expect(
            refusal(line, surroundings(environment))
                == UsageError(
                    text:
                        "use-askpass requires a string or either environment variable WGET_ASKPASS"
                        + " or SSH_ASKPASS to be set.\n", status: 2))
    }

    @Test("what has no effect is known, with the reason")
    func withoutEffect() throws {
        let outcome = try CommandLineParser.parse(
            ["--passive-ftp", "--no-glob", "--egd-file=x", "u"], surroundings())
        #expect(outcome.withoutEffect.map(\.name) == ["--passive-ftp", "--glob", "--egd-file"])
        #expect(outcome.withoutEffect.first?.reason == "FTP is not supported yet")
        #expect(outcome.notes.isEmpty)
    }

    @Test("settings are told from where -d stands on")
    func steps() throws {
        let outcome = try CommandLineParser.parse(
            ["-q", "-d", "-t3", "-e", "Use_Proxy=off", "u"], surroundings())
        #expect(
            outcome.steps
                == "Setting --tries (tries) to 3\nSetting --execute (execute) to Use_Proxy=off\n"
                + "Setting Use_Proxy (useproxy) to off\n")
    }
}
