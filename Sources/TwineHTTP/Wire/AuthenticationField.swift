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
        var scan = Scan(octets: Array(field.utf8))
        guard let scheme = scan.token() else { return nil }
        self.scheme = scheme.lowercased()
        scan.skipSpaces()
        let rest = scan.rest
        var list: [String: String] = [:]
        while !scan.isAtEnd {
            scan.skip(UInt8(ascii: ","))
            if scan.isAtEnd { break }
            guard let name = scan.token(), scan.takes(UInt8(ascii: "=")),
                let value = scan.value(), list[name.lowercased()] == nil
            else {
                // A single word, such as the Base64 of Basic.
                guard list.isEmpty else { return nil }
                token = String(decoding: rest, as: UTF8.self)
                return
            }
            list[name.lowercased()] = value
            scan.skipSpaces()
            guard scan.isAtEnd || scan.isAt(UInt8(ascii: ",")) else { return nil }
        }
        parameters = list
    }

    private struct Scan {
        let octets: [UInt8]
        var place = 0

        var isAtEnd: Bool { place >= octets.count }
        var rest: ArraySlice<UInt8> { octets[min(place, octets.count)...] }

        func isAt(_ octet: UInt8) -> Bool { place < octets.count && octets[place] == octet }

        mutating func skipSpaces() {
            while isAt(32) || isAt(9) { place += 1 }
        }

        /// Skips a separator, any number of times, with spaces around.
        mutating func skip(_ octet: UInt8) {
            skipSpaces()
            while isAt(octet) {
                place += 1
                skipSpaces()
            }
        }

        mutating func takes(_ octet: UInt8) -> Bool {
            skipSpaces()
            guard isAt(octet) else { return false }
            place += 1
            skipSpaces()
            return true
        }

        mutating func token() -> String? {
            let start = place
            while place < octets.count, octets[place].isTokenSign { place += 1 }
            return place > start ? String(decoding: octets[start..<place], as: UTF8.self) : nil
        }

        /// A token or a quoted string.
        mutating func value() -> String? {
            guard isAt(UInt8(ascii: "\"")) else { return token() }
            place += 1
            var text: [UInt8] = []
            while place < octets.count {
                switch octets[place] {
                case UInt8(ascii: "\""):
                    place += 1
                    return String(validating: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    place += 1
                    guard place < octets.count else { return nil }
                    text.append(octets[place])
                default: text.append(octets[place])
                }
                place += 1
            }
            return nil
        }
    }
}

extension UInt8 {
    /// Whether it may be in a token (RFC 9110 §5.6.2).
    fileprivate var isTokenSign: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
