/// What EDNS adds, in YAML as dig prints it.
extension DNSExtensions {
    /// Writes the fixed fields and the options.
    func write(to yaml: inout DNSYAMLWriter, isCookieOurs: Bool?) {
        yaml.line("OPT_PSEUDOSECTION:")
        yaml.depth += 1
        yaml.line("EDNS:")
        yaml.depth += 1
        yaml.line("version: \(version)")
        yaml.line("flags:" + flagNames.map { " \($0)" }.joined())
        if let unnamedFlags { yaml.line("MBZ: \(unnamedFlags)") }
        yaml.line("udp: \(payloadSize)")
        for option in options { option.write(to: &yaml, isCookieOurs: isCookieOurs) }
        yaml.depth -= 2
    }
}

extension DNSExtensions.Option {
    fileprivate func write(to yaml: inout DNSYAMLWriter, isCookieOurs: Bool?) {
        switch content {
        case .longLivedQuery(let query)?:
            members(
                [
                    ("LLQ-VERSION", "\(query.version)"), ("LLQ-OPCODE", "\(query.opcode)"),
                    ("LLQ-ERROR", "\(query.error)"), ("LLQ-ID", "\(query.id)"),
                    ("LLQ-LEASE", "\(query.lease)"),
                ], &yaml)
        case .updateLease(let time, let key)?:
            let lease = [("LEASE", "\(time) # \(DNSTime.inWords(time))")]
            members(
                lease + (key.map { [("KEY-LEASE", "\($0) # \(DNSTime.inWords($0))")] } ?? []),
                &yaml)
        case .clientSubnet(let subnet)?: value(subnet.description, &yaml)
        case .expire(let time?)?: value("\(time) # \(DNSTime.inWords(time))", &yaml)
        case .tcpKeepalive(let tenths?)?: value("\(tenths / 10).\(tenths % 10) secs", &yaml)
        case .chain(let name)?, .reportChannel(let name)?:
            let text = name.isRoot ? "." : name.text
            yaml.quoted("\(code): ", Array(text.utf8), "")
        case .keyTags(let tags)?:
            value("[ \(tags.map { String($0) }.joined(separator: ", ")) ]", &yaml)
        case .clientTag(let tag)?, .serverTag(let tag)?: value(String(tag), &yaml)
        case .extendedError(let error)?: write(error, to: &yaml)
        case .cookie(let cookie)? where octets.count < 40:
            write(cookie, to: &yaml, status: cookieStatus(isCookieOurs))
        default: writeOctets(to: &yaml)
        }
    }

    private func value(_ value: String, _ yaml: inout DNSYAMLWriter) {
        yaml.line("\(code): \(value)")
    }

    private func members(_ members: [(String, String)], _ yaml: inout DNSYAMLWriter) {
        yaml.line("\(code):")
        yaml.depth += 1
        for (name, value) in members { yaml.line("\(name): \(value)") }
        yaml.depth -= 1
    }

    private func write(
        _ error: DNSExtensions.ExtendedError, to yaml: inout DNSYAMLWriter
    ) {
        let purpose = error.purpose.map { " (\($0))" } ?? ""
        members([("INFO-CODE", "\(error.code)\(purpose)")], &yaml)
        // dig ends the option's line once more where no text follows.
        guard !error.text.isEmpty else { return yaml.raw("\n") }
        let isUTF8 = error.isUTF8
        let octets = isUTF8 ? "" : hexadecimal(error.text)
        yaml.depth += 1
        yaml.quoted("EXTRA-TEXT: \(octets)", error.text, isUTF8: isUTF8, "")
        yaml.depth -= 1
    }

    private func write(
        _ cookie: DNSExtensions.Cookie, to yaml: inout DNSYAMLWriter, status: String?
    ) {
        func digits(_ octets: [UInt8]) -> String { hexadecimal(octets).filter { $0 != " " } }
        var lines = [("CLIENT", digits(cookie.client))]
        if !cookie.server.isEmpty { lines.append(("SERVER", digits(cookie.server))) }
        if let status { lines.append(("STATUS", status)) }
        members(lines, &yaml)
    }

    private func hexadecimal(_ octets: [UInt8]) -> String {
        octets.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() + " " }.joined()
    }

    private func writeOctets(to yaml: inout DNSYAMLWriter) {
        guard !octets.isEmpty else { return yaml.line("\(code):") }
        let octets = hexadecimal(octets)
        if code == .cookie { return value(octets.filter { $0 != " " }, &yaml) }
        if code == .clientSubnet { return value(octets, &yaml) }
        yaml.quoted("\(code): \(octets)(", self.octets, ")")
    }
}
