/// The signed records by which a zone tells what it does not have.
///
/// All of them are of one zone, and their signatures were found to be right. RFC 4035 §5.4, and
/// RFC 5155 §8 for NSEC3.
struct DNSSECDenial {
    /// The zone that signed them.
    let zone: DNSName
    let nsec: [NSECRecord]
    /// Those with one set of parameters, that of the first; others are not of the same chain.
    let nsec3: [NSEC3Record]

    /// What the records say of a claim.
    enum Proof: Equatable {
        /// They prove it; by an opt-out there may be a delegation that is not signed.
        case proven(String, isOptOut: Bool = false)
        /// Their hashes have too many rounds to be computed.
        case tooManyIterations
        /// They do not prove it.
        case missing(String)
    }

    /// What the records say of a name at which another zone may begin.
    enum Delegation: Equatable {
        /// A zone begins there, and is not signed.
        case unsigned(String)
        /// No zone begins there.
        case none(String)
        /// There is no such name.
        case nonexistent(String)
        /// Their hashes have too many rounds to be computed.
        case tooManyIterations
        /// They do not say.
        case missing(String)
    }

    init(zone: DNSName, _ records: [DNSRecord]) {
        self.zone = zone
        nsec = records.compactMap { NSECRecord($0) }.filter { $0.owner.isSubdomain(of: zone) }
        let hashed = records.compactMap { NSEC3Record($0) }.filter { $0.zone == zone }
        nsec3 = hashed.filter { $0.parameters == hashed.first?.parameters }
    }

    /// Whether there is nothing to prove anything with.
    var isEmpty: Bool { nsec.isEmpty && nsec3.isEmpty }

    /// Whether NSEC3 is all there is, and has too many rounds.
    private var hasTooManyIterations: Bool {
        guard nsec.isEmpty, let first = nsec3.first else { return false }
        return first.parameters.iterations > NSEC3Record.Parameters.maxIterations
    }

    // MARK: Claims

    /// Whether there is no such name, and no wildcard that would stand for it.
    func nameError(_ name: DNSName) -> Proof {
        prove(name, nameErrorByNSEC, nameErrorByNSEC3) ?? .missing("nothing denies the name")
    }

    /// Whether the name, or the wildcard that stands for it, has no records of the type.
    func noData(_ name: DNSName, _ type: DNSType) -> Proof {
        prove(name, { noDataByNSEC($0, type) }, { noDataByNSEC3($0, type) })
            ?? .missing("nothing denies the type")
    }

    /// Whether nothing stands between a name and a wildcard from which records were made for it.
    func expansion(_ name: DNSName, closestEncloser: DNSName) -> Proof {
        prove(
            name, { expansionByNSEC($0, closestEncloser) },
            { expansionByNSEC3($0, closestEncloser) })
            ?? .missing("nothing denies the name itself")
    }

    /// What is said of a zone below, at a name without DS records.
    func delegation(_ name: DNSName) -> Delegation {
        guard !hasTooManyIterations else { return .tooManyIterations }
        if let (types, text) = types(of: name, .ds), !types.contains(.ds), name != zone {
            return types.contains(.ns)
                ? .unsigned("\(text) has NS and no DS") : .none("\(text) has no NS")
        }
        switch noData(name, .ds) {
        case .proven(let text, isOptOut: true): return .unsigned(text)
        case .proven(let text, isOptOut: false): return .none(text)
        case .missing, .tooManyIterations: break
        }
        if case .proven(let text, _) = nameError(name) { return .nonexistent(text) }
        return .missing("nothing denies a zone there")
    }

    private func prove(
        _ name: DNSName, _ byNSEC: (DNSName) -> Proof?, _ byNSEC3: (DNSName) -> Proof?
    ) -> Proof? {
        guard name.isSubdomain(of: zone) else { return nil }
        guard !hasTooManyIterations else { return .tooManyIterations }
        return byNSEC(name) ?? byNSEC3(name)
    }

    /// The types of a name that a record is for, if that record may speak of this type.
    private func types(of name: DNSName, _ type: DNSType) -> (DNSSECTypes, String)? {
        let found: (DNSSECTypes, String)?
        if let record = nsec.first(where: { $0.owner == name }) {
            found = (record.types, "NSEC of \(name)")
        } else if let record = matching(name) {
            found = (record.types, "NSEC3 of \(name)")
        } else {
            found = nil
        }
        guard let found else { return nil }
        // DS records are of the zone above, all others of the zone that begins there.
        let isOther =
            type == .ds
            ? found.0.contains(.soa) && !name.isRoot : found.0.isDelegation
        return isOther ? nil : found
    }

    /// That a name has no records of a type, by the record for the name.
    private func lacks(_ name: DNSName, _ type: DNSType) -> String? {
        guard let (types, text) = types(of: name, type), !types.contains(type) else { return nil }
        // With a CNAME there would have been another answer.
        guard !types.contains(.cname) || type == .nsec else { return nil }
        return "\(text) has no \(type)"
    }

    // MARK: NSEC

    private func covering(_ name: DNSName) -> NSECRecord? { nsec.first { $0.covers(name) } }

    /// RFC 4035 §5.4.
    private func nameErrorByNSEC(_ name: DNSName) -> Proof? {
        // What is above a name that exists, exists.
        guard let record = covering(name), !record.next.isSubdomain(of: name) else { return nil }
        guard let wildcard = record.closestEncloser(of: name).wildcardChild else { return nil }
        guard let other = covering(wildcard), !other.next.isSubdomain(of: wildcard) else {
            return nil
        }
        return .proven(
            record == other
                ? "NSEC of \(record.owner) covers it and \(wildcard)"
                : "NSEC of \(record.owner) covers it, NSEC of \(other.owner) covers \(wildcard)")
    }

    private func noDataByNSEC(_ name: DNSName, _ type: DNSType) -> Proof? {
        guard !nsec.isEmpty else { return nil }
        if let text = lacks(name, type) { return .proven(text) }
        guard let record = covering(name) else { return nil }
        if record.next.isSubdomain(of: name) {
            return .proven("NSEC of \(record.owner) has names below it only")
        }
        guard let wildcard = record.closestEncloser(of: name).wildcardChild,
            let text = lacks(wildcard, type)
        else { return nil }
        return .proven("NSEC of \(record.owner) covers it, \(text)")
    }

    private func expansionByNSEC(_ name: DNSName, _ closestEncloser: DNSName) -> Proof? {
        guard let record = covering(name), !record.next.isSubdomain(of: name),
            record.closestEncloser(of: name) == closestEncloser
        else { return nil }
        return .proven("NSEC of \(record.owner) covers it")
    }

    // MARK: NSEC3

    private func hash(_ name: DNSName) -> [UInt8] { nsec3.first?.parameters.hash(of: name) ?? [] }

    private func matching(_ name: DNSName) -> NSEC3Record? {
        guard !nsec3.isEmpty else { return nil }
        let hash = hash(name)
        return nsec3.first { $0.hash == hash }
    }

    private func covering3(_ name: DNSName) -> NSEC3Record? {
        guard !nsec3.isEmpty else { return nil }
        let hash = hash(name)
        return nsec3.first { $0.covers(hash) }
    }

    /// The longest name above that exists, and what denies the one below it.
    ///
    /// RFC 5155 §8.3.
    private func closestEncloser(
        of name: DNSName
    ) -> (encloser: DNSName, covering: NSEC3Record, text: String)? {
        guard !nsec3.isEmpty else { return nil }
        for count in stride(from: name.labelCount - 1, through: zone.labelCount, by: -1) {
            guard let candidate = name.ancestor(labels: count), let record = matching(candidate)
            else { continue }
            // Below a delegation or a DNAME nothing is of this zone.
            guard !record.types.endsZone, let next = name.ancestor(labels: count + 1),
                let covering = covering3(next)
            else { return nil }
            return (candidate, covering, "closest encloser \(candidate), NSEC3 covers \(next)")
        }
        return nil
    }

    /// RFC 5155 §8.4.
    private func nameErrorByNSEC3(_ name: DNSName) -> Proof? {
        guard matching(name) == nil, let found = closestEncloser(of: name),
            let wildcard = found.encloser.wildcardChild, covering3(wildcard) != nil
        else { return nil }
        return .proven(
            "\(found.text) and \(wildcard)", isOptOut: found.covering.isOptOut)
    }

    /// RFC 5155 §8.5 to §8.7.
    private func noDataByNSEC3(_ name: DNSName, _ type: DNSType) -> Proof? {
        guard !nsec3.isEmpty else { return nil }
        if matching(name) != nil { return lacks(name, type).map { .proven($0) } }
        guard let found = closestEncloser(of: name) else { return nil }
        let isOptOut = found.covering.isOptOut
        if let wildcard = found.encloser.wildcardChild, let text = lacks(wildcard, type) {
            return .proven("\(found.text), \(text)", isOptOut: isOptOut)
        }
        // A delegation that is not signed, or a name that only has such ones below (errata 3441).
        guard isOptOut else { return nil }
        return .proven("\(found.text), with opt-out", isOptOut: true)
    }

    /// RFC 5155 §8.8.
    private func expansionByNSEC3(_ name: DNSName, _ closestEncloser: DNSName) -> Proof? {
        guard let next = name.ancestor(labels: closestEncloser.labelCount + 1),
            let record = covering3(next)
        else { return nil }
        return .proven("NSEC3 covers \(next)", isOptOut: record.isOptOut)
    }
}
