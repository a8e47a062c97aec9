/// A list of files and their digests, such as `SHA256SUMS`, in the forms of GNU and BSD.
///
/// ```
/// 9f86d0…0a08  file            text in GNU's form; `*` before the name says binary
/// SHA256 (file) = 9f86d0…0a08  BSD's form, and GNU's with --tag
/// 9f86d0…0a08                  a digest alone, as `file.sha256` often has it
/// ```
public struct ChecksumList: Equatable, Sendable {
    /// One line.
    public struct Entry: Equatable, Sendable {
        /// The file's name as it stands there, which may be a path; nil for a digest alone.
        public let name: String?
        /// Its digest.
        public let checksum: Checksum
    }

    /// Larger lists are read so far only, in octets: that of a whole distribution is smaller.
    public static let sizeLimit = 16 << 20

    /// The lines in their order; lines that are none of the forms are left out.
    public let entries: [Entry]

    /// Reads a list.
    ///
    /// - Parameters:
    ///   - octets: The list; at most ``sizeLimit`` octets are read.
    ///   - algorithm: What makes the digests of lines that do not say so; nil takes it from their length.
    public init(_ octets: Span<UInt8>, algorithm: Checksum.Algorithm? = nil) {
        var entries: [Entry] = []
        let end = min(octets.count, Self.sizeLimit)
        var start = 0
        while start < end {
            let stop = octets.firstIndex(ofOctet: HTTPOctet.lineFeed, from: start) ?? end
            let line = octets.extracting(start..<min(stop, end)).octets()
            if let entry = Self.entry(line, algorithm) { entries.append(entry) }
            start = stop + 1
        }
        self.entries = entries
    }

    /// The checksums of a file, the strongest first.
    ///
    /// A line that names it so counts before one whose path ends in it, and this before a digest that
    /// stands alone in the list.
    ///
    /// - Parameter name: The file's name, without folders.
    /// - Returns: The checksums; none when the list does not have the file.
    public func checksums(of name: String) -> [Checksum] {
        let exact = entries.filter { $0.name == name || $0.name == "./" + name }
        let ending = entries.filter { $0.name?.hasSuffix("/" + name) == true }
        var found = exact.isEmpty ? ending : exact
        if found.isEmpty, entries.allSatisfy({ $0.name == nil }),
            Set(entries.map(\.checksum)).count == 1
        {
            found = Array(entries.prefix(1))
        }
        return found.map(\.checksum).sorted {
            $0.algorithm.strength > $1.algorithm.strength
        }
    }

    private static func entry(_ line: [UInt8], _ algorithm: Checksum.Algorithm?) -> Entry? {
        var line = line[...]
        if line.last == HTTPOctet.carriageReturn { line.removeLast() }
        while let first = line.first, HTTPOctet.isSpace(first) { line.removeFirst() }
        guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
        // GNU marks lines whose name has escapes.
        let isEscaped = first == UInt8(ascii: "\\")
        if isEscaped { line.removeFirst() }
        return gnu(line, isEscaped, algorithm) ?? bsd(line, isEscaped)
    }

    private static func gnu(
        _ line: ArraySlice<UInt8>, _ isEscaped: Bool, _ algorithm: Checksum.Algorithm?
    ) -> Entry? {
        let digest = line.prefix { !HTTPOctet.isSpace($0) }
        let text = String(decoding: digest, as: UTF8.self)
        let checksum =
            algorithm.flatMap { Checksum($0, text: text) } ?? Checksum(text)
        guard let checksum else { return nil }
        var name = line[digest.endIndex...]
        // One space, and one of text or a star; some write one space or tab only.
        if name.first != nil { name.removeFirst() }
        if let mark = name.first, mark == HTTPOctet.space || mark == UInt8(ascii: "*") {
            name.removeFirst()
        }
        guard !name.isEmpty else { return Entry(name: nil, checksum: checksum) }
        return Entry(name: unescape(name, isEscaped), checksum: checksum)
    }

    private static func bsd(_ line: ArraySlice<UInt8>, _ isEscaped: Bool) -> Entry? {
        guard let open = line.firstIndex(of: UInt8(ascii: "(")),
            let close = line.lastIndex(of: UInt8(ascii: ")")), close > open,
            let algorithm = Checksum.Algorithm(
                name: Substring(decoding: line[..<open], as: UTF8.self).trimmingSpaces())
        else { return nil }
        let digest = Substring(decoding: line[(close + 1)...], as: UTF8.self).trimmingSpaces()
        guard digest.first == "=",
            let checksum = Checksum(algorithm, text: digest.dropFirst().trimmingSpaces())
        else { return nil }
        let name = line[(open + 1)..<close]
        guard !name.isEmpty else { return nil }
        return Entry(name: unescape(name, isEscaped), checksum: checksum)
    }

    private static func unescape(_ name: ArraySlice<UInt8>, _ isEscaped: Bool) -> String {
        guard isEscaped else { return name.fieldText }
        var octets: [UInt8] = []
        var isAfterBackslash = false
        for octet in name {
            switch (isAfterBackslash, octet) {
            case (true, UInt8(ascii: "n")): octets.append(HTTPOctet.lineFeed)
            case (true, UInt8(ascii: "r")): octets.append(HTTPOctet.carriageReturn)
            case (false, UInt8(ascii: "\\")):
                isAfterBackslash = true
                continue
            default: octets.append(octet)
            }
            isAfterBackslash = false
        }
        return octets.fieldText
    }
}
