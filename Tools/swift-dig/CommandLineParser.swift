import ToolKit
import TwineCore
import TwineDNS

/// Reads a command line, or a line of a batch file or of `~/.digrc`, in dig's own grammar.
///
/// What stands before the first name holds for all names, what stands behind a name only for it;
/// that goes for servers and options alike.
struct CommandLineParser {
    /// Where a line comes from.
    enum Source { case arguments, batch, configuration }

    /// What ends the program at once.
    enum Stop: Error {
        /// A message for standard error after the program's name, and the status.
        case fatal(String, status: Int32)
        /// The option makes no sense: it is told, and how to get help.
        case invalidOption(String)
        /// How to get help, alone.
        case usage
        /// The text that was asked for, for standard output.
        case text(String)
        /// What follows is printed elsewhere already.
        case status(Int32)
    }

    var settings: Settings
    /// What is copied for each name.
    var defaults: Lookup
    private(set) var lookups: [Lookup] = []
    /// The addresses of names of servers, found before.
    let addresses: [String: [IPAddress]]
    private(set) var batchFile: String?
    /// The line that is to be skipped, and why.
    private(set) var skipped: String?

    let source: Source
    private let arguments: [String]
    private var opensTypeAndClass = true
    /// Whether the first name was seen.
    private var hasGreeted = false
    /// What options change now.
    private var target: Target
    private enum Target {
        case defaults
        case next(Lookup)
        case last
    }
    /// Said when `+comments` or `+question` hold for all, as a transfer prints neither by itself.
    var commentsAlways = false
    var questionAlways = false

    /// Whether a line of global options was printed.
    private(set) var isFirst: Bool

    init(
        _ arguments: [String], _ source: Source, settings: Settings, defaults: Lookup,
        addresses: [String: [IPAddress]], isFirst: Bool
    ) {
        self.arguments = arguments
        self.source = source
        self.settings = settings
        self.defaults = defaults
        self.addresses = addresses
        self.isFirst = isFirst
        target = source == .batch ? .next(defaults) : .defaults
    }

    /// What options change: the last name's lookup, or what is copied for all.
    var lookup: Lookup {
        get {
            switch target {
            case .defaults: defaults
            case .next(let lookup): lookup
            case .last: lookups[lookups.count - 1]
            }
        }
        // In place: a copy that is changed would be a whole copy.
        _modify {
            switch target {
            case .defaults: yield &defaults
            case .next(var lookup):
                target = .last
                defer { target = .next(lookup) }
                yield &lookup
            case .last: yield &lookups[lookups.count - 1]
            }
        }
    }

    /// Whether options now hold for all names.
    var isGlobal: Bool { if case .defaults = target { true } else { false } }

    // MARK: Words

    mutating func parse() throws(Stop) {
        try parseWords()
        if let domain = settings.domain {
            settings.search = [domain]
            settings.usesSearch = true
        }
    }

    private mutating func parseWords() throws(Stop) {
        var index = 0
        words: while index < arguments.count {
            let argument = arguments[index]
            index += 1
            switch argument.utf8.first.map(Unicode.Scalar.init) {
            case "%": break words
            case "@":
                try addServers(String(argument.dropFirst()))
                if skipped != nil { return }
            case "+": try PlusOption.apply(String(argument.dropFirst()), to: &self)
            case "-":
                let next = index < arguments.count ? arguments[index] : nil
                if try DashOption.apply(String(argument.dropFirst()), next, to: &self) {
                    index += 1
                }
            default: try takeWord(argument)
            }
        }
        guard lookups.isEmpty, source != .configuration, batchFile == nil else { return }
        // Without a name: the servers of the root.
        add { lookup in
            lookup.text = "."
            lookup.type = .ns
            lookup.isTypeSet = true
        }
    }

    private mutating func addServers(_ name: String) throws(Stop) {
        let servers = Server.named(name, addresses, settings)
        if servers.isEmpty {
            let reason = "couldn't get address for '\(name)': \(Server.reason(name, addresses))"
            guard source == .batch else { throw .fatal(reason, status: 1) }
            skipped = "\(reason): skipping lookup"
            return
        }
        settings.serverCount = servers.count
        lookup.servers += servers
    }

    private mutating func takeWord(_ word: String) throws(Stop) {
        // No type or class has a dot.
        if opensTypeAndClass, !word.utf8.contains(UInt8(ascii: ".")) {
            if try setType(word, isOption: false) { return }
            if let recordClass = DNSClass(word) {
                setClass(recordClass)
                return
            }
        }
        addName(word)
    }

    /// Takes a name: the options that follow are only for it.
    mutating func addName(_ name: String) {
        guard source != .configuration else { return }
        add { $0.text = name }
    }

    /// Adds a lookup, made by `change` from what options before the name have said.
    mutating func add(_ change: (inout Lookup) -> Void) {
        var lookup = defaults
        if case .next(let prepared) = target { lookup = prepared }
        change(&lookup)
        lookup.isRootStep = lookup.traces || lookup.searchesServers
        lookup.isNewSearch = true
        if !hasGreeted {
            hasGreeted = true
            lookup.commandLine = greeting()
        }
        lookups.append(lookup)
        target = .last
    }

    private mutating func greeting() -> CommandText? {
        guard settings.printsCommand else { return nil }
        var text = isFirst ? "\n" : ""
        text += "; <<>> \(Dig.banner) <<>>"
        for argument in arguments { text += " \(argument)" }
        text += "\n"
        if isFirst, settings.serverCount != 0 {
            let plural = settings.serverCount > 1 ? "s" : ""
            text += "; (\(settings.serverCount) server\(plural) found)\n"
        }
        if isFirst {
            text += ";; global options:"
            text += settings.isShort ? " +short" : ""
            text += " +cmd\n"
            isFirst = false
        }
        return CommandText(text)
    }

    // MARK: Types and classes

    /// Takes a type, if the word is one.
    mutating func setType(_ word: String, isOption: Bool) throws(Stop) -> Bool {
        if word.utf8.count > 4, word.prefix(5).lowercased() == "ixfr=" {
            warnOfSecondType()
            guard let serial = UInt32(word.dropFirst(5)) else {
                printInvalid("serial number", String(word.dropFirst(5)))
                throw .fatal("Couldn't parse serial number", status: 1)
            }
            lookup.type = .ixfr
            lookup.isTypeSet = true
            lookup.serial = serial
            printLessForTransfer()
            if !lookup.isTCPSet { lookup.usesTCP = true }
            return true
        }
        guard let type = DNSType(word), type != .ixfr || !isOption else { return false }
        guard type != .ixfr else {
            Self.warn(";; Warning, ixfr requires a serial number")
            return true
        }
        warnOfSecondType()
        lookup.type = type
        if source != .configuration || !isOption { lookup.isTypeSet = true }
        if type == .axfr { printLessForTransfer() }
        if type == .any, !lookup.isTCPSet { lookup.usesTCP = true }
        return true
    }

    private func warnOfSecondType() {
        if lookup.isTypeSet { Self.warn(";; Warning, extra type option") }
    }

    private mutating func printLessForTransfer() {
        lookup.hasQuestion = questionAlways
        lookup.hasComments = commentsAlways
    }

    mutating func setClass(_ recordClass: DNSClass) {
        if lookup.isClassSet { Self.warn(";; Warning, extra class option") }
        lookup.recordClass = recordClass
        lookup.isClassSet = true
    }

    /// From now on every word is a name.
    mutating func closeTypeAndClass() { opensTypeAndClass = false }

    mutating func setBatchFile(_ path: String) { batchFile = path }

    // MARK: Numbers and messages

    /// A line on standard error, after what was printed before.
    static func warn(_ text: String) {
        StandardOutput.shared.flush()
        StandardError.write(text + "\n")
    }

    /// Reads a number, or tells on standard output what is wrong with it, as dig does.
    func number(
        _ text: Substring, most: UInt32, _ what: String, isHexadecimalAllowed: Bool = false
    ) -> UInt32? {
        var digits = text
        var radix = 10
        if isHexadecimalAllowed {
            if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
                digits = digits.dropFirst(2)
                radix = 16
            } else if digits.count > 1, digits.hasPrefix("0") {
                digits = digits.dropFirst()
                radix = 8
            }
        }
        let isNumber =
            !digits.isEmpty
            && digits.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
        guard isNumber, let number = UInt64(digits, radix: radix) else {
            let isOnlyLong = !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 48 < 10 }
            printInvalid(what, String(text), isOnlyLong ? "out of range" : "not a valid number")
            return nil
        }
        guard number <= most else {
            printInvalid(what, String(text), "out of range")
            return nil
        }
        return UInt32(number)
    }

    private func printInvalid(
        _ what: String, _ text: String, _ reason: String = "not a valid number"
    ) {
        StandardOutput.shared.write("invalid \(what) '\(text)': \(reason)\n")
    }
}
