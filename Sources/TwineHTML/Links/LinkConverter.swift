/// Writes a page or style sheet anew with other addresses, and every other octet as it was.
///
/// ```swift
/// let edits = page.links.map { LinkConverter.Edit($0, address: local[$0.text] ?? $0.text) }
/// let converted = LinkConverter.convert(octets.span, edits)
/// ```
public enum LinkConverter {
    /// A link, and what takes its place.
    public struct Edit: Sendable, Equatable {
        /// The link.
        public var link: SourceLink
        /// The new address, not escaped for where it stands.
        public var address: String
        /// Whether the fragment stays behind the new address as it is in the source.
        public var keepsFragment: Bool

        /// Makes an edit.
        ///
        /// - Parameters:
        ///   - link: A link of the document.
        ///   - address: What takes its place, as a URL: the text, without escapes of HTML or CSS.
        ///   - keepsFragment: Whether the link's fragment stays.
        public init(_ link: SourceLink, address: String, keepsFragment: Bool = true) {
            self.link = link
            self.address = address
            self.keepsFragment = keepsFragment
        }

        /// Whether the source means the same already.
        var isSame: Bool {
            guard keepsFragment, link.fragment != nil else { return address == link.text }
            return address.utf8.elementsEqual(link.text.utf8.prefix { $0 != UInt8(ascii: "#") })
        }
    }

    /// Writes the document with its links replaced.
    ///
    /// An edit that lies outside of the document, or before the end of the one before, is passed over.
    ///
    /// - Parameters:
    ///   - document: The octets that the links were found in.
    ///   - edits: What is replaced, in the order of the source.
    ///   - rewritesSame: Whether an address that the source means already is written anew too, with
    ///     quotes and without space around it, as wget does; else such octets stay.
    /// - Returns: The new document.
    public static func convert(
        _ document: Span<UInt8>, _ edits: [Edit], rewritesSame: Bool = false
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(document.count + edits.count * 16)
        var place = 0
        for edit in edits {
            let range = edit.link.range
            guard range.lowerBound >= place, range.upperBound <= document.count else { continue }
            copy(document, place..<range.lowerBound, to: &output)
            if !rewritesSame, edit.isSame {
                copy(document, range, to: &output)
            } else {
                write(edit, document, to: &output)
            }
            place = range.upperBound
        }
        copy(document, place..<document.count, to: &output)
        return output
    }

    private static func copy(
        _ document: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]
    ) {
        unsafe document.extracting(range).withUnsafeBufferPointer {
            unsafe output.append(contentsOf: $0)
        }
    }

    private static func write(
        _ edit: Edit, _ document: Span<UInt8>, to output: inout [UInt8]
    ) {
        let link = edit.link
        let fragment = edit.keepsFragment ? link.fragment : nil
        // A whole value gets quotes where it has none, as it may need them now.
        let isQuoted = link.placement == SourceLink.Placement(.attribute(.none))
        if isQuoted { output.append(UInt8(ascii: "\"")) }
        var address = link.placement.escaped(edit.address)
        if link.placement.markup != .none, let first = address.first,
            first.isASCIILetterOrDigit || first == UInt8(ascii: "=") || first == UInt8(ascii: ";"),
            endsInReference(document, link.range.lowerBound)
        {
            address.replaceSubrange(0..<1, with: "&#\(first);".utf8)
        }
        output += address
        if let fragment, fragment.upperBound <= document.count {
            let start = output.count
            copy(document, fragment, to: &output)
            if isQuoted { escapeQuotes(&output, from: start) }
        }
        if isQuoted { output.append(UInt8(ascii: "\"")) }
    }

    /// Whether a reference without its semicolon stands before a place: letters there would join it.
    private static func endsInReference(_ document: Span<UInt8>, _ end: Int) -> Bool {
        var place = end - 1
        // No name is longer than 31.
        while place >= 0, place >= end - 32,
            document[place].isASCIILetterOrDigit || document[place] == UInt8(ascii: "#")
        {
            place -= 1
        }
        return place >= 0 && place < end - 1 && document[place] == UInt8(ascii: "&")
    }

    /// A value without quotes may have quotes in it.
    private static func escapeQuotes(_ output: inout [UInt8], from start: Int) {
        guard output[start...].contains(UInt8(ascii: "\"")) else { return }
        let rest = Array(output[start...])
        output.removeSubrange(start...)
        for octet in rest {
            output += octet == UInt8(ascii: "\"") ? Array("&quot;".utf8) : [octet]
        }
    }
}
