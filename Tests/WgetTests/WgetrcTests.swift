import Testing

@testable import swift_wget

/// Files of settings.
@Suite(.tags(.wget))
struct WgetrcTests {
    @Test(
        "a line is a setting, nothing, or wrong",
        arguments: [
            ("", .empty), ("  \t\r", .empty), ("# a = b", .empty), (" #", .empty),
            ("a=b", .setting(name: "a", value: "b")),
            (" a_B-1 =  b c \r", .setting(name: "a_B-1", value: "b c")),
            ("a=", .setting(name: "a", value: "")), ("=x", .setting(name: "", value: "x")),
            ("a==b", .setting(name: "a", value: "=b")),
            ("a=b # c", .setting(name: "a", value: "b # c")),
            ("a = \"b\"", .setting(name: "a", value: "\"b\"")),
            ("a=\u{0}b", .setting(name: "a", value: "")), ("a", .wrong), ("a b = c", .wrong),
            ("a.b = c", .wrong), ("http_user", .wrong), ("é=1", .wrong),
        ] as [(String, WgetrcLine)])
    func line(_ text: String, _ line: WgetrcLine) {
        #expect(WgetrcLine(Array(text.utf8)[...]) == line)
    }

    @Test(
        "names are the same with and without hyphens, in any case",
        arguments: [
            "numtries", "tries", "TRIES", "t-r_ies", "convert_links", "Convert-Links", "reclevel",
        ])
    func names(_ name: String) {
        #expect(Command.setting(named: Octets(name)) != nil)
    }

    @Test(
        "what only the command line has is no setting",
        arguments: ["help", "execute", "no", "level"])
    func noSettings(_ name: String) {
        #expect(Command.setting(named: Octets(name)) == nil)
    }

    private static let all = surroundings(
        ["LC_ALL": "C.UTF-8"],
        files: [
            "/etc/wgetrc": "tries = 2\nwait = 1\n", "/home/u/.wgetrc": "tries = 3\ncookies=off",
            "/c": "quota=1k", "/wrong": "x=1\n",
        ], home: "/home/u")

    @Test("the system's file is read, then the user's, then the command line")
    func order() throws {
        #expect(
            try changes([], Self.all) == [
                "download.tries=3", "download.wait=1.0", "http.usesCookies=false",
            ])
        #expect(try changes(["-t4", "-e", "cookies=on", "-w0"], Self.all) == ["download.tries=4"])
    }

    @Test("a file that is named is read instead of both")
    func config() throws {
        #expect(try changes(["--config=/c"], Self.all) == ["download.quota=1024"])
        #expect(try changes(["--conf", "/c", "-Q0"], Self.all) == [])
        #expect(try changes(["--no-config"], Self.all) == [])
        #expect(try changes(["--no-config", "--config=/wrong"], Self.all) == [])
    }

    @Test("the environment names other files")
    func environment() throws {
        var named = Self.all
        named.environment["WGETRC"] = "/c"
        #expect(
            try changes([], named) == [
                "download.quota=1024", "download.tries=2", "download.wait=1.0",
            ])
        named.environment["SYSTEM_WGETRC"] = "/c"
        named.environment["WGETRC"] = ""
        #expect(
            try changes([], named) == [
                "download.quota=1024", "download.tries=3", "http.usesCookies=false",
            ])
        named.environment["SYSTEM_WGETRC"] = "/none"
        #expect(try changes([], named).contains("download.wait=1.0"))
    }

    @Test("a file that is not there ends the program, if it was named")
    func missing() {
        #expect(
            refusal(["--config=/none", "u"], Self.all)
                == UsageError(text: "Exiting due to error in /none\n", status: 2))
        var named = Self.all
        named.environment["WGETRC"] = "/none"
        #expect(
            refusal(["u"], named)
                == UsageError(
                    text:
                        "swift-wget: WGETRC points to /none, which couldn't be accessed because of"
                        + " error: No such file or directory.\n", status: 1))
    }

    @Test("a file that is there but cannot be read is told, and passed over")
    func unreadable() throws {
        var broken = surroundings()
        broken.readFile = { _ in .unreadable(reason: "Input/output error") }
        #expect(
            try notes(["--config=/c", "u"], broken)
                == "swift-wget: Cannot read /c (Input/output error).\n")
    }

    @Test("each line that is wrong is told with its number")
    func errors() {
        let text = """
            # comment
            tries = 3
            foo = bar
            no equals
            =x
            limit-rate = 1z
            check_certificate = maybe
            UseAskpass =
            """
        let told = """
            swift-wget: Unknown command ‘foo’ in rc at line 3.
            swift-wget: Syntax error in rc at line 4.
            swift-wget: Unknown command ‘’ in rc at line 5.
            swift-wget: limit-rate: Invalid byte value ‘1z’
            swift-wget: Error in rc at line 6.
            swift-wget: check_certificate: Invalid ‘maybe’; use `on', `off' or `quiet'.
            swift-wget: Error in rc at line 7.
            use-askpass requires a string or either environment variable WGET_ASKPASS or SSH_ASKPASS to be set.
            swift-wget: Error in rc at line 8.

            """
        var files = surroundings(["LC_ALL": "C.UTF-8"], files: ["rc": text])
        #expect(
            refusal(["--config=rc", "u"], files)
                == UsageError(text: told + "Exiting due to error in rc\n", status: 2))
        files.environment["WGETRC"] = "rc"
        #expect(refusal(["u"], files) == UsageError(text: told, status: 2))
        files.environment["SYSTEM_WGETRC"] = "rc"
        #expect(
            refusal(["u"], files)
                == UsageError(
                    text: told
                        + """
                        Parsing system wgetrc file (env SYSTEM_WGETRC) failed.  Please check
                        'rc',
                        or specify a different file using --config.

                        """, status: 2))
    }

    @Test("words that are wrong are told before the file that follows them, and not after it")
    func wrongWords() {
        #expect(
            refusal(["--foo", "--config=/wrong"], Self.all)?.text
                == "swift-wget: unrecognized option '--foo'\n"
                + "swift-wget: Unknown command ‘x’ in /wrong at line 1.\n"
                + "Exiting due to error in /wrong\n")
        #expect(
            refusal(["--config=/c", "--foo"], Self.all)
                == UsageError(text: "\(usageLine)\(adviceLine)", status: 2))
    }

    @Test("the same file for the system and the user is warned of")
    func same() throws {
        var named = Self.all
        named.environment["WGETRC"] = "/etc/wgetrc"
        #expect(
            try notes(["u"], named)
                == "swift-wget: Warning: Both system and user wgetrc point to ‘/etc/wgetrc’.\n")
    }

    @Test(
        "the home folder is meant by a tilde in a file, and only there",
        arguments: [
            ("logfile=~/x", "logging.file=/home/u/x"), ("logfile=~//x", "logging.file=/home/u/x"),
            ("dirprefix = ~/d/", "directories.prefix=/home/u/d"), ("logfile=~x", "logging.file=~x"),
            ("user = ~/x", "http.user=~/x"), ("crlfile=~/x", "tls.crlFile=~/x"),
        ])
    func tilde(_ line: String, _ changed: String) throws {
        let files = surroundings(
            ["LC_ALL": "C.UTF-8"], files: ["rc": line], home: "/home/u/")
        #expect(try changes(["--config=rc"], files) == [changed])
        let name = changed.contains("/home") ? line.replacing("dirprefix = ~/d/", with: "x") : ""
        if name.hasPrefix("logfile") {
            #expect(try changes(["-e", line], files) == ["logging.file=\(line.dropFirst(8))"])
        }
    }

    @Test("the file that Debian has for everybody is fine, and says what it says")
    func debian() throws {
        let text = "# You can set retrieve quota for beginners\npassive_ftp = on\n#tries = 20\n"
        let files = surroundings(files: ["/etc/wgetrc": text])
        #expect(try changes([], files) == [])
        #expect(try notes(["u"], files) == "")
    }
}
