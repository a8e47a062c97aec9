import HTTPTypes
import TwineHTTP

/// What a reply's head says that matters to a download.
struct ReplyHead {
    let status: Int
    let reason: String
    let fields: HTTPFields
    /// Octets that will come; nil if the server does not say.
    var length: Int?
    /// Where in the file they begin, of a reply to a request for a part.
    var start = 0
    /// Whether content codings are taken off on the way: then what is saved is of another length.
    var isDecoded = false
    /// The media type, without parameters and in the letters that came.
    var mediaType: String?
    /// The charset that the type names.
    var charset: String?
    let lastModified: String?
    /// When what is sent was last changed, in seconds since 1970; nil if that cannot be read.
    let modified: Int?
    let location: String?

    init(_ head: HTTPResponse, contentLength: Int?, ignoresLength: Bool) {
        status = head.status.code
        reason = head.status.reasonPhrase
        fields = head.headerFields
        length = ignoresLength ? nil : contentLength
        lastModified = fields.first(.lastModified)
        modified = lastModified.flatMap(Self.seconds)
        location = fields.first(.location)
        if let range = fields.first(.contentRange).flatMap(Self.range) {
            start = range.lowerBound
            if !ignoresLength { length = range.count }
        }
        if let type = fields.first(.contentType) { takeType(type.utf8) }
    }

    /// Reads `type/subtype;charset=name`.
    private mutating func takeType(_ type: String.UTF8View) {
        let isBlank = { (octet: UInt8) in octet == 0x20 || octet == 0x09 }
        let parts = type.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        mediaType = parts.first.map { part in
            var part = part.drop(while: isBlank)
            while let last = part.last, isBlank(last) { part.removeLast() }
            return String(decoding: part, as: UTF8.self)
        }
        for part in parts.dropFirst() {
            let part = part.drop(while: isBlank)
            let name = part.prefix(8).map(Octets.lowercased)
            guard name.elementsEqual("charset=".utf8) else { continue }
            let value = part.dropFirst(8).filter {
                $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") && !isBlank($0)
            }
            charset = String(decoding: value, as: UTF8.self)
            break
        }
    }

    /// `bytes 0-99/100`, as RFC 9110 §14.4 has it.
    private static func range(_ text: String) -> Range<Int>? {
        var rest = Substring(text)
        if rest.lowercased().hasPrefix("bytes") { rest = rest.dropFirst(5) }
        rest = rest.drop { $0 == " " || $0 == ":" }
        let ends = rest.prefix { $0 != "/" }.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0,
            last >= first, last < .max
        else { return nil }
        return first..<(last + 1)
    }

    var isSuccess: Bool { 200...299 ~= status }

    /// Whether it sends on to another URL.
    var isRedirect: Bool {
        [301, 302, 303, 307, 308].contains(status) || status == 300 && location != nil
    }

    /// What does not say what it is is taken for HTML.
    var isHTML: Bool {
        guard let type = mediaType?.lowercased() else { return true }
        return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml+xml")
    }

    var isCSS: Bool { mediaType?.lowercased().hasPrefix("text/css") ?? false }

    /// A zone in numbers is taken for GMT: what HTTP sends is always that (RFC 9110 §5.6.7), and wget's
    /// mirrors have such times.
    private static func seconds(_ lastModified: String) -> Int? {
        if let date = HTTPDate(parsing: lastModified) { return date.secondsSince1970 }
        let zone = lastModified.utf8.suffix(6)
        let isNumeric =
            zone.count == 6 && (zone.starts(with: " +".utf8) || zone.starts(with: " -".utf8))
            && zone.dropFirst(2).allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard isNumeric, let text = String(lastModified.utf8.dropLast(6)) else { return nil }
        return HTTPDate(parsing: text + " GMT")?.secondsSince1970
    }

    /// What a request for the rest can be tied to: nothing else may have taken the file's place.
    ///
    /// RFC 9110 §13.1.5: only a strong tag will do.
    var validator: String? {
        if let tag = fields.first(.eTag), tag.utf8.first == UInt8(ascii: "\"") { return tag }
        return lastModified
    }
}

extension HTTPFields {
    /// The first value of a field; where it should stand once, that is the one that counts.
    ///
    /// It needs none of the library's views of fields: making the first of them takes longer than
    /// all else that is done with a reply.
    fileprivate func first(_ name: HTTPField.Name) -> String? {
        for field in self where field.name == name { return field.value }
        return nil
    }
}
