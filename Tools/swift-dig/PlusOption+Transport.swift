import TwineCore

/// Options about what carries a query.
extension PlusOption {
    static func impliesTCP(_ state: Bool, _ parser: inout Parser) {
        if !parser.lookup.isTCPSet { parser.lookup.usesTCP = state }
    }

    static func tcp(_ name: String, _ path: String) -> PlusOption {
        PlusOption(name: name, path: path) { parser, state, _ in
            // Not in batch files, as in dig.
            guard parser.source != .batch else { return }
            parser.lookup.usesTCP = state
            parser.lookup.isTCPSet = true
        }
    }

    static func http(
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

    static func tls(
        _ name: String, _ path: String, _ what: String?,
        _ key: any WritableKeyPath<LookupParts, String?> & Sendable
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

    static func proxy(
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
    static func proxied(
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
}
