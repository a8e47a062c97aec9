/// Finds addresses in a style sheet: `url()`, `@import`, and the strings of `image-set()`.
///
/// CSS Syntax 3 §4.3, CSS Values 4 §4.5, CSS Images 4 §2.6.
struct CSSAddresses {
    struct Found: Equatable {
        let range: Range<Int>
        let quoting: SourceLink.Quoting
        let isImport: Bool
    }

    /// What the at-rule that is being read makes of addresses.
    private enum Rule {
        case none
        /// The address comes next.
        case `import`
        /// Its addresses are names, and nothing is fetched.
        case names
    }

    private var found: [Found] = []
    private var place = 0
    private var rule = Rule.none
    /// For each open parenthesis, whether strings in it are addresses.
    private var functions: [Bool] = []

    /// Deeper parentheses are not told apart.
    private static let deepest = 64

    /// Finds the addresses, in the order of the source.
    static func find(_ octets: Span<UInt8>) -> [Found] {
        var addresses = CSSAddresses()
        while addresses.place < octets.count { addresses.step(octets) }
        return addresses.found
    }

    private mutating func step(_ octets: Span<UInt8>) {
        let byte = octets[place]
        switch byte {
        case UInt8(ascii: "/") where at(octets, 1) == UInt8(ascii: "*"): skipComment(octets)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let string = readString(octets)
            if rule == .import || functions.last ?? false {
                keep(string, byte == UInt8(ascii: "'") ? .single : .double)
            }
            if rule == .import { rule = .none }
        case UInt8(ascii: "@"):
            place += 1
            let name = readName(octets)
            rule = Self.rules[name] ?? .none
        case UInt8(ascii: "("):
            place += 1
            open(isImageSet: false)
        case UInt8(ascii: ")"):
            place += 1
            functions.removeLast(min(1, functions.count))
        case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            place += 1
            rule = .none
            functions.removeAll(keepingCapacity: true)
        case UInt8(ascii: "\\"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
            readIdentifier(octets)
        case let byte where byte.isASCIILetterOrDigit: readIdentifier(octets)
        case UInt8(ascii: "#"):
            // A colour or an identifier: its letters are no function.
            place += 1
            _ = readName(octets)
        default:
            if rule == .import, !byte.isHTMLSpace { rule = .none }
            place += 1
        }
    }

    private static let rules: [[UInt8]: Rule] = [
        Array("import".utf8): .import, Array("namespace".utf8): .names,
        Array("document".utf8): .names, Array("-moz-document".utf8): .names,
    ]
    private static let imageSets: Set<[UInt8]> = [
        Array("image-set".utf8), Array("-webkit-image-set".utf8),
    ]

    private func at(_ octets: Span<UInt8>, _ distance: Int) -> UInt8? {
        place + distance < octets.count ? octets[place + distance] : nil
    }

    private mutating func keep(_ range: Range<Int>, _ quoting: SourceLink.Quoting) {
        guard rule != .names, !range.isEmpty else { return }
        found.append(Found(range: range, quoting: quoting, isImport: rule == .import))
    }

    private mutating func open(isImageSet: Bool) {
        if functions.count < Self.deepest { functions.append(isImageSet) }
    }

    // MARK: Tokens

    private mutating func skipComment(_ octets: Span<UInt8>) {
        place += 2
        while place < octets.count {
            if octets[place] == UInt8(ascii: "*"), at(octets, 1) == UInt8(ascii: "/") {
                place += 2
                return
            }
            place += 1
        }
    }

    /// Reads a string, and returns its inside; a line end ends it too, and then it is none.
    private mutating func readString(_ octets: Span<UInt8>) -> Range<Int> {
        let quote = octets[place]
        place += 1
        let start = place
        while place < octets.count {
            let byte = octets[place]
            if byte == quote {
                place += 1
                return start..<place - 1
            }
            if byte == 10 || byte == 12 || byte == 13 { return start..<start }
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        place = octets.count
        return start..<place
    }

    /// Reads a name, in lower case and with its escapes decoded; of a long one the beginning.
    private mutating func readName(_ octets: Span<UInt8>) -> [UInt8] {
        var name: [UInt8] = []
        while let byte = at(octets, 0) {
            var value = byte
            if byte == UInt8(ascii: "\\") {
                guard let (scalar, length) = CSSEscapes.escape(octets, at: place) else { break }
                place += length
                value = UInt8(exactly: scalar.value) ?? 0xff
            } else if byte.isASCIILetterOrDigit || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || byte >= 0x80
            {
                place += 1
            } else {
                break
            }
            if name.count < 24 { name.append(value.asciiLowercased) }
        }
        return name
    }

    private mutating func readIdentifier(_ octets: Span<UInt8>) {
        let name = readName(octets)
        guard !name.isEmpty else {
            // A backslash that begins no escape.
            place += 1
            return
        }
        guard at(octets, 0) == UInt8(ascii: "(") else {
            if rule == .import { rule = .none }
            return
        }
        place += 1
        guard name == Array("url".utf8) else {
            if rule == .import { rule = .none }
            open(isImageSet: Self.imageSets.contains(name))
            return
        }
        readURL(octets)
        if rule == .import { rule = .none }
    }

    /// Reads what stands in `url(`, and its end.
    private mutating func readURL(_ octets: Span<UInt8>) {
        while let byte = at(octets, 0), byte.isHTMLSpace { place += 1 }
        if let quote = at(octets, 0), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            keep(readString(octets), quote == UInt8(ascii: "'") ? .single : .double)
            // Its end, and what else stands there, is read as any function's.
            open(isImageSet: false)
            return
        }
        let start = place
        while let byte = at(octets, 0) {
            if byte == UInt8(ascii: ")") || byte.isHTMLSpace { break }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "(")
            {
                return skipBadURL(octets)
            }
            place += byte == UInt8(ascii: "\\") ? CSSEscapes.escape(octets, at: place)?.1 ?? 1 : 1
        }
        place = min(place, octets.count)
        let end = place
        while let byte = at(octets, 0), byte.isHTMLSpace { place += 1 }
        guard at(octets, 0).map({ $0 == UInt8(ascii: ")") }) ?? true else {
            return skipBadURL(octets)
        }
        place = min(place + 1, octets.count)
        keep(start..<end, .none)
    }

    private mutating func skipBadURL(_ octets: Span<UInt8>) {
        while let byte = at(octets, 0), byte != UInt8(ascii: ")") {
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        place = min(place + 1, octets.count)
    }
}
