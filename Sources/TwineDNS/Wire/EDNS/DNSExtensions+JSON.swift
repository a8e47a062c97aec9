/// What EDNS adds, in JSON.
extension DNSExtensions {
    /// Writes the member `EDNS`.
    func write(to json: inout DNSJSONWriter) {
        json.beginMember("EDNS", "{")
        json.member("version", Int(version))
        json.member("extendedRCODE", Int(extendedResponseCode))
        json.member("flags", Int(flags))
        json.member("DO", dnssecOK ? 1 : 0)
        json.member("CO", flags & 0x4000 != 0 ? 1 : 0)
        json.member("udpSize", Int(payloadSize))
        json.beginMember("options", "[")
        for option in options {
            json.begin("{")
            json.member("code", Int(option.code.rawValue))
            json.member("name", option.code.description)
            json.member("dataHEX", hexadecimal: option.octets)
            if let content = option.content {
                json.beginMember("data", "{")
                content.writeMembers(to: &json)
                json.end("}")
            }
            json.end("}")
        }
        json.end("]")
        json.end("}")
    }
}

extension DNSExtensions.Option.Content {
    fileprivate func writeMembers(to json: inout DNSJSONWriter) {
        switch self {
        case .longLivedQuery(let query):
            json.member("version", Int(query.version))
            json.member("opcode", Int(query.opcode))
            json.member("error", Int(query.error))
            // Beyond 2⁵³ the numbers of many readers are not exact (RFC 8259 §6).
            json.member("id", String(query.id))
            json.member("lease", Int(query.lease))
        case .updateLease(let time, let key):
            json.member("lease", Int(time))
            if let key { json.member("keyLease", Int(key)) }
        case .nsid(let id): json.member("nsid", octets: id)
        case .dnssecAlgorithms(let numbers), .digestAlgorithms(let numbers),
            .hashAlgorithms(let numbers):
            write(numbers.map { Int($0) }, "algorithms", to: &json)
        case .clientSubnet(let subnet):
            json.member("family", subnet.address.isEmpty ? 0 : subnet.address.count == 4 ? 1 : 2)
            json.member("address", subnet.addressText)
            json.member("sourcePrefix", Int(subnet.sourcePrefix))
            json.member("scopePrefix", Int(subnet.scopePrefix))
        case .expire(let time): if let time { json.member("expire", Int(time)) }
        case .cookie(let cookie):
            json.member("clientHEX", hexadecimal: cookie.client)
            if !cookie.server.isEmpty { json.member("serverHEX", hexadecimal: cookie.server) }
        case .tcpKeepalive(let tenths):
            if let tenths { json.member("timeout", Int(tenths)) }
        case .padding(let count): json.member("length", count)
        case .chain(let name): json.member("closestTrustPoint", name.description)
        case .keyTags(let tags): write(tags.map { Int($0) }, "keyTags", to: &json)
        case .extendedError(let error):
            json.member("infoCode", Int(error.code))
            if let purpose = error.purpose { json.member("purpose", purpose) }
            if !error.text.isEmpty { json.member("extraText", octets: error.text) }
        case .clientTag(let tag), .serverTag(let tag): json.member("tag", Int(tag))
        case .reportChannel(let name): json.member("agentDomain", name.description)
        case .zoneVersion(let version):
            guard let version else { return }
            json.member("labelCount", Int(version.labelCount))
            json.member("type", Int(version.type))
            if let serial = version.serial { json.member("serial", Int(serial)) }
            json.member("versionHEX", hexadecimal: version.version)
        }
    }

    private func write(_ numbers: [Int], _ name: String, to json: inout DNSJSONWriter) {
        json.beginMember(name, "[\(numbers.map { String($0) }.joined(separator: ","))]")
    }
}
