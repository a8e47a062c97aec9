extension ContentDisposition {
    /// The name that wget takes from the field, as octets; nil where it takes that of the URL.
    ///
    /// wget reads the field in a way of its own: a `filename*` counts before a `filename` whatever its
    /// character set and whether quoted; of several of one kind the values are joined in their
    /// order; quotes know no escapes; the first parameter without a name ends the reading; of a path
    /// the last part counts, before `%XX` are read. A name may then still hold a `/`, which is written
    /// `%2F` here, as wget writes it in the end; `..` is `%2E%2E`, and `.`, which wget cannot create,
    /// counts as none. Control characters stay, for the rules of file names say what becomes of them.
    /// wget reads `%XX` in it once more when it makes the name of a file of it.
    public var wgetFileName: [UInt8]? {
        var reading = WgetReading(octets: octets)
        var encoded: [UInt8]?
        var plain: [UInt8]?
        while let parameter = reading.next() {
            guard parameter.name == Array("filename".utf8) else { continue }
            var value = parameter.value
            if let slash = value.lastIndex(where: { $0 == 0x2F || $0 == 0x5C }) {
                value = value[(slash + 1)...]
            }
            if value.isEmpty { continue }
            let octets = parameter.isEscaped ? Self.unescape(Array(value)) : Array(value)
            if parameter.isWhole {
                encoded = (encoded ?? []) + octets
            } else {
                plain = (plain ?? []) + octets
            }
        }
        // What cannot be in a name goes first: what is left may be the name of a folder.
        guard let name = (encoded ?? plain)?.filter({ $0 != 0 }), name != [0x2E], !name.isEmpty
        else { return nil }
        if name == [0x2E, 0x2E] { return Array("%2E%2E".utf8) }
        return name.flatMap { $0 == 0x2F ? Array("%2F".utf8) : [$0] }
    }

    /// Replaces each `%XX` by its octet, but for `%00`.
    private static func unescape(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let high = PercentEncoding.hexValue(text[index + 1]),
                let low = PercentEncoding.hexValue(text[index + 2]), high | low != 0
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }
}

/// The parameters of a field in wget's reading.
private struct WgetReading {
    struct Parameter {
        /// In lower case, up to its first star.
        var name: [UInt8]
        /// Empty when there is none.
        var value: ArraySlice<UInt8>
        /// Whether `%XX` in the value mean octets.
        var isEscaped = false
        /// Whether a star follows the name that begins no number: `filename*`, not `filename*0`.
        var isWhole = false
    }

    let octets: [UInt8]
    var place = 0

    private func isSpace(at place: Int) -> Bool {
        place < octets.count && (octets[place] == 0x20 || 9...13 ~= octets[place])
    }

    private mutating func skipSpaces() {
        while isSpace(at: place) { place += 1 }
    }

    private mutating func skipOne() { place = min(place + 1, octets.count) }

    private mutating func skip(to octet: UInt8) {
        while place < octets.count, octets[place] != octet { place += 1 }
    }

    /// The next parameter, nil when there is none or what stands there is none.
    mutating func next() -> Parameter? {
        skipSpaces()
        let start = place
        while place < octets.count, !isSpace(at: place), octets[place] != HTTPOctet.semicolon,
            octets[place] != UInt8(ascii: "=")
        { place += 1 }
        let name = octets[start..<place]
        guard !name.isEmpty else { return nil }
        skipSpaces()
        guard place < octets.count, octets[place] != HTTPOctet.semicolon else {
            skipOne()
            return Parameter(name: Array(name).lowercasedASCII, value: [])
        }
        guard octets[place] == UInt8(ascii: "=") else { return nil }
        place += 1
        skipSpaces()
        guard let value = value() else { return nil }
        skipOne()
        return parameter(name, value)
    }

    /// The value that comes next, up to the semicolon behind it; nil when a quote does not close.
    private mutating func value() -> ArraySlice<UInt8>? {
        guard place < octets.count, octets[place] == HTTPOctet.quote else {
            let start = place
            skip(to: HTTPOctet.semicolon)
            var end = place
            while end > start, isSpace(at: end - 1) { end -= 1 }
            return octets[start..<end]
        }
        place += 1
        let start = place
        skip(to: HTTPOctet.quote)
        guard place < octets.count else { return nil }
        let end = place
        skip(to: HTTPOctet.semicolon)
        return octets[start..<end]
    }

    /// Reads the stars of a name.
    private func parameter(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Parameter {
        let star = UInt8(ascii: "*")
        guard let first = name.firstIndex(of: star) else {
            return Parameter(name: Array(name).lowercasedASCII, value: value)
        }
        let follows = first + 1 < name.endIndex ? name[first + 1] : 0
        var parameter = Parameter(
            name: Array(name[..<first]).lowercasedASCII, value: value,
            isEscaped: first == name.endIndex - 1 || name.lastIndex(of: star) != first,
            isWhole: follows &- 0x30 >= 10)
        if parameter.isEscaped, let quote = value.lastIndex(of: UInt8(ascii: "'")) {
            parameter.value = value[(quote + 1)...]
        }
        return parameter
    }
}
