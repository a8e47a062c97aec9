/// How the octets of a source become text.
struct SourceEncoding {
    /// nil is not known: UTF-8 or whatever the server meant.
    private let encoding: HTMLEncoding?
    private let keepsOctets: Bool

    var isUTF8: Bool { encoding == .utf8 }

    /// What HTTP said, or what the page says itself.
    ///
    /// - Returns: nil for an encoding whose markup is not ASCII.
    init?(_ page: Span<UInt8>, charset: String?, keepsOctets: Bool) {
        self.keepsOctets = keepsOctets
        if let mark = EncodingSniffer.byteOrderMark(page) {
            encoding = mark.0
        } else if let charset, let named = HTMLEncoding(label: charset) {
            encoding = named
        } else {
            let head = page.extracting(0..<min(page.count, EncodingSniffer.prescanLimit))
            encoding = unsafe head.withUnsafeBufferPointer {
                unsafe EncodingSniffer.prescan(Array($0))
            }
        }
        if encoding == .utf16LE || encoding == .utf16BE { return nil }
    }

    /// A style sheet's: what HTTP or the page that links to it said.
    init(charset: String?, keepsOctets: Bool) {
        encoding = charset.flatMap { HTMLEncoding(label: $0) }
        self.keepsOctets = keepsOctets
    }

    /// The text of a part of the source, without white space around it.
    func text(
        _ bytes: Span<UInt8>, _ range: Range<Int>, references: CharacterReferences.Context?
    ) -> String {
        let text = decode(bytes, range)
        return Self.trimmed(references.map { CharacterReferences.decode(text, $0) } ?? text)
    }

    private func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        for place in range { octets.append(bytes[place]) }
        if let encoding, encoding != .utf8, !keepsOctets {
            return TextDecoder.string(octets, encoding)
        }
        if !keepsOctets, let text = String(validating: octets, as: UTF8.self) { return text }
        // As the octets are what the server knows the address by, they stay.
        return String(decoding: octets.flatMap { Self.escaped($0) }, as: UTF8.self)
    }

    private static func escaped(_ octet: UInt8) -> [UInt8] {
        guard octet >= 0x80 else { return [octet] }
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
    }

    /// The link that a whole value is; nil for one that leads nowhere.
    func link(
        _ bytes: Span<UInt8>, _ value: Range<Int>, element: String, attribute: String,
        traits: SourceLink.Traits, placement: SourceLink.Placement
    ) -> SourceLink? {
        var hash: Int?
        for place in value {
            let byte = bytes[place]
            if byte == UInt8(ascii: "&") || byte >= 0x80 || byte < 0x20 {
                let text = DecodedText(bytes, value, references: .attribute)
                return link(
                    bytes, text, 0..<text.octets.count, element: element, attribute: attribute,
                    traits: traits, placement: placement)
            }
            if byte == UInt8(ascii: "#"), hash == nil { hash = place }
        }
        // Most are plain.
        let text = unsafe bytes.extracting(value).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
        if Self.isData(text.utf8) { return nil }
        return SourceLink(
            range: value, fragment: hash.map { $0..<value.upperBound }, text: Self.trimmed(text),
            element: element, attribute: attribute, traits: traits, placement: placement)
    }

    /// The link that a part of a decoded text is; nil for one that leads nowhere.
    func link(
        _ bytes: Span<UInt8>, _ decoded: DecodedText, _ range: Range<Int>, element: String,
        attribute: String, traits: SourceLink.Traits, placement: SourceLink.Placement
    ) -> SourceLink? {
        // Images within the page may be large, and are no links.
        if Self.isData(decoded.octets[range]) { return nil }
        let place = decoded.source(range)
        var text = text(bytes, place, references: placement.markup.references)
        if let quoting = placement.css {
            // In CSS a fragment alone means the page itself.
            text = Self.trimmed(CSSEscapes.decode(text, inString: quoting != .none))
            if text.isEmpty || text.utf8.first == UInt8(ascii: "#") || Self.isData(text.utf8) {
                return nil
            }
        }
        let hash = decoded.octets[range].firstIndex(of: UInt8(ascii: "#"))
        return SourceLink(
            range: place, fragment: hash.map { decoded.source($0..<range.upperBound) }, text: text,
            element: element, attribute: attribute, traits: traits, placement: placement)
    }

    private static func trimmed(_ text: String) -> String {
        var octets = text.utf8[...]
        guard octets.first?.isHTMLSpace ?? false || octets.last?.isHTMLSpace ?? false else {
            return text
        }
        while let first = octets.first, first.isHTMLSpace { octets.removeFirst() }
        while let last = octets.last, last.isHTMLSpace { octets.removeLast() }
        return String(Substring(octets))
    }

    private static let dataScheme = Array("data:".utf8)

    private static func isData(_ octets: some Collection<UInt8>) -> Bool {
        guard let first = octets.first(where: { $0 > 32 }), first | 32 == UInt8(ascii: "d") else {
            return false
        }
        return octets.drop { $0 <= 32 }.prefix(5).map(\.asciiLowercased) == dataScheme
    }
}

extension SourceLink.Placement.Markup {
    /// How references are decoded there.
    var references: CharacterReferences.Context? {
        switch self {
        case .none: nil
        case .attribute: .attribute
        case .text: .text
        }
    }
}
