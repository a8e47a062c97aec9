/// Reads an archive's index as it comes, for what it says of bodies that are archived.
///
/// The columns may be any and in any order; of them the URL (`a`), the digest (`k`) and the record (`u`) are
/// needed. A line that lacks one of them, or whose digest is no SHA-1, says nothing and is passed over.
public struct CDXReader: Sendable {
    /// A body that is archived.
    public struct Entry: Hashable, Sendable {
        /// The URL that it came from.
        public var url: String
        /// Its SHA-1.
        public var digest: [UInt8]
        /// The name of the record that it is in.
        public var record: String
    }

    /// Octets of one line at most; a longer one is passed over.
    ///
    /// The longest URLs of the web have a tenth.
    public static let maxLine = 65_536

    private var line: [UInt8] = []
    private var isTooLong = false
    private var columns: [UInt8: Int] = [:]
    private var hasHeader = false

    /// A reader at the beginning of an index.
    public init() {}

    /// Those of the needed columns that the index does not have, by their letters; all of them before its first
    /// line has come.
    public var missingColumns: [Character] {
        ["a", "k", "u"].filter { columns[$0.asciiValue ?? 0] == nil }
    }

    /// Takes the next octets of the index.
    ///
    /// - Parameters:
    ///   - octets: The octets.
    ///   - entry: Gets each entry.
    public mutating func receive(_ octets: Span<UInt8>, _ entry: (Entry) -> Void) {
        var start = 0
        while let end = octets.firstIndex(ofOctet: HTTPOctet.lineFeed, from: start) {
            keep(octets.extracting(start..<end))
            endLine(entry)
            start = end + 1
        }
        keep(octets.extracting(start..<octets.count))
    }

    /// Takes what stands behind the last end of a line.
    public mutating func finish(_ entry: (Entry) -> Void) {
        if !line.isEmpty { endLine(entry) }
    }

    private mutating func keep(_ octets: Span<UInt8>) {
        guard !isTooLong, octets.count <= Self.maxLine - line.count else {
            isTooLong = true
            line = []
            return
        }
        line.appendOctets(octets)
    }

    private mutating func endLine(_ entry: (Entry) -> Void) {
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
            hasHeader = true
        }
        guard !isTooLong else { return }
        let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard hasHeader else { return readHeader(words) }
        if let found = read(words) { entry(found) }
    }

    private mutating func readHeader(_ words: [ArraySlice<UInt8>]) {
        guard let first = words.first, first.elementsEqual("CDX".utf8) else { return }
        // As GNU Wget does, the last column of a letter is the one that counts.
        for (index, word) in words.dropFirst().enumerated() {
            if let letter = word.first { columns[letter] = index }
        }
    }

    private func read(_ words: [ArraySlice<UInt8>]) -> Entry? {
        func column(_ letter: Character) -> ArraySlice<UInt8>? {
            guard let index = columns[letter.asciiValue ?? 0], index < words.count else {
                return nil
            }
            return words[index]
        }
        guard let url = column("a"), let digest = column("k").flatMap(Base32.decode),
            digest.count == SHA1Digest.length, let record = column("u")
        else { return nil }
        return Entry(
            url: String(decoding: url, as: UTF8.self), digest: digest,
            record: String(decoding: record, as: UTF8.self))
    }
}
