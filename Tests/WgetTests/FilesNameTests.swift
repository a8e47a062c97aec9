import Testing

@testable import swift_wget

@Suite(.tags(.wget))
struct FilesNameTests {
    /// Naming as the options say, which are those of the command line.
    static func naming(_ options: String) -> LocalNaming {
        var naming = LocalNaming(directories: Settings.Directories())
        for option in options.split(separator: " ") {
            let parts = option.split(separator: "=", maxSplits: 1)
            switch parts[0] {
            case "-x": naming.makesDirectories = true
            case "-nH": naming.directories.addsHost = false
            case "--protocol-directories": naming.directories.addsProtocol = true
            case "--cut-dirs": naming.directories.cut = Int(parts[1]) ?? 0
            case "--default-page": naming.directories.defaultPage = Octets(parts[1])
            case "--restrict-file-names":
                for word in parts[1].split(separator: ",") {
                    restrict(&naming.directories.restriction, word)
                }
            case "-P": naming.directories.prefix = Octets(parts[1])
            default: Issue.record("unknown option \(option)")
            }
        }
        return naming
    }

    private static func restrict(_ restriction: inout Settings.NameRestriction, _ word: Substring) {
        switch word {
        case "windows": restriction.system = .windows
        case "vms": restriction.system = .vms
        case "ascii": restriction.escapesBeyondASCII = true
        case "nocontrol": restriction.escapesControl = false
        case "lowercase": restriction.letters = .lower
        case "uppercase": restriction.letters = .upper
        default: Issue.record("unknown restriction \(word)")
        }
    }

    private func url(_ end: String) throws -> WgetURL {
        try WgetURL.parse(Array("http://127.0.0.1:8765\(end)".utf8))
    }

    @Test("files are called as wget calls them", arguments: wgetNames)
    func names(options: String, rows: [(url: String, path: Octets)]) throws {
        let naming = Self.naming(options)
        for row in rows {
            #expect(try naming.name(of: url(row.url)).path == row.path, "\(options) \(row.url)")
        }
    }

    @Test(
        "the folder of -P comes first, without slashes at its end",
        arguments: [
            ("p", "p/x"), ("p/q//", "p/q/x"), ("./", "./x"), ("..//p", "..//p/x"), ("/p", "/p/x"),
            ("/", "/x"),
        ])
    func prefix(prefix: String, path: Octets) throws {
        #expect(try Self.naming("-P=\(prefix)").name(of: url("/x")).path == path)
    }

    @Test(
        "an address of IPv6 stands without brackets",
        arguments: ["-x", "-x --protocol-directories"])
    func addressFolder(options: String) throws {
        let url = try WgetURL.parse(Array("https://[0:0::1]:8443/x".utf8))
        let path = Self.naming(options).name(of: url).path
        #expect(path == Octets(options == "-x" ? "0:0::1:8443/x" : "https/0:0::1:8443/x"))
    }

    @Test(
        "the port that is the scheme's own is left out",
        arguments: ["http://h:80/x", "https://h:443/x"])
    func ownPort(text: String) throws {
        let url = try WgetURL.parse(Array(text.utf8))
        #expect(Self.naming("-x").name(of: url).path == "h/x")
    }

    @Test("a host of dots makes no way up", arguments: ["..", "."])
    func hostOfDots(host: String) throws {
        let url = try WgetURL.parse(Array("http://\(host)/x".utf8))
        #expect(Self.naming("-x").name(of: url).path.bytes.starts(with: "%2E".utf8))
    }

    @Test(
        "what a server calls a file is one name",
        arguments: [
            ("a.txt", "a.txt"), ("../../x", "x"), ("/etc/passwd", "passwd"), ("c:\\a\\b", "b"),
            ("..", "%2E%2E"), ("%2e%2e", "%2E%2E"), ("a%2Fb", "a%2Fb"), ("a%41b", "aAb"),
            ("a b?c*:d", "a b?c*:d"), ("", "x?q"), ("y/", "x?q"), ("a\u{1}b\u{0}", "a%01b%00"),
            ("é", "é"),
        ] as [(Octets, Octets)])
    func serverNames(name: Octets, path: Octets) throws {
        #expect(
            try Self.naming("-P=p").name(of: url("/x?q"), calledByServer: name).path
                == "p/" + path)
    }

    @Test("the folders of the URL stay where the server calls the file otherwise")
    func serverNameInFolders() throws {
        let name = try Self.naming("-x -nH").name(of: url("/a/b/x"), calledByServer: "y")
        #expect(name.path == "a/b/y")
    }

    @Test(
        "what is longer than a name may be is cut, never within an escape",
        arguments: [
            (String(repeating: "a", count: 236), 236, nil),
            (String(repeating: "a", count: 237), 236, 237),
            (String(repeating: "a", count: 5000), 236, 5000),
            (
                String(repeating: "a", count: 230) + "?" + String(repeating: "c", count: 300), 236,
                531
            ),
            (String(repeating: "a", count: 235) + "%01b", 235, 239),
            (String(repeating: "a", count: 230) + "%01%01%01%01", 236, 242),
        ])
    func longNames(file: String, length: Int, whole: Int?) throws {
        let name = try Self.naming("").name(of: url("/\(file)"))
        #expect(name.path.bytes.count == length)
        #expect(name.notices == (whole.map { [.shortened(from: $0, to: 236)] } ?? []))
    }

    @Test("folders are cut too, and each is told")
    func longFolders() throws {
        let long = String(repeating: "a", count: 300)
        let name = try Self.naming("-x -nH").name(of: url("/\(long)/\(long)"))
        #expect(name.path.bytes.count == 236 + 1 + 236)
        #expect(name.notices.count == 2)
    }

    @Test("wget's words for a name that is cut")
    func longNotice() {
        #expect(
            LocalName.Notice.shortened(from: 300, to: 236).message(.ascii)
                == "The destination name is too long (300), reducing to 236")
    }

    @Test("names are written in the locale's encoding")
    func converted() throws {
        var naming = Self.naming("")
        naming.charsets = .init(remote: Charset(name: "ISO-8859-1"), local: .utf8)
        #expect(try naming.name(of: url("/%E9")) == LocalName(path: "é"))
    }

    @Test("a name that is no text stays, and that is told")
    func notConverted() throws {
        var naming = Self.naming("")
        naming.charsets = .init(local: .utf8)
        #expect(
            try naming.name(of: url("/%E9"))
                == LocalName(path: Octets([0xE9]), notices: [.notConverted(.invalidSequence)]))
    }

    @Test("random octets never lead out of the folder")
    func hostile() {
        var random = SplitMix(state: 7)
        let pieces: [[UInt8]] = [
            "..", "/", "%2e%2e", "%2f", "%252f", "%25", "?", "#", "\\", "\u{0}", "%00", "~", ":",
            "a",
        ].map { Array($0.utf8) }
        for _ in 0..<3000 {
            var text = Array("http://h/".utf8)
            for _ in 0..<random.next(below: 12) {
                text +=
                    random.next(below: 4) == 0
                    ? [UInt8(random.next(below: 256))] : pieces[random.next(below: pieces.count)]
            }
            guard let url = try? WgetURL.parse(text) else { continue }
            var naming = Self.naming("-x -P=p")
            naming.directories.restriction.system = [.unix, .windows, .vms][random.next(below: 3)]
            let path = naming.name(
                of: url, calledByServer: random.next(below: 2) == 0 ? Octets(text) : nil)
            let parts = path.path.bytes.split(separator: UInt8(ascii: "/"))
            #expect(parts.count >= 3 && parts[0].elementsEqual("p".utf8))
            #expect(!parts.contains { $0.elementsEqual("..".utf8) } && !path.path.bytes.contains(0))
        }
    }
}

/// Random numbers that are the same in every run.
struct SplitMix {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
}
