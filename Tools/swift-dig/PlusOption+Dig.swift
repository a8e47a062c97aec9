import TwineDNS

extension PlusOption {
    /// The options of dig 9.20, and those that it has had.
    static let ofDig: [PlusOption] = [
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
        // Always so: keys that RFC 9460 has no name for are written by their numbers.
        PlusOption(name: "svcparamkeycompat", path: "sv") { _, _, _ in },
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
    ]
}
