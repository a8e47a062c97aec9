extension HTMLTagReader {
    // MARK: Declarations

    /// Passes over what begins with `<!`; the inside of a CDATA section is returned.
    mutating func declaration(_ bytes: Span<UInt8>) -> Range<Int>? {
        let start = place + 2
        if foreign.isForeign, begins(bytes, at: start, "[CDATA[") {
            let inside = start + 7
            var end = inside
            while end < bytes.count, !begins(bytes, at: end, "]]>") { end += 1 }
            move(to: min(end + 3, bytes.count))
            return inside..<end
        }
        if strictComments {
            move(to: endOfStrictDeclaration(bytes, from: start))
        } else if begins(bytes, at: start, "--") {
            move(to: endOfComment(bytes, from: start + 2))
        } else {
            skipPast(UInt8(ascii: ">"), bytes, from: start)
        }
        return nil
    }

    private func endOfComment(_ bytes: Span<UInt8>, from start: Int) -> Int {
        // `<!-->` and `<!--->` are whole comments.
        if begins(bytes, at: start, ">") { return start + 1 }
        if begins(bytes, at: start, "->") { return start + 2 }
        var place = start
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "-") {
                if begins(bytes, at: place, "-->") { return place + 3 }
                if begins(bytes, at: place, "--!>") { return place + 4 }
            }
            place += 1
        }
        return bytes.count
    }

    /// The end of a declaration in which comments stand between `--` and `--`, and `>` in a comment
    /// or in quotes does not end it.
    private func endOfStrictDeclaration(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: ">") { return place + 1 }
            if begins(bytes, at: place, "--") {
                place += 2
                while place < bytes.count, !begins(bytes, at: place, "--") { place += 1 }
                place += 2
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                place += 1
                while place < bytes.count, bytes[place] != byte { place += 1 }
                place += 1
            } else {
                place += 1
            }
        }
        return bytes.count
    }

    // MARK: Raw text

    /// Where the text of an element ends: at its end tag, or with the page.
    func endOfText(of element: TagName, _ bytes: Span<UInt8>) -> Int {
        if element == Self.plaintext { return bytes.count }
        if element == Self.script { return endOfScript(bytes) }
        var place = place
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<"), isTag(bytes, at: place, "</", element) {
                return place
            }
            place += 1
        }
        return bytes.count
    }

    private static let plaintext = TagName("plaintext")
    private static let script = TagName("script")

    /// Scripts may hide their end in a comment (§13.2.5.17 and following).
    private func endOfScript(_ bytes: Span<UInt8>) -> Int {
        enum State { case plain, escaped, doubleEscaped }
        var state = State.plain
        var place = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "<") {
                if state == .plain, begins(bytes, at: place, "<!--") {
                    state = .escaped
                    // The hyphens may be those of `-->` already.
                    place += 2
                    continue
                }
                if isTag(bytes, at: place, "</", Self.script) {
                    guard state == .doubleEscaped else { return place }
                    state = .escaped
                } else if state == .escaped, isTag(bytes, at: place, "<", Self.script) {
                    state = .doubleEscaped
                }
            } else if byte == UInt8(ascii: "-"), state != .plain, begins(bytes, at: place, "-->") {
                state = .plain
            }
            place += 1
        }
        return bytes.count
    }

    /// Whether a tag begins here: its sign, its name in any case, and what ends a name.
    private func isTag(
        _ bytes: Span<UInt8>, at place: Int, _ sign: StaticString, _ name: TagName
    ) -> Bool {
        guard begins(bytes, at: place, sign) else { return false }
        let start = place + sign.utf8CodeUnitCount
        guard start + name.count < bytes.count else { return false }
        var found = TagName()
        for index in 0..<name.count { found.append(bytes[start + index].asciiLowercased) }
        guard found == name else { return false }
        let next = bytes[start + name.count]
        return next.isHTMLSpace || next == UInt8(ascii: "/") || next == UInt8(ascii: ">")
    }

    private func begins(_ bytes: Span<UInt8>, at place: Int, _ wanted: StaticString) -> Bool {
        guard place + wanted.utf8CodeUnitCount <= bytes.count else { return false }
        return wanted.withUTF8Buffer { letters in
            for index in 0..<letters.count where unsafe bytes[place + index] != letters[index] {
                return false
            }
            return true
        }
    }
}
