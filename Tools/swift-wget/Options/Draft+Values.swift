import TwineCore

/// What commands with values of their own do.
extension Draft {
    /// `-e`: a line as of a file of settings, but without `~`.
    mutating func execute(_ line: Octets) throws(Stop) {
        guard case .setting(let name, let value) = WgetrcLine(line.bytes[...]),
            let command = Command.setting(named: name)
        else { throw .refused("\(program): Invalid --execute command \(quote(line))", status: 2) }
        let text = name.description
        do throws(Stop) {
            try apply(command, value, as: text)
        } catch {
            guard let line = error.line(program, text) else { throw error }
            throw .refused(line, status: 2)
        }
    }

    /// `-n` with letters, such as `-nHd`.
    mutating func setNo(_ letters: Octets) throws(Stop) {
        for octet in letters.bytes {
            let letter = Character(Unicode.Scalar(octet))
            guard let command = Command.all.first(where: { $0.noLetter == letter }) else {
                throw .refused(
                    "\(program): illegal option -- `-n\(letter)'\n\(usage)\n\n\(advice)", status: 1)
            }
            // What is called no-something already is set, everything else is cleared.
            let isNegative = command.option?.hasPrefix("no-") ?? false
            try apply(command, isNegative ? "1" : "0", as: "--no")
        }
    }

    /// Whether this names a way to show progress, whatever is behind the colon.
    static func isProgress(_ value: Octets) -> Bool {
        let kind = value.bytes.prefix { $0 != UInt8(ascii: ":") }
        return kind.elementsEqual("bar".utf8) || kind.elementsEqual("dot".utf8)
    }

    mutating func setDNSServers(_ value: Octets) throws(Stop) {
        let servers = OptionValue.list(value).map(\.description)
        for server in servers where SocketAddress.server(server) == nil {
            throw .refused("Failed to set DNS server(s) \(quote(value))", status: 1)
        }
        network.dnsServers = servers
    }

    mutating func setRestriction(_ value: Octets) throws(Stop) {
        var restriction = directories.restriction
        var parts = OptionValue.list(value)
        // A comma at the end does no harm.
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts.isEmpty ? [value] : parts {
            switch part {
            case "unix": restriction.system = .unix
            case "vms": restriction.system = .vms
            case "windows": restriction.system = .windows
            case "lowercase": restriction.letters = .lower
            case "uppercase": restriction.letters = .upper
            case "nocontrol": restriction.escapesControl = false
            case "ascii": restriction.escapesBeyondASCII = true
            default:
                throw .invalid(
                    """
                    Invalid restriction \(quote(value)),
                        use [unix|vms|windows],[lowercase|uppercase],[nocontrol],[ascii].
                    """)
            }
        }
        directories.restriction = restriction
    }

    mutating func setAskpass(_ value: Octets) throws(Stop) {
        let named = [value, environment["WGET_ASKPASS"], environment["SSH_ASKPASS"]]
        guard let program = named.compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw .refused(
                "use-askpass requires a string or either environment variable WGET_ASKPASS or"
                    + " SSH_ASKPASS to be set.", status: 2)
        }
        http.askpass = program
    }
}

extension SocketAddress {
    /// `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`, as a server of DNS is told.
    static func server(_ text: String) -> SocketAddress? {
        if let address = IPAddress(text[...]) { return .ip(address, port: 53) }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), address.isIPv6 == isBracketed else { return nil }
        return .ip(address, port: port)
    }
}
