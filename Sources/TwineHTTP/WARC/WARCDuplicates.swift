public import TwineCore

/// The bodies that other archives have, by URL and digest.
public struct WARCDuplicates: Sendable {
    private struct Key: Hashable, Sendable {
        let url: String
        let digest: [UInt8]
    }

    private var records: [Key: String] = [:]
    /// The columns that the index lacked, by their letters; then nothing is known.
    public private(set) var missingColumns: [Character] = []

    /// Nothing is archived.
    public init() {}

    /// What an index says.
    ///
    /// - Parameter path: The index's path.
    /// - Throws: `SystemError` when it cannot be read.
    @Reactor
    public init(index path: String) throws(SystemError) {
        let file = try OpenFile(path)
        var reader = CDXReader()
        var offset = 0
        while true {
            let octets = try file.read(at: offset, 65_536)
            guard !octets.isEmpty else { break }
            offset += octets.count
            reader.receive(octets.span) { add($0) }
        }
        reader.finish { add($0) }
        missingColumns = reader.missingColumns
    }

    /// Notes a body.
    public mutating func add(_ entry: CDXReader.Entry) {
        records[Key(url: entry.url, digest: entry.digest)] = entry.record
    }

    /// How many are known.
    public var count: Int { records.count }

    /// The name of the record that has a body.
    ///
    /// - Parameters:
    ///   - url: Where it came from.
    ///   - payload: Its SHA-1.
    /// - Returns: The name as the index has it; nil when there is none.
    public func record(of url: String, payload: [UInt8]) -> String? {
        records[Key(url: url, digest: payload)]
    }
}
