import TwineBytes

/// A DNSKEY record: a key of a zone.
///
/// RFC 4034 §2.
struct DNSSECKey: Hashable, Sendable {
    let owner: DNSName
    let flags: UInt16
    let protocolNumber: UInt8
    let algorithm: DNSSECAlgorithm
    let publicKey: [UInt8]
    /// The number by which signatures and DS records refer to it; others may have it too.
    let tag: UInt16
    /// The whole rdata, of which digests are made.
    let rdata: [UInt8]

    /// Reads a record; nil if it is another, or too short.
    init?(_ record: DNSRecord) {
        guard record.type == .dnskey else { return nil }
        var reader = ByteReader(record.rdata.span)
        guard let flags = reader.readUInt16(), let number = reader.readUInt8(),
            let algorithm = reader.readUInt8()
        else { return nil }
        owner = record.name
        self.flags = flags
        protocolNumber = number
        self.algorithm = DNSSECAlgorithm(rawValue: algorithm)
        publicKey = reader.readRemaining()
        tag = DNSField.keyTag(record.rdata.span)
        rdata = record.rdata
    }

    /// Whether it may sign a zone's records: it is a zone's key, for DNSSEC.
    ///
    /// RFC 4034 §2.1.1, §2.1.2.
    var isZoneKey: Bool { flags & 0x100 != 0 && protocolNumber == 3 }

    /// Whether its owner has revoked it, so that it is no entry to the zone any more.
    ///
    /// RFC 5011 §2.1.
    var isRevoked: Bool { flags & 0x80 != 0 }

    /// Whether both are the same key, whatever became of it.
    func isSameKey(as other: DNSSECKey) -> Bool {
        algorithm == other.algorithm && publicKey == other.publicKey && owner == other.owner
    }
}

/// A DS record: the digest of a key of the zone below.
///
/// RFC 4034 §5.
struct DNSSECDelegation: Hashable, Sendable {
    let owner: DNSName
    let tag: UInt16
    let algorithm: DNSSECAlgorithm
    let kind: DNSSECDigest
    let digest: [UInt8]

    /// Reads a record; nil if it is another, or too short.
    init?(_ record: DNSRecord) {
        guard record.type == .ds else { return nil }
        var reader = ByteReader(record.rdata.span)
        guard let tag = reader.readUInt16(), let algorithm = reader.readUInt8(),
            let kind = reader.readUInt8()
        else { return nil }
        owner = record.name
        self.tag = tag
        self.algorithm = DNSSECAlgorithm(rawValue: algorithm)
        self.kind = DNSSECDigest(rawValue: kind)
        digest = reader.readRemaining()
    }

    /// Makes the record of a key.
    init(
        owner: DNSName, tag: UInt16, algorithm: DNSSECAlgorithm, kind: DNSSECDigest,
        digest: [UInt8]
    ) {
        self.owner = owner
        self.tag = tag
        self.algorithm = algorithm
        self.kind = kind
        self.digest = digest
    }

    /// Whether it can be used at all.
    var isSupported: Bool { algorithm.isSupported && kind.isSupported }

    /// Whether it is the digest of this key.
    ///
    /// RFC 4034 §5.1.4.
    func matches(_ key: DNSSECKey) -> Bool {
        guard tag == key.tag, algorithm == key.algorithm, owner == key.owner else { return false }
        return DNSSECCrypto.digest(key.owner.canonical.wire + key.rdata, kind) == digest
    }

    /// Those that count: of supported kinds, and without SHA-1 where there is a better digest.
    ///
    /// RFC 4035 §5.2, RFC 4509 §3.
    static func usable(_ records: [DNSSECDelegation]) -> [DNSSECDelegation] {
        let supported = records.filter(\.isSupported)
        let better = supported.filter { $0.kind != .sha1 }
        return better.isEmpty ? supported : better
    }
}
