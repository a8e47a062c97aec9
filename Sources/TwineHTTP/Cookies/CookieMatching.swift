/// Which hosts and paths a cookie is for.
enum CookieMatching {
    /// Whether a host is a domain or a name below it; of an address only the very same is.
    ///
    /// Both are in small letters, and the domain has no leading dot.
    ///
    /// RFC 6265bis §5.1.3.
    static func host(_ host: String, isIn domain: String, isAddress: Bool) -> Bool {
        let (name, suffix) = (host.utf8, domain.utf8)
        guard name.count != suffix.count else { return host == domain }
        guard !isAddress, name.count > suffix.count, !suffix.isEmpty else { return false }
        let tail = name.suffix(suffix.count + 1)
        return tail.first == UInt8(ascii: ".") && tail.dropFirst().elementsEqual(suffix)
    }

    /// Whether a request's path is a cookie's or lies below it.
    ///
    /// RFC 6265bis §5.1.4.
    static func path(_ path: String, isBelow base: String) -> Bool {
        let (path, base) = (path.utf8, base.utf8)
        guard path.starts(with: base) else { return false }
        return path.count == base.count || base.last == UInt8(ascii: "/")
            || path.dropFirst(base.count).first == UInt8(ascii: "/")
    }

    /// The path of a cookie that names none: the folder of the request's, with its slash or without.
    ///
    /// RFC 6265bis §5.1.4.
    static func defaultPath(_ path: String, keepsSlash: Bool) -> String {
        guard path.utf8.first == UInt8(ascii: "/"),
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        else { return "/" }
        if slash == path.startIndex { return "/" }
        return String(keepsSlash ? path[...slash] : path[..<slash])
    }

    /// The host, and the domains above it that have a dot.
    ///
    /// A top level is left out: no cookie is taken for one.
    static func domains(of host: String, isAddress: Bool) -> [String] {
        var domains = [host]
        // What is longer is no name of DNS, and may have a million dots.
        guard !isAddress, host.utf8.count <= 255 else { return domains }
        var rest = host.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[dot...].dropFirst()
            guard rest.contains(UInt8(ascii: ".")) else { break }
            domains.append(String(Substring(rest)))
        }
        return domains
    }
}
