public import HTTPTypes

/// What a sender wants done with a representation, and the name it gives it: `Content-Disposition`.
///
/// Reading is as forgiving as browsers are: nothing is refused, and what has no sense is left out.
///
/// RFC 6266.
public struct ContentDisposition: Equatable, Sendable {
    /// One `name=value`.
    public struct Parameter: Equatable, Sendable {
        /// The name in lower case; `filename*` keeps its star.
        public let name: String
        /// The value without quotes and escapes, but with what `filename*` encodes.
        public let value: String
        /// Whether the value stood in quotes.
        public let isQuoted: Bool
    }

    /// More parameters are not read: nobody honest has so many.
    public static let parameterLimit = 64

    /// `attachment`, `inline` or another word, in lower case; what stands there if it is no word.
    public let type: String
    /// The parameters in the order of the field; of several of one name the first.
    public let parameters: [Parameter]
    /// The field as it came, for ``wgetFileName``.
    let octets: [UInt8]

    /// Reads the value of a field.
    ///
    /// - Parameter octets: The value; what is not UTF-8 is taken for ISO 8859-1.
    /// - Complexity: O(*n*) in the octets.
    public init(_ octets: Span<UInt8>) { self.init(octets: octets.octets()) }

    /// Reads the value of a field.
    ///
    /// - Parameter text: The value.
    public init(_ text: String) { self.init(octets: Array(text.utf8)) }

    /// Reads a field, whose octets need not be UTF-8.
    ///
    /// - Parameter field: The field; its name is not looked at.
    public init(_ field: HTTPField) {
        self.init(octets: unsafe field.withUnsafeBytesOfValue { unsafe Array($0) })
    }

    private init(octets: [UInt8]) {
        self.octets = octets
        var scan = FieldScanner(octets)
        type = scan.text(until: ";").fieldText.lowercased()
        var parameters: [Parameter] = []
        while parameters.count < Self.parameterLimit, scan.takes(HTTPOctet.semicolon) {
            let name = scan.text(until: "=;").fieldText.lowercased()
            guard scan.takes(UInt8(ascii: "=")) else { continue }
            let isQuoted = scan.isAt(HTTPOctet.quote)
            let value: [UInt8]
            if isQuoted {
                // A quote that never closes has swallowed what follows it.
                guard let text = scan.quotedString() else { break }
                value = text
                scan.skip(until: ";")
            } else {
                value = Array(scan.text(until: ";"))
            }
            guard !name.isEmpty, !parameters.contains(where: { $0.name == name }) else { continue }
            parameters.append(
                Parameter(name: name, value: value.fieldText, isQuoted: isQuoted))
        }
        self.parameters = parameters
    }

    /// The value of a parameter; one that is encoded (`filename*`) counts before one that is not.
    ///
    /// - Parameter name: The name without a star, in lower case.
    public subscript(_ name: String) -> String? {
        encoded(name + "*") ?? parameters.first { $0.name == name }?.value
    }

    /// Whether the sender wants it saved, not shown: every type but `inline` says so.
    ///
    /// RFC 6266 §4.2.
    public var isAttachment: Bool { type != "inline" && !type.isEmpty }

    private func encoded(_ name: String) -> String? {
        guard let parameter = parameters.first(where: { $0.name == name }), !parameter.isQuoted
        else { return nil }
        return ExtendedValue.decode(Array(parameter.value.utf8))
    }

    /// The name that the sender gives, as it came: it may be a path or anything else.
    ///
    /// A `filename*` that can be read counts first, then one in pieces (`filename*0`, `filename*1`),
    /// then `filename`.
    ///
    /// RFC 6266 §4.3, RFC 2231 §3.
    public var filename: String? {
        encoded("filename*") ?? joinedPieces ?? parameters.first { $0.name == "filename" }?.value
    }

    /// `filename*0` and what continues it, as far as there is no gap.
    private var joinedPieces: String? {
        var text: String?
        var extended: [UInt8]?
        for number in 0..<parameters.count {
            let plain = "filename*\(number)"
            if let piece = parameters.first(where: { $0.name == plain })?.value {
                // The character set of the first piece is that of all that are encoded.
                text = (text ?? "") + piece
            } else if let piece = parameters.first(where: { $0.name == plain + "*" })?.value {
                if number == 0 {
                    extended =
                        Array(piece.utf8.prefix { $0 != UInt8(ascii: "'") }) + Array("''".utf8)
                }
                let whole = number == 0 ? Array(piece.utf8) : (extended ?? []) + Array(piece.utf8)
                guard let decoded = ExtendedValue.decode(whole) else { return nil }
                text = (text ?? "") + decoded
            } else {
                break
            }
        }
        return text
    }

    /// The sender's name for a file, safe to be created in a folder of the caller's choice.
    ///
    /// It is what follows the last `/` or `\`, without control characters, marks that turn the
    /// direction of writing, and spaces at either end; it is not empty, `.` or `..`. How long it is
    /// and whether there is such a file already is for the caller to see.
    ///
    /// - Returns: nil when there is no name, or nothing safe is left of it.
    ///
    /// RFC 6266 §4.3.
    public var fileName: String? { filename.flatMap(Self.safe) }

    /// What is safe of a name.
    static func safe(_ name: String) -> String? {
        let last =
            name.unicodeScalars.split(
                omittingEmptySubsequences: false, whereSeparator: { $0 == "/" || $0 == "\\" }
            ).last ?? []
        var kept = String.UnicodeScalarView()
        for scalar in last where !isHidden(scalar) { kept.append(scalar) }
        let text = String(kept.drop { $0 == " " })
        let end = text.unicodeScalars.lastIndex { $0 != " " }
        guard let end else { return nil }
        let result = String(text.unicodeScalars[...end])
        return result == "." || result == ".." ? nil : result
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
