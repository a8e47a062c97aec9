/// Names in the form and the order of DNSSEC.
extension DNSName {
    /// The name with its letters in lower case, as signatures and digests cover it.
    ///
    /// RFC 4034 §6.2.
    var canonical: DNSName { DNSName(validated: wire.map(Self.folded)) }

    /// The one label of wildcards, with its length.
    private static let asterisk: [UInt8] = [1, UInt8(ascii: "*")]

    /// Whether its first label is an asterisk.
    var isWildcard: Bool { wire.starts(with: Self.asterisk) }

    /// The wildcard directly below; nil if that would be too long a name.
    var wildcardChild: DNSName? {
        let wire = Self.asterisk + wire
        return wire.count <= Self.maxLength ? DNSName(validated: wire) : nil
    }

    /// The name of the last `count` labels; nil if it has fewer.
    func ancestor(labels count: Int) -> DNSName? {
        var extra = labelCount - count
        guard extra >= 0, count >= 0 else { return nil }
        var offset = 0
        while extra > 0 {
            offset += 1 + Int(wire[offset])
            extra -= 1
        }
        return offset == 0 ? self : DNSName(validated: Array(wire[offset...]))
    }

    /// The longest name that both are, or are below.
    func commonAncestor(_ other: DNSName) -> DNSName {
        var count = 0
        for (mine, its) in zip(labels.reversed(), other.labels.reversed()) {
            guard Self.areEqual(mine, its) else { break }
            count += 1
        }
        return ancestor(labels: count) ?? .root
    }

    /// Whether it comes before `other` in the order of a signed zone: by labels from the right, each
    /// by its octets in lower case, what is missing first.
    ///
    /// RFC 4034 §6.1.
    func precedes(_ other: DNSName) -> Bool {
        let mine = labels.reversed()
        let its = other.labels.reversed()
        for (left, right) in zip(mine, its) where !Self.areEqual(left, right) {
            return left.lexicographicallyPrecedes(right) { Self.folded($0) < Self.folded($1) }
        }
        return labelCount < other.labelCount
    }

    /// The name with `new` in place of the end `old`; nil if it does not end so, or gets too long.
    ///
    /// RFC 6672 §2.2.
    func replacing(_ old: DNSName, with new: DNSName) -> DNSName? {
        guard isSubdomain(of: old) else { return nil }
        let wire = wire.dropLast(old.wire.count) + new.wire
        return wire.count <= Self.maxLength ? DNSName(validated: Array(wire)) : nil
    }
}
