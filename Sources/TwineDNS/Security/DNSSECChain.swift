import TwineCore

/// The chains of trust that one answer needs: which zones are signed, and by which keys.
///
/// A zone is reached by the DS records in the zone above, which the zone above signs, and so on up to
/// a trust anchor. Each step goes to a shorter name, so each chain ends.
@Reactor
final class DNSSECChain {
    /// A zone, as far as it is known.
    struct Zone {
        var status: DNSSECStatus
        var keys: [DNSSECKey] = []
        var evidence = Evidence()
    }

    /// What is known of a name at which a zone may begin.
    struct Cut {
        enum Kind {
            /// A zone begins there, by these DS records.
            case signed([DNSSECDelegation])
            /// A zone begins there, or above, and is not signed.
            case unsigned(String)
            /// No zone begins there.
            case none
            /// There is no such name, so nothing below it.
            case nonexistent
            /// Nothing can be told.
            case failed(DNSSECStatus)
        }

        var kind: Kind
        var evidence = Evidence()
    }

    /// What a finding rests on: others that come before it, and links of its own.
    struct Evidence {
        var before: [Finding] = []
        var links: [DNSSECLink] = []
    }

    enum Finding: Hashable {
        case zone(DNSName)
        case cut(DNSName)
    }

    /// What was found so far.
    struct Known {
        var zones: [DNSName: Zone] = [:]
        var cuts: [DNSName: Cut] = [:]

        var count: Int { zones.count + cuts.count }

        /// Takes over what another has found, but for what another try might find.
        mutating func merge(_ other: Known) {
            for (name, zone) in other.zones {
                if case .indeterminate = zone.status { continue }
                zones[name] = zone
            }
            for (name, cut) in other.cuts {
                if case .failed(.indeterminate) = cut.kind { continue }
                cuts[name] = cut
            }
        }
    }

    let anchors: [DNSSECTrustAnchor]
    let now: UInt32
    var known: Known
    var budget = DNSSECBudget()
    private let fetch: DNSSECValidator.Fetch
    private var queries = 0
    private var told: Set<Finding> = []
    private(set) var links: [DNSSECLink] = []

    init(
        anchors: [DNSSECTrustAnchor], now: UInt32, known: Known,
        fetch: @escaping DNSSECValidator.Fetch
    ) {
        self.anchors = anchors
        self.now = now
        self.known = known
        self.fetch = fetch
    }

    // MARK: Queries

    /// Asks a question; a failure is a reason, so that only cancelling throws.
    func ask(_ name: DNSName, _ type: DNSType) async throws -> Result<DNSMessage, Unanswered> {
        guard queries < DNSSECValidator.maxQueries else {
            return .failure(Unanswered(reason: "too many queries are needed"))
        }
        queries += 1
        do {
            let response = try await fetch(DNSMessage.Question(name, type)).value
            let code = response.responseCode
            guard code == .noError || code == .nameError else {
                return .failure(Unanswered(reason: "the response to \(name) \(type) is \(code)"))
            }
            return .success(response)
        } catch let error as CancelledError {
            throw error
        } catch {
            return .failure(Unanswered(reason: "no response to \(name) \(type): \(error)"))
        }
    }

    /// Why a question has no answer.
    struct Unanswered: Error {
        let reason: String
    }

    // MARK: Telling

    /// Adds what a finding rests on, and its own links, unless they were told.
    func tell(_ finding: Finding) {
        guard told.insert(finding).inserted else { return }
        let evidence =
            switch finding {
            case .zone(let name): known.zones[name]?.evidence
            case .cut(let name): known.cuts[name]?.evidence
            }
        guard let evidence else { return }
        for finding in evidence.before { tell(finding) }
        links += evidence.links
    }

    func tell(_ link: DNSSECLink) { links.append(link) }

    // MARK: Zones

    /// The lowest zone with trust anchors that a name is in, or is.
    func anchorZone(of name: DNSName) -> DNSName? {
        anchors.map(\.name).filter { name.isSubdomain(of: $0) }
            .max { $0.labelCount < $1.labelCount }
    }

    /// The keys of a zone, and whether they can be trusted.
    func zone(_ name: DNSName) async throws -> Zone {
        if let zone = known.zones[name] { return zone }
        let zone = try await findZone(name)
        known.zones[name] = zone
        return zone
    }

    private func findZone(_ name: DNSName) async throws -> Zone {
        guard let anchorZone = anchorZone(of: name) else {
            return Zone(status: .indeterminate("there is no trust anchor for \(name)"))
        }
        if anchorZone == name {
            let anchors = anchors.filter { $0.name == name && $0.isSupported }
            guard !anchors.isEmpty else {
                return Zone(status: .insecure("the trust anchors of \(name) are of no known kind"))
            }
            return try await findKeys(of: name, Evidence(), "the trust anchor") { key in
                anchors.contains { $0.matches(key) }
            }
        }
        let evidence = Evidence(before: [.cut(name)])
        switch try await cut(name).kind {
        case .signed(let delegations):
            return try await findKeys(of: name, evidence, "the DS record") { key in
                delegations.contains { $0.matches(key) }
            }
        case .unsigned(let reason): return Zone(status: .insecure(reason), evidence: evidence)
        case .failed(let status): return Zone(status: status, evidence: evidence)
        case .none, .nonexistent:
            return Zone(
                status: .bogus("\(name) signs as if it were a zone, and is none"),
                evidence: evidence)
        }
    }

    /// The most keys that are compared with the digests of DS records.
    private static let maxKeys = 64

    /// Fetches the keys of a zone, whose set a key must sign that is trusted already.
    private func findKeys(
        of name: DNSName, _ evidence: Evidence, _ entry: String, isEntry: (DNSSECKey) -> Bool
    ) async throws -> Zone {
        var zone = Zone(status: .secure, evidence: evidence)
        func add(_ status: DNSSECStatus, _ text: String) {
            zone.evidence.links.append(
                DNSSECLink(name: name, type: .dnskey, status: status, text: text))
        }
        func fail(_ reason: String) -> Zone {
            zone.status = .bogus("\(name) DNSKEY: \(reason)")
            zone.keys = []
            add(.bogus(reason), reason)
            return zone
        }
        let message: DNSMessage
        switch try await ask(name, .dnskey) {
        case .success(let response): message = response
        case .failure(let error):
            zone.status = .indeterminate(error.reason)
            add(zone.status, error.reason)
            return zone
        }
        let sets = DNSRecordSet.sets(of: message.answer)
        guard let set = sets.first(where: { $0.name == name && $0.type == .dnskey }) else {
            return fail("it has no keys")
        }
        let keys = set.records.prefix(Self.maxKeys).compactMap { DNSSECKey($0) }
            .filter { $0.isZoneKey && !$0.isRevoked }
        let entries = keys.filter(isEntry)
        guard !entries.isEmpty else { return fail("no key matches \(entry)") }
        for key in entries {
            add(.secure, "key \(key.tag) (\(key.algorithm)) matches \(entry)")
        }
        switch set.verify(by: entries, of: name, now: now, budget: &budget) {
        case .valid(let key, _):
            zone.keys = keys
            let count = Self.count(set.records.count, "key")
            add(.secure, "\(count), signed by key \(key.tag) (\(key.algorithm))")
            return zone
        case .invalid(let reason, _): return fail(reason)
        }
    }

    /// A number of things, as `1 key` or `2 keys`.
    static func count(_ count: Int, _ what: String) -> String {
        "\(count) \(what)\(count == 1 ? "" : "s")"
    }
}
