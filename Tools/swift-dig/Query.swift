import TwineDNS

/// The message that a lookup sends to one server.
struct Query {
    /// What is asked; nil for a header without a question.
    let question: DNSMessage.Question
    let isHeaderOnly: Bool
    let id: UInt16
    /// What is sent, with its signature.
    let octets: [UInt8]
    /// The cookie that was sent.
    let cookie: [UInt8]?
    /// What the reply's signature is checked by.
    let signature: [UInt8] = []

    /// The largest query that is sent as a datagram, in octets.
    static let maxDatagram = 512

    /// Makes the message.
    ///
    /// - Parameters:
    ///   - lookup: What is asked, and how.
    ///   - name: The name, complete.
    ///   - id: The id.
    ///   - cookie: What this client is known by to the server.
    init(_ lookup: Lookup, _ name: DNSName, id: UInt16, cookie: [UInt8]) throws(DNSError) {
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
        guard var extensions = Self.extensions(lookup, cookie: sent) else {
            octets = try message.serialize()
            return
        }
        message.extensions = extensions
        if lookup.padding > 0 {
            extensions.options.append(DNSExtensions.Option(code: 12, octets: []))
            message.extensions = extensions
            let block = Int(lookup.padding)
            let excess = try message.serialize().count % block
            if excess > 0 {
                extensions.options[extensions.options.count - 1].octets =
                    [UInt8](repeating: 0, count: block - excess)
                message.extensions = extensions
            }
        }
        octets = try message.serialize()
    }

    private static func extensions(_ lookup: Lookup, cookie: [UInt8]) -> DNSExtensions? {
        let wantsEDNS =
            lookup.payloadSize != nil || lookup.dnssecOK || lookup.edns != nil
            || lookup.subnet != nil
        guard wantsEDNS else { return nil }
        var options: [DNSExtensions.Option] = []
        func add(_ code: UInt16, _ octets: [UInt8] = []) {
            options.append(DNSExtensions.Option(code: code, octets: octets))
        }
        if lookup.asksNSID { add(3) }
        if let subnet = lookup.subnet { options.append(subnet.option) }
        if lookup.sendsCookie { add(10, cookie) }
        if lookup.asksExpire { add(9) }
        if lookup.asksKeepalive { add(11) }
        if lookup.asksZoneVersion { add(19) }
        options += lookup.options
        var flags = lookup.ednsFlags & 0x3fff
        if lookup.dnssecOK { flags |= 0x8000 }
        if lookup.compactOK { flags |= 0x4000 }
        return DNSExtensions(
            payloadSize: lookup.payloadSize ?? 1232, version: lookup.edns ?? 0, flags: flags,
            options: options)
    }
}
