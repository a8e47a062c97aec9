/// The fields that one direction of a connection has given an index, and the static ones before them.
///
/// RFC 7541 §2.3, §4.
struct HPACKTable: Sendable {
    /// The dynamic fields, the oldest first, behind some that are gone.
    private var entries: [HPACKField] = []
    private var start = 0
    /// The size of the dynamic fields together, in octets.
    private(set) var size = 0
    /// What ``size`` may be.
    private(set) var capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// How many dynamic fields there are.
    var count: Int { entries.count - start }

    /// The field of an index; nil when there is none.
    func field(_ index: Int) -> HPACKField? {
        let fixed = HPACKStaticTable.fields
        guard index > 0 else { return nil }
        if index <= fixed.count { return fixed[index - 1] }
        let age = index - fixed.count
        return age <= count ? entries[entries.count - age] : nil
    }

    /// Where a field is: its own index, or that of its name.
    func find(_ field: HPACKField) -> (index: Int, isWhole: Bool)? {
        let fixed = HPACKStaticTable.find(field)
        if let fixed, fixed.isWhole { return fixed }
        var named: Int?
        for age in 0..<count {
            let entry = entries[entries.count - 1 - age]
            guard entry.name == field.name else { continue }
            let index = HPACKStaticTable.fields.count + 1 + age
            if entry.value == field.value { return (index, true) }
            if named == nil { named = index }
        }
        return fixed ?? named.map { ($0, false) }
    }

    /// Adds a field; one larger than the table empties it.
    mutating func insert(_ field: HPACKField) {
        evict(to: capacity - field.size)
        guard field.size <= capacity else { return }
        entries.append(field)
        size += field.size
    }

    /// Changes what the table may hold.
    mutating func setCapacity(_ capacity: Int) {
        self.capacity = capacity
        evict(to: capacity)
    }

    private mutating func evict(to limit: Int) {
        while size > limit, start < entries.count {
            size -= entries[start].size
            entries[start] = HPACKField([], [])
            start += 1
        }
        // Half of the memory is of fields that are gone.
        if start > entries.count / 2 {
            entries.removeSubrange(0..<start)
            start = 0
        }
    }
}
