/// The part of an HTML tokenizer that tells where the title of a page is.
///
/// WHATWG HTML §13.2.5.
struct TitleTokenizer {
    private enum State {
        case data
        case tagOpen
        case endTagOpen
        case tagName
        case beforeAttribute
        case attributeName
        case beforeValue
        case doubleQuoted
        case singleQuoted
        case unquoted
        case markupDeclaration
        case bogusComment
        case comment
        case characterData
        /// The inside of an element whose content is text: a title, a style…
        case text
        case script
        case done
    }

    /// What was found; nil before `</title>`.
    private(set) var title: [UInt8]?
    var isDone: Bool { state == .done }

    private var state = State.data
    private var isEndTag = false
    private var isSelfClosing = false
    /// The tag's name in lower case, its first octets.
    private var name: [UInt8] = []
    /// The element that `text` is the inside of.
    private var textElement: [UInt8] = []
    private var collected: [UInt8] = []
    /// What came since the last `<` inside of `text`, or since `<!`.
    private var pending: [UInt8] = []
    /// How far a comment's or CDATA section's end has come.
    private var ending: [UInt8] = []
    /// Open `<svg>` and `<math>`: a title in them is not the page's.
    private var foreignDepth = 0
    private var templateDepth = 0
    private var script = ScriptState.plain

    /// Scripts may hide their end in a comment (§13.2.5.17 and following).
    private enum ScriptState { case plain, escaped, doubleEscaped }

    private static let longestName = 16

    // MARK: Input

    mutating func receive(_ bytes: Span<UInt8>) {
        var place = 0
        while place < bytes.count {
            switch state {
            case .done: return
            case .data:
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                if place < bytes.count { state = .tagOpen }
                place += 1
            case .text where pending.isEmpty: place = passText(bytes, from: place)
            case .script: place = passScript(bytes, from: place)
            case .doubleQuoted, .singleQuoted:
                let quote = state == .doubleQuoted ? UInt8(ascii: "\"") : UInt8(ascii: "'")
                while place < bytes.count, bytes[place] != quote { place += 1 }
                if place < bytes.count { state = .beforeAttribute }
                place += 1
            case .comment where ending.isEmpty:
                while place < bytes.count, bytes[place] != UInt8(ascii: "-") { place += 1 }
                if place < bytes.count { ending = [UInt8(ascii: "-")] }
                place += 1
            default:
                // Some states look at the octet again in the next state.
                if step(bytes[place]) { place += 1 }
            }
        }
    }

    mutating func finish() {
        guard state == .text, textElement == Self.titleName, title == nil else { return }
        title = collected + pending
        state = .done
    }

    /// Passes over, or collects, text up to the next `<`.
    private mutating func passText(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        let isTitle = textElement == Self.titleName
        while place < bytes.count, bytes[place] != UInt8(ascii: "<") {
            if isTitle, collected.count < TitleScanner.titleLimit { collected.append(bytes[place]) }
            place += 1
        }
        if place < bytes.count {
            pending = [UInt8(ascii: "<")]
            place += 1
        }
        return place
    }

    // MARK: States

    /// Takes one octet; false when the new state is to look at it.
    private mutating func step(_ byte: UInt8) -> Bool {
        switch state {
        case .tagOpen: return tagOpen(byte)
        case .endTagOpen:
            if byte.isASCIILetter {
                beginTag(isEnd: true)
                return false
            }
            state = byte == UInt8(ascii: ">") ? .data : .bogusComment
            return true
        case .tagName:
            if byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
                state = .beforeAttribute
                return false
            }
            if name.count < Self.longestName { name.append(byte.asciiLowercased) }
            return true
        case .beforeAttribute, .attributeName, .beforeValue, .unquoted: return attribute(byte)
        case .markupDeclaration: return markupDeclaration(byte)
        case .bogusComment:
            if byte == UInt8(ascii: ">") { state = .data }
            return true
        case .comment: return comment(byte)
        case .characterData:
            ending.append(byte)
            if ending.count > 3 { ending.removeFirst() }
            if ending == Array("]]>".utf8) {
                ending = []
                state = .data
            }
            return true
        case .text: return text(byte)
        case .data, .doubleQuoted, .singleQuoted, .script, .done: return true
        }
    }

    private mutating func tagOpen(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"):
            state = .markupDeclaration
            pending = []
            return true
        case UInt8(ascii: "/"):
            state = .endTagOpen
            return true
        case UInt8(ascii: "?"):
            state = .bogusComment
            return true
        default:
            guard byte.isASCIILetter else {
                state = .data
                return false
            }
            beginTag(isEnd: false)
            return false
        }
    }

    private mutating func beginTag(isEnd: Bool) {
        isEndTag = isEnd
        isSelfClosing = false
        name = []
        state = .tagName
    }

    private mutating func attribute(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: ">") {
            if state == .beforeValue { isSelfClosing = false }
            state = .data
            endTag()
            return true
        }
        switch state {
        case .beforeAttribute:
            if byte == UInt8(ascii: "/") {
                isSelfClosing = true
            } else if !byte.isHTMLSpace {
                isSelfClosing = false
                state = .attributeName
            }
        case .attributeName:
            if byte == UInt8(ascii: "=") {
                state = .beforeValue
            } else if byte == UInt8(ascii: "/") {
                isSelfClosing = true
                state = .beforeAttribute
            } else if byte.isHTMLSpace {
                // `name = value`: the `=` may follow.
                state = .attributeName
            }
        case .beforeValue:
            if byte == UInt8(ascii: "\"") {
                state = .doubleQuoted
            } else if byte == UInt8(ascii: "'") {
                state = .singleQuoted
            } else if !byte.isHTMLSpace {
                state = .unquoted
            }
        default:
            if byte.isHTMLSpace { state = .beforeAttribute }
        }
        return true
    }

    private mutating func markupDeclaration(_ byte: UInt8) -> Bool {
        pending.append(byte)
        let sections = [Array("--".utf8), Array("[CDATA[".utf8)]
        if pending == sections[0] {
            pending = []
            state = .comment
            // `<!-->` and `<!--->` are whole comments.
            ending = Array("--".utf8)
            return true
        }
        if pending == sections[1] {
            pending = []
            state = foreignDepth > 0 ? .characterData : .bogusComment
            ending = []
            return true
        }
        if sections.contains(where: { $0.starts(with: pending) }) { return true }
        pending = []
        state = .bogusComment
        return false
    }

    private mutating func comment(_ byte: UInt8) -> Bool {
        // `ending` holds the hyphens seen, at most two, and perhaps a `!` after them.
        switch (byte, ending.count) {
        case (UInt8(ascii: "-"), ...2) where ending.last != UInt8(ascii: "!"):
            if ending.count < 2 { ending.append(byte) }
        case (UInt8(ascii: ">"), 2...):
            ending = []
            state = .data
        case (UInt8(ascii: "!"), 2): ending.append(byte)
        case (UInt8(ascii: "-"), _): ending = [byte]
        default: ending = []
        }
        return true
    }

    private mutating func text(_ byte: UInt8) -> Bool {
        // `pending` begins with `<`: does it become the end tag of the element?
        let wanted = [UInt8(ascii: "<"), UInt8(ascii: "/")] + textElement
        if pending.count == wanted.count {
            if byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
                beginTag(isEnd: true)
                name = textElement
                pending = []
                state = .beforeAttribute
                return false
            }
        } else if byte.asciiLowercased == wanted[pending.count] {
            pending.append(byte)
            return true
        }
        // It does not: it is text after all.
        if textElement == Self.titleName { collected += pending }
        pending = []
        return false
    }

    // MARK: Scripts

    /// The last eight octets of a script's text, in lower case; 0 while none of them can matter.
    private var tail: UInt64 = 0
    private var sinceBracket = 0

    private static func octets(_ text: StaticString) -> UInt64 {
        text.withUTF8Buffer { unsafe $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }
    private static let opening = octets("<script")
    private static let closing = octets("</script")
    private static let commentBegin = octets("<!--")
    private static let commentEnd = octets("-->")

    private mutating func passScript(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < bytes.count {
            if script == .plain, tail == 0 {
                while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
                guard place < bytes.count else { break }
                sinceBracket = 0
            }
            let byte = bytes[place]
            if byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
                if tail == Self.closing {
                    guard script == .doubleEscaped else {
                        beginTag(isEnd: true)
                        name = Self.scriptName
                        state = .beforeAttribute
                        return place
                    }
                    script = .escaped
                } else if script == .escaped, tail & 0xff_ffff_ffff_ffff == Self.opening {
                    script = .doubleEscaped
                }
            }
            tail = tail << 8 | UInt64(byte.asciiLowercased)
            sinceBracket = byte == UInt8(ascii: "<") ? 0 : sinceBracket + 1
            if tail & 0xffff_ffff == Self.commentBegin, script == .plain {
                script = .escaped
            } else if tail & 0xff_ffff == Self.commentEnd, script != .plain {
                script = .plain
            }
            if script == .plain, sinceBracket > 8 { tail = 0 }
            place += 1
        }
        return place
    }

    // MARK: Tags

    private static let titleName = Array("title".utf8)
    private static let scriptName = Array("script".utf8)
    /// Elements whose content is text up to their end tag.
    ///
    /// `noscript` is one, since browsers run scripts.
    private static let textElements: Set<[UInt8]> = Set(
        [
            "title", "textarea", "style", "script", "xmp", "iframe", "noembed", "noframes",
            "noscript", "plaintext",
        ].map { Array($0.utf8) })

    private mutating func endTag() {
        let text = String(decoding: name, as: UTF8.self)
        if isEndTag {
            switch text {
            case "svg", "math": foreignDepth = max(0, foreignDepth - 1)
            case "template": templateDepth = max(0, templateDepth - 1)
            case "title" where textElement == Self.titleName && foreignDepth == 0:
                if templateDepth == 0, title == nil {
                    title = collected
                    state = .done
                }
                collected = []
            default: break
            }
            textElement = []
            return
        }
        if foreignDepth > 0 {
            if text == "svg" || text == "math" {
                if !isSelfClosing { foreignDepth += 1 }
                return
            }
            guard ForeignContent.breakouts.contains(name) else { return }
            foreignDepth = 0
        }
        switch text {
        case "svg", "math": if !isSelfClosing { foreignDepth += 1 }
        case "template": templateDepth += 1
        default:
            guard Self.textElements.contains(name) else { return }
            textElement = name
            collected = []
            pending = []
            script = .plain
            tail = 0
            state = name == Self.scriptName ? .script : .text
        }
    }
}
