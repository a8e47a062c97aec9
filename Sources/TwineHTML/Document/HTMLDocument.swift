import CLibXML2

/// A page as a tree, by libxml2: forgiving of what real pages are, with no access to the network
/// and no external entities.
@safe
public final class HTMLDocument {
    /// Elements deeper than this are left out of what the module looks at.
    static let depthLimit = 512

    let document: htmlDocPtr

    fileprivate init(_ document: htmlDocPtr) { unsafe self.document = document }

    deinit { unsafe xmlFreeDoc(document) }

    /// Parses a page that is there as a whole.
    ///
    /// - Parameters:
    ///   - bytes: The page.
    ///   - contentType: The value of the Content-Type field, for its charset.
    public convenience init(_ bytes: Span<UInt8>, contentType: String? = nil) {
        var parser = HTMLDocumentParser(contentType: contentType, limit: .max)
        try? parser.receive(bytes)
        unsafe self.init(parser.takeDocument())
    }

    /// The page's `<base href>`, if it has one.
    public var baseHref: String? {
        var base: String?
        walk { element, _ in
            guard base == nil, element.name == "base", let href = element["href"] else { return }
            base = href
        }
        return base
    }

    /// Calls `body` for each element in document order, with how deep it stands.
    func walk(_ body: (HTMLElement, _ depth: Int) -> Void) {
        guard let root = unsafe xmlDocGetRootElement(document) else { return }
        var node = unsafe root
        var depth = 0
        while true {
            if unsafe node.pointee.type == XML_ELEMENT_NODE {
                body(unsafe HTMLElement(node), depth)
            }
            if depth < Self.depthLimit, let child = unsafe node.pointee.children,
                unsafe node.pointee.type == XML_ELEMENT_NODE
            {
                unsafe node = child
                depth += 1
                continue
            }
            while unsafe node.pointee.next == nil {
                guard unsafe node != root, let parent = unsafe node.pointee.parent, depth > 0
                else { return }
                unsafe node = parent
                depth -= 1
            }
            guard depth > 0, let next = unsafe node.pointee.next else { return }
            unsafe node = next
        }
    }
}

/// Builds an ``HTMLDocument`` from octets as they arrive.
///
/// Octets are decoded at once, and the tree is built when the page has ended: the library's own
/// parser for pieces loses the rest of some broken pages, depending on where they are cut.
public struct HTMLDocumentParser: ~Copyable {
    private let declared: HTMLEncoding?
    private let limit: Int
    private var decoder: TextDecoder?
    /// What came before the encoding was known.
    private var head: [UInt8] = []
    private var text: [UInt8] = []
    private var count = 0

    /// Makes a parser for one page.
    ///
    /// - Parameters:
    ///   - contentType: The value of the Content-Type field, for its charset.
    ///   - limit: A larger page is refused, in octets.
    public init(contentType: String? = nil, limit: Int) {
        LibXML2.prepare()
        declared = contentType.flatMap { EncodingSniffer.charset(in: Array($0.utf8)) }
        self.limit = limit
    }

    /// Parses the next octets of the page.
    ///
    /// - Parameter bytes: What has come.
    /// - Throws: ``HTMLError/tooLarge(limit:)``.
    public mutating func receive(_ bytes: Span<UInt8>) throws(HTMLError) {
        count += bytes.count
        guard count <= limit else { throw .tooLarge(limit: limit) }
        if decoder != nil {
            decoder?.decode(bytes, into: &text)
            return
        }
        if head.isEmpty, bytes.count >= EncodingSniffer.prescanLimit { return start(bytes) }
        unsafe bytes.withUnsafeBufferPointer { unsafe head.append(contentsOf: $0) }
        guard head.count >= EncodingSniffer.prescanLimit else { return }
        startHead()
    }

    /// The page has ended.
    ///
    /// - Returns: Its tree; an empty page gives an empty tree.
    public consuming func finish() -> HTMLDocument { unsafe HTMLDocument(takeDocument()) }

    fileprivate mutating func takeDocument() -> htmlDocPtr {
        if decoder == nil { startHead() }
        decoder?.finish(into: &text)
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue
            | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_NONET.rawValue
            | HTML_PARSE_COMPACT.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
        let document = unsafe text.withUnsafeBytes { text in
            unsafe htmlReadMemory(
                text.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: text.count), nil, "UTF-8", Int32(options))
        }
        text = []
        return unsafe document ?? htmlNewDocNoDtD(nil, nil)
    }

    private mutating func startHead() {
        let bytes = head
        head = []
        start(bytes.span)
    }

    private mutating func start(_ bytes: Span<UInt8>) {
        let mark = EncodingSniffer.byteOrderMark(bytes)
        var encoding = mark?.0 ?? declared
        if encoding == nil {
            let head = unsafe bytes.extracting(first: EncodingSniffer.prescanLimit)
                .withUnsafeBufferPointer { unsafe Array($0) }
            encoding = EncodingSniffer.prescan(head)
        }
        if encoding == nil {
            // Without a word about it: what is not UTF-8 so far is windows-1252.
            var end = bytes.count
            while end > 0, bytes.count - end < 4, bytes[end - 1] >= 0x80 { end -= 1 }
            let isUTF8 = (try? UTF8Span(validating: bytes.extracting(..<end))) != nil
            encoding = isUTF8 ? .utf8 : .windows1252
        }
        decoder = TextDecoder(encoding ?? .utf8)
        decoder?.decode(bytes.extracting((mark?.count ?? 0)...), into: &text)
    }
}

/// What the library needs once in a process.
enum LibXML2 {
    private static let prepared: Void = {
        xmlInitParser()
        twine_silence_libxml2()
    }()

    static func prepare() { prepared }
}
