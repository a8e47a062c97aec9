import TwineBytes

/// The types that a name has, by a NSEC or NSEC3 record.
///
/// RFC 4034 §4.1.2.
struct DNSSECTypes: Hashable, Sendable {
    /// The map of the wire.
    private let map: [UInt8]

    init(map: [UInt8]) { self.map = map }

    /// Whether it has the type.
    func contains(_ type: DNSType) -> Bool {
        var reader = ByteReader(map.span)
        while let window = reader.readUInt8(), let count = reader.readUInt8(),
            let bits = reader.readSpan(Int(count))
        {
            guard window == UInt8(type.rawValue >> 8) else { continue }
            let index = Int(type.rawValue & 0xff) / 8
            return index < bits.count && bits[index] & (0x80 >> UInt8(type.rawValue & 7)) != 0
        }
        return false
    }

    /// Whether the name is where another zone begins, seen from above: what is below is not in this
    /// zone, and not told by this record.
    ///
    /// RFC 6840 §4.1.
    var isDelegation: Bool { contains(.ns) && !contains(.soa) }

    /// Whether the name is an end of the zone: a delegation, or an alias for all that is below.
    var endsZone: Bool { isDelegation || contains(.dname) }
}

/// A NSEC record: the next name of the zone, and the types of this one.
///
/// RFC 4034 §4.
struct NSECRecord: Hashable, Sendable {
    let owner: DNSName
    let next: DNSName
    let types: DNSSECTypes

    /// Reads a record; nil if it is another, or malformed.
    init?(_ record: DNSRecord) {
        guard record.type == .nsec else { return nil }
        var reader = ByteReader(record.rdata.span)
        guard let next = try? DNSName.parse(&reader, isCompressible: false) else { return nil }
        owner = record.name
        self.next = next
        types = DNSSECTypes(map: reader.readRemaining())
    }

    /// Whether it tells that a name of its zone does not exist, with or without names below it.
    ///
    /// Names below a delegation or a DNAME are none of this zone (RFC 6840 §4.1).
    func covers(_ name: DNSName) -> Bool {
        guard owner.precedes(name) else { return false }
        // The last record of a zone has the zone itself for the next name.
        guard name.precedes(next) || !owner.precedes(next) else { return false }
        return !(name.isSubdomain(of: owner) && types.endsZone)
    }

    /// The longest name that exists, of a name that is covered and those above it.
    func closestEncloser(of name: DNSName) -> DNSName {
        let before = name.commonAncestor(owner)
        let after = name.commonAncestor(next)
        return before.labelCount >= after.labelCount ? before : after
    }
}

/// A NSEC3 record: the next hash of the zone, and the types of the name with this one.
///
/// RFC 5155 §3.
struct NSEC3Record: Hashable, Sendable {
    /// The zone, which is its owner without the first label.
    let zone: DNSName
    let hash: [UInt8]
    let next: [UInt8]
    let parameters: Parameters
    /// Whether there may be delegations between both hashes that are not signed.
    let isOptOut: Bool
    let types: DNSSECTypes

    /// How names are hashed.
    struct Parameters: Hashable, Sendable {
        let iterations: UInt16
        let salt: [UInt8]

        /// The most rounds that a hash has: with more, a zone is as if not signed, as in BIND 9.20.
        ///
        /// RFC 9276 §3.2.
        static let maxIterations = 50

        /// The hash of a name.
        ///
        /// RFC 5155 §5.
        func hash(of name: DNSName) -> [UInt8] {
            var hash = name.canonical.wire
            for _ in 0...min(Int(iterations), Self.maxIterations) {
                hash = DNSSECCrypto.digest(hash + salt, .sha1) ?? []
            }
            return hash
        }
    }

    /// Reads a record; nil if it is another, malformed, or of a hash that is not known.
    init?(_ record: DNSRecord) {
        guard record.type == .nsec3, let zone = record.name.parent,
            let label = record.name.labels.first, let hash = DNSLetters.base32.decode(label)
        else { return nil }
        var reader = ByteReader(record.rdata.span)
        guard let algorithm = reader.readUInt8(), let flags = reader.readUInt8(),
            let iterations = reader.readUInt16(), let saltCount = reader.readUInt8(),
            let salt = reader.readBytes(Int(saltCount)), let count = reader.readUInt8(),
            let next = reader.readBytes(Int(count))
        else { return nil }
        // Only SHA-1 is defined; unknown flags make it another kind of record (RFC 5155 §8.2).
        guard algorithm == 1, flags & ~1 == 0, hash.count == 20, next.count == 20 else {
            return nil
        }
        self.zone = zone
        self.hash = hash
        self.next = next
        parameters = Parameters(iterations: iterations, salt: salt)
        isOptOut = flags & 1 != 0
        types = DNSSECTypes(map: reader.readRemaining())
    }

    /// Whether no name of the zone has the hash `other`, with the exception of the opt-out.
    func covers(_ other: [UInt8]) -> Bool {
        let isAfter = hash.lexicographicallyPrecedes(other)
        let isBefore = other.lexicographicallyPrecedes(next)
        // The last record of a zone has the first hash for the next.
        if hash.lexicographicallyPrecedes(next) { return isAfter && isBefore }
        return isAfter || isBefore
    }
}
