/// Finds the title of a page while it arrives: the text of the first `<title>` that is an element of
/// the page and not part of a script, a comment, an attribute, a template or a drawing.
///
/// It reads the octets once, keeps only the title's own (at most ``titleLimit``) and the first 1024
/// for the encoding, and is done at `</title>`: the rest of the page need not be read.
///
/// ```swift
/// var scanner = TitleScanner(contentType: "text/html; charset=utf-8")
/// if let title = scanner.receive(chunk) { return title }
/// ```
///
/// WHATWG HTML §13.2.5 (tokenization), as far as it decides what is a title.
public struct TitleScanner: ~Copyable {
    /// A longer title is cut, in octets.
    public static let titleLimit = 65_536

    private enum Phase {
        case scanning
        /// The title is there, but its encoding may still be named further on.
        case wantsEncoding
        case done
    }

    private var phase = Phase.scanning
    private var tokenizer = TitleTokenizer()
    private let declared: HTMLEncoding?
    /// The first octets, for the encoding.
    private var head: [UInt8] = []
    /// What came before it could be told whether there is a byte order mark.
    private var held: [UInt8] = []
    private var marked: HTMLEncoding?
    private var hasStarted = false
    /// For encodings in which `<` may be part of another character.
    private var decoder: TextDecoder?

    /// Makes a scanner for one page.
    ///
    /// - Parameter contentType: The value of the Content-Type field, for its charset.
    public init(contentType: String? = nil) {
        declared = contentType.flatMap { EncodingSniffer.charset(in: Array($0.utf8)) }
    }

    /// Looks at the next octets of the page.
    ///
    /// - Parameter bytes: What has come.
    /// - Returns: The title, once it is known: references decoded, white space folded, perhaps
    ///   empty. Afterwards nil.
    public mutating func receive(_ bytes: Span<UInt8>) -> String? {
        guard phase != .done else { return nil }
        if hasStarted {
            keepHead(bytes)
            feed(bytes)
        } else if held.isEmpty, bytes.count >= 3 {
            start(bytes)
        } else {
            // A byte order mark may come in pieces.
            for index in bytes.indices { held.append(bytes[index]) }
            guard held.count >= 3 else { return nil }
            startHeld()
        }
        return answer(atEnd: false)
    }

    /// The page has ended: a title that was not closed goes to its end.
    ///
    /// - Returns: The title, or nil when the page has none or ``receive(_:)`` gave it already.
    public mutating func finish() -> String? {
        guard phase != .done else { return nil }
        if !hasStarted { startHeld() }
        tokenizer.finish()
        if tokenizer.title != nil { phase = .wantsEncoding }
        defer { phase = .done }
        return answer(atEnd: true)
    }

    private mutating func startHeld() {
        let bytes = held
        held = []
        start(bytes.span)
    }

    private mutating func start(_ bytes: Span<UInt8>) {
        hasStarted = true
        keepHead(bytes)
        let mark = EncodingSniffer.byteOrderMark(bytes)
        marked = mark?.0
        if let known = marked ?? declared, !known.keepsASCIIMarkup { decoder = TextDecoder(known) }
        feed(bytes.extracting((mark?.count ?? 0)...))
    }

    private mutating func keepHead(_ bytes: Span<UInt8>) {
        let room = EncodingSniffer.prescanLimit - head.count
        guard room > 0 else { return }
        unsafe bytes.extracting(first: room).withUnsafeBufferPointer {
            unsafe head.append(contentsOf: $0)
        }
    }

    private mutating func feed(_ bytes: Span<UInt8>) {
        guard phase == .scanning else { return }
        if decoder == nil {
            tokenizer.receive(bytes)
        } else {
            var text: [UInt8] = []
            decoder?.decode(bytes, into: &text)
            tokenizer.receive(text.span)
        }
        if tokenizer.isDone { phase = .wantsEncoding }
    }

    private mutating func answer(atEnd: Bool) -> String? {
        guard phase == .wantsEncoding, let title = tokenizer.title else { return nil }
        let isKnown =
            atEnd || marked != nil || declared != nil
            || head.count >= EncodingSniffer.prescanLimit || title.allSatisfy { $0 < 0x80 }
            || EncodingSniffer.prescan(head) != nil
        guard isKnown else { return nil }
        phase = .done
        return text(of: title)
    }

    private func text(of title: [UInt8]) -> String {
        let decoded: String
        if decoder != nil {
            decoded = String(decoding: title, as: UTF8.self)
        } else if let encoding = marked ?? declared ?? EncodingSniffer.prescan(head) {
            decoded = TextDecoder.string(title, encoding)
        } else if let text = String(validating: title, as: UTF8.self) {
            decoded = text
        } else {
            decoded = TextDecoder.string(title, .windows1252)
        }
        return CharacterReferences.decode(decoded).foldingWhiteSpace()
    }
}

extension String {
    /// The text with white space at its ends removed and each run of it inside made one space, as
    /// `document.title` does.
    func foldingWhiteSpace() -> String {
        var output: [UInt8] = []
        output.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte.isHTMLSpace {
                if let last = output.last, last != 32 { output.append(32) }
            } else {
                output.append(byte)
            }
        }
        if output.last == 32 { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }
}
