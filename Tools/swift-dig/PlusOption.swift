import ToolKit
import TwineCore
import TwineDNS

/// One option that begins with a plus.
///
/// As in dig, an option may be shortened: what is written must begin with ``path``, and go on as the
/// name does, in any case of letters; ``exact`` are short forms that stand for it by themselves.
struct PlusOption: Sendable {
    typealias Parser = CommandLineParser

    /// What is wrong with an option's value.
    enum Wrong: Error {
        /// The option is told to be invalid, with how to get help.
        case invalid
        /// What could not be read, after which the program ends.
        case unreadable(String)
        case stop(CommandLineParser.Stop)
    }

    let name: String
    let path: String
    var exact: [String] = []
    let apply: @Sendable (inout Parser, _ state: Bool, _ value: Substring?) throws(Wrong) -> Void

    /// Whether `text`, without its `no`, stands for this option.
    func matches(_ text: Substring) -> Bool {
        if exact.contains(where: { $0 == text }) { return true }
        return !path.isEmpty && text.hasPrefix(path)
            && name.hasPrefix(text.lowercased())
    }

    /// Carries one option out.
    static func apply(_ option: String, to parser: inout Parser) throws(CommandLineParser.Stop) {
        // As strtok(3) does, which dig reads options with.
        let body = option.drop { $0 == "=" }
        let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var word = parts.first ?? ""
        guard !word.isEmpty else {
            return StandardOutput.shared.write(";; Invalid option \(option)\n")
        }
        var value = parts.count == 2 ? parts[1] : nil
        if value?.isEmpty == true { value = nil }
        let state = !word.lowercased().hasPrefix("no")
        if !state { word = word.dropFirst(2) }
        // As dig prints it: what stands behind the equals sign is taken off by then.
        let shown = "+\(parts[0])"
        guard let found = all.first(where: { $0.matches(word) }) else {
            throw .invalidOption(shown)
        }
        do throws(Wrong) {
            try found.apply(&parser, state, value)
        } catch {
            switch error {
            case .invalid: throw .invalidOption(shown)
            case .unreadable(let what): throw .fatal("Couldn't parse \(what)", status: 10)
            case .stop(let stop): throw stop
            }
        }
    }

    /// The names of all options, for completions and tests.
    static var names: [String] { all.map(\.name) }

    // MARK: Kinds of options

    /// An option that sets or clears something of the lookup.
    private static func flag(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<Lookup.Fields, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.lookup[dynamicMember: key] = state
        }
    }

    /// An option that clears or sets something of the lookup.
    private static func inverse(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<Lookup.Fields, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.lookup[dynamicMember: key] = !state
        }
    }

    /// An option of EDNS, which it switches on.
    private static func ednsFlag(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<Lookup.Fields, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            if state { parser.lookup.edns = parser.lookup.edns ?? 0 }
            parser.lookup[dynamicMember: key] = state
        }
    }

    private static func setting(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<Settings, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.settings[keyPath: key] = state
        }
    }

    /// An option with a number that it cannot do without.
    private static func number(
        _ name: String, _ path: String, exact: [String] = [], most: UInt32, _ what: String? = nil,
        _ set: @escaping @Sendable (inout Parser, UInt32) -> Void
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, value throws(Wrong) in
            guard let value, state else { throw .invalid }
            guard let number = parser.number(value, most: most, what ?? name) else {
                throw .unreadable(what ?? name)
            }
            set(&parser, number)
        }
    }

    /// An option that dig had once.
    private static func dropped(_ name: String, _ path: String, _ advice: String) -> PlusOption {
        PlusOption(name: name, path: path) { _, _, _ in
            Parser.warn(";; Warning, +\(name) has no effect: \(advice)")
        }
    }

    // MARK: The options

    static let all: [PlusOption] =
        [
            flag("aaonly", "aa", \.setsAuthoritative), flag("aaflag", "aa", \.setsAuthoritative),
            flag("additional", "add", \.hasAdditional),
            flag("adflag", "adf", exact: ["ad"], \.setsAuthenticData),
            PlusOption(name: "all", path: "al") { parser, state, _ in
                parser.lookup.hasQuestion = state
                parser.lookup.hasAuthority = state
                parser.lookup.hasAnswer = state
                parser.lookup.hasAdditional = state
                parser.lookup.hasComments = state
                parser.lookup.hasStatistics = state
                parser.settings.printsCommand = state
            },
            flag("answer", "an", \.hasAnswer), flag("authority", "au", \.hasAuthority),
            flag("badcookie", "ba", \.retriesBadCookie), flag("besteffort", "be", \.isBestEffort),
            PlusOption(name: "bufsize", path: "bu") { parser, state, value throws(Wrong) in
                guard state else { throw .invalid }
                guard let value else {
                    parser.lookup.payloadSize = 1232
                    return
                }
                guard let size = parser.number(value, most: 65535, "buffer size") else {
                    throw .unreadable("buffer size")
                }
                parser.lookup.payloadSize = UInt16(size)
            },
            flag("cdflag", "cdf", exact: ["cd"], \.checkingDisabled),
            inverse("class", "cl", \.hidesClass),
            PlusOption(name: "cmd", path: "cm") { parser, state, _ in
                parser.settings.printsCommand = state
            },
            flag("coflag", "cof", exact: ["co"], \.compactOK),
            PlusOption(name: "comments", path: "com") { parser, state, _ in
                parser.lookup.hasComments = state
                if parser.isGlobal { parser.commentsAlways = state }
            },
            PlusOption(name: "cookie", path: "coo") { parser, state, value throws(Wrong) in
                if state { parser.lookup.edns = parser.lookup.edns ?? 0 }
                parser.lookup.sendsCookie = state
                parser.lookup.cookie = nil
                guard let value else { return }
                guard value.utf8.count <= 80 else {
                    throw .stop(.fatal("COOKIE data too large", status: 10))
                }
                guard let octets = octets(value) else {
                    throw .stop(.fatal("isc_hex_decodestring: bad hex encoding", status: 1))
                }
                parser.lookup.cookie = octets
            },
            inverse("crypto", "cr", \.hidesKeys),
            PlusOption(name: "defname", path: "de") { parser, state, _ in
                Parser.warn(";; +[no]defname option is deprecated; use +[no]search")
                if !parser.lookup.traces { parser.settings.usesSearch = state }
            },
            PlusOption(name: "dns64prefix", path: "dns6") { parser, state, _ in
                guard state else { return }
                parser.settings.printsCommand = false
                parser.add { lookup in
                    lookup.isPrefixSearch = true
                    lookup.text = "ipv4only.arpa"
                    showOnlyAnswers(&lookup)
                    lookup.type = .aaaa
                    lookup.isTypeSet = true
                }
            },
            ednsFlag("dnssec", "dnss", exact: ["do"], \.dnssecOK),
            PlusOption(name: "domain", path: "dom") { parser, state, value throws(Wrong) in
                guard let value, state else { throw .invalid }
                parser.settings.domain = String(value)
            },
            dropped("dscp", "ds", "the class of traffic is not set here"),
            PlusOption(name: "edns", path: "", exact: ["edns"]) {
                parser, state, value throws(Wrong) in
                guard state else {
                    parser.lookup.edns = nil
                    parser.lookup.wantedEDNS = nil
                    return
                }
                guard let value else {
                    parser.lookup.edns = 0
                    return
                }
                guard let version = parser.number(value, most: 255, "edns") else {
                    throw .unreadable("edns")
                }
                parser.lookup.edns = UInt8(version)
                parser.lookup.wantedEDNS = UInt8(version)
            },
            PlusOption(name: "ednsflags", path: "ednsf") { parser, state, value throws(Wrong) in
                guard state, let value else {
                    parser.lookup.ednsFlags = 0
                    return
                }
                guard
                    let flags = parser.number(
                        value, most: 65535, "ednsflags", isHexadecimalAllowed: true)
                else { throw .unreadable("ednsflags") }
                parser.lookup.edns = parser.lookup.edns ?? 0
                parser.lookup.ednsFlags = UInt16(flags)
            },
            flag("ednsnegotiation", "ednsn", \.negotiatesEDNS),
            PlusOption(name: "ednsopt", path: "ednso") { parser, state, value throws(Wrong) in
                guard state else {
                    parser.lookup.options = []
                    return
                }
                guard let value, let code = value.split(separator: ":").first else {
                    throw .stop(.fatal("ednsopt no code point specified", status: 10))
                }
                let rest = value.drop { $0 == ":" }.dropFirst(code.count)
                try addOption(code, rest.isEmpty ? nil : rest.dropFirst(), &parser)
            },
            flag("expandaaaa", "expa", \.expandsAddresses), flag("expire", "expi", \.asksExpire),
            PlusOption(name: "fail", path: "fa") { parser, state, _ in
                parser.lookup.stopsAtServerFailure = state
                parser.settings.failsOn = state ? FailureSet() : nil
            },
            PlusOption(name: "fail-on", path: "fail-") { parser, state, value throws(Wrong) in
                guard state else {
                    parser.settings.failsOn = nil
                    return
                }
                guard let value else { throw .invalid }
                parser.settings.failsOn = try failures(value)
            },
            dropped("fuzztime", "fu", "the time of signatures is the real one"),
            flag("header-only", "he", \.isHeaderOnly),
            http("https", exact: ["https"]), http("https-get", path: "https-g", usesGet: true),
            http("https-post", path: "https-p"),
            http("http-plain", exact: ["http-plain"], isPlain: true),
            http("http-plain-get", path: "http-plain-g", usesGet: true, isPlain: true),
            http("http-plain-post", path: "http-plain-p", isPlain: true),
            flag("identify", "ide", \.identifies),
            PlusOption(name: "idn", path: "", exact: ["idn"]) { parser, state, _ in
                parser.lookup.isInternationalIn = state
                parser.lookup.isInternationalOut = state
            },
            flag("idnin", "idni", \.isInternationalIn),
            flag("idnout", "idno", \.isInternationalOut),
            flag("ignore", "ig", exact: ["i"], \.ignoresTruncation),
            flag("keepalive", "keepa", \.asksKeepalive),
            setting("keepopen", "keepo", \.keepsOpen),
            dropped("mapped", "ma", "addresses of IPv4 are never mapped into IPv6"),
            flag("multiline", "mu", \.isMultiline),
            number("ndots", "nd", most: 65535) { $0.settings.ndots = Int($1) },
            ednsFlag("nsid", "nsi", \.asksNSID),
            PlusOption(name: "nssearch", path: "nss") { parser, state, _ in
                parser.lookup.searchesServers = state
                guard state else { return }
                parser.lookup.isRootStep = true
                parser.lookup.isRecursive = true
                parser.lookup.identifies = true
                parser.lookup.hasStatistics = false
                parser.lookup.hasComments = false
                parser.lookup.hasAdditional = false
                parser.lookup.hasAuthority = false
                parser.lookup.hasQuestion = false
                parser.lookup.type = .ns
                parser.lookup.isTypeSet = true
                parser.settings.isShort = true
                parser.lookup.recordComments = 0
            },
            flag("onesoa", "on", \.printsOneSOA),
            PlusOption(name: "opcode", path: "op") { parser, state, value throws(Wrong) in
                guard state else {
                    parser.lookup.opcode = .query
                    return
                }
                guard let value else { throw .invalid }
                let named = (0...15).first {
                    DNSMessage.Opcode(rawValue: $0).description == value.uppercased()
                }
                if let named {
                    parser.lookup.opcode = .init(rawValue: named)
                    return
                }
                guard let number = parser.number(value, most: 15, "opcode") else {
                    throw .unreadable("opcode")
                }
                parser.lookup.opcode = .init(rawValue: UInt8(number))
            },
            PlusOption(name: "padding", path: "pa") { parser, state, value throws(Wrong) in
                if state { parser.lookup.edns = parser.lookup.edns ?? 0 }
                guard let value else { throw .invalid }
                guard let size = parser.number(value, most: 512, "padding") else {
                    throw .unreadable("padding")
                }
                parser.lookup.padding = UInt16(size)
            },
            proxy("proxy", exact: ["proxy"]), proxy("proxy-plain", path: "proxy-"),
            PlusOption(name: "qid", path: "qi") { parser, state, value throws(Wrong) in
                guard state else {
                    parser.lookup.id = nil
                    return
                }
                guard let value else { throw .invalid }
                guard let id = parser.number(value, most: 65535, "qid") else {
                    throw .unreadable("qid")
                }
                parser.lookup.id = UInt16(id)
            },
            flag("qr", "qr", \.printsQuery),
            PlusOption(name: "question", path: "qu") { parser, state, _ in
                parser.lookup.hasQuestion = state
                if parser.isGlobal { parser.questionAlways = state }
            },
            flag("raflag", "ra", \.setsRecursionAvailable), flag("rdflag", "rd", \.isRecursive),
            flag("recurse", "rec", \.isRecursive),
            number("retry", "ret", most: 65534, "retries") { $0.lookup.tries = Int($1) + 1 },
            number("retries", "ret", most: 65534, "retries") { $0.lookup.tries = Int($1) + 1 },
            PlusOption(name: "rrcomments", path: "rr") { parser, state, _ in
                parser.lookup.recordComments = state ? 1 : -1
            },
            PlusOption(name: "search", path: "se") { parser, state, _ in
                if !parser.lookup.traces { parser.settings.usesSearch = state }
            },
            PlusOption(name: "short", path: "shor") { parser, state, _ in
                parser.settings.isShort = state
                guard state else { return }
                parser.settings.printsCommand = false
                showOnlyAnswers(&parser.lookup)
            },
            PlusOption(name: "showallmessages", path: "showa") { parser, state, _ in
                parser.lookup.showsBadCookie = state
                parser.lookup.showsBadVersion = state
                parser.lookup.showsTruncated = state
                parser.lookup.printsQuery = state
            },
            flag("showbadcookie", "showbadc", \.showsBadCookie),
            flag("showbadvers", "showbadv", \.showsBadVersion),
            PlusOption(name: "showsearch", path: "shows") { parser, state, _ in
                guard !parser.lookup.traces else { return }
                parser.settings.showsSearch = state
                parser.settings.usesSearch = state
            },
            flag("showtruncated", "showt", \.showsTruncated),
            dropped("sigchase", "si", "use +validate"),
            PlusOption(name: "split", path: "sp") { parser, state, value throws(Wrong) in
                guard state else {
                    guard value == nil else { throw .invalid }
                    parser.settings.splitWidth = 0
                    return
                }
                guard let value else { return }
                guard let width = parser.number(value, most: 1023, "split") else {
                    throw .unreadable("split")
                }
                let whole = (Int(width) + 3) / 4 * 4
                if whole != Int(width) {
                    Parser.warn(
                        ";; Warning, split must be a multiple of 4; adjusting to \(whole)")
                }
                parser.settings.splitWidth = whole
            },
            flag("stats", "st", \.hasStatistics),
            PlusOption(name: "subnet", path: "su") { parser, state, value throws(Wrong) in
                guard state else {
                    parser.lookup.subnet = nil
                    return
                }
                guard let value else { throw .invalid }
                parser.lookup.edns = parser.lookup.edns ?? 0
                parser.lookup.subnet = try subnet(value)
            },
            flag("svcparamkeycompat", "sv", \.hasCompatibleServiceKeys),
            flag("tcflag", "tcf", \.setsTruncated), tcp("tcp", "tcp"),
            number("timeout", "ti", most: 65535) { $0.settings.timeout = max(1, $1) },
            PlusOption(name: "tls", path: "", exact: ["tls"]) { parser, state, _ in
                impliesTCP(state, &parser)
                parser.lookup.usesTLS = state
            },
            tls("tls-ca", "tls-ca", nil, \.authoritiesFile),
            tls("tls-certfile", "tls-ce", "TLS certificate file", \.certificateFile),
            tls("tls-hostname", "tls-h", "TLS hostname", \.tlsHostName),
            tls("tls-keyfile", "tls-k", "TLS private key file", \.keyFile),
            dropped("topdown", "to", "use +validate"),
            PlusOption(name: "trace", path: "tra") { parser, state, _ in
                parser.lookup.traces = state
                parser.lookup.isRootStep = state
                guard state else { return }
                parser.lookup.isRecursive = true
                parser.lookup.identifies = true
                parser.lookup.hasComments = false
                parser.lookup.recordComments = 0
                parser.lookup.hasStatistics = false
                parser.lookup.hasAdditional = false
                parser.lookup.hasAuthority = true
                parser.lookup.hasQuestion = false
                parser.lookup.dnssecOK = true
                parser.lookup.sendsCookie = true
                parser.settings.usesSearch = false
            },
            number("tries", "tri", most: 65535) { $0.lookup.tries = max(1, Int($1)) },
            dropped("trusted-key", "tru", "use +anchor"),
            inverse("ttlid", "ttli", exact: ["ttl"], \.hidesTimeToLive),
            PlusOption(name: "ttlunits", path: "ttlu") { parser, state, _ in
                parser.lookup.hidesTimeToLive = false
                parser.lookup.hasTimeUnits = state
            },
            dropped("unexpected", "une", "only the server that was asked is heard"),
            flag("unknownformat", "unk", \.isUnknownFormat), tcp("vc", "v"),
            PlusOption(name: "yaml", path: "y") { parser, state, _ in
                parser.settings.isYAML = state
                guard state else { return }
                parser.settings.printsCommand = false
                parser.lookup.hasStatistics = false
                parser.lookup.recordComments = -1
            },
            flag("zflag", "zf", exact: ["z"], \.setsReserved),
            ednsFlag("zoneversion", "zo", \.asksZoneVersion),
        ] + beyondDig

    /// What dig has not.
    private static let beyondDig: [PlusOption] = [
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

    // MARK: What several options do

    private static func showOnlyAnswers(_ lookup: inout Lookup) {
        lookup.hasAdditional = false
        lookup.hasAnswer = true
        lookup.hasAuthority = false
        lookup.hasQuestion = false
        lookup.hasComments = false
        lookup.hasStatistics = false
        lookup.recordComments = -1
    }

    private static func validate(_ parser: inout Parser, _ state: Bool) {
        parser.settings.validates = state
        guard state else { return }
        parser.lookup.edns = parser.lookup.edns ?? 0
        parser.lookup.dnssecOK = true
        parser.lookup.checkingDisabled = true
    }

    private static func impliesTCP(_ state: Bool, _ parser: inout Parser) {
        if !parser.lookup.isTCPSet { parser.lookup.usesTCP = state }
    }

    private static func tcp(_ name: String, _ path: String) -> PlusOption {
        PlusOption(name: name, path: path) { parser, state, _ in
            // Not in batch files, as in dig.
            guard parser.source != .batch else { return }
            parser.lookup.usesTCP = state
            parser.lookup.isTCPSet = true
        }
    }

    private static func http(
        _ name: String, exact: [String] = [], path: String = "", usesGet: Bool = false,
        isPlain: Bool = false
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, value throws(Wrong) in
            guard state else {
                parser.lookup.httpPath = nil
                return
            }
            let path = value ?? "/dns-query"
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
                Parser.warn(";; The given HTTP path \"\(path)\" is not a valid absolute path")
                throw .invalid
            }
            parser.lookup.httpPath = String(path)
            if isPlain { parser.lookup.isPlainHTTP = true }
            if usesGet { parser.lookup.usesGet = true }
            impliesTCP(state, &parser)
        }
    }

    private static func tls(
        _ name: String, _ path: String, _ what: String?,
        _ key: any WritableKeyPath<Lookup.Fields, String?> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path) { parser, state, value throws(Wrong) in
            impliesTCP(state, &parser)
            // The check of certificates is on as soon as anything is said of them.
            if state { parser.lookup.checksTLS = true }
            guard let what else {
                parser.lookup.checksTLS = state
                parser.lookup[dynamicMember: key] = state ? value.map(String.init) : nil
                return
            }
            guard state else {
                parser.lookup[dynamicMember: key] = nil
                return
            }
            guard let value else {
                Parser.warn(";; \(what) is not specified")
                throw .invalid
            }
            parser.lookup[dynamicMember: key] = String(value)
        }
    }

    private static func proxy(
        _ name: String, exact: [String] = [], path: String = ""
    ) -> PlusOption {
        let isPlain = name != "proxy"
        return PlusOption(name: name, path: path, exact: exact) {
            parser, state, value throws(Wrong) in
            guard state else {
                parser.lookup.proxy = nil
                return
            }
            parser.lookup.proxy = Proxy(
                addresses: try value.map { text throws(Wrong) in try proxied(text, parser) },
                isPlain: isPlain)
        }
    }

    /// Reads `SOURCE[#PORT]-DESTINATION[#PORT]`.
    private static func proxied(
        _ text: Substring, _ parser: Parser
    ) throws(Wrong) -> (source: SocketAddress, destination: SocketAddress) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        var addresses: [SocketAddress] = []
        for (end, standard) in zip(ends, [UInt16(0), 53]) {
            let parts = end.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            var port = standard
            if parts.count == 2 {
                guard let number = parser.number(parts[1], most: 65535, "port number") else {
                    throw .stop(.fatal("Couldn't parse port number", status: 1))
                }
                port = UInt16(number)
            }
            guard let address = IPAddress(parts[0]) else { break }
            addresses.append(.ip(address, port: port))
        }
        guard ends.count == 2, addresses.count == 2 else {
            Parser.warn(
                "\(Dig.name): PROXY source and destination addresses cannot be parsed")
            throw .invalid
        }
        guard addresses[0].ip?.isIPv6 == addresses[1].ip?.isIPv6 else {
            Parser.warn(
                "\(Dig.name): PROXY source and destination addresses must be of the same type")
            throw .invalid
        }
        return (addresses[0], addresses[1])
    }

    private static func seconds(_ text: Substring) throws(Wrong) -> Double {
        guard let seconds = Double(text), seconds.isFinite, seconds > 0, seconds < 1e9 else {
            throw .unreadable("seconds '\(text)'")
        }
        return seconds
    }

    private static func failures(_ text: Substring) throws(Wrong) -> FailureSet {
        var set = FailureSet(codes: [], countsEmpty: false)
        for word in text.split(separator: ",") {
            let upper = word.uppercased()
            if upper == "NODATA" || upper == "EMPTY" {
                set.countsEmpty = true
            } else if let code = (0..<4096).first(where: {
                DNSMessage.ResponseCode(rawValue: UInt16($0)).description == upper
            }) ?? Int(word) {
                set.codes?.insert(UInt16(clamping: code))
            } else {
                throw .unreadable("response code '\(word)'")
            }
        }
        return set
    }

    private static func addOption(
        _ name: Substring, _ value: Substring?, _ parser: inout Parser
    ) throws(Wrong) {
        let known = DNSExtensions.Option.Code(name)
        guard
            let code = known
                ?? parser.number(name, most: 65535, "ednsopt").map({
                    DNSExtensions.Option.Code(rawValue: UInt16($0))
                })
        else { throw .stop(.fatal("bad edns code point: \(name)", status: 1)) }
        guard parser.lookup.options.count < 100 else {
            throw .stop(.fatal("too many ednsopts", status: 1))
        }
        guard let octets = value.map({ octets($0) }) ?? [] else {
            throw .stop(.fatal("isc_hex_decodestring: bad hex encoding", status: 1))
        }
        parser.lookup.options.append(DNSExtensions.Option(code: code, octets: octets))
    }

    /// The octets of hexadecimal digits.
    private static func octets(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
        guard digits.count % 2 == 0 else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let octet = UInt8(pair, radix: 16), pair.first != "+", pair.first != "-" else {
                return nil
            }
            octets.append(octet)
        }
        return octets
    }

    /// Reads an address with the length of its prefix; of one of IPv4 zeros may be left out.
    private static func subnet(_ text: Substring) throws(Wrong) -> DNSExtensions.ClientSubnet {
        // As in dig, no network at all is told as the one of IPv4 without a prefix.
        let subnet =
            text == "0"
            ? DNSExtensions.ClientSubnet(address: [0, 0, 0, 0], sourcePrefix: 0)
            : DNSExtensions.ClientSubnet(text)
        if let subnet { return subnet }
        if let slash = text.lastIndex(of: "/"), UInt32(text[text.index(after: slash)...]) == nil {
            throw .stop(
                .fatal("invalid prefix length in '\(text)': not a valid number\n", status: 1))
        }
        throw .stop(.fatal("invalid address '\(text)'", status: 1))
    }
}
