/// A field line as HPACK carries it: any octets.
///
/// RFC 7541 §1.3.
struct HPACKField: Equatable, Sendable {
    /// Whether the field goes into the dynamic table.
    enum Indexing: Sendable {
        /// It does: one octet stands for it the next time.
        case incremental
        /// It does not: its value will not come again.
        case without
        /// It does not, nor may anybody who passes it on put it into one: its value is a secret that
        /// the size of compressed messages would give away.
        case never
    }

    var name: [UInt8]
    var value: [UInt8]
    var indexing = Indexing.incremental

    init(_ name: [UInt8], _ value: [UInt8], _ indexing: Indexing = .incremental) {
        self.name = name
        self.value = value
        self.indexing = indexing
    }

    init(_ name: String, _ value: String, _ indexing: Indexing = .incremental) {
        self.init(Array(name.utf8), Array(value.utf8), indexing)
    }

    /// What it counts in the size of a table, and of a list of fields (RFC 7541 §4.1).
    var size: Int { name.count + value.count + Self.overhead }

    /// What a field counts beside its octets.
    static let overhead = 32
}
