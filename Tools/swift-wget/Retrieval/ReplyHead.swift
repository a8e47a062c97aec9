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
    let location: String?

    init(_ head: HTTPResponse, contentLength: Int?, ignoresLength: Bool) {
        status = head.status.code
        reason = head.status.reasonPhrase
        fields = head.headerFields
        length = ignoresLength ? nil : contentLength
        lastModified = fields.first(.lastModified)
        location = fields.first(.location)
        if let range = fields.first(.contentRange).flatMap(Self.range) {
            start = range.lowerBound
            if !ignoresLength { length = range.count }
        }
        guard let type = fields.first(.contentType) else { return }
        let parts = type.split(separator: ";", omittingEmptySubsequences: false)
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        mediaType = parts.first.map { part in
            var part = part
            while let last = part.last, isBlank(last) { part.removeLast() }
            return String(part.drop(while: isBlank))
        }
        for part in parts.dropFirst() {
            let part = part.drop(while: isBlank)
            guard part.lowercased().hasPrefix("charset=") else { continue }
            charset = String(part.dropFirst(8).filter { $0 != "\"" && $0 != "'" && !isBlank($0) })
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

    /// When what is sent was last changed, in seconds since 1970; nil if that cannot be read.
    ///
    /// A zone in numbers is taken for GMT: what HTTP sends is always that (RFC 9110 §5.6.7), and wget's
    /// mirrors have such times.
    var modified: Int? {
        guard let lastModified else { return nil }
        let zone = lastModified.utf8.suffix(6)
        let isNumeric =
            zone.count == 6 && (zone.starts(with: " +".utf8) || zone.starts(with: " -".utf8))
            && zone.dropFirst(2).allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let text = isNumeric ? String(lastModified.utf8.dropLast(6)) ?? "" : lastModified
        return HTTPDate(parsing: isNumeric ? text + " GMT" : text)?.secondsSince1970
    }

    /// What a request for the rest can be tied to: nothing else may have taken the file's place.
    ///
    /// RFC 9110 §13.1.5: only a strong tag will do.
    var validator: String? {
        if let tag = fields.first(.eTag), tag.hasPrefix("\"") { return tag }
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
