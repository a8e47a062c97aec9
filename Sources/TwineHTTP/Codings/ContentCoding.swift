/// A way in which a body is packed for the journey.
///
/// RFC 9110 §8.4.1.
public enum ContentCoding: String, Sendable, CaseIterable {
    /// gzip files: RFC 1952.
    case gzip
    /// zlib streams (RFC 1950), and the bare deflate data that some servers send instead.
    case deflate
    /// Brotli: RFC 7932.
    case br
    /// Zstandard with windows of at most 8 MiB: RFC 8878, RFC 9659.
    case zstd

    /// The value of an `Accept-Encoding` field that names them all.
    ///
    /// RFC 9110 §12.5.3.
    public static let acceptEncoding = "gzip, deflate, br, zstd"

    /// The coding that a token names, in any case; `x-gzip` is gzip.
    ///
    /// - Parameter token: One element of a `Content-Encoding` field.
    public init?(token: some StringProtocol) {
        switch token.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        case "br": self = .br
        case "zstd": self = .zstd
        default: return nil
        }
    }

    /// Parses the value of a `Content-Encoding` field.
    ///
    /// - Parameter value: Codings in the order in which they were applied; `identity` and empty
    ///   elements are left out.
    /// - Returns: The codings, first applied first.
    /// - Throws: ``HTTPError/unsupportedContentCoding(_:)`` for one that is not known, or too many.
    ///
    /// RFC 9110 §8.4.
    public static func parse(_ value: String) throws(HTTPError) -> [ContentCoding] {
        var codings: [ContentCoding] = []
        for element in value.split(separator: ",") {
            let token = element.trimmingSpaces()
            if token.isEmpty || token.lowercased() == "identity" { continue }
            guard let coding = ContentCoding(token: token) else {
                throw .unsupportedContentCoding(String(token.prefix(40)))
            }
            codings.append(coding)
        }
        guard codings.count <= ContentDecoder.maxCodings else {
            throw .unsupportedContentCoding(String(value.prefix(80)))
        }
        return codings
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    func trimmingSpaces() -> Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
