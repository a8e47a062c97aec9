/// Reads the value of a field part by part: tokens, quoted strings, and what people send instead.
///
/// RFC 9110 §5.6.
struct FieldScanner {
    let octets: [UInt8]
    private(set) var place = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    init(_ text: String) { octets = Array(text.utf8) }

    var isAtEnd: Bool { place >= octets.count }

    /// What has not been read.
    var rest: ArraySlice<UInt8> { octets[min(place, octets.count)...] }

    /// The octet that comes next.
    var next: UInt8? { place < octets.count ? octets[place] : nil }

    func isAt(_ octet: UInt8) -> Bool { next == octet }

    /// Goes back to a place that was read before.
    mutating func go(to place: Int) { self.place = min(max(place, 0), octets.count) }

    /// Skips one octet.
    mutating func skip() { place = min(place + 1, octets.count) }

    mutating func skipSpaces() {
        while let next, HTTPOctet.isSpace(next) { place += 1 }
    }

    /// Skips a separator, any number of times, with spaces around.
    mutating func skip(_ octet: UInt8) {
        skipSpaces()
        while isAt(octet) {
            place += 1
            skipSpaces()
        }
    }

    /// Skips everything before one of the octets.
    mutating func skip(until octets: String) {
        while let next, !octets.utf8.contains(next) { place += 1 }
    }

    /// Whether the octet comes next; if so it is skipped, with spaces around.
    mutating func takes(_ octet: UInt8) -> Bool {
        skipSpaces()
        guard isAt(octet) else { return false }
        place += 1
        skipSpaces()
        return true
    }

    /// A token; nil when none stands here.
    mutating func token() -> String? {
        let start = place
        while let next, HTTPOctet.isToken(next) { place += 1 }
        return place > start ? String(decoding: octets[start..<place], as: UTF8.self) : nil
    }

    /// A quoted string whose opening quote comes next, without quotes and escapes.
    ///
    /// - Returns: Its octets; nil when it does not end, and then all has been read.
    mutating func quotedString() -> [UInt8]? {
        place += 1
        var text: [UInt8] = []
        while place < octets.count {
            switch octets[place] {
            case HTTPOctet.quote:
                place += 1
                return text
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

    /// What stands before one of the octets, without spaces at either end.
    mutating func text(until ends: String) -> ArraySlice<UInt8> {
        let start = place
        skip(until: ends)
        var text = octets[start..<place]
        while let first = text.first, HTTPOctet.isSpace(first) { text.removeFirst() }
        while let last = text.last, HTTPOctet.isSpace(last) { text.removeLast() }
        return text
    }
}

extension Sequence<UInt8> {
    /// The text of octets if they are UTF-8, else each as one character of ISO 8859-1.
    var fieldText: String {
        let octets = Array(self)
        return octets.span.latin1String()
    }
}

extension [UInt8] {
    /// These octets with letters of ASCII in lower case.
    var lowercasedASCII: [UInt8] { map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } }
}
