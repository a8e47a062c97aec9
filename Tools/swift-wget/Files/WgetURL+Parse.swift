import TwineCore
import TwineHTTP

extension WgetURL {
    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: The URL, with its scheme; any octets.
    ///   - usesIRIs: Whether a host beyond ASCII is an international name.
    /// - Returns: The URL.
    /// - Throws: ``WgetURLError``.
    static func parse(_ text: [UInt8], usesIRIs: Bool = true) throws(WgetURLError) -> WgetURL {
        guard let (scheme, length) = scheme(of: text) else {
            guard let end = otherScheme(of: text) else { throw .schemeMissing }
            throw .schemeUnsupported(Octets(Array(text[..<end])))
        }
        var reader = WgetURLReader(
            URLOctets.reencoded(Array(text[length...])), isFTP: scheme.isFTP)
        let credentials = reader.credentials()
        let host = try reader.host()
        let port = try reader.port() ?? scheme.defaultPort
        var url = WgetURL(scheme: scheme, host: host, port: port)
        url.path = simplified(reader.part(after: UInt8(ascii: "/")) ?? [], isFTP: scheme.isFTP)
        if scheme.isFTP {
            url.parameters = reader.part(after: UInt8(ascii: ";"))
        } else {
            url.query = reader.part(after: UInt8(ascii: "?"))
        }
        url.fragment = reader.part(after: UInt8(ascii: "#"))
        if let credentials {
            guard let first = credentials.first, first != UInt8(ascii: ":") else {
                throw .userInvalid
            }
            let parts = credentials.split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            url.user = URLOctets.decoded(parts[0])
            url.password = parts.count > 1 ? URLOctets.decoded(parts[1]) : nil
        }
        if usesIRIs, let name = url.internationalHost { url.host = name }
        return url
    }

    /// The host as DNS has it, if it has characters beyond ASCII and is a name.
    private var internationalHost: [UInt8]? {
        guard host.contains(where: { $0 >= 0x80 }),
            let name = String(validating: host, as: UTF8.self),
            let url = WebURL("http://\(name)/")
        else { return nil }
        return Array(url.hostName.utf8)
    }

    /// The scheme that `text` begins with, in any case, and how long it is with its slashes.
    static func scheme(of text: [UInt8]) -> (Scheme, length: Int)? {
        for scheme in Scheme.allCases where text.count >= scheme.lead.count {
            let lead = scheme.lead
            if zip(text, lead).allSatisfy({ lowercased($0) == $1 }) { return (scheme, lead.count) }
        }
        return nil
    }

    /// Where the colon of another scheme stands that `text` begins with.
    static func otherScheme(of text: [UInt8]) -> Int? {
        let end = text.firstIndex { octet in
            switch lowercased(octet) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "+"):
                false
            default: true
            }
        }
        guard let end, end > 0, text[end] == UInt8(ascii: ":") else { return nil }
        return end
    }

    static func lowercased(_ octet: UInt8) -> UInt8 {
        octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") ? octet | 0x20 : octet
    }

    /// Takes `.` and `..` out of a path; what leads above the root is dropped.
    ///
    /// Only dots that are written as dots are meant. FTP servers may begin below the root, so there
    /// a `..` at the beginning stays.
    static func simplified(_ path: [UInt8], isFTP: Bool) -> [UInt8] {
        let dot = UInt8(ascii: ".")
        let slash = UInt8(ascii: "/")
        let hasDots = path.indices.contains { place in
            path[place] == dot && (place == 0 || path[place - 1] == UInt8(ascii: "/"))
        }
        guard hasDots else { return path }
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        // How many segments are kept, and where the last of them begins.
        var kept = 0
        var last = 0
        var start = 0
        while start <= path.count {
            let end = path[start...].firstIndex(of: slash) ?? path.count
            let segment = path[start..<end]
            start = end + 1
            let isHere = segment.count == 1 && segment.first == dot
            let isUp = segment.count == 2 && segment.allSatisfy { $0 == dot }
            if isUp, kept > 0, !(isFTP && output[last...].elementsEqual(segment)) {
                kept -= 1
                output.removeSubrange(max(0, last - 1)...)
                last = output.lastIndex(of: slash).map { $0 + 1 } ?? 0
            } else if !isHere, !isUp || isFTP {
                if kept > 0 { output.append(slash) }
                last = output.count
                output += segment
                kept += 1
                continue
            }
            // Dots at the end are a folder's.
            if end == path.count, kept > 0 { output.append(slash) }
        }
        return output
    }
}

/// The parts of a URL behind its scheme, one after the other.
private struct WgetURLReader {
    let text: [UInt8]
    let isFTP: Bool
    var index = 0

    init(_ text: [UInt8], isFTP: Bool) {
        self.text = text
        self.isFTP = isFTP
    }

    /// What ends a host, unless it is the colon, and a port: `/` and the characters of the parts behind the path.
    private func ends(_ octet: UInt8) -> Bool { octet == UInt8(ascii: "/") || endsPath(octet) }

    private func endsPath(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "#") || octet == (isFTP ? UInt8(ascii: ";") : UInt8(ascii: "?"))
    }

    /// What stands before an `@`, if it is nothing but what may be a user's name and password.
    ///
    /// RFC 2396 §3.2.2. So `http://good.example/@evil.example` is no user of evil.example.
    mutating func credentials() -> ArraySlice<UInt8>? {
        guard text.contains(UInt8(ascii: "@")) else { return nil }
        let end = text.firstIndex { octet in
            switch WgetURL.lowercased(octet) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                false
            default:
                !"-_.!~*'();:&=+$,%".utf8.contains(octet)
            }
        }
        guard let end, text[end] == UInt8(ascii: "@") else { return nil }
        index = end + 1
        return text[..<end]
    }

    mutating func host() throws(WgetURLError) -> [UInt8] {
        if index < text.count, text[index] == UInt8(ascii: "[") { return try address() }
        let end = text[index...].firstIndex { $0 == UInt8(ascii: ":") || ends($0) } ?? text.count
        guard end > index else { throw .hostInvalid }
        let host = text[index..<end].map(WgetURL.lowercased)
        index = end
        let decoded = URLOctets.decoded(host)
        guard !decoded.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .hostInvalid }
        return decoded
    }

    private mutating func address() throws(WgetURLError) -> [UInt8] {
        guard let end = text[index...].firstIndex(of: UInt8(ascii: "]")) else {
            throw .addressUnterminated
        }
        let address = text[(index + 1)..<end].map(WgetURL.lowercased)
        let isText = address.allSatisfy {
            $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")
        }
        guard isText, address.contains(UInt8(ascii: ":")),
            IPAddress(String(decoding: address, as: UTF8.self)) != nil
        else { throw .addressInvalid }
        index = end + 1
        guard index == text.count || text[index] == UInt8(ascii: ":") || ends(text[index]) else {
            throw .hostInvalid
        }
        return address
    }

    /// The number behind the colon; nil where there is none.
    mutating func port() throws(WgetURLError) -> Int? {
        guard index < text.count, text[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        let end = text[index...].firstIndex(where: ends) ?? text.count
        defer { index = end }
        guard index < end else { return nil }
        var port = 0
        for octet in text[index..<end] {
            guard octet >= UInt8(ascii: "0"), octet <= UInt8(ascii: "9") else { throw .portInvalid }
            port = port * 10 + Int(octet - UInt8(ascii: "0"))
            guard port <= 65_535 else { throw .portInvalid }
        }
        return port
    }

    /// What stands behind `mark`, if that comes now.
    mutating func part(after mark: UInt8) -> [UInt8]? {
        guard index < text.count, text[index] == mark else { return nil }
        index += 1
        // A part may have the marks of what has already come: "?a?b" is one query.
        let rest = text[index...]
        let found: Int? =
            switch mark {
            case UInt8(ascii: "/"): rest.firstIndex(where: endsPath)
            case UInt8(ascii: "#"): nil
            default: rest.firstIndex(of: UInt8(ascii: "#"))
            }
        let end = found ?? text.count
        defer { index = end }
        return Array(text[index..<end])
    }
}
