/// A `Strict-Transport-Security` field: for how long a host wants to be asked over TLS only.
///
/// RFC 6797 §6.1.
public struct HSTSField: Equatable, Sendable {
    /// For how many seconds; 0 takes the wish back.
    public var maxAge: Int
    /// Whether the names below the host are meant too.
    public var includesSubdomains: Bool

    /// Makes a field.
    public init(maxAge: Int, includesSubdomains: Bool = false) {
        self.maxAge = maxAge
        self.includesSubdomains = includesSubdomains
    }

    /// Reads a field; nil when it is malformed, has a directive twice, or has no `max-age`.
    ///
    /// Directives that are not known are passed over. A number that is too large to count is the largest.
    ///
    /// - Parameter field: The field's value; of several fields the first counts.
    public init?(parsing field: String) {
        var directives: [String: String?] = [:]
        var scan = DirectiveScan(rest: field.utf8[...])
        while !scan.isAtEnd {
            guard let directive = scan.next() else { return nil }
            guard let name = directive.name?.withSmallLetters() else { continue }
            // A bound, for each is compared with all before it.
            guard directives.count < 100, directives[name] == nil else { return nil }
            directives.updateValue(directive.value, forKey: name)
        }
        guard case .some(.some(let age)) = directives["max-age"], !age.isEmpty,
            age.utf8.allSatisfy({ $0 &- 0x30 < 10 })
        else { return nil }
        maxAge = Int(age) ?? .max
        switch directives["includesubdomains"] {
        case .none: includesSubdomains = false
        case .some(.none): includesSubdomains = true
        case .some(.some): return nil
        }
    }
}

/// Walks over the directives of a field.
private struct DirectiveScan {
    var rest: Substring.UTF8View

    var isAtEnd: Bool { rest.isEmpty }

    /// A directive and the semicolon behind it; nil when it is malformed.
    mutating func next() -> (name: String?, value: String?)? {
        skipSpaces()
        let name = token()
        skipSpaces()
        var value: String?
        if name != nil, takes(UInt8(ascii: "=")) {
            skipSpaces()
            guard let found = rest.first == HTTPOctet.quote ? quoted() : token() else { return nil }
            value = found
            skipSpaces()
        }
        guard rest.isEmpty || takes(HTTPOctet.semicolon) else { return nil }
        return (name, value)
    }

    private mutating func skipSpaces() {
        rest = rest.drop(while: HTTPOctet.isSpace)
    }

    private mutating func takes(_ octet: UInt8) -> Bool {
        guard rest.first == octet else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func token() -> String? {
        let token = rest.prefix(while: HTTPOctet.isToken)
        rest = rest[token.endIndex...]
        return token.isEmpty ? nil : String(Substring(token))
    }

    private mutating func quoted() -> String? {
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let octet = rest.popFirst() {
            switch octet {
            case HTTPOctet.quote: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            default: text.append(octet)
            }
        }
        return nil
    }
}
