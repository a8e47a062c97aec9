extension PlusOption {
    /// What dig has not.
    static let beyondDig: [PlusOption] = [
        PlusOption(name: "anchor", path: "anc") { parser, state, value throws(Wrong) in
            guard state else {
                parser.settings.anchorFile = nil
                return
            }
            guard let value else { throw .invalid }
            parser.settings.anchorFile = String(value)
            validate(&parser, true)
        },
        PlusOption(name: "bench", path: "ben") { parser, state, value throws(Wrong) in
            parser.settings.bench = state ? try seconds(value ?? "10") : nil
        },
        PlusOption(name: "color", path: "col") { parser, state, value throws(Wrong) in
            guard state else {
                parser.settings.paints = false
                return
            }
            switch value ?? "auto" {
            case "auto": parser.settings.paints = Paint.isWelcome
            case "always": parser.settings.paints = true
            case "never": parser.settings.paints = false
            default: throw .unreadable("color '\(value ?? "")': auto, always or never")
            }
        },
        PlusOption(name: "concurrency", path: "con") { parser, state, value throws(Wrong) in
            guard state else {
                parser.settings.concurrency = 1
                return
            }
            guard let value else { throw .invalid }
            guard let number = parser.number(value, most: 65535, "concurrency"), number > 0 else {
                throw .unreadable("concurrency")
            }
            parser.settings.concurrency = Int(number)
        },
        PlusOption(name: "json", path: "j") { parser, state, _ in
            parser.settings.isJSON = state
            if state { parser.settings.printsCommand = false }
        },
        PlusOption(name: "servers", path: "ser") { parser, state, value throws(Wrong) in
            parser.settings.comparesServers = state
            guard state else { return }
            guard let value else { return }
            for name in value.split(separator: ",") {
                let servers = Server.named(String(name), parser.addresses, parser.settings)
                guard !servers.isEmpty else {
                    throw .stop(
                        .fatal(
                            "couldn't get address for '\(name)': \(Server.reason(String(name), parser.addresses))",
                            status: 1))
                }
                parser.lookup.servers += servers
            }
        },
        PlusOption(name: "table", path: "ta") { parser, state, _ in
            parser.settings.isTable = state
            if state { parser.settings.printsCommand = false }
        },
        setting("unordered", "uno", \.isUnordered),
        PlusOption(name: "until", path: "unt") { parser, state, value throws(Wrong) in
            guard state else {
                parser.settings.until = nil
                return
            }
            guard let value else { throw .invalid }
            parser.settings.until = String(value)
            parser.settings.watch = parser.settings.watch ?? 1
        },
        PlusOption(name: "validate", path: "va") { parser, state, _ in validate(&parser, state) },
        PlusOption(name: "watch", path: "w") { parser, state, value throws(Wrong) in
            parser.settings.watch = state ? try seconds(value ?? "1") : nil
        },
    ]

    static func validate(_ parser: inout Parser, _ state: Bool) {
        parser.settings.validates = state
        guard state else { return }
        parser.lookup.edns = parser.lookup.edns ?? 0
        parser.lookup.dnssecOK = true
        parser.lookup.checkingDisabled = true
    }
}
