import TwineBytes

extension DNSExtensions.Option {
    /// What an option of a known form says.
    public enum Content: Hashable, Sendable {
        /// LLQ: a query whose answer is kept up to date.
        case longLivedQuery(DNSExtensions.LongLivedQuery)
        /// UPDATE-LEASE: how long an update holds, and perhaps how long the key does, in seconds
        /// (RFC 9664 §4).
        case updateLease(UInt32, key: UInt32?)
        /// NSID: which server it is; nothing in a query (RFC 5001 §2).
        case nsid([UInt8])
        /// DAU: the numbers of the algorithms that a client knows (RFC 6975 §3).
        case dnssecAlgorithms([UInt8])
        /// DHU: the numbers of the digests that a client knows (RFC 6975 §3).
        case digestAlgorithms([UInt8])
        /// N3U: the numbers of the hashes that a client knows (RFC 6975 §3).
        case hashAlgorithms([UInt8])
        /// CLIENT-SUBNET: the network for which the answer shall be, or is.
        case clientSubnet(DNSExtensions.ClientSubnet)
        /// EXPIRE: after how many seconds the zone expires; nil in a query (RFC 7314 §3).
        case expire(UInt32?)
        /// COOKIE: the client's, and the server's.
        case cookie(DNSExtensions.Cookie)
        /// TCP-KEEPALIVE: how long an idle connection is kept, in tenths of a second; nil in a query
        /// (RFC 7828 §3.1).
        case tcpKeepalive(UInt16?)
        /// PADDING: how many octets without a meaning (RFC 7830 §3).
        case padding(count: Int)
        /// CHAIN: the closest name whose records the client has (RFC 7901 §4).
        case chain(DNSName)
        /// KEY-TAG: the tags of the keys that are trusted (RFC 8145 §4.1).
        case keyTags([UInt16])
        /// EDE: why the answer is as it is.
        case extendedError(DNSExtensions.ExtendedError)
        /// CLIENT-TAG: a number that client and server have agreed on.
        case clientTag(UInt16)
        /// SERVER-TAG: a number that client and server have agreed on.
        case serverTag(UInt16)
        /// Report-Channel: the name below which errors are reported (RFC 9567 §5).
        case reportChannel(DNSName)
        /// ZONEVERSION: which version of the zone it is; nil in a query.
        case zoneVersion(DNSExtensions.ZoneVersion?)
    }

    /// What the option says; nil if its code is not known here, or its octets have another form.
    public var content: Content? {
        guard OptionsRData.isValid(octets[...], of: code.rawValue) else { return nil }
        var reader = ByteReader(octets.span)
        switch code {
        case .longLivedQuery:
            return DNSExtensions.LongLivedQuery(&reader).map { .longLivedQuery($0) }
        case .updateLease:
            return reader.readUInt32().map { .updateLease($0, key: reader.readUInt32()) }
        case .nsid: return .nsid(octets)
        case .dnssecAlgorithms: return .dnssecAlgorithms(octets)
        case .digestAlgorithms: return .digestAlgorithms(octets)
        case .hashAlgorithms: return .hashAlgorithms(octets)
        case .clientSubnet: return DNSExtensions.ClientSubnet(octets).map { .clientSubnet($0) }
        case .expire: return .expire(reader.readUInt32())
        case .cookie:
            return DNSExtensions.Cookie(
                client: Array(octets.prefix(8)), server: Array(octets.dropFirst(8))
            ).map { .cookie($0) }
        case .tcpKeepalive:
            return octets.isEmpty || octets.count == 2 ? .tcpKeepalive(reader.readUInt16()) : nil
        case .padding: return .padding(count: octets.count)
        case .chain: return Self.name(&reader).map { .chain($0) }
        case .keyTag:
            var tags: [UInt16] = []
            while let tag = reader.readUInt16() { tags.append(tag) }
            return .keyTags(tags)
        case .extendedError:
            return reader.readUInt16().map { code in
                .extendedError(
                    DNSExtensions.ExtendedError(code: code, text: reader.readRemaining()))
            }
        case .clientTag: return reader.readUInt16().map { .clientTag($0) }
        case .serverTag: return reader.readUInt16().map { .serverTag($0) }
        case .reportChannel: return Self.name(&reader).map { .reportChannel($0) }
        case .zoneVersion:
            guard !octets.isEmpty else { return .zoneVersion(nil) }
            guard let labels = reader.readUInt8(), let type = reader.readUInt8() else {
                return nil
            }
            return .zoneVersion(
                DNSExtensions.ZoneVersion(
                    labelCount: labels, type: type, version: reader.readRemaining()))
        default: return nil
        }
    }

    /// The name that all octets are.
    private static func name(_ reader: inout ByteReader) -> DNSName? {
        let name = try? DNSName.parse(&reader, isCompressible: false)
        return reader.isAtEnd ? name : nil
    }

    /// Makes the option that says something.
    ///
    /// - Parameter content: What it says; of texts and lists beyond 65,535 octets the rest is left
    ///   out.
    public init(_ content: Content) {
        var octets = ByteWriter()
        switch content {
        case .longLivedQuery(let query):
            code = .longLivedQuery
            query.write(to: &octets)
        case .updateLease(let time, let key):
            code = .updateLease
            octets.write(time)
            if let key { octets.write(key) }
        case .nsid(let id):
            code = .nsid
            octets.write(id)
        case .dnssecAlgorithms(let numbers):
            code = .dnssecAlgorithms
            octets.write(numbers)
        case .digestAlgorithms(let numbers):
            code = .digestAlgorithms
            octets.write(numbers)
        case .hashAlgorithms(let numbers):
            code = .hashAlgorithms
            octets.write(numbers)
        case .clientSubnet(let subnet):
            code = .clientSubnet
            octets.write(subnet.octets)
        case .expire(let time):
            code = .expire
            if let time { octets.write(time) }
        case .cookie(let cookie):
            code = .cookie
            octets.write(cookie.client + cookie.server)
        case .tcpKeepalive(let time):
            code = .tcpKeepalive
            if let time { octets.write(time) }
        case .padding(let count):
            code = .padding
            octets.write([UInt8](repeating: 0, count: min(max(count, 0), 65_535)))
        case .chain(let name):
            code = .chain
            octets.write(name.wire)
        case .keyTags(let tags):
            code = .keyTag
            for tag in tags.prefix(32_767) { octets.write(tag) }
        case .extendedError(let error):
            code = .extendedError
            octets.write(error.code)
            octets.write(error.text)
        case .clientTag(let tag):
            code = .clientTag
            octets.write(tag)
        case .serverTag(let tag):
            code = .serverTag
            octets.write(tag)
        case .reportChannel(let name):
            code = .reportChannel
            octets.write(name.wire)
        case .zoneVersion(let version):
            code = .zoneVersion
            if let version { octets.write([version.labelCount, version.type] + version.version) }
        }
        self.octets = Array(octets.bytes.prefix(65_535))
    }
}
