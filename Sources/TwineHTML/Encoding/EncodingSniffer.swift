/// Which encoding a page is in, as browsers find out.
///
/// A byte order mark decides, then what HTTP said, then a `<meta>` in the first 1024 octets; without
/// any of them the page itself: valid UTF-8 is UTF-8, everything else windows-1252.
/// WHATWG HTML §13.2.3.2.
enum EncodingSniffer {
    /// How much of a page is searched for a `<meta>`.
    static let prescanLimit = 1024

    /// The encoding of a byte order mark, and its length in octets.
    static func byteOrderMark(_ bytes: Span<UInt8>) -> (HTMLEncoding, count: Int)? {
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf {
            return (.utf8, 3)
        }
        guard bytes.count >= 2 else { return nil }
        if bytes[0] == 0xff, bytes[1] == 0xfe { return (.utf16LE, 2) }
        if bytes[0] == 0xfe, bytes[1] == 0xff { return (.utf16BE, 2) }
        return nil
    }

    /// The encoding that a `<meta>` or an XML declaration names.
    ///
    /// - Parameter head: The first octets of the page.
    /// - Returns: The encoding, or nil when nothing is said.
    static func prescan(_ head: [UInt8]) -> HTMLEncoding? {
        var scanner = Prescan(bytes: Array(head.prefix(prescanLimit)))
        guard let found = scanner.run() else { return nil }
        // A page that could be read this far is not UTF-16, whatever it says.
        if found == .utf16LE || found == .utf16BE { return .utf8 }
        return found
    }

    /// The charset of a Content-Type field or of a `<meta>`'s `content`.
    static func charset(in contentType: [UInt8]) -> HTMLEncoding? {
        let word = Array("charset".utf8)
        var place = 0
        while place + word.count <= contentType.count {
            guard contentType[place..<place + word.count].elementsEqual(word, by: { $0 | 32 == $1 })
            else {
                place += 1
                continue
            }
            var next = place + word.count
            while next < contentType.count, contentType[next].isHTMLSpace { next += 1 }
            guard next < contentType.count, contentType[next] == UInt8(ascii: "=") else {
                place += word.count
                continue
            }
            next += 1
            while next < contentType.count, contentType[next].isHTMLSpace { next += 1 }
            var rest = contentType[next...]
            if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: quote) else { return nil }
                rest = rest[..<end]
            } else {
                rest = rest.prefix { !$0.isHTMLSpace && $0 != UInt8(ascii: ";") }
            }
            return HTMLEncoding(label: String(decoding: rest, as: UTF8.self))
        }
        return nil
    }
}

extension UInt8 {
    /// Tab, line feed, form feed, carriage return or space.
    var isHTMLSpace: Bool { self == 32 || self == 9 || self == 10 || self == 12 || self == 13 }
    var isASCIILetter: Bool { (self | 32) >= 97 && (self | 32) <= 122 }
    var isASCIILetterOrDigit: Bool { isASCIILetter || (self >= 48 && self <= 57) }
    var asciiLowercased: UInt8 { self >= 65 && self <= 90 ? self | 32 : self }
}

/// The prescan of WHATWG HTML §13.2.3.2: comments and other tags are passed over, so that a
/// `<meta>` in one of them does not count.
private struct Prescan {
    let bytes: [UInt8]
    var place = 0

    mutating func run() -> HTMLEncoding? {
        if starts(with: "<?xml"), let found = xmlDeclaration() { return found }
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                place += 1
                continue
            }
            if starts(with: "<!--") {
                // `<!-->` is whole already.
                place += 2
                while place < bytes.count, !starts(with: "-->") { place += 1 }
                place += 3
            } else if starts(with: "<meta"), place + 5 < bytes.count,
                bytes[place + 5].isHTMLSpace || bytes[place + 5] == UInt8(ascii: "/")
            {
                place += 6
                if let found = meta() { return found }
            } else if place + 1 < bytes.count,
                bytes[place + 1].isASCIILetter || bytes[place + 1] == UInt8(ascii: "/")
            {
                while place < bytes.count, !bytes[place].isHTMLSpace, bytes[place] != 62 {
                    place += 1
                }
                while attribute() != nil {}
                place += 1
            } else if starts(with: "<!") || starts(with: "<?") {
                while place < bytes.count, bytes[place] != UInt8(ascii: ">") { place += 1 }
                place += 1
            } else {
                place += 1
            }
        }
        return nil
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<count
            where bytes[place + index].asciiLowercased != (unsafe text[index]) {
                return false
            }
            return true
        }
    }

    private func xmlDeclaration() -> HTMLEncoding? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        guard let range = text.firstRange(of: "encoding") else { return nil }
        let rest = text[range.upperBound...].drop { $0 != "\"" && $0 != "'" }
        guard let quote = rest.first else { return nil }
        return HTMLEncoding(label: rest.dropFirst().prefix { $0 != quote })
    }

    private mutating func meta() -> HTMLEncoding? {
        var names: Set<[UInt8]> = []
        var isContentType = false
        var needsContentType: Bool?
        var found: HTMLEncoding?
        while let attribute = attribute() {
            let name = bytes[attribute.name].map(\.asciiLowercased)
            let value = Array(bytes[attribute.value])
            guard names.insert(name).inserted else { continue }
            switch String(decoding: name, as: UTF8.self) {
            case "http-equiv":
                isContentType =
                    String(decoding: value, as: UTF8.self).lowercased() == "content-type"
            case "content":
                if found == nil, let charset = EncodingSniffer.charset(in: value) {
                    found = charset
                    needsContentType = true
                }
            case "charset":
                found = HTMLEncoding(label: String(decoding: value, as: UTF8.self))
                needsContentType = false
            default: break
            }
        }
        guard let needsContentType, !needsContentType || isContentType else { return nil }
        return found
    }

    /// Where the next attribute of the tag stands; nil at the tag's end.
    private mutating func attribute() -> (name: Range<Int>, value: Range<Int>)? {
        while place < bytes.count, bytes[place].isHTMLSpace || bytes[place] == 47 { place += 1 }
        guard place < bytes.count, bytes[place] != UInt8(ascii: ">") else { return nil }
        var start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "="), place > start { break }
            if byte.isHTMLSpace || byte == 47 || byte == 62 { break }
            place += 1
        }
        let name = start..<place
        while place < bytes.count, bytes[place].isHTMLSpace { place += 1 }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else {
            return (name, place..<place)
        }
        place += 1
        while place < bytes.count, bytes[place].isHTMLSpace { place += 1 }
        guard place < bytes.count else { return nil }
        let quote = bytes[place]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            place += 1
            start = place
            while place < bytes.count, bytes[place] != quote { place += 1 }
            guard place < bytes.count else { return nil }
            place += 1
            return (name, start..<(place - 1))
        }
        start = place
        while place < bytes.count, !bytes[place].isHTMLSpace, bytes[place] != 62 { place += 1 }
        return (name, start..<place)
    }
}
