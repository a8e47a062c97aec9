/// Sets of records, and denials, judged by the zones that signed them.
extension DNSSECChain {
    /// What is said of one set of records.
    struct Judgement {
        var status: DNSSECStatus
        /// What it rests on.
        var before: [Finding] = []
        /// What was found, in a line.
        var text: String
        /// The zone that signed it.
        var zone: DNSName?
        /// The name whose child the wildcard is that it was made from.
        var closestEncloser: DNSName?

        init(status: DNSSECStatus, before: [Finding] = [], text: String? = nil) {
            self.status = status
            self.before = before
            self.text = text ?? "\(status)"
        }
    }

    /// The most zones that may have signed a set; in practice it is one.
    private static let maxSigners = 4
    /// The most sets of a denial; in practice it is three.
    private static let maxDenials = 16

    /// The zones that claim to have signed a set, and may have.
    ///
    /// With `isAbove` they lie above its name: by that each chain ends. None lies above the lowest
    /// trust anchor, for what is signed from there on needs no zone above, and must not be taken for
    /// insecure because of one.
    private func signers(of set: DNSRecordSet, below name: DNSName, isAbove: Bool) -> [DNSName] {
        guard let top = anchorZone(of: isAbove ? name.parent ?? name : name) else { return [] }
        var signers: [DNSName] = []
        for record in set.signatures {
            guard let signature = DNSSECSignature(record), signature.isPlausible,
                name.isSubdomain(of: signature.signer), signature.signer.isSubdomain(of: top),
                !isAbove || name.isRoot || name != signature.signer,
                !signers.contains(signature.signer)
            else { continue }
            signers.append(signature.signer)
            guard signers.count < Self.maxSigners else { break }
        }
        return signers
    }

    /// Whether a set is signed, by a chain from a trust anchor, or need not be.
    ///
    /// With `isAbove` its records belong to the zone above their name.
    func judge(_ set: DNSRecordSet, isAbove: Bool) async throws -> Judgement {
        let count = Self.count(set.records.count, "record")
        var failure: Judgement?
        for signer in signers(of: set, below: set.name, isAbove: isAbove) {
            let zone = try await zone(signer)
            let before = [Finding.zone(signer)]
            switch zone.status {
            case .secure:
                switch set.verify(by: zone.keys, of: signer, now: now, budget: &budget) {
                case .valid(let key, let signature):
                    var judgement = Judgement(status: .secure, before: before)
                    judgement.text =
                        "\(count), signed by key \(key.tag) (\(key.algorithm)) of \(signer)"
                    judgement.zone = signer
                    judgement.closestEncloser = signature.closestEncloser
                    return judgement
                case .invalid(let reason, let isForged):
                    let judgement = Judgement(
                        status: .bogus("\(set): \(reason)"), before: before, text: reason)
                    if isForged { return judgement }
                    failure = failure ?? judgement
                }
            case .insecure(let reason):
                return Judgement(
                    status: .insecure(reason), before: before, text: "\(count), not signed")
            case .bogus, .indeterminate:
                failure = failure ?? Judgement(status: zone.status, before: before)
            }
        }
        var judgement = try await insecurity(
            of: set.name, isAbove: isAbove, else: "\(set): it is not signed, and should be")
        if case .insecure = judgement.status {
            judgement.text = "\(count), not signed"
            return judgement
        }
        return failure ?? judgement
    }

    /// What denies a name, or its records.
    enum FoundDenial {
        /// Records of a zone that is signed, with right signatures.
        case signed(DNSSECDenial)
        /// None; whether that may be so.
        case unsigned(Judgement)
    }

    /// Finds the signed records in a response that deny a name, or its records.
    ///
    /// With `isAbove` they are those of a zone above the name.
    func denial(
        in message: DNSMessage, of name: DNSName, isAbove: Bool
    ) async throws -> FoundDenial {
        let sets = DNSRecordSet.sets(of: message.authority)
            .filter { $0.type == .nsec || $0.type == .nsec3 }.prefix(Self.maxDenials)
        // Those of the lowest zone tell the most.
        let signer = sets.flatMap { signers(of: $0, below: name, isAbove: isAbove) }
            .max { $0.labelCount < $1.labelCount }
        var reason = "nothing signed denies \(name)"
        var before: [Finding] = []
        if let signer {
            let zone = try await zone(signer)
            before = [.zone(signer)]
            guard zone.status == .secure else {
                return .unsigned(Judgement(status: zone.status, before: before))
            }
            var records: [DNSRecord] = []
            for set in sets {
                switch set.verify(by: zone.keys, of: signer, now: now, budget: &budget) {
                case .valid(_, let signature):
                    // One that was made from a wildcard speaks of another name.
                    if signature.closestEncloser == nil { records += set.records }
                case .invalid(let why, _): reason = "\(set): \(why)"
                }
            }
            let denial = DNSSECDenial(zone: signer, records)
            guard denial.isEmpty else { return .signed(denial) }
        }
        var judgement = try await insecurity(of: name, isAbove: isAbove, else: reason)
        if case .bogus = judgement.status, !before.isEmpty { judgement.before = before }
        return .unsigned(judgement)
    }
}
