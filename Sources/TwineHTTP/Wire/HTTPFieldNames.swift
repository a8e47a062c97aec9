import HTTPTypes

/// The names that nearly every message carries, made once: reading one of them allocates nothing.
enum HTTPFieldNames {
    private static let common = [
        "Accept", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Age", "Allow", "Alt-Svc",
        "Access-Control-Allow-Origin", "Authorization", "Cache-Control", "CF-Cache-Status",
        "CF-RAY", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language",
        "Content-Length", "Content-Location", "Content-Range", "Content-Security-Policy",
        "Content-Type", "Cookie", "Date", "ETag", "Expect", "Expires", "Host", "If-Match",
        "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive",
        "Last-Modified", "Link", "Location", "NEL", "Origin", "Permissions-Policy", "Pragma",
        "Priority", "Range", "Referer", "Referrer-Policy", "Report-To", "Retry-After", "Server",
        "Server-Timing", "Set-Cookie", "Strict-Transport-Security", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests", "User-Agent", "Vary", "Via",
        "WWW-Authenticate", "X-Cache", "X-Content-Type-Options", "X-Frame-Options",
        "X-Powered-By", "X-Served-By", "X-XSS-Protection",
    ]

    private static let slots = 512

    /// Each name as the RFCs spell it and in lower case, by its ``slot(_:)``; a taken slot spills to the next.
    private static let table: [HTTPField.Name?] = {
        var table = [HTTPField.Name?](repeating: nil, count: slots)
        for text in common {
            for spelling in [text, text.lowercased()] {
                guard let name = HTTPField.Name(spelling) else { continue }
                var index = slot(name.rawName.utf8.span)
                while table[index] != nil { index = (index + 1) % slots }
                table[index] = name
            }
        }
        return table
    }()

    /// The name of these octets, spelled as they are; nil when they are no token.
    static func name(_ octets: Span<UInt8>) -> HTTPField.Name? {
        guard !octets.isEmpty else { return nil }
        var index = slot(octets)
        while let known = table[index] {
            if matches(known.rawName, octets) { return known }
            index = (index + 1) % slots
        }
        for index in 0..<octets.count where !HTTPOctet.isToken(octets[index]) { return nil }
        return HTTPField.Name(octets.asciiString())
    }

    private static func matches(_ text: String, _ octets: Span<UInt8>) -> Bool {
        let other = text.utf8.span
        guard other.count == octets.count else { return false }
        for index in 0..<other.count where other[index] != octets[index] { return false }
        return true
    }

    private static func slot(_ octets: Span<UInt8>) -> Int {
        let count = octets.count
        let first = Int(octets[0])
        let middle = Int(octets[count / 2])
        let last = Int(octets[count - 1])
        return (count &* 37 &+ first &* 11 &+ middle &* 101 &+ last &* 7) % slots
    }
}
