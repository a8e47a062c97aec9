public import TwineCore

extension DNSResolver {
    /// Asks for the records of a name.
    ///
    /// ```swift
    /// for record in try await DNSResolver.shared.query("example.org", .mx).value { print(record) }
    /// ```
    ///
    /// - Parameters:
    ///   - name: The name in any script, taken as complete unless `searches` is set.
    ///   - type: Which records; ``DNSType/any`` gives what the server likes to tell.
    ///   - questionClass: Of which class.
    ///   - searches: Whether the names of the search list are tried as well, in the order of
    ///     ``ResolverConfiguration/candidates(for:isComplete:)``.
    /// - Returns: At least one record, those at the end of aliases if there are any; or a
    ///   `LookupError`: `noSuchName` or `noRecord` when the servers say so.
    public func query(
        _ name: String, _ type: DNSType, _ questionClass: DNSClass = .internet,
        searches: Bool = false
    ) -> Deferred<[DNSRecord]> {
        inlineCallbacks {
            let parsed = try Self.parse(name)
            let configuration = self.refreshed().configuration
            let isComplete = !searches || Self.isComplete(name)
            var failure: LookupError?
            for candidate in configuration.candidates(for: parsed, isComplete: isComplete) {
                let question = DNSMessage.Question(candidate, type, questionClass)
                do {
                    return try await self.resolve(question, configuration, name).found(name)
                } catch let error as LookupError {
                    switch error {
                    case .noSuchName: failure = failure ?? error
                    // Such a name was rather meant than one that does not exist, as in glibc.
                    case .noRecord, .noAddress: failure = error
                    default: throw error
                    }
                }
            }
            throw failure ?? LookupError.noSuchName(name)
        }
    }

    /// Asks a question as it stands: any type, any class, no search list.
    ///
    /// - Parameter question: What is asked; aliases are followed, unless it asks for them.
    /// - Returns: What the servers say, also that there is no such name or record; or a `LookupError`
    ///   when none of them can tell.
    public func query(_ question: DNSMessage.Question) -> Deferred<ResolvedAnswer> {
        inlineCallbacks {
            try await self.resolve(
                question, self.refreshed().configuration, question.name.description)
        }
    }

    /// Asks for the names of an address.
    ///
    /// The hosts file is not looked at; this host's own two addresses are `localhost` without a
    /// question.
    ///
    /// - Parameter address: An address of either family.
    /// - Returns: At least one name, in the order of the server, or a `LookupError`.
    ///
    /// RFC 1035 §3.5, RFC 3596 §2.5.
    public func names(of address: IPAddress) -> Deferred<[DNSName]> {
        if address == .loopback4 || address == .loopback6 { return succeed([.localhost]) }
        return inlineCallbacks {
            let text = "\(address)"
            let question = DNSMessage.Question(DNSName(reverseOf: address), .ptr)
            let answer = try await self.resolve(question, self.refreshed().configuration, text)
            let names = try answer.found(text).compactMap { record -> DNSName? in
                if case .ptr(let name)? = record.data { name } else { nil }
            }
            guard !names.isEmpty else { throw LookupError.noRecord(text, type: "\(DNSType.ptr)") }
            return names
        }
    }

    // MARK: Aliases

    /// Asks a question, and again for the name at the end of aliases if a response lacks that; errors
    /// tell the name as `text`.
    func resolve(
        _ question: DNSMessage.Question, _ configuration: ResolverConfiguration, _ text: String
    ) async throws -> ResolvedAnswer {
        guard question.type != .axfr, question.type != .ixfr else {
            throw LookupError.system(
                text, reason: "\(question.type) asks for a transfer, not for records")
        }
        var asked = question
        var isStale = false
        var lifetime = UInt32.max
        for _ in 0...DNSAnswer.maxAliases {
            let outcome: QuestionTable.Outcome
            do {
                outcome = try await questions.answer(to: asked, configuration).value
            } catch let failure as StubQuery.Failure {
                throw LookupError(failure, name: text)
            }
            isStale = isStale || outcome.isStale
            switch outcome.answer {
            case .records(let records, let timeToLive):
                return ResolvedAnswer(
                    question: question, records: records, absence: nil,
                    timeToLive: min(timeToLive, lifetime), isStale: isStale)
            case .noSuchName(let timeToLive):
                return ResolvedAnswer(
                    question: question, records: [], absence: .noSuchName,
                    timeToLive: min(timeToLive ?? 0, lifetime), isStale: isStale)
            case .noData(let timeToLive):
                return ResolvedAnswer(
                    question: question, records: [], absence: .noData,
                    timeToLive: min(timeToLive ?? 0, lifetime), isStale: isStale)
            case .alias(let target, let timeToLive):
                asked.name = target
                lifetime = min(timeToLive, lifetime)
            case .aliasesTooMany: throw Self.aliasesTooMany(text)
            }
        }
        throw Self.aliasesTooMany(text)
    }

    nonisolated private static func aliasesTooMany(_ text: String) -> LookupError {
        .serverFailure(text, code: "more than \(DNSAnswer.maxAliases) aliases, or a circle of them")
    }
}
