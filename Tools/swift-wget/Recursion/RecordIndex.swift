/// Finds records by a hash of their key: 8 octets for each.
///
/// The hash has 32 bits, so whoever asks must look whether a record is the one that is meant.
struct RecordIndex {
    /// The hash in the upper half, and in the lower an eighth of the place and 1; 0 is empty.
    private var slots = [UInt64](repeating: 0, count: 256)
    private var used = 0

    private static let removed = UInt64(UInt32.max)

    private static func value(_ hash: UInt32, _ place: Int) -> UInt64 {
        UInt64(hash) << 32 | UInt64(truncatingIfNeeded: place / 8 + 1)
    }

    private static func place(_ slot: UInt64) -> Int { (Int(slot & 0xffff_ffff) - 1) * 8 }

    /// Finds a record.
    ///
    /// - Parameters:
    ///   - hash: Of the key.
    ///   - isMeant: Whether the record at a place has the key.
    /// - Returns: The record's place.
    func find(_ hash: UInt32, _ isMeant: (Int) -> Bool) -> Int? {
        slot(hash, isMeant).map { Self.place(slots[$0]) }
    }

    /// Says where the record of a key is; one that was there is forgotten.
    mutating func set(_ hash: UInt32, to place: Int, _ isMeant: (Int) -> Bool) {
        // 32 GiB of records are more than there will be; what is beyond is not found.
        guard place / 8 < Int(UInt32.max) - 2 else { return }
        if let old = slot(hash, isMeant) {
            slots[old] = Self.value(hash, place)
            return
        }
        insert(Self.value(hash, place))
        used += 1
        if used * 4 > slots.count * 3 { grow() }
    }

    /// Forgets a key.
    mutating func remove(_ hash: UInt32, _ isMeant: (Int) -> Bool) {
        if let old = slot(hash, isMeant) { slots[old] = Self.removed }
    }

    private func slot(_ hash: UInt32, _ isMeant: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        var index = Int(hash) & mask
        while slots[index] != 0 {
            let slot = slots[index]
            if slot != Self.removed, UInt32(slot >> 32) == hash, isMeant(Self.place(slot)) {
                return index
            }
            index = (index + 1) & mask
        }
        return nil
    }

    private mutating func insert(_ value: UInt64) {
        let mask = slots.count - 1
        var index = Int(value >> 32) & mask
        while slots[index] != 0 { index = (index + 1) & mask }
        slots[index] = value
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        used = 0
        for slot in old where slot != 0 && slot != Self.removed {
            insert(slot)
            used += 1
        }
    }
}
