/// A `.netrc` file: user names and passwords by the machines they are for.
///
/// ```
/// machine ftp.example.com login me password "with a space"
/// default login anonymous password me@example.com
/// ```
///
/// It is read as curl and Python do. Words are separated by spaces, tabs and line ends. A `#` where a
/// keyword could stand begins a comment; in the place of a value it belongs to the value. Quotes hold
/// words together; in them `\n`, `\r` and `\t` are what C has, and a backslash before anything
/// else stands for that.
public struct Netrc: Equatable, Sendable {
    /// What stands behind a `machine` or `default`.
    public struct Entry: Equatable, Sendable {
        /// The machine as it is written; nil for `default`, which is for all others.
        public var machine: String?
        /// The user's name.
        public var login: String?
        /// The password.
        public var password: String?
        /// A further password, which FTP knows.
        public var account: String?

        /// Makes an entry.
        public init(
            machine: String?, login: String? = nil, password: String? = nil, account: String? = nil
        ) {
            self.machine = machine
            self.login = login
            self.password = password
            self.account = account
        }
    }

    /// Commands for FTP, up to an empty line.
    public struct Macro: Equatable, Sendable {
        /// The name; empty if there is none.
        public var name: String
        /// The lines, without their ends.
        public var lines: [String]

        /// Makes a macro.
        public init(name: String, lines: [String]) {
            self.name = name
            self.lines = lines
        }
    }

    /// What is wrong in a file, which is read all the same.
    public enum Problem: Equatable, Sendable {
        /// A word that is no keyword, and its line.
        case unknownToken(String, line: Int)
        /// A keyword that says something about a machine, before any was named.
        case tokenBeforeMachine(String, line: Int)
        /// A quote that does not end in its line.
        case unfinishedQuote(line: Int)
        /// The file ends without the empty line that ends a macro.
        case unfinishedMacro(line: Int)
        /// `machine` is the last word.
        case machineWithoutName(line: Int)
    }

    /// The entries as they come.
    public private(set) var entries: [Entry] = []
    /// The macros as they come.
    public private(set) var macros: [Macro] = []
    /// What is wrong.
    public private(set) var problems: [Problem] = []

    /// Reads the contents of a file; nothing is refused, see ``problems``.
    ///
    /// - Parameter octets: The contents; words that are not UTF-8 are taken for ISO 8859-1.
    /// - Complexity: O(*n*) in the octets.
    public init(parsing octets: [UInt8]) {
        var scan = NetrcScan(octets: octets)
        var entry: Entry?
        while let word = scan.word() {
            if word.isComment {
                _ = scan.line()
                continue
            }
            switch word.text {
            case "machine":
                if let entry { entries.append(entry) }
                entry = value(of: word, &scan).map { Entry(machine: $0) }
            case "default":
                if let entry { entries.append(entry) }
                entry = Entry(machine: nil)
            case "macdef": readMacro(word, &scan)
            case "login", "user", "password", "account", "port", "force":
                if entry == nil {
                    problems.append(.tokenBeforeMachine(word.text, line: word.line))
                }
                let value = value(of: word, &scan)
                switch word.text {
                case "login", "user": entry?.login = value
                case "password": entry?.password = value
                case "account": entry?.account = value
                // Words of Emacs, with a value that nobody here asks for.
                default: break
                }
            default: problems.append(.unknownToken(word.text, line: word.line))
            }
        }
        if let entry { entries.append(entry) }
    }

    private mutating func value(of keyword: NetrcScan.Word, _ scan: inout NetrcScan) -> String? {
        guard let value = scan.word() else {
            if keyword.text == "machine" {
                problems.append(.machineWithoutName(line: keyword.line))
            }
            return nil
        }
        if value.isUnfinished { problems.append(.unfinishedQuote(line: value.line)) }
        return value.text
    }

    private mutating func readMacro(_ keyword: NetrcScan.Word, _ scan: inout NetrcScan) {
        var macro = Macro(name: scan.line()?.text ?? "", lines: [])
        defer { macros.append(macro) }
        while let line = scan.line() {
            if line.isBlank { return }
            macro.lines.append(line.text)
        }
        problems.append(.unfinishedMacro(line: keyword.line))
    }
}
