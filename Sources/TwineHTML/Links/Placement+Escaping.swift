extension SourceLink.Placement {
    /// An address as it is written at such a place, from the inside to the outside.
    func escaped(_ address: String) -> [UInt8] {
        var octets = Array(address.utf8)
        if let css {
            octets = CSSEscapes.encode(octets, css)
        } else if isPart {
            octets = Self.listed(octets)
        }
        switch markup {
        case .none: return octets
        case .text: return Self.marked(octets) { Self.references[$0] }
        case .attribute(let quoting):
            return Self.marked(octets) { octet in
                switch octet {
                case UInt8(ascii: "'") where quoting != .double: "&#39;"
                case UInt8(ascii: "=") where quoting == .none && isPart: "&#61;"
                case UInt8(ascii: "`") where quoting == .none && isPart: "&#96;"
                case 9, 10, 12, 13: "&#\(octet);"
                default: Self.references[octet]
                }
            }
        }
    }

    /// In a list, space and commas at the ends are not part of an address; in a refresh, quotes are not.
    private static func listed(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        for (index, octet) in octets.enumerated() {
            let isAtEnd = index == 0 || index == octets.count - 1
            switch octet {
            case 9: output += "%09".utf8
            case 10: output += "%0A".utf8
            case 12: output += "%0C".utf8
            case 13: output += "%0D".utf8
            case 32: output += "%20".utf8
            case UInt8(ascii: "\""): output += "%22".utf8
            case UInt8(ascii: "'"): output += "%27".utf8
            case UInt8(ascii: ",") where isAtEnd: output += "%2C".utf8
            default: output.append(octet)
            }
        }
        return output
    }

    private static func marked(_ octets: [UInt8], _ reference: (UInt8) -> String?) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        for octet in octets {
            if let reference = reference(octet) {
                output += reference.utf8
            } else {
                output.append(octet)
            }
        }
        return output
    }

    private static let references: [UInt8: String] = [
        UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;",
        UInt8(ascii: "\""): "&quot;", 32: "&#32;",
    ]
}
