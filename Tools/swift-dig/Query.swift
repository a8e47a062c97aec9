import TwineDNS

/// The message that a lookup sends to one server.
final class Query {
    /// What is asked.
    let question: DNSMessage.Question
    let isHeaderOnly: Bool
    let id: UInt16
    /// What is sent, with its signature.
    let octets: [UInt8]
    /// The cookie that was sent.
    let cookie: [UInt8]?
    /// What the reply's signature is checked by.
    let session: TransactionSession?

    /// The largest query that is sent as a datagram, in octets.
    static let maxDatagram = 512

    /// Makes the message.
    ///
    /// - Parameters:
    ///   - lookup: What is asked, and how.
    ///   - name: The name, complete.
    ///   - id: The id.
    ///   - cookie: What this client is known by to the server.
    ///   - key: What it is signed with.
    /// - Throws: What cannot be written, or not be signed.
    init(
        _ lookup: Lookup, _ name: DNSName, id: UInt16, cookie: [UInt8], key: QueryKey? = nil
    ) throws(DNSError) {
        self.id = id
        question = DNSMessage.Question(name, lookup.type, lookup.recordClass)
        isHeaderOnly = lookup.isHeaderOnly
        var header = DNSMessage.Header(id: id)
        header.opcode = lookup.opcode
        header.recursionDesired =
            lookup.isRecursive && lookup.type != .axfr && lookup.type != .ixfr
        header.isAuthoritative = lookup.setsAuthoritative
        header.isAuthenticData = lookup.setsAuthenticData
        header.checkingDisabled = lookup.checkingDisabled
        header.recursionAvailable = lookup.setsRecursionAvailable
        header.isTruncated = lookup.setsTruncated
        header.reserved = lookup.setsReserved
        var message = DNSMessage(
            header: header, question: lookup.isHeaderOnly ? [] : [question])
        if lookup.type == .ixfr {
            let soa = DNSRecordData.SOA(
                primary: .root, mailbox: .root, serial: lookup.serial, refresh: 0, retry: 0,
                expire: 0, minimum: 0)
            message.authority = [
                DNSRecord(
                    name: name, recordClass: lookup.recordClass, timeToLive: 0, data: .soa(soa))
            ]
        }
        let sent = lookup.cookie ?? cookie
        self.cookie = lookup.sendsCookie ? sent : nil
        message.extensions = Self.extensions(lookup, cookie: sent)
        // The signature counts where the length is to be a multiple.
        let trailing = lookup.padding > 0 ? try Self.signatureLength(message, key) : 0
        let plain = try message.serialize(paddedTo: Int(lookup.padding), trailing: trailing)
        switch key {
        case .transaction(let key)?:
            var session = TransactionSession(key: key)
            octets = try session.sign(plain, at: Instant.now.seconds)
            self.session = session
        case .signature(let key)?:
            octets = try key.sign(plain, at: Instant.now.seconds)
            session = nil
        case nil:
            octets = plain
            session = nil
        }
    }

    /// How many octets a signature adds to a message.
    private static func signatureLength(
        _ message: DNSMessage, _ key: QueryKey?
    ) throws(DNSError) -> Int {
        guard case .transaction(let key)? = key else { return 0 }
        let plain = try message.serialize()
        var session = TransactionSession(key: key)
        return try session.sign(plain, at: 0).count - plain.count
    }

    private static func extensions(_ lookup: Lookup, cookie: [UInt8]) -> DNSExtensions? {
        let wantsEDNS =
            lookup.payloadSize != nil || lookup.dnssecOK || lookup.edns != nil
            || lookup.subnet != nil
        guard wantsEDNS else { return nil }
        var options: [DNSExtensions.Option] = []
        if lookup.asksNSID { options.append(.init(.nsid([]))) }
        if let subnet = lookup.subnet { options.append(.init(.clientSubnet(subnet))) }
        if lookup.sendsCookie { options.append(.init(code: .cookie, octets: cookie)) }
        if lookup.asksExpire { options.append(.init(.expire(nil))) }
        if lookup.asksKeepalive { options.append(.init(.tcpKeepalive(nil))) }
        if lookup.asksZoneVersion { options.append(.init(.zoneVersion(nil))) }
        options += lookup.options
        var flags = lookup.ednsFlags & 0x3fff
        if lookup.dnssecOK { flags |= 0x8000 }
        if lookup.compactOK { flags |= 0x4000 }
        return DNSExtensions(
            payloadSize: lookup.payloadSize ?? 1232, version: lookup.edns ?? 0, flags: flags,
            options: options)
    }
}
