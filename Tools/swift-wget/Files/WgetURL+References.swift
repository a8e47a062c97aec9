extension WgetURL {
    /// What somebody meant who left the scheme out: `example.com/x`, `localhost:8080`, `host:path`.
    ///
    /// A host and a path are of HTTP; with a colon between them that is followed by no port, of
    /// FTP. What has a scheme already, or begins with a slash, is returned as it is.
    static func completed(_ text: [UInt8]) -> [UInt8] {
        guard scheme(of: text) == nil else { return text }
        let http = Array("http://".utf8)
        guard
            let end = text.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") })
        else { return http + text }
        guard end > 0, !text[end...].starts(with: "://".utf8) else { return text }
        guard text[end] == UInt8(ascii: ":") else { return http + text }
        let digits = text[(end + 1)...].prefix {
            $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
        }
        let next = digits.endIndex
        if !digits.isEmpty, next == text.count || text[next] == UInt8(ascii: "/") {
            return http + text
        }
        return Array("ftp://".utf8) + text[..<end] + [UInt8(ascii: "/")] + text[(end + 1)...]
    }

    /// The text of the URL that a page or a reply at this URL refers to.
    ///
    /// Dots are left in: reading the result takes them out. A reference to the same host keeps the
    /// user.
    func resolving(_ reference: [UInt8]) -> [UInt8] {
        if WgetURL.otherScheme(of: reference) != nil { return reference }
        var document = self
        document.fragment = nil
        switch reference.first {
        case nil:
            return Array(document.text(.shown).utf8)
        case UInt8(ascii: "#"):
            return document.text(.shown).utf8 + reference
        case UInt8(ascii: "?"):
            document.query = nil
            return document.text(.shown).utf8 + reference
        case UInt8(ascii: "/") where reference.dropFirst().first == UInt8(ascii: "/"):
            return "\(scheme.rawValue):".utf8 + reference
        case UInt8(ascii: "/"):
            document.path = []
        default:
            let folder = path[..<(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)]
            document.path = Array(folder)
        }
        document.parameters = nil
        document.query = nil
        let base = Array(document.text(.shown).utf8)
        return reference.first == UInt8(ascii: "/") ? base.dropLast() + reference : base + reference
    }
}
