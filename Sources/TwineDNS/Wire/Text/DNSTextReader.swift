/// Reads the words of records in the form of zone files.
///
/// RFC 1035 §5.1.
struct DNSTextReader {
    /// A word as it stands in the text, with its escapes.
    struct Word {
        let range: Range<Int>
        /// Whether it stood in quotes, which are not part of the range.
        let isQuoted: Bool
    }

    let text: [UInt8]
    /// What relative names are completed with.
    var origin: DNSName
    private(set) var offset = 0
    /// How many parentheses are open: lines do not end within.
    private var depth = 0
    /// Where the record at hand begins, and in which line: places of errors are counted from there.
    private var start = 0
    private var startLine = 1

    init(_ text: [UInt8], origin: DNSName = .root) {
        self.text = text
        self.origin = origin
    }

    // MARK: Words

    /// Whether the record ends here: at the end of its line.
    mutating func isAtEnd() throws(DNSTextError) -> Bool {
        try skipSpace()
        return offset == text.count || text[offset] == UInt8(ascii: "\n")
    }

    /// Whether the line begins with a space, which stands for the owner before.
    var beginsWithSpace: Bool {
        offset < text.count && Self.isSpace(text[offset])
    }

    /// Whether all is read.
    var isAtEndOfText: Bool { offset == text.count }

    /// Moves behind the record at hand, whatever is wrong in it.
    mutating func skipRecord() {
        defer { beginRecord() }
        while offset < text.count {
            let octet = text[offset]
            offset += 1
            switch octet {
            case UInt8(ascii: "\n"):
                guard depth > 0 else { return }
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case UInt8(ascii: "\\"): offset = min(offset + 1, text.count)
            case UInt8(ascii: ";"):
                while offset < text.count, text[offset] != UInt8(ascii: "\n") { offset += 1 }
            default: break
            }
        }
        depth = 0
    }

    /// Moves behind the end of the line, if it is there.
    mutating func endLine() {
        if offset < text.count { offset += 1 }
        beginRecord()
    }

    private mutating func beginRecord() {
        startLine += text[start..<offset].count { $0 == UInt8(ascii: "\n") }
        start = offset
    }

    private static func isSpace(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") || octet == UInt8(ascii: "\r")
    }

    private mutating func skipSpace() throws(DNSTextError) {
        while offset < text.count {
            switch text[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
            case UInt8(ascii: "("):
                depth += 1
                offset += 1
            case UInt8(ascii: ")"):
                guard depth > 0 else { throw error("a parenthesis closes that was not opened") }
                depth -= 1
                offset += 1
            case UInt8(ascii: ";"):
                while offset < text.count, text[offset] != UInt8(ascii: "\n") { offset += 1 }
            case UInt8(ascii: "\n") where depth > 0: offset += 1
            default: return
            }
        }
        guard depth == 0 else { throw error("a parenthesis is not closed") }
    }

    /// The next word; nil at the end of the record.
    ///
    /// With `isPair` a quoted value may follow a `=` in the word.
    mutating func next(isPair: Bool = false) throws(DNSTextError) -> Word? {
        guard try !isAtEnd() else { return nil }
        let start = offset
        if text[offset] == UInt8(ascii: "\"") {
            try skipQuoted()
            return Word(range: start + 1..<offset - 1, isQuoted: true)
        }
        while offset < text.count, !Self.endsWord(text[offset]) {
            offset += text[offset] == UInt8(ascii: "\\") && offset + 1 < text.count ? 2 : 1
            let isValue = isPair && text[offset - 1] == UInt8(ascii: "=")
            if isValue, offset < text.count, text[offset] == UInt8(ascii: "\"") {
                try skipQuoted()
                break
            }
        }
        return Word(range: start..<offset, isQuoted: false)
    }

    private static func endsWord(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "\n"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"),
            UInt8(ascii: "\""):
            true
        default: isSpace(octet)
        }
    }

    private mutating func skipQuoted() throws(DNSTextError) {
        let start = offset
        offset += 1
        while offset < text.count, text[offset] != UInt8(ascii: "\"") {
            guard text[offset] != UInt8(ascii: "\n") else { break }
            offset += text[offset] == UInt8(ascii: "\\") && offset + 1 < text.count ? 2 : 1
        }
        guard offset < text.count, text[offset] == UInt8(ascii: "\"") else {
            throw error("a quote is not closed", at: start)
        }
        offset += 1
    }

    /// The next word, which must be there, and not in quotes.
    mutating func word(_ what: String) throws(DNSTextError) -> Word {
        guard let word = try next() else { throw error("\(what) is missing") }
        guard !word.isQuoted else { throw error("\(what) is in quotes", at: word) }
        return word
    }

    /// The text of a word, with its escapes.
    func string(_ word: Word) -> String { String(decoding: text[word.range], as: UTF8.self) }

    // MARK: Errors

    func error(_ reason: String, at offset: Int? = nil) -> DNSTextError {
        let place = min(offset ?? self.offset, text.count)
        // What a directive said may be told behind it.
        let isBefore = place < start
        let before = text[(isBefore ? 0 : start)..<place]
        let lines = before.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return DNSTextError(
            line: (isBefore ? 1 : startLine) + lines.count - 1,
            column: (lines.last?.count ?? 0) + 1, reason: reason)
    }

    func error(_ reason: String, at word: Word) -> DNSTextError {
        error(reason, at: word.range.lowerBound)
    }

    /// That a word is not what was expected.
    func error(_ word: Word, isNot what: String) -> DNSTextError {
        error("'\(string(word).prefix(64))' is not \(what)", at: word)
    }

    // MARK: Values

    /// A number in decimal digits.
    mutating func number(most: Int, _ what: String = "a number") throws(DNSTextError) -> Int {
        let word = try word(what)
        guard let number = DNSNumber.parse(string(word), most: most) else {
            throw error(word, isNot: "\(what) up to \(most)")
        }
        return number
    }

    /// A time in seconds, or with units, as `1h30m`.
    mutating func duration() throws(DNSTextError) -> UInt32 {
        let word = try word("a time")
        guard let seconds = DNSNumber.duration(string(word)) else {
            throw error(word, isNot: "a time such as 3600 or 1h")
        }
        return seconds
    }

    /// A name, relative to the origin unless it ends in a dot.
    mutating func name() throws(DNSTextError) -> DNSName { try name(word("a name")) }

    /// The name that a word is.
    func name(_ word: Word) throws(DNSTextError) -> DNSName {
        let octets = text[word.range]
        guard octets.count != 1 || octets.first != UInt8(ascii: "@") else { return origin }
        do throws(DNSError) {
            return try DNSName(Array(octets).span, origin: origin)
        } catch {
            throw self.error("'\(string(word).prefix(64))' is not a name: \(error)", at: word)
        }
    }

    mutating func type() throws(DNSTextError) -> DNSType {
        let word = try word("a type")
        guard let type = DNSType(string(word)) else { throw error(word, isNot: "a type") }
        return type
    }

    /// The octets of an address of IPv4.
    mutating func address4() throws(DNSTextError) -> [UInt8] {
        let word = try word("an IPv4 address")
        guard let octets = DNSAddress.parse4(text[word.range]) else {
            throw error(word, isNot: "an IPv4 address")
        }
        return octets
    }

    /// The octets of an address of IPv6.
    mutating func address6() throws(DNSTextError) -> [UInt8] {
        let word = try word("an IPv6 address")
        guard let octets = DNSAddress.parse6(text[word.range]) else {
            throw error(word, isNot: "an IPv6 address")
        }
        return octets
    }

    /// The octets of a text of any length, with or without quotes.
    mutating func octets(_ what: String) throws(DNSTextError) -> [UInt8] {
        guard let word = try next() else { throw error("\(what) is missing") }
        return try octets(word)
    }

    /// The octets that a word stands for.
    func octets(_ word: Word) throws(DNSTextError) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(word.range.count)
        var offset = word.range.lowerBound
        while offset < word.range.upperBound {
            let octet = text[offset]
            offset += 1
            guard octet == UInt8(ascii: "\\") else {
                octets.append(octet)
                continue
            }
            guard let (value, count) = DNSName.unescaped(text[offset..<word.range.upperBound])
            else {
                throw error(
                    "an escape is not followed by a character or three digits", at: offset - 1)
            }
            octets.append(value)
            offset += count
        }
        return octets
    }

    /// A character-string: its length and its octets.
    mutating func characterString() throws(DNSTextError) -> [UInt8] {
        let octets = try octets("a text")
        guard let count = UInt8(exactly: octets.count) else {
            throw error("a text of \(octets.count) octets is too long, 255 are allowed")
        }
        return [count] + octets
    }

    /// The octets of one word in letters.
    mutating func encoded(
        _ what: String, _ letters: DNSLetters
    ) throws(DNSTextError) -> [UInt8] {
        let word = try word(what)
        guard let octets = letters.decode(text[word.range]) else { throw error(word, isNot: what) }
        return octets
    }

    /// The octets of all words that are left, taken as one.
    mutating func rest(
        _ what: String, _ letters: DNSLetters
    ) throws(DNSTextError) -> [UInt8] {
        var all: [UInt8] = []
        let start = offset
        while let word = try next() {
            guard !word.isQuoted else { throw error("\(what) is in quotes", at: word) }
            all += text[word.range]
        }
        guard let octets = letters.decode(all) else {
            throw error("the octets are not in \(what)", at: start)
        }
        return octets
    }
}
