/// The name of one file or folder, of what a server says.
///
/// It never leads elsewhere: a slash is escaped whatever the system (wget leaves it for VMS, and so
/// lets `..%2f` climb out of the folder), `..` too, and `.` stays where it is.
struct PathElement {
    /// The octets of the name.
    var octets: [UInt8]
    /// How long the name would have been; nil if it is whole.
    var wholeLength: Int?

    /// Makes a name.
    ///
    /// - Parameters:
    ///   - text: What the URL has; every escape is decoded, but for `%00`.
    ///   - restriction: Which octets are escaped.
    ///   - longest: The most octets; an escape is not cut.
    init(_ text: [UInt8], _ restriction: Settings.NameRestriction, longest: Int) {
        let decoded = URLOctets.decoded(text)
        let name = decoded.elementsEqual("..".utf8) ? Array("%2E%2E".utf8) : decoded
        octets = []
        octets.reserveCapacity(name.count)
        var length = 0
        var isCut = false
        for octet in name {
            let start = octets.count
            if restriction.escapes(octet) {
                URLOctets.appendEscape(of: octet, to: &octets)
            } else {
                octets.append(octet)
            }
            length += octets.count - start
            if octets.count > longest { isCut = true }
            if isCut { octets.removeSubrange(start...) }
        }
        wholeLength = isCut ? length : nil
        if restriction.letters != .asIs { octets = octets.map(restriction.cased) }
    }
}

extension Settings.NameRestriction {
    /// Whether an octet is written as `%XX` in names.
    func escapes(_ octet: UInt8) -> Bool {
        if octet == 0 || octet == UInt8(ascii: "/") { return true }
        if escapesBeyondASCII, octet >= 0x80 { return true }
        let isControl = octet < 0x20 || octet == 0x7F
        if escapesControl, isControl { return true }
        switch system {
        case .unix:
            return false
        case .vms:
            return octet < 0x20 || octet == UInt8(ascii: "*") || octet == UInt8(ascii: "?")
        case .windows:
            return "\\|<>?:*\"".utf8.contains(octet)
        }
    }

    /// The octet in the letters that are asked for; only those of ASCII change.
    func cased(_ octet: UInt8) -> UInt8 {
        switch (letters, octet) {
        case (.lower, UInt8(ascii: "A")...UInt8(ascii: "Z")): octet | 0x20
        case (.upper, UInt8(ascii: "a")...UInt8(ascii: "z")): octet & ~0x20
        default: octet
        }
    }

    /// What stands between the name of a file and the query.
    var querySeparator: UInt8 { system == .unix ? UInt8(ascii: "?") : UInt8(ascii: "@") }

    /// What stands between the host and the port.
    var portSeparator: UInt8 { system == .windows ? UInt8(ascii: "+") : UInt8(ascii: ":") }
}
