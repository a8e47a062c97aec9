import TwineCore
import TwineDNS

/// Options that begin with a hyphen, of one letter each.
enum DashOption {
    /// Carries an option out.
    ///
    /// - Parameters:
    ///   - option: What follows the hyphen: letters without values, and at most one with a value.
    ///   - next: The word after it.
    ///   - parser: What it changes.
    /// - Returns: Whether the next word was the value.
    /// - Throws: What ends the program.
    static func apply(
        _ option: String, _ next: String?, to parser: inout CommandLineParser
    ) throws(CommandLineParser.Stop) -> Bool {
        if option.hasPrefix("-") { return try takeWord(option, next) }
        var rest = option[...]
        while let letter = rest.first, "46dFhimnruv".contains(letter) {
            if letter == "d", rest.count > 1, "debug".hasPrefix(rest) {
                parser.settings.isDebugging = true
                return false
            }
            try takeLetter(letter, &parser)
            rest = rest.dropFirst()
            if rest.isEmpty { return false }
        }
        guard let letter = rest.first, let value = rest.count > 1 ? String(rest.dropFirst()) : next
        else { throw .invalidOption("-\(rest)") }
        try takeValue(letter, value, String(rest), &parser)
        return rest.count == 1
    }

    /// Takes an option that begins with two hyphens: those that every program of the toolbox has.
    private static func takeWord(
        _ option: String, _ next: String?
    ) throws(CommandLineParser.Stop) -> Bool {
        switch option {
        case "-help": throw .text(Usage.help)
        case "-version": throw .text("\(Dig.banner)\n")
        case "-generate-completion-script":
            guard let script = Completions.script(for: next ?? "") else {
                throw .fatal("-\(option) is for bash, zsh or fish", status: 1)
            }
            throw .text(script)
        default: throw .invalidOption("-\(option)")
        }
    }

    private static func takeLetter(
        _ letter: Character, _ parser: inout CommandLineParser
    ) throws(CommandLineParser.Stop) {
        switch letter {
        case "d": parser.settings.isDebugging = true
        case "h": throw .text(Usage.help)
        case "i":
            CommandLineParser.warn(
                ";; Warning, -i has no effect: reverse names of IPv6 are below ip6.arpa")
        case "n":
            CommandLineParser.warn(
                ";; Warning, -n has no effect: reverse names of IPv6 are made of nibbles")
        case "m": CommandLineParser.warn(";; Warning, -m has no effect: use valgrind(1)")
        case "F": CommandLineParser.warn(";; Warning, -F has no effect: set it in openssl.cnf(5)")
        case "u": parser.lookup.isMicroseconds = true
        case "v": throw .text("\(Dig.banner)\n")
        // -4, -6 and -r were looked for before.
        default: break
        }
    }

    private static func takeValue(
        _ letter: Character, _ value: String, _ option: String, _ parser: inout CommandLineParser
    ) throws(CommandLineParser.Stop) {
        switch letter {
        case "b": try bind(value, &parser)
        case "c":
            parser.closeTypeAndClass()
            if let recordClass = DNSClass(value) {
                parser.setClass(recordClass)
            } else {
                CommandLineParser.warn(";; Warning, ignoring invalid class \(value)")
            }
        case "f": parser.setBatchFile(value)
        case "k": parser.settings.keyFile = value
        case "p":
            guard let port = parser.number(value[...], most: 65535, "port number") else {
                throw .fatal("Couldn't parse port number", status: 1)
            }
            parser.settings.port = UInt16(port)
        case "q": parser.addName(value)
        case "t":
            parser.closeTypeAndClass()
            if try !parser.setType(value, isOption: true) {
                CommandLineParser.warn(";; Warning, ignoring invalid type \(value)")
            }
        case "y": parser.settings.keyText = value
        case "x":
            let name = ReverseName.of(value)
            parser.add { lookup in
                lookup.text = name
                if !lookup.isTypeSet { lookup.type = .ptr }
                if !lookup.isClassSet { lookup.recordClass = .internet }
            }
        default: throw .invalidOption("-\(option)")
        }
    }

    private static func bind(
        _ value: String, _ parser: inout CommandLineParser
    ) throws(CommandLineParser.Stop) {
        let parts = value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        var port: UInt16 = 0
        if parts.count == 2 {
            guard let number = parser.number(parts[1], most: 65535, "port number") else {
                throw .fatal("Couldn't parse port number", status: 1)
            }
            port = UInt16(number)
        }
        guard let address = IPAddress(parts[0]),
            address.isIPv6 ? parser.settings.hasAddressesOf6 : parser.settings.hasAddressesOf4
        else { throw .fatal("invalid address \(value)", status: 1) }
        // Servers of the other family cannot be reached from there.
        parser.settings.hasAddressesOf4 = !address.isIPv6
        parser.settings.hasAddressesOf6 = address.isIPv6
        parser.settings.bindAddress = .ip(address, port: port)
    }
}

/// The name under which an address is looked up.
enum ReverseName {
    /// The name for an address; what is none of IPv6 is turned around between its dots, whatever it
    /// is, so that parts of addresses and names after RFC 2317 work.
    static func of(_ text: String) -> String {
        if !text.contains("%"), let address = IPAddress(text), address.isIPv6 {
            let nibbles = address.octets.reversed().flatMap { [$0 & 15, $0 >> 4] }
            return nibbles.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa."
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.reversed().joined(separator: ".") + ".in-addr.arpa."
    }
}
