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
        let slash = UInt8(ascii: "/")
        if WgetURL.otherScheme(of: reference) != nil { return reference }
        switch reference.first {
        // The text has no fragment.
        case nil, UInt8(ascii: "#"):
            return octets(.shown) + reference
        case UInt8(ascii: "?"):
            var document = self
            document.query = nil
            return document.octets(.shown) + reference
        case slash where reference.dropFirst().first == slash:
            return "\(scheme.rawValue):".utf8 + reference
        default:
            var output: [UInt8] = []
            output.reserveCapacity(host.count + path.count + reference.count + 32)
            appendHead(.shown, to: &output)
            if reference.first != slash {
                output.append(slash)
                output += path[..<(path.lastIndex(of: slash).map { $0 + 1 } ?? 0)]
            }
            output += reference
            return output
        }
    }
}
