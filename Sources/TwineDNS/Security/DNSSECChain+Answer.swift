import TwineCore

/// The parts of an answer, along its aliases.
extension DNSSECChain {
    /// Validates a response.
    func validate(
        _ response: DNSMessage, to question: DNSMessage.Question
    ) async throws -> DNSSECResult {
        var result = DNSSECResult(status: .secure)
        let code = response.responseCode
        guard code == .noError || code == .nameError else {
            result.status = .indeterminate("the response is \(code)")
            return result
        }
        guard question.type != .rrsig else {
            result.status = .indeterminate("signatures are not signed")
            return result
        }
        var message = response
        var question = question
        var asked = question
        for _ in 0...DNSSECValidator.maxAliases {
            let sets = DNSRecordSet.sets(of: message.answer).filter {
                $0.recordClass == question.questionClass && $0.type != .rrsig
            }
            let found = sets.filter {
                $0.name == question.name
                    && ($0.type == question.type || question.type == .any)
            }
            for set in found {
                try await add(set, question, message, to: &result)
            }
            guard found.isEmpty else { return finished(result) }
            if let (set, target) = alias(of: question.name, in: sets) {
                try await add(set, question, message, to: &result)
                guard case .success(let target) = target else {
                    fail(&result, question, "the alias does not follow from \(set)")
                    return finished(result)
                }
                question.name = target
                switch result.status {
                case .secure, .insecure: continue
                case .bogus, .indeterminate: return finished(result)
                }
            }
            if asked.name != question.name, !message.denies {
                // The response ends with an alias.
                asked = question
                switch try await ask(question.name, question.type) {
                case .success(let response): message = response
                case .failure(let error):
                    result.status = .indeterminate(error.reason)
                    return finished(result)
                }
                continue
            }
            try await addDenial(question, message, to: &result)
            return finished(result)
        }
        result.status = result.status.worse(
            .indeterminate("there are more than \(DNSSECValidator.maxAliases) aliases"))
        return finished(result)
    }

    private func finished(_ result: DNSSECResult) -> DNSSECResult {
        var result = result
        result.links = links
        return result
    }

    private struct NotAnAlias: Error {}

    /// The alias that a name has in an answer, and what it is an alias of; a DNAME above it counts
    /// more than the CNAME that was made from it, which nobody signs.
    ///
    /// RFC 6672 §5.3.1.
    private func alias(
        of name: DNSName, in sets: [DNSRecordSet]
    ) -> (DNSRecordSet, Result<DNSName, NotAnAlias>)? {
        let cname = sets.first { $0.name == name && $0.type == .cname }
        let dname = sets.filter {
            $0.type == .dname && $0.name != name && name.isSubdomain(of: $0.name)
        }.max { $0.name.labelCount < $1.name.labelCount }
        func target(_ set: DNSRecordSet) -> DNSName? {
            switch set.records.first?.data {
            case .cname(let name), .dname(let name): name
            default: nil
            }
        }
        if let dname, cname?.signatures.isEmpty ?? true {
            let made = target(dname).flatMap { name.replacing(dname.name, with: $0) }
            guard let made, cname.map({ target($0) == made }) ?? true else {
                return (dname, .failure(NotAnAlias()))
            }
            return (dname, .success(made))
        }
        guard let cname else { return nil }
        return (cname, target(cname).map { .success($0) } ?? .failure(NotAnAlias()))
    }

    private func fail(
        _ result: inout DNSSECResult, _ question: DNSMessage.Question, _ reason: String
    ) {
        let status = DNSSECStatus.bogus("\(question.name) \(question.type): \(reason)")
        result.status = result.status.worse(status)
        tell(DNSSECLink(name: question.name, type: question.type, status: status, text: reason))
    }

    /// Adds a set of records to the result.
    private func add(
        _ set: DNSRecordSet, _ question: DNSMessage.Question, _ message: DNSMessage,
        to result: inout DNSSECResult
    ) async throws {
        var judgement = try await judge(set, isAbove: set.type == .ds)
        if judgement.status == .secure, let encloser = judgement.closestEncloser {
            try await requireExpansion(set, encloser, message, &judgement)
        }
        for finding in judgement.before { tell(finding) }
        tell(
            DNSSECLink(
                name: set.name, type: set.type, status: judgement.status, text: judgement.text))
        result.status = result.status.worse(judgement.status)
        result.parts.append(
            DNSSECResult.Part(question: question, set: set, status: judgement.status))
    }

    /// Demands the proof that no name stands between a set and the wildcard that it was made from.
    ///
    /// RFC 4035 §5.3.4, RFC 5155 §8.8.
    private func requireExpansion(
        _ set: DNSRecordSet, _ encloser: DNSName, _ message: DNSMessage,
        _ judgement: inout Judgement
    ) async throws {
        judgement.text += ", from the wildcard *.\(encloser.isRoot ? "" : "\(encloser)")"
        let reason: String
        switch try await denial(in: message, of: set.name, isAbove: set.type == .ds) {
        case .signed(let denial) where denial.zone == judgement.zone:
            switch denial.expansion(set.name, closestEncloser: encloser) {
            case .proven(let text, isOptOut: false):
                judgement.text += ": \(text)"
                return
            case .proven(let text, isOptOut: true):
                judgement.text += ": \(text), with opt-out"
                judgement.status = .insecure("\(set): the name itself may be there by opt-out")
                return
            case .tooManyIterations:
                judgement.text += ": \(Self.tooManyIterations)"
                judgement.status = .insecure(Self.tooManyIterations)
                return
            case .missing(let why): reason = why
            }
        case .signed: reason = "nothing denies the name itself"
        case .unsigned(let other):
            if case .bogus(let why) = other.status {
                reason = why
            } else {
                reason = "nothing denies the name itself"
            }
        }
        judgement.text += ": \(reason)"
        judgement.status = .bogus("\(set): it is from a wildcard, and \(reason)")
    }

    /// Adds to the result that there are no records, or no name.
    private func addDenial(
        _ question: DNSMessage.Question, _ message: DNSMessage, to result: inout DNSSECResult
    ) async throws {
        let (name, type) = (question.name, question.type)
        let isNameError = message.responseCode == .nameError
        let what = isNameError ? "no such name" : "no such records"
        var judgement: Judgement
        var hasOptOut = false
        switch try await denial(in: message, of: name, isAbove: type == .ds) {
        case .signed(let denial):
            judgement = Judgement(status: .secure, before: [.zone(denial.zone)])
            switch isNameError ? denial.nameError(name) : denial.noData(name, type) {
            case .proven(let text, let isOptOut):
                judgement.text = "\(what): \(text)"
                if isOptOut, isNameError { judgement.text += ", with opt-out" }
                hasOptOut = isOptOut
            case .tooManyIterations:
                judgement.status = .insecure(Self.tooManyIterations)
                judgement.text = "\(what): \(Self.tooManyIterations)"
            case .missing(let reason):
                judgement = try await insecurity(
                    of: name, isAbove: type == .ds, else: "\(name) \(type): \(reason)")
                judgement.text = "\(what): \(judgement.status)"
            }
            if judgement.status == .secure,
                let reason = try await startOfAuthorityFails(denial.zone, message)
            {
                judgement.status = .bogus(reason)
                judgement.text += ", but \(reason)"
            }
        case .unsigned(let found):
            judgement = found
            if case .insecure = found.status {
                judgement.text = "\(what), not signed"
            } else {
                judgement.text = "\(what): \(found.status)"
            }
        }
        for finding in judgement.before { tell(finding) }
        tell(DNSSECLink(name: name, type: type, status: judgement.status, text: judgement.text))
        result.status = result.status.worse(judgement.status)
        result.parts.append(
            DNSSECResult.Part(
                question: question, set: nil, status: judgement.status, hasOptOut: hasOptOut))
    }

    /// Why the SOA record of a denial is not to be believed; nil without one.
    private func startOfAuthorityFails(
        _ name: DNSName, _ message: DNSMessage
    ) async throws -> String? {
        let sets = DNSRecordSet.sets(of: message.authority)
        guard let set = sets.first(where: { $0.type == .soa && $0.name == name }) else {
            return nil
        }
        let zone = try await zone(name)
        guard
            case .invalid(let reason, _) = set.verify(
                by: zone.keys, of: name, now: now, budget: &budget)
        else { return nil }
        return "\(set): \(reason)"
    }
}

extension DNSMessage {
    /// Whether its authority section denies something, as resolvers need it to keep that.
    fileprivate var denies: Bool {
        authority.contains { $0.type == .soa || $0.type == .nsec || $0.type == .nsec3 }
    }
}
