import TwineBytes

/// A RRSIG record: the signature of a set of records.
///
/// RFC 4034 §3.
struct DNSSECSignature: Hashable, Sendable {
    let owner: DNSName
    let typeCovered: DNSType
    let algorithm: DNSSECAlgorithm
    /// How many labels the signed name has, without an asterisk: fewer than the owner if that was
    /// made from a wildcard.
    let labels: Int
    let originalTimeToLive: UInt32
    /// Seconds since 1970, modulo 2³².
    let expiration: UInt32
    let inception: UInt32
    let tag: UInt16
    /// The zone that signed.
    let signer: DNSName
    let signature: [UInt8]
    /// The rdata before the signature, which is signed as well; the signer in lower case.
    private let prefix: [UInt8]

    /// Reads a record; nil if it is another, or malformed.
    init?(_ record: DNSRecord) {
        guard record.type == .rrsig else { return nil }
        var reader = ByteReader(record.rdata.span)
        guard let type = reader.readUInt16(), let algorithm = reader.readUInt8(),
            let labels = reader.readUInt8(), let time = reader.readUInt32(),
            let expiration = reader.readUInt32(), let inception = reader.readUInt32(),
            let tag = reader.readUInt16(),
            let signer = try? DNSName.parse(&reader, isCompressible: false)
        else { return nil }
        owner = record.name
        typeCovered = DNSType(rawValue: type)
        self.algorithm = DNSSECAlgorithm(rawValue: algorithm)
        self.labels = Int(labels)
        originalTimeToLive = time
        self.expiration = expiration
        self.inception = inception
        self.tag = tag
        self.signer = signer
        signature = reader.readRemaining()
        prefix = record.rdata.prefix(18) + signer.canonical.wire
    }

    /// How a time relates to those that the signature is valid between.
    enum Validity: Equatable {
        case valid
        case expired
        case notYetValid
    }

    /// Whether it is valid at `now`, in seconds since 1970, modulo 2³².
    ///
    /// RFC 4034 §3.1.5, RFC 1982.
    func validity(at now: UInt32) -> Validity {
        if Int32(bitPattern: expiration &- now) < 0 { return .expired }
        if Int32(bitPattern: now &- inception) < 0 { return .notYetValid }
        return .valid
    }

    /// How many labels the owner has, without the root and an asterisk at the start.
    private var ownerLabels: Int { owner.labelCount - (owner.isWildcard ? 1 : 0) }

    /// Whether signature and owner fit: the signer has the owner in its zone, and not more labels
    /// are counted than there are.
    ///
    /// RFC 4035 §5.3.1.
    var isPlausible: Bool {
        labels <= ownerLabels && labels >= signer.labelCount && owner.isSubdomain(of: signer)
    }

    /// The name whose child the wildcard is that the owner was made from; nil without a wildcard.
    ///
    /// RFC 4035 §5.3.2.
    var closestEncloser: DNSName? {
        labels < ownerLabels ? owner.ancestor(labels: labels) : nil
    }

    /// The octets that the signature covers; nil if the name would be too long.
    ///
    /// RFC 4034 §3.1.8.1, §6.3.
    func signedOctets(of set: DNSRecordSet) -> [UInt8]? {
        guard let name = closestEncloser.map({ $0.wildcardChild }) ?? owner else { return nil }
        var writer = ByteWriter(prefix)
        let owner = name.canonical.wire
        var last: [UInt8]?
        for rdata in set.canonicalRData where rdata != last {
            last = rdata
            guard let count = UInt16(exactly: rdata.count) else { return nil }
            writer.write(owner)
            writer.write(set.type.rawValue)
            writer.write(set.recordClass.rawValue)
            writer.write(originalTimeToLive)
            writer.write(count)
            writer.write(rdata)
        }
        return writer.bytes
    }
}
