extension Command {
    /// A part of the help.
    struct Group: Sendable {
        let title: String
        let commands: [Command]
    }

    /// All commands, in the order of the help.
    static let groups: [Group] = [
        Group(title: "Startup", commands: startup),
        Group(title: "Logging and input file", commands: logging),
        Group(title: "Download", commands: download + downloadIdentity + downloadOthers),
        Group(title: "Directories", commands: directories),
        Group(title: "HTTP options", commands: http),
        Group(title: "HTTPS (SSL/TLS) options", commands: tls),
        Group(title: "HSTS options", commands: hsts),
        Group(title: "FTP options", commands: ftp),
        Group(title: "FTPS options", commands: ftps),
        Group(title: "WARC options", commands: warc),
        Group(title: "Recursive download", commands: recursion),
        Group(title: "Recursive accept/reject", commands: rules),
        Group(title: "Beyond wget", commands: beyond),
    ]

    static let all: [Command] = groups.flatMap(\.commands)

    /// The command of a letter.
    static func letter(_ letter: Character) -> Command? {
        all.first { $0.letter == letter && $0.standsFor == nil }
            ?? all.first { $0.letter == letter }
    }

    /// A long option as it was found.
    struct Form: Sendable {
        let command: Command
        /// Whether it is the form with `no`.
        let isNegated: Bool

        var name: String {
            (isNegated ? "no-" : "") + (command.option ?? "")
        }

        /// Where it stands among others.
        fileprivate var place: String {
            let option = command.option ?? ""
            return Command.places[option].map { "\($0)!\(option)" } ?? option
        }
    }

    /// What an option may be short for.
    ///
    /// The whole name goes before everything. What every wget understands is never ambiguous because of
    /// what only some have, or what it has not: command lines that work there work here.
    ///
    /// - Parameter name: What was written, without hyphens.
    /// - Returns: None, one, or several, by their names.
    static func forms(of name: Octets) -> [Form] {
        var found: [Form] = []
        let rest = name.bytes.starts(with: "no-".utf8) ? name.bytes.dropFirst(3) : nil
        for command in all {
            guard let option = command.option?.utf8 else { continue }
            if option.starts(with: name.bytes) {
                let form = Form(command: command, isNegated: false)
                if option.count == name.bytes.count { return [form] }
                found.append(form)
            }
            guard command.hasNo else { continue }
            if let rest, option.starts(with: rest) {
                let form = Form(command: command, isNegated: true)
                if option.count == rest.count { return [form] }
                found.append(form)
            } else if rest == nil, "no-".utf8.starts(with: name.bytes) {
                found.append(Form(command: command, isNegated: true))
            }
        }
        let origin = found.map(\.command.origin).min()
        return found.filter { $0.command.origin == origin }.sorted {
            ($0.place, $0.isNegated ? 1 : 0) < ($1.place, $1.isNegated ? 1 : 0)
        }
    }

    /// Behind which option wget's table has those that do not stand there by the alphabet.
    fileprivate static let places = [
        "ciphers": "cut-dirs", "content-disposition": "convert-links",
        "content-on-error": "convert-links", "if-modified-since": "timestamping",
        "proxy__compat": "proxy", "rejected-log": "quota",
        "show-progress": "preserve-permissions", "unlink": "timestamping",
    ]
}
