/// A challenge's or an answer's scheme and parameters, as `Authorization` has them.
///
/// RFC 9110 §11.
struct AuthenticationField: Equatable {
    /// The scheme in small letters.
    var scheme: String
    /// What follows the scheme when it is no list of parameters, as of Basic.
    var token = ""
    /// The parameters, by names in small letters.
    var parameters: [String: String] = [:]

    /// Reads a field with one scheme; nil when it is malformed, or a parameter is there twice.
    ///
    /// - Parameter field: The field's value.
    init?(_ field: String) {
        var scan = FieldScanner(field)
        guard let scheme = scan.token() else { return nil }
        self.scheme = scheme.lowercased()
        scan.skipSpaces()
        let rest = scan.rest
        var list: [String: String] = [:]
        while !scan.isAtEnd {
            scan.skip(HTTPOctet.comma)
            if scan.isAtEnd { break }
            guard let name = scan.token(), scan.takes(UInt8(ascii: "=")),
                let value = Self.value(&scan), list[name.lowercased()] == nil
            else {
                // A single word, such as the Base64 of Basic.
                guard list.isEmpty else { return nil }
                token = String(decoding: rest, as: UTF8.self)
                return
            }
            list[name.lowercased()] = value
            scan.skipSpaces()
            guard scan.isAtEnd || scan.isAt(HTTPOctet.comma) else { return nil }
        }
        parameters = list
    }

    /// A token or a quoted string.
    private static func value(_ scan: inout FieldScanner) -> String? {
        guard scan.isAt(HTTPOctet.quote) else { return scan.token() }
        return scan.quotedString().flatMap { String(validating: $0, as: UTF8.self) }
    }
}
