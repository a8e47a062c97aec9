/// Where zones begin, and where signed ones end.
extension DNSSECChain {
    /// What is known of a name at which a zone may begin.
    func cut(_ name: DNSName) async throws -> Cut {
        if let cut = known.cuts[name] { return cut }
        let cut = try await findCut(name)
        known.cuts[name] = cut
        return cut
    }

    /// The most DS records that are compared with keys; in practice it is two.
    private static let maxDelegations = 16

    private func findCut(_ name: DNSName) async throws -> Cut {
        func made(_ kind: Cut.Kind, _ before: [Finding], _ status: DNSSECStatus, _ text: String)
            -> Cut
        {
            let link = DNSSECLink(name: name, type: .ds, status: status, text: text)
            return Cut(kind: kind, evidence: Evidence(before: before, links: [link]))
        }
        func failed(_ status: DNSSECStatus, _ before: [Finding] = []) -> Cut {
            made(.failed(status), before, status, "\(status)")
        }
        let message: DNSMessage
        switch try await ask(name, .ds) {
        case .success(let response): message = response
        case .failure(let error): return failed(.indeterminate(error.reason))
        }
        let sets = DNSRecordSet.sets(of: message.answer).filter { $0.name == name }
        if let set = sets.first(where: { $0.type == .ds }) {
            let judgement = try await judge(set, isAbove: true)
            switch judgement.status {
            case .secure where judgement.closestEncloser != nil:
                return failed(.bogus("\(set): it is from a wildcard"), judgement.before)
            case .secure:
                let all = set.records.compactMap { DNSSECDelegation($0) }
                let usable = DNSSECDelegation.usable(all).prefix(Self.maxDelegations)
                guard !usable.isEmpty else {
                    let reason = "its DS records are of no known kind"
                    return made(
                        .unsigned("\(name) \(reason)"), judgement.before, .insecure(reason),
                        "\(judgement.text), but all of no known kind")
                }
                return made(.signed(Array(usable)), judgement.before, .secure, judgement.text)
            case .insecure(let reason):
                return made(
                    .unsigned(reason), judgement.before, judgement.status, judgement.text)
            case .bogus, .indeterminate: return failed(judgement.status, judgement.before)
            }
        }
        if let set = sets.first(where: { $0.type == .cname }) {
            // What is an alias is no zone.
            let judgement = try await judge(set, isAbove: true)
            switch judgement.status {
            case .secure:
                return made(.none, judgement.before, .secure, "none, for it is an alias")
            case .insecure(let reason):
                return made(
                    .unsigned(reason), judgement.before, judgement.status, judgement.text)
            case .bogus, .indeterminate: return failed(judgement.status, judgement.before)
            }
        }
        switch try await denial(in: message, of: name, isAbove: true) {
        case .signed(let denial):
            let before = [Finding.zone(denial.zone)]
            switch denial.delegation(name) {
            case .unsigned(let text):
                let reason = "\(name) is not signed"
                return made(
                    .unsigned(reason), before, .insecure(reason),
                    "none, so it is not signed: \(text)")
            case .none(let text):
                return made(.none, before, .secure, "none, and no zone begins here: \(text)")
            case .nonexistent(let text):
                return made(.nonexistent, before, .secure, "none, and no such name: \(text)")
            case .tooManyIterations:
                return made(
                    .unsigned(Self.tooManyIterations), before,
                    .insecure(Self.tooManyIterations), Self.tooManyIterations)
            case .missing(let reason): return failed(.bogus("\(name) DS: \(reason)"), before)
            }
        case .unsigned(let judgement):
            guard case .insecure(let reason) = judgement.status else {
                return failed(judgement.status, judgement.before)
            }
            return made(.unsigned(reason), judgement.before, judgement.status, judgement.text)
        }
    }

    static let tooManyIterations =
        "its NSEC3 records have over \(NSEC3Record.Parameters.maxIterations) iterations"

    /// Whether a name is in a zone that need not be signed.
    ///
    /// It goes down from the trust anchor, name by name; records of DS are those of the zone above.
    ///
    /// - Returns: insecure; or bogus, with this reason, if it should be signed; or why it cannot be
    ///   told.
    ///
    /// RFC 4035 §5.2.
    func insecurity(
        of name: DNSName, isAbove: Bool, else reason: String
    ) async throws -> Judgement {
        let base = isAbove ? name.parent ?? name : name
        guard let anchorZone = anchorZone(of: base) else {
            return Judgement(status: .indeterminate("there is no trust anchor for \(base)"))
        }
        var before = [Finding.zone(anchorZone)]
        let top = try await zone(anchorZone)
        guard top.status == .secure else { return Judgement(status: top.status, before: before) }
        for count in anchorZone.labelCount..<base.labelCount {
            guard let step = base.ancestor(labels: count + 1) else { break }
            let cut = try await cut(step)
            before = [.cut(step)]
            switch cut.kind {
            case .unsigned(let reason):
                return Judgement(status: .insecure(reason), before: before)
            case .failed(let status): return Judgement(status: status, before: before)
            case .nonexistent: return Judgement(status: .bogus(reason), before: before)
            case .signed, .none: break
            }
        }
        return Judgement(status: .bogus(reason), before: before)
    }
}
