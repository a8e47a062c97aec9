/// Finds the links of a page: where each address stands in the source, and what it is to the page.
///
/// Found are addresses of elements (those that wget knows, and what pages of today need), lists of
/// images (`srcset`), the style sheets within the page and in `style` attributes, and
/// `<meta http-equiv=refresh>`. `data:` URLs are none, nor is what stands in comments and scripts.
///
/// ```swift
/// let page = HTMLLinkScanner().scan(octets.span)
/// for link in page.links where link.traits.contains(.requisite) { … }
/// ```
///
/// A page in an encoding that does not have ASCII in it, as UTF-16, has no links here.
///
/// WHATWG HTML §13.2.5, §4.2.5.3 (refresh), §4.8.4.2.2 (srcset).
public struct HTMLLinkScanner: Sendable {
    /// The only elements whose links are wanted, in lower case; empty is all.
    public var followedTags: Set<String> = []
    /// Elements whose links are not wanted, in lower case; they go before ``followedTags``.
    public var ignoredTags: Set<String> = []
    /// Whether comments are read as SGML has it, where `<!-- a -- b -->` ends at the second `--`.
    public var strictComments = false
    /// The encoding as HTTP tells it; nil asks the page.
    public var charset: String?

    /// Whether octets that are not ASCII stay as they are, percent-encoded, whatever the encoding.
    public var keepsOctets = false

    /// Makes a scanner that finds all links.
    public init() {}

    /// Finds the links of a page.
    ///
    /// - Parameter page: The whole page, as it was received.
    /// - Returns: The links, in the order of the source; their ranges do not overlap.
    /// - Complexity: O(*n*) in the octets of the page; a tag of more than 256 attributes is cut.
    public func scan(_ page: Span<UInt8>) -> PageSourceLinks {
        var result = PageSourceLinks(links: [], forbidsFollowing: false, isUTF8: false)
        guard
            let encoding = SourceEncoding(page, charset: charset, keepsOctets: keepsOctets)
        else { return result }
        result.isUTF8 = encoding.isUTF8
        var scan = Scan(scanner: self, encoding: encoding)
        scan.run(page)
        result.links = scan.links
        result.forbidsFollowing = scan.forbidsFollowing
        return result
    }

    private func wants(_ element: String) -> Bool {
        !ignoredTags.contains(element)
            && (followedTags.isEmpty || followedTags.contains(element))
    }

    /// One reading of a page.
    struct Scan {
        let scanner: HTMLLinkScanner
        let encoding: SourceEncoding
        var reader: HTMLTagReader
        var links: [SourceLink] = []
        var forbidsFollowing = false
        /// Whether the text that comes is a style sheet within a drawing.
        private var isForeignStyle = false

        init(scanner: HTMLLinkScanner, encoding: SourceEncoding) {
            self.scanner = scanner
            self.encoding = encoding
            reader = HTMLTagReader(strictComments: scanner.strictComments)
        }

        mutating func run(_ page: Span<UInt8>) {
            while let token = reader.next(page) {
                switch token {
                case .startTag:
                    readElement(page)
                    isForeignStyle = reader.isForeign && reader.name == Self.style
                case .endTag: isForeignStyle = false
                case .rawText(let range):
                    guard reader.name == Self.style else { continue }
                    readStyle(page, range, .none, attribute: "")
                case .foreignText(let range, let isCharacterData):
                    guard isForeignStyle else { continue }
                    readStyle(page, range, isCharacterData ? .none : .text, attribute: "")
                }
            }
        }

        private static let style = TagName("style")

        private mutating func readElement(_ page: Span<UInt8>) {
            let element = LinkElements.element(reader.name)
                .flatMap { scanner.wants($0.name) ? $0 : nil }
            if element?.name == "meta" { readMeta(page) }
            for index in reader.attributes.indices {
                let attribute = reader.attributes[index]
                guard let value = attribute.value else { continue }
                if reader.matches(page, attribute.name, "style") {
                    guard isFirst(index, "style", page) else { continue }
                    readStyle(page, value, .attribute(attribute.quoting), attribute: "style")
                } else if element?.name == "link" {
                    readLink(page, index, attribute, value)
                } else if let element {
                    for rule in element.rules
                    where reader.matches(page, attribute.name, rule.attribute)
                        && isFirst(index, rule.attribute, page)
                    {
                        read(page, attribute, value, element.name, rule)
                    }
                }
            }
        }

        /// Of several attributes of one name only the first counts.
        private func isFirst(_ index: Int, _ name: StaticString, _ page: Span<UInt8>) -> Bool {
            reader.attribute(name, page) == index
        }

        private mutating func read(
            _ page: Span<UInt8>, _ attribute: HTMLTagReader.Attribute, _ value: Range<Int>,
            _ element: String, _ rule: LinkElements.Rule
        ) {
            switch rule.form {
            case .address:
                let placement = SourceLink.Placement(.attribute(attribute.quoting))
                let link = encoding.link(
                    page, value, element: element, attribute: rule.name, traits: rule.traits,
                    placement: placement)
                if let link { links.append(link) }
            case .list:
                let text = DecodedText(page, value, references: .attribute)
                let placement = SourceLink.Placement(.attribute(attribute.quoting), isPart: true)
                for range in SourceSet.addresses(text.octets) {
                    append(page, text, range, element, rule.name, rule.traits, placement)
                }
            }
        }

        private mutating func readLink(
            _ page: Span<UInt8>, _ index: Int, _ attribute: HTMLTagReader.Attribute,
            _ value: Range<Int>
        ) {
            if reader.matches(page, attribute.name, "href"), isFirst(index, "href", page) {
                let relations = lowercased("rel", page)
                let traits = LinkElements.traits(
                    relations: relations.map {
                        $0.split { $0 == " " || $0.isNewline || $0 == "\t" }
                    },
                    type: lowercased("type", page), preloads: lowercased("as", page))
                read(page, attribute, value, "link", LinkElements.Rule("href", traits))
            } else if reader.matches(page, attribute.name, "imagesrcset"),
                isFirst(index, "imagesrcset", page)
            {
                let rule = LinkElements.Rule("imagesrcset", .requisite, .list)
                read(page, attribute, value, "link", rule)
            }
        }

        private mutating func readStyle(
            _ page: Span<UInt8>, _ range: Range<Int>, _ markup: SourceLink.Placement.Markup,
            attribute: String
        ) {
            let text = DecodedText(page, range, references: markup.references)
            let element =
                attribute.isEmpty ? "style" : reader.name.text
            for found in CSSAddresses.find(text.octets.span) {
                append(
                    page, text, found.range, element, attribute,
                    found.isImport ? [.requisite, .css] : .requisite,
                    SourceLink.Placement(markup, css: found.quoting, isPart: true))
            }
        }

        /// An attribute's value in lower case, without white space around it.
        func lowercased(_ name: StaticString, _ page: Span<UInt8>) -> String? {
            guard let index = reader.attribute(name, page) else { return nil }
            guard let value = reader.attributes[index].value else { return "" }
            return encoding.text(page, value, references: .attribute).lowercased()
        }

        mutating func append(
            _ page: Span<UInt8>, _ text: DecodedText, _ range: Range<Int>, _ element: String,
            _ attribute: String, _ traits: SourceLink.Traits, _ placement: SourceLink.Placement
        ) {
            let link = encoding.link(
                page, text, range, element: element, attribute: attribute, traits: traits,
                placement: placement)
            if let link { links.append(link) }
        }
    }
}
