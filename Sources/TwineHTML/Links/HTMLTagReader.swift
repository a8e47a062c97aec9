/// Reads a page that is there as a whole, tag by tag, and says where each attribute stands.
///
/// What looks like a tag in a comment, a script or another text is none. Frames and scripts are taken
/// for switched off, so what stands in `<noframes>` and `<noscript>` is part of the page.
/// WHATWG HTML §13.2.5, and of §13.2.6 what decides how text is read.
struct HTMLTagReader {
    /// What comes next.
    enum Token {
        case startTag
        case endTag
        /// The inside of an element whose content is text; ``name`` is the element's.
        case rawText(Range<Int>)
        /// Text of a drawing or formula; references are part of it only outside of CDATA sections.
        case foreignText(Range<Int>, isCharacterData: Bool)
    }

    /// One attribute of a tag.
    struct Attribute {
        let name: Range<Int>
        /// Without quotes; nil where there is no `=`.
        let value: Range<Int>?
        let quoting: SourceLink.Quoting
    }

    /// The tag's name in lower case.
    private(set) var name = TagName()
    private(set) var attributes: [Attribute] = []
    private(set) var isSelfClosing = false
    /// Whether the tag is one of a drawing or formula.
    private(set) var isForeign = false

    /// Whether comments end as in SGML: `--` begins and ends them within `<!` and `>`.
    let strictComments: Bool
    private(set) var place = 0
    /// The element whose text comes next.
    private var textElement: TagName?
    var foreign = ForeignContent()

    /// No page means more; of a tag with more the others are passed over.
    static let mostAttributes = 256

    init(strictComments: Bool = false) { self.strictComments = strictComments }

    /// Reads on.
    ///
    /// - Parameter bytes: The page, the same at every call.
    /// - Returns: What was found; nil at the end of the page.
    mutating func next(_ bytes: Span<UInt8>) -> Token? {
        if let element = textElement {
            textElement = nil
            let start = place
            place = endOfText(of: element, bytes)
            name = element
            return .rawText(start..<place)
        }
        while place < bytes.count {
            if bytes[place] != UInt8(ascii: "<") {
                let start = place
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                if foreign.isForeign { return .foreignText(start..<place, isCharacterData: false) }
                continue
            }
            guard place + 1 < bytes.count else {
                place = bytes.count
                return nil
            }
            switch bytes[place + 1] {
            case UInt8(ascii: "!"):
                if let section = declaration(bytes) {
                    return .foreignText(section, isCharacterData: true)
                }
            case UInt8(ascii: "?"): skipPast(UInt8(ascii: ">"), bytes, from: place + 2)
            case UInt8(ascii: "/"):
                if place + 2 < bytes.count, bytes[place + 2].isASCIILetter {
                    place += 2
                    guard readTag(bytes) else { return nil }
                    isForeign = foreign.isForeign
                    foreign.end(name)
                    return .endTag
                }
                skipPast(UInt8(ascii: ">"), bytes, from: place + 2)
            case let byte where byte.isASCIILetter:
                place += 1
                guard readTag(bytes) else { return nil }
                beginElement(bytes)
                return .startTag
            default: place += 1
            }
        }
        return nil
    }

    /// The attribute of a name in lower case; of several the first counts.
    func attribute(_ wanted: StaticString, _ bytes: Span<UInt8>) -> Int? {
        attributes.firstIndex { matches(bytes, $0.name, wanted) }
    }

    /// Whether octets are a text in lower case, whatever their case.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ wanted: StaticString) -> Bool {
        guard range.count == wanted.utf8CodeUnitCount else { return false }
        return wanted.withUTF8Buffer { letters in
            for index in 0..<letters.count
            where unsafe bytes[range.lowerBound + index].asciiLowercased != letters[index] {
                return false
            }
            return true
        }
    }

    // MARK: Tags

    /// Reads a tag from its name on; false when the page ends in it, and then it is none.
    private mutating func readTag(_ bytes: Span<UInt8>) -> Bool {
        name = TagName()
        attributes.removeAll(keepingCapacity: true)
        isSelfClosing = false
        while place < bytes.count, !endsName(bytes[place]) {
            name.append(bytes[place].asciiLowercased)
            place += 1
        }
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: ">") {
                place += 1
                return true
            }
            if byte == UInt8(ascii: "/") {
                place += 1
                isSelfClosing = place < bytes.count && bytes[place] == UInt8(ascii: ">")
            } else if byte.isHTMLSpace {
                place += 1
            } else {
                readAttribute(bytes)
            }
        }
        return false
    }

    private func endsName(_ byte: UInt8) -> Bool {
        byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private mutating func readAttribute(_ bytes: Span<UInt8>) {
        let start = place
        // A `=` at the beginning is part of the name.
        place += 1
        while place < bytes.count, !endsName(bytes[place]), bytes[place] != UInt8(ascii: "=") {
            place += 1
        }
        let name = start..<place
        var next = place
        while next < bytes.count, bytes[next].isHTMLSpace { next += 1 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "=") else {
            keep(Attribute(name: name, value: nil, quoting: .none))
            return
        }
        place = next + 1
        while place < bytes.count, bytes[place].isHTMLSpace { place += 1 }
        guard place < bytes.count else { return }
        let quote = bytes[place]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let value = place
            while place < bytes.count, !bytes[place].isHTMLSpace, bytes[place] != UInt8(ascii: ">")
            {
                place += 1
            }
            keep(Attribute(name: name, value: value..<place, quoting: .none))
            return
        }
        let value = place + 1
        place = value
        while place < bytes.count, bytes[place] != quote { place += 1 }
        let quoting: SourceLink.Quoting = quote == UInt8(ascii: "'") ? .single : .double
        keep(Attribute(name: name, value: value..<place, quoting: quoting))
        if place < bytes.count { place += 1 }
    }

    private mutating func keep(_ attribute: Attribute) {
        if attributes.count < Self.mostAttributes { attributes.append(attribute) }
    }

    private mutating func beginElement(_ bytes: Span<UInt8>) {
        let hasFontAttribute =
            foreign.isForeign && name == ForeignContent.font
            && (attribute("color", bytes) ?? attribute("face", bytes) ?? attribute("size", bytes))
                != nil
        isForeign = foreign.begin(
            name, isSelfClosing: isSelfClosing, hasFontAttribute: hasFontAttribute)
        if !isForeign, Self.textElements.contains(name) { textElement = name }
    }

    private static let textElements = [
        "title", "textarea", "style", "script", "xmp", "iframe", "plaintext",
    ].map { TagName($0) }

    // MARK: What is no tag

    mutating func skipPast(_ end: UInt8, _ bytes: Span<UInt8>, from start: Int) {
        place = start
        while place < bytes.count, bytes[place] != end { place += 1 }
        place = min(place + 1, bytes.count)
    }

    mutating func move(to place: Int) { self.place = place }
}
