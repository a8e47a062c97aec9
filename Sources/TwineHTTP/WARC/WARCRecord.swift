/// The head of one record of a web archive: what kind it is, and its named fields in their order.
///
/// A record is its head, its block, and two empty lines; how long the block is stands in the head.
/// The records are those that GNU Wget writes, with their fields in its order.
///
/// WARC/1.0 (ISO 28500:2009) §4, WARC/1.1 (ISO 28500:2017) §4.
public struct WARCRecord: Equatable, Sendable {
    /// Which edition of the format a record keeps to.
    public enum Version: String, Sendable {
        /// ISO 28500:2009, as GNU Wget writes.
        case warc10 = "WARC/1.0"
        /// ISO 28500:2017.
        case warc11 = "WARC/1.1"
    }

    /// What a record is.
    public enum Kind: String, Sendable {
        /// About the archive file.
        case warcinfo
        /// What was sent to a server.
        case request
        /// What a server answered.
        case response
        /// What was kept without an exchange.
        case resource
        /// What is said about other records.
        case metadata
        /// An answer whose body is in another record already.
        case revisit
    }

    /// One named field.
    public struct Field: Equatable, Sendable {
        /// Its name.
        public let name: String
        /// Its value, without control characters.
        public let value: String
    }

    /// What stands behind every record's block.
    public static let end: [UInt8] = Array("\r\n\r\n".utf8)

    /// The edition.
    public let version: Version
    /// What it is.
    public let kind: Kind
    /// The fields, without `Content-Length`.
    public private(set) var fields: [Field] = []

    /// Makes a head that says what it is and nothing else.
    public init(_ kind: Kind, version: Version = .warc10) {
        self.version = version
        self.kind = kind
        add("WARC-Type", kind.rawValue)
    }

    /// Appends a field, unless it has no value.
    ///
    /// - Parameters:
    ///   - name: A token.
    ///   - value: What it says. Control characters are replaced by spaces: a line break would begin
    ///     another field.
    public mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        let isClean = value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard !isClean else { return fields.append(Field(name: name, value: value)) }
        var clean = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            clean.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        fields.append(Field(name: name, value: String(clean)))
    }

    /// The value of a field.
    ///
    /// - Parameter name: Its name, spelt as this writes it.
    public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The octets before the block.
    ///
    /// - Parameter length: How many octets the block has.
    /// - Returns: The version, the fields with `Content-Length` as the last, and an empty line.
    public func head(blockLength length: Int) -> [UInt8] {
        var text = version.rawValue + "\r\n"
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        return Array((text + "Content-Length: \(length)\r\n\r\n").utf8)
    }
}
