/// Which URLs were seen, by a hash of 8 octets each.
///
/// Two different URLs of a million have the same hash in one of 37 million runs (n²/2⁶⁵), and then a
/// page is missing: less likely than that the disk loses it. The hash is keyed anew in each run
/// (SipHash), so that no site can choose its URLs to be taken for others'.
///
/// A million take 16 MiB.
struct VisitedSet {
    /// How many were seen.
    private(set) var count = 0
    /// 0 is an empty place.
    private var slots: [UInt64]

    /// Makes an empty set.
    init() { slots = [UInt64](repeating: 0, count: 1024) }

    /// Adds a URL; false if it was there.
    @discardableResult
    mutating func insert(_ url: WgetURL) -> Bool {
        let hash = Self.hash(url)
        guard let place = freePlace(for: hash, in: slots) else { return false }
        slots[place] = hash
        count += 1
        // Half full at most after growing, so that a search passes few places.
        if count * 4 > slots.count * 3 { grow() }
        return true
    }

    /// Whether a URL was seen.
    func contains(_ url: WgetURL) -> Bool { freePlace(for: Self.hash(url), in: slots) == nil }

    /// Where a hash belongs; nil if it is there.
    private func freePlace(for hash: UInt64, in slots: [UInt64]) -> Int? {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
            if slots[place] == hash { return nil }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        for hash in slots where hash != 0 {
            if let place = freePlace(for: hash, in: larger) { larger[place] = hash }
        }
        slots = larger
    }

    /// What is percent-encoded counts as what it stands for, as in wget: `%41` and `A` are the same.
    private static func hash(_ url: WgetURL) -> UInt64 {
        var hasher = Hasher()
        unsafe URLOctets.decoded(url.octets(.shown)).withUnsafeBytes {
            unsafe hasher.combine(bytes: $0)
        }
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        return hash == 0 ? 1 : hash
    }
}
