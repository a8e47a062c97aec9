/// Walks over the words of a `.netrc` file.
struct NetrcScan {
    struct Word {
        var text = ""
        /// In which line it begins, counted from 1.
        var line: Int
        /// Whether it has a `#` first, without quotes.
        var isComment = false
        /// Whether the quote that ends it is missing.
        var isUnfinished = false
    }

    struct Line {
        /// Without spaces before it and without its end.
        var text: String
        var isBlank: Bool { text.isEmpty }
    }

    let octets: [UInt8]
    private var place = 0
    private var lineNumber = 1

    init(octets: [UInt8]) {
        self.octets = octets
    }

    private var next: UInt8? { place < octets.count ? octets[place] : nil }

    private static func isSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || 0x09...0x0d ~= octet
    }

    private static func text(_ octets: [UInt8]) -> String {
        octets.span.latin1String()
    }

    /// The next word; nil at the end.
    mutating func word() -> Word? {
        while let octet = next, Self.isSpace(octet) {
            if octet == HTTPOctet.lineFeed { lineNumber += 1 }
            place += 1
        }
        guard let first = next else { return nil }
        guard first != HTTPOctet.quote else { return quotedWord() }
        var text: [UInt8] = []
        while let octet = next, !Self.isSpace(octet) {
            place += 1
            if octet != UInt8(ascii: "\\") {
                text.append(octet)
            } else if let escaped = next {
                // A line may not hide in the word: the next one is counted.
                if escaped == HTTPOctet.lineFeed { break }
                text.append(escaped)
                place += 1
            }
        }
        return Word(
            text: Self.text(text), line: lineNumber, isComment: first == UInt8(ascii: "#"))
    }

    /// What stands between quotes, in one line.
    private mutating func quotedWord() -> Word {
        place += 1
        var text: [UInt8] = []
        while let octet = next, octet != HTTPOctet.lineFeed {
            place += 1
            switch octet {
            case HTTPOctet.quote: return Word(text: Self.text(text), line: lineNumber)
            case UInt8(ascii: "\\"):
                guard let escaped = next, escaped != HTTPOctet.lineFeed else { break }
                place += 1
                text.append(Self.meaning(of: escaped))
            default: text.append(octet)
            }
        }
        return Word(text: Self.text(text), line: lineNumber, isUnfinished: true)
    }

    private static func meaning(of escaped: UInt8) -> UInt8 {
        switch escaped {
        case UInt8(ascii: "n"): HTTPOctet.lineFeed
        case UInt8(ascii: "r"): HTTPOctet.carriageReturn
        case UInt8(ascii: "t"): HTTPOctet.tab
        default: escaped
        }
    }

    /// What is left of this line, or the whole of the next; nil at the end.
    mutating func line() -> Line? {
        guard place < octets.count else { return nil }
        let rest = octets[place...].prefix { $0 != HTTPOctet.lineFeed }
        place = min(rest.endIndex + 1, octets.count)
        lineNumber += 1
        var text = rest.drop(while: HTTPOctet.isSpace)
        while let last = text.last, Self.isSpace(last) { text.removeLast() }
        return Line(text: Self.text(Array(text)))
    }
}
