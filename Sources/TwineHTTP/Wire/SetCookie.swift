/// One `Set-Cookie` field as a server sent it, before anybody decides whether to keep it.
///
/// ```swift
/// let field = try SetCookie(parsing: "id=7; Path=/shop; Max-Age=3600; Secure")
/// field.name     // "id"
/// field.path     // "/shop"
/// field.maxAge   // 3600
/// ```
///
/// RFC 6265bis §5.6.
public struct SetCookie: Equatable, Sendable {
    /// The most octets of name and value together: what browsers take.
    public static let maxLength = 4096
    /// The most octets of an attribute's value; a longer one is as if it were not there.
    public static let maxAttributeLength = 1024

    /// With which requests from other sites a cookie goes.
    ///
    /// It is kept for those who ask: whoever fetches by hand has no other site.
    public enum SameSite: String, Sendable {
        /// None was named, or none that is known.
        case unspecified = ""
        /// With all.
        case none = "None"
        /// With those that lead a person to the site.
        case lax = "Lax"
        /// With none.
        case strict = "Strict"
    }

    /// The name; empty for a field without `=`, whose text is the value.
    public var name: String
    /// The value, quotes and all.
    public var value: String
    /// The moment that `Expires` names; nil without one that can be read.
    public var expires: HTTPDate?
    /// The seconds that `Max-Age` names, which count for more than ``expires``; 0 and less is over now.
    public var maxAge: Int?
    /// The domain that `Domain` names, in small letters and without its leading dot; nil without one.
    public var domain: String?
    /// The path that `Path` names; nil for the directory of the request.
    public var path: String?
    /// Whether it goes back over TLS only.
    public var isSecure = false
    /// Whether scripts in pages are not to see it.
    public var isHTTPOnly = false
    /// With which requests from other sites it goes.
    public var sameSite = SameSite.unspecified

    /// Makes a field without attributes.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Reads a field; attributes that are not known, or make no sense, are passed over.
    ///
    /// Of two attributes of one name the last counts. Octets of the value are not interpreted, and quotes
    /// belong to it.
    ///
    /// - Parameter field: The value of one `Set-Cookie` field; several are never joined.
    /// - Throws: ``CookieRefusal``: for control characters, too many octets, nothing at all, and a prefix
    ///   of names that hides in the value.
    /// - Complexity: O(*n*) in the octets of `field`.
    ///
    /// RFC 6265bis §5.6, §5.7.
    public init(parsing field: String) throws(CookieRefusal) {
        var octets = field.utf8[...]
        // A tab is the one that is let through.
        guard octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw .controlCharacter
        }
        let pair = Self.takePart(&octets)
        if let equals = pair.firstIndex(of: UInt8(ascii: "=")) {
            name = Self.text(pair[..<equals])
            value = Self.text(pair[equals...].dropFirst())
        } else {
            name = ""
            value = Self.text(pair)
        }
        try checkPair()
        while !octets.isEmpty {
            take(attribute: Self.takePart(&octets))
        }
    }

    private func checkPair() throws(CookieRefusal) {
        let length = name.utf8.count + value.utf8.count
        guard length <= Self.maxLength else { throw .tooLong(length: length) }
        guard length > 0 else { throw .empty }
        // A server that reads the pair back would take it for the name's.
        guard !name.isEmpty || CookiePrefix(value) == nil else { throw .hiddenPrefix }
    }

    /// Takes the octets up to the next semicolon, which goes too.
    private static func takePart(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let end = rest.firstIndex(of: HTTPOctet.semicolon) ?? rest.endIndex
        let part = rest[..<end]
        rest = rest[end...].dropFirst()
        return part
    }

    /// The octets without spaces and tabs at either end.
    private static func text(_ octets: Substring.UTF8View) -> String {
        var rest = octets.drop(while: HTTPOctet.isSpace)
        while let last = rest.last, HTTPOctet.isSpace(last) { rest.removeLast() }
        return String(Substring(rest))
    }

    private mutating func take(attribute part: Substring.UTF8View) {
        let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
        let value = Self.text(part[equals...].dropFirst())
        guard value.utf8.count <= Self.maxAttributeLength else { return }
        switch Self.text(part[..<equals]).withSmallLetters() {
        case "expires":
            if let date = HTTPDate(cookieDate: value) { expires = date }
        case "max-age":
            if let seconds = Self.seconds(value) { maxAge = seconds }
        case "domain":
            let name = value.utf8.first == UInt8(ascii: ".") ? value.dropFirst() : value[...]
            domain = name.isEmpty ? nil : name.withSmallLetters()
        case "path":
            path = value.utf8.first == UInt8(ascii: "/") ? value : nil
        case "secure": isSecure = true
        case "httponly": isHTTPOnly = true
        case "samesite":
            let text = value.withSmallLetters()
            sameSite =
                [.none, .lax, .strict].first { $0.rawValue.withSmallLetters() == text }
                ?? .unspecified
        default: break
        }
    }

    /// Digits with a minus sign or without; what is more than fits is the largest number.
    private static func seconds(_ text: String) -> Int? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 0x30 < 10,
            digits.allSatisfy({ $0 &- 0x30 < 10 })
        else { return nil }
        guard first != UInt8(ascii: "-") else { return Int(text) ?? 0 }
        return Int(text) ?? .max
    }
}
