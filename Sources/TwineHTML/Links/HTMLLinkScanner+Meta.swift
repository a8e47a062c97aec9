extension HTMLLinkScanner.Scan {
    /// Reads a `<meta>`: one that leads to another page, or one that speaks to robots.
    mutating func readMeta(_ page: Span<UInt8>) {
        guard let index = reader.attribute("content", page),
            let value = reader.attributes[index].value
        else { return }
        if lowercased("http-equiv", page) == "refresh" {
            let text = DecodedText(page, value, references: .attribute)
            guard let address = Self.refreshAddress(text.octets) else { return }
            let markup = SourceLink.Placement.Markup.attribute(reader.attributes[index].quoting)
            append(
                page, text, address, "meta", "content", .html,
                SourceLink.Placement(markup, isPart: true))
        } else if lowercased("name", page) == "robots" {
            let words = encoding.text(page, value, references: .attribute).lowercased()
                .split { $0 == "," || $0.isWhitespace }
            if words.contains("nofollow") || words.contains("none") { forbidsFollowing = true }
        }
    }

    /// Where in `5; URL=next.html` the address stands.
    ///
    /// WHATWG HTML §4.2.5.3, shared declarative refresh steps.
    static func refreshAddress(_ octets: [UInt8]) -> Range<Int>? {
        var place = 0
        func skipSpace() { while place < octets.count, octets[place].isHTMLSpace { place += 1 } }
        skipSpace()
        let digits = place
        while place < octets.count,
            octets[place].isDecimalDigit || octets[place] == UInt8(ascii: ".")
        {
            place += 1
        }
        guard place > digits, place < octets.count else { return nil }
        let separator = octets[place]
        guard
            separator == UInt8(ascii: ";") || separator == UInt8(ascii: ",")
                || separator.isHTMLSpace
        else { return nil }
        skipSpace()
        if place < octets.count,
            octets[place] == UInt8(ascii: ";") || octets[place] == UInt8(ascii: ",")
        {
            place += 1
        }
        skipSpace()
        var start = place
        if octets[place...].prefix(3).map(\.asciiLowercased) == Array("url".utf8) {
            place += 3
            skipSpace()
            if place < octets.count, octets[place] == UInt8(ascii: "=") {
                place += 1
                skipSpace()
                start = place
            }
        }
        var end = octets.count
        if start < end, octets[start] == UInt8(ascii: "\"") || octets[start] == UInt8(ascii: "'") {
            let quote = octets[start]
            start += 1
            end = octets[start...].firstIndex(of: quote) ?? end
        }
        while end > start, octets[end - 1].isHTMLSpace { end -= 1 }
        return start < end ? start..<end : nil
    }
}

extension UInt8 {
    var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
