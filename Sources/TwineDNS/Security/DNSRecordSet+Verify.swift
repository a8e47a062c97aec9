/// How many signatures may be checked: it takes long, and a message can ask for very many.
///
/// The attack is known as KeyTrap, CVE-2023-50387.
struct DNSSECBudget {
    /// The most checks for one set of records, as BIND 9.20's `max-validations-per-fetch`.
    static let perSet = 16
    /// The most checks for one answer: some for each query that its chain of trust may need.
    static let perAnswer = 1000

    /// How many are left for this answer.
    private(set) var left = perAnswer

    /// Takes one; false if none is left.
    mutating func take() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}

extension DNSRecordSet {
    /// What became of the check of a set's signatures.
    enum Verification: Equatable {
        /// A key's signature fits, and is valid at this time.
        case valid(DNSSECKey, DNSSECSignature)
        /// None does. Of several reasons it is the one that came furthest.
        case invalid(String, isForged: Bool)
    }

    /// Why a signature does not count; a later case came further.
    private enum Failure: Int {
        case missing, misplaced, unsupported, keyMissing, notYetValid, expired, forged, tooMany
    }

    /// Checks the signatures that the zone of the keys has made.
    ///
    /// - Parameters:
    ///   - keys: The keys of the zone.
    ///   - zone: The zone.
    ///   - now: The time, in seconds since 1970, modulo 2³².
    ///   - budget: How many checks are left; each takes one.
    /// - Returns: The first signature that fits, or why none does.
    ///
    /// RFC 4035 §5.3.
    func verify(
        by keys: [DNSSECKey], of zone: DNSName, now: UInt32, budget: inout DNSSECBudget
    ) -> Verification {
        var failure = Failure.missing
        var reason = "it has no signature of \(zone)"
        func fail(_ newFailure: Failure, _ newReason: @autoclosure () -> String) {
            guard newFailure.rawValue > failure.rawValue else { return }
            failure = newFailure
            reason = newReason()
        }
        var checks = 0
        search: for record in signatures {
            guard let signature = DNSSECSignature(record), signature.signer == zone,
                signature.typeCovered == type
            else { continue }
            let what = "its signature by key \(signature.tag)"
            guard signature.isPlausible else {
                fail(.misplaced, "\(what) is not for a name such as its own")
                continue
            }
            guard signature.algorithm.isSupported else {
                fail(.unsupported, "\(what) is of the unsupported \(signature.algorithm)")
                continue
            }
            let fitting = keys.filter {
                $0.tag == signature.tag && $0.algorithm == signature.algorithm && $0.owner == zone
                    && $0.isZoneKey
            }
            guard !fitting.isEmpty else {
                fail(.keyMissing, "\(what) is of no key that \(zone) has")
                continue
            }
            switch signature.validity(at: now) {
            case .valid: break
            case .expired:
                let time = DNSTime.text(of: signature.expiration, now: Int(now))
                fail(.expired, "\(what) expired at \(time)")
                continue
            case .notYetValid:
                let time = DNSTime.text(of: signature.inception, now: Int(now))
                fail(.notYetValid, "\(what) is not valid before \(time)")
                continue
            }
            guard let octets = signature.signedOctets(of: self) else {
                fail(.misplaced, "\(what) is for a name that is too long")
                continue
            }
            for key in fitting {
                guard checks < DNSSECBudget.perSet, budget.take() else {
                    fail(.tooMany, "there are too many signatures and keys to try them all")
                    break search
                }
                checks += 1
                let outcome = DNSSECCrypto.check(
                    signature.signature, of: octets, key.algorithm, key.publicKey)
                if outcome == .right { return .valid(key, signature) }
                fail(.forged, "\(what) does not fit it")
            }
        }
        return .invalid(reason, isForged: failure.rawValue >= Failure.forged.rawValue)
    }
}
