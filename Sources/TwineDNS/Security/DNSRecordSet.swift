/// The records of one name, type and class, and their signatures.
///
/// RFC 2181 §5, RFC 4035 §2.2.
public struct DNSRecordSet: Hashable, Sendable {
    /// The name that they belong to.
    public let name: DNSName
    /// Their type.
    public let type: DNSType
    /// Their class.
    public let recordClass: DNSClass
    /// The records, in the order of the message; of two that are the same the first.
    public internal(set) var records: [DNSRecord]
    /// The RRSIG records that cover them, in the order of the message.
    public internal(set) var signatures: [DNSRecord]

    /// The sets in a section of a message, in the order in which each begins there.
    ///
    /// Signatures of records that are not in the section are a set of their own type, RRSIG; an OPT
    /// record is of none.
    ///
    /// - Parameter section: The records of one section.
    /// - Returns: The sets.
    public static func sets(of section: [DNSRecord]) -> [DNSRecordSet] {
        var sets: [DNSRecordSet] = []
        var places: [Key: Int] = [:]
        var signatures: [DNSRecord] = []
        func add(_ record: DNSRecord) {
            let key = Key(record.name, record.type, record.recordClass)
            if let place = places[key] {
                sets[place].records.append(record)
            } else {
                places[key] = sets.count
                sets.append(
                    DNSRecordSet(
                        name: record.name, type: record.type, recordClass: record.recordClass,
                        records: [record], signatures: []))
            }
        }
        var seen: Set<DNSRecord> = []
        for record in section where record.type != .opt && seen.insert(record).inserted {
            if record.type == .rrsig { signatures.append(record) } else { add(record) }
        }
        for record in signatures {
            let covered = DNSSECSignature(record)?.typeCovered ?? .rrsig
            if let place = places[Key(record.name, covered, record.recordClass)], covered != .rrsig
            {
                sets[place].signatures.append(record)
            } else {
                add(record)
            }
        }
        return sets
    }

    private struct Key: Hashable {
        let name: DNSName
        let type: DNSType
        let recordClass: DNSClass

        init(_ name: DNSName, _ type: DNSType, _ recordClass: DNSClass) {
            self.name = name
            self.type = type
            self.recordClass = recordClass
        }
    }

    /// The rdata of all records in canonical form and order, in which what is the same stands
    /// together.
    ///
    /// RFC 4034 §6.3.
    var canonicalRData: [[UInt8]] {
        records.map(\.canonicalRData).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension DNSRecordSet: CustomStringConvertible {
    /// The name and the type, as `www.example.org. A`.
    public var description: String { "\(name) \(type)" }
}
