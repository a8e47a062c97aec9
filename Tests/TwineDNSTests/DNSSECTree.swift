import COpenSSL
import Testing
import TwineCore

@testable import TwineDNS

/// The name that a text is.
func dnsName(_ text: String) throws -> DNSName { try DNSName(text) }

/// The records of lines in the form of zone files.
func zoneRecords(_ text: String) throws -> [DNSRecord] {
    var reader = ZoneReader(Array(text.utf8), timeToLive: 3600)
    var records: [DNSRecord] = []
    while let record = try reader.next() { records.append(record) }
    return records
}

/// The one set of lines in the form of zone files, with its signatures.
func zoneSet(_ text: String) throws -> DNSRecordSet {
    try #require(try DNSRecordSet.sets(of: zoneRecords(text)).first)
}

/// A key on Ed25519 that signs: the same one for the same seed.
struct TreeKey {
    let zone: DNSName
    let seed: UInt8
    var flags: UInt16 = 257
    var algorithm: UInt8 = 15

    var record: DNSRecord {
        let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, privateKey, 32)
        defer { unsafe EVP_PKEY_free(key) }
        var octets = [UInt8](repeating: 0, count: 32)
        var count = 32
        _ = unsafe EVP_PKEY_get_raw_public_key(key, &octets, &count)
        let head = [UInt8(flags >> 8), UInt8(flags & 0xff), 3, algorithm]
        return DNSRecord(name: zone, type: .dnskey, timeToLive: 3600, rdata: head + octets)
    }

    private var privateKey: [UInt8] { [UInt8](repeating: seed, count: 32) }

    var tag: UInt16 { DNSSECKey(record)?.tag ?? 0 }

    var delegation: DNSRecord {
        let digest = DNSSECCrypto.digest(zone.canonical.wire + record.rdata, .sha256) ?? []
        let rdata = [UInt8(tag >> 8), UInt8(tag & 0xff), algorithm, 2] + digest
        return DNSRecord(name: zone, type: .ds, timeToLive: 3600, rdata: rdata)
    }

    /// The signature of records of one name and type.
    func signature(
        of records: [DNSRecord], from inception: UInt32 = SignedTree.now - 3600,
        to expiration: UInt32 = SignedTree.now + 86_400
    ) -> DNSRecord {
        let owner = records[0].name
        let labels = owner.labelCount - (owner.isWildcard ? 1 : 0)
        func big(_ value: UInt32) -> [UInt8] {
            (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let type = records[0].type.rawValue
        var head: [UInt8] = [UInt8(type >> 8), UInt8(type & 0xff), algorithm, UInt8(labels)]
        head += big(records[0].timeToLive) + big(expiration) + big(inception)
        head += [UInt8(tag >> 8), UInt8(tag & 0xff)] + zone.wire
        var record = DNSRecord(name: owner, type: .rrsig, timeToLive: 3600, rdata: head)
        let set = DNSRecordSet.sets(of: records)[0]
        let octets = DNSSECSignature(record)?.signedOctets(of: set) ?? []
        let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, privateKey, 32)
        let context = unsafe EVP_MD_CTX_new()
        defer {
            unsafe EVP_MD_CTX_free(context)
            unsafe EVP_PKEY_free(key)
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = 64
        _ = unsafe EVP_DigestSignInit(context, nil, nil, nil, key)
        _ = unsafe EVP_DigestSign(context, &signature, &count, octets, octets.count)
        record.rdata += signature
        return record
    }
}

/// Zones that are signed by each other, and what a resolver would answer of them.
///
/// A denial has all NSEC or NSEC3 records of its zone, so zones shall be small.
@Reactor
final class SignedTree {
    nonisolated static let now: UInt32 = 1_700_000_000

    enum Denial {
        case nsec
        case nsec3(iterations: UInt16, isOptOut: Bool)
    }

    final class Zone {
        let name: DNSName
        /// nil in a zone that is not signed.
        var key: TreeKey?
        var denial: Denial
        var records: [DNSRecord]

        init(_ name: DNSName, key: TreeKey?, denial: Denial, records: [DNSRecord]) {
            self.name = name
            self.key = key
            self.denial = denial
            self.records = records
        }
    }

    private(set) var zones: [Zone] = []
    /// What is changed in each response, as by somebody on the way.
    var change: (DNSMessage.Question, inout DNSMessage) -> Void = { _, _ in }
    private(set) var asked: [DNSMessage.Question] = []

    /// Adds a zone; those above come first, and get its NS and DS records.
    @discardableResult
    func add(
        _ text: String, isSigned: Bool = true, hasDS: Bool = true, denial: Denial = .nsec,
        algorithm: UInt8 = 15, _ content: String
    ) throws -> Zone {
        let owner = try dnsName(text)
        let key =
            isSigned
            ? TreeKey(zone: owner, seed: UInt8(zones.count + 1), algorithm: algorithm) : nil
        let apex = try zoneRecords(
            "\(owner) SOA ns.\(owner) root.\(owner) 1 2 3 4 5\n\(owner) NS ns.test.\n"
                .replacing("..", with: "."))
        let zone = Zone(owner, key: key, denial: denial, records: apex + (try zoneRecords(content)))
        if let key { zone.records.append(key.record) }
        if let above = zones.filter({ owner.isSubdomain(of: $0.name) })
            .max(by: { $0.name.labelCount < $1.name.labelCount })
        {
            above.records += try zoneRecords("\(owner) NS ns.test.")
            if let key, hasDS { above.records.append(key.delegation) }
        }
        zones.append(zone)
        return zone
    }

    var anchors: [DNSSECTrustAnchor] {
        zones.first?.key.flatMap { DNSSECTrustAnchor($0.record) }.map { [$0] } ?? []
    }

    func validator(now: UInt32 = SignedTree.now) -> DNSSECValidator {
        DNSSECValidator(anchors: anchors, now: now) { succeed(self.answer($0)) }
    }

    func validate(_ text: String, _ type: DNSType = .a) async throws -> DNSSECResult {
        try await validator().validate(DNSMessage.Question(dnsName(text), type)).value.result
    }

    // MARK: Answers

    func answer(_ question: DNSMessage.Question) -> DNSMessage {
        asked.append(question)
        var message = DNSMessage(question: [question])
        message.header.isResponse = true
        var name = question.name
        for _ in 0..<4 {
            guard let next = add(name, question.type, to: &message) else { break }
            name = next
        }
        change(question, &message)
        return message
    }

    private func zone(of name: DNSName, _ type: DNSType) -> Zone? {
        zones.filter {
            name.isSubdomain(of: $0.name) && !(type == .ds && name == $0.name && !name.isRoot)
        }.max { $0.name.labelCount < $1.name.labelCount }
    }

    /// Adds what is known of a name; returns the name that it is an alias of.
    private func add(
        _ name: DNSName, _ type: DNSType, to message: inout DNSMessage
    ) -> DNSName? {
        guard let zone = zone(of: name, type) else { return nil }
        if let dname = zone.records.first(where: {
            $0.type == .dname && name.isSubdomain(of: $0.name) && name != $0.name
        }), case .dname(let target)? = dname.data,
            let alias = name.replacing(dname.name, with: target)
        {
            message.answer += signed([dname], zone)
            message.answer.append(
                DNSRecord(name: name, timeToLive: 3600, data: .cname(alias)))
            return alias
        }
        var owner = name
        let exists = zone.records.contains { $0.name.isSubdomain(of: name) }
        if !exists,
            let encloser = (0..<name.labelCount).reversed().lazy
                .compactMap({ name.ancestor(labels: $0) })
                .first(where: { above in zone.records.contains { $0.name.isSubdomain(of: above) } }
                ),
            let wildcard = encloser.wildcardChild,
            zone.records.contains(where: { $0.name == wildcard })
        {
            owner = wildcard
        }
        let own = zone.records.filter { $0.name == owner }
        var found = own.filter { $0.type == type }
        if found.isEmpty { found = own.filter { $0.type == .cname } }
        message.answer += signed(found, zone).map {
            var record = $0
            record.name = name
            return record
        }
        if found.isEmpty || owner != name { addDenial(zone, to: &message) }
        if own.isEmpty, !exists { message.header.responseCode = .nameError }
        if case .cname(let alias)? = found.first?.data, type != .cname { return alias }
        return nil
    }

    private func addDenial(_ zone: Zone, to message: inout DNSMessage) {
        message.authority += signed(zone.records.filter { $0.type == .soa }, zone)
        guard zone.key != nil else { return }
        for record in denials(zone) { message.authority += signed([record], zone) }
    }

    private func signed(_ records: [DNSRecord], _ zone: Zone) -> [DNSRecord] {
        guard let key = zone.key, !records.isEmpty else { return records }
        return records + [key.signature(of: records)]
    }

    private func denials(_ zone: Zone) -> [DNSRecord] {
        var types: [DNSName: Set<UInt16>] = [:]
        var enclosers: Set<DNSName> = []
        for record in zone.records {
            types[record.name, default: []].insert(record.type.rawValue)
            var above = record.name.parent
            while let one = above, one.isSubdomain(of: zone.name) {
                enclosers.insert(one)
                above = one.parent
            }
        }
        switch zone.denial {
        case .nsec:
            let owners = types.keys.sorted { $0.precedes($1) }
            return owners.enumerated().map { index, owner in
                let map = Self.map(types[owner, default: []].union([46, 47]))
                return DNSRecord(
                    name: owner, type: .nsec, timeToLive: 60,
                    rdata: owners[(index + 1) % owners.count].wire + map)
            }
        case .nsec3(let iterations, let isOptOut):
            let parameters = NSEC3Record.Parameters(iterations: iterations, salt: [1, 2])
            let owners = Set(types.keys).union(enclosers).filter {
                !(isOptOut && types[$0] == [2])
            }
            let hashes = owners.map { (parameters.hash(of: $0), $0) }
                .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            return hashes.enumerated().map { index, entry in
                let next = hashes[(index + 1) % hashes.count].0
                let own = types[entry.1, default: []]
                let map = Self.map(own.isEmpty || own == [2] ? own : own.union([46]))
                var writer = DNSTextWriter(style: .line)
                writer.write(entry.0.span, as: .base32)
                let label = [UInt8(writer.text.count)] + writer.text
                let rdata =
                    [1, isOptOut ? 1 : 0, UInt8(iterations >> 8), UInt8(iterations & 0xff)]
                    + [2, 1, 2, 20] + next + map
                return DNSRecord(
                    name: DNSName(validated: label + zone.name.wire), type: .nsec3,
                    timeToLive: 60, rdata: rdata)
            }
        }
    }

    /// The map of types below 256.
    private static func map(_ types: Set<UInt16>) -> [UInt8] {
        guard let last = types.max() else { return [] }
        var map = [UInt8](repeating: 0, count: Int(last) / 8 + 1)
        for type in types { map[Int(type) / 8] |= 0x80 >> UInt8(type & 7) }
        return [0, UInt8(map.count)] + map
    }
}
