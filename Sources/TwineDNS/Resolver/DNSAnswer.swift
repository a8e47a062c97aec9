/// What a response says about its question.
public enum DNSAnswer: Equatable, Sendable {
    /// Records of the type that was asked for, at the name or at the end of its aliases; they may be
    /// kept for the seconds given.
    case records([DNSRecord], timeToLive: UInt32)
    /// The name is an alias, and the response does not say what the name at the end has.
    case alias(DNSName, timeToLive: UInt32)
    /// The name does not exist; nil is not to be kept.
    case noSuchName(timeToLive: UInt32?)
    /// The name exists, without a record of that type; nil is not to be kept.
    case noData(timeToLive: UInt32?)
    /// Its aliases lead in a circle, or through more than ``maxAliases`` names.
    case aliasesTooMany

    /// The most aliases that are followed from a name to its records.
    ///
    /// BIND follows 16 as well; honest chains have one to five.
    public static let maxAliases = 16

    /// Reads a response whose code is NOERROR or NXDOMAIN.
    ///
    /// - Parameters:
    ///   - message: The response.
    ///   - question: What was asked.
    ///
    /// RFC 1034 §3.6.2, RFC 2308 §2.
    public init(_ message: DNSMessage, to question: DNSMessage.Question) {
        var name = question.name
        var timeToLive = UInt32.max
        var aliases = 0
        while true {
            let records = message.answer.filter {
                $0.name == name
                    && ($0.recordClass == question.questionClass || question.questionClass == .any)
            }
            let found = records.filter {
                ($0.type == question.type || question.type == .any) && $0.hasValidRData
            }
            if !found.isEmpty {
                for record in found { timeToLive = min(timeToLive, record.lifetime) }
                self = .records(found, timeToLive: timeToLive)
                return
            }
            guard question.type != .cname,
                let alias = records.first(where: { $0.type == .cname }),
                case .cname(let target)? = alias.data
            else { break }
            aliases += 1
            guard aliases <= Self.maxAliases else {
                self = .aliasesTooMany
                return
            }
            timeToLive = min(timeToLive, alias.lifetime)
            name = target
        }
        let negative = Self.negativeLifetime(message, of: name).map { min($0, timeToLive) }
        if message.responseCode == .nameError {
            self = .noSuchName(timeToLive: negative)
        } else if aliases > 0, negative == nil {
            self = .alias(name, timeToLive: timeToLive)
        } else {
            self = .noData(timeToLive: negative)
        }
    }

    /// How long the zone allows a negative answer to be kept; nil without a SOA.
    private static func negativeLifetime(_ message: DNSMessage, of name: DNSName) -> UInt32? {
        for record in message.authority where name.isSubdomain(of: record.name) {
            if case .soa(let soa)? = record.data { return min(record.lifetime, soa.minimum) }
        }
        return nil
    }
}

extension DNSRecord {
    /// How long it may be kept, in seconds.
    ///
    /// RFC 2181 §8: a number with the highest bit set counts as zero.
    var lifetime: UInt32 { timeToLive > UInt32(Int32.max) ? 0 : timeToLive }
}
