/// `--adjust-extension`: the ending of a name says what the file is.
struct AdjustedExtension {
    /// What a reply's `Content-Type` says, as far as it matters here.
    enum Kind: Sendable {
        case html, css, other

        /// Finds the kind.
        ///
        /// - Parameter mediaType: The type and subtype, without parameters.
        init(mediaType: String) {
            switch mediaType.lowercased() {
            case "text/html", "application/xhtml+xml": self = .html
            case "text/css": self = .css
            default: self = .other
            }
        }
    }

    /// What the file is.
    var kind: Kind
    /// The content coding that is left on the file, such as `gzip`; nil if it was taken off.
    var coding: String?
    /// Whether a file that is there may be overwritten; else a number is put before the extension.
    var mayOverwrite: Bool

    /// The ending of a coding's files; nil for one that has none.
    private var codingEnding: String? {
        switch coding?.lowercased() {
        case "gzip", "x-gzip": ".gz"
        case "br": ".br"
        case "compress", "x-compress": ".Z"
        case "deflate": ".zlib"
        default: nil
        }
    }

    /// Puts the endings behind a name that does not have them.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - exists: Whether there is a file of that path.
    /// - Returns: The path, and whether an ending was added.
    func adjust(
        _ path: Octets, exists: (Octets) -> Bool
    ) -> (path: Octets, isAdjusted: Bool) {
        var bytes = path.bytes
        var isAdjusted = false
        // The coding's own ending comes last, and is put back below.
        if let codingEnding, hasEnding(bytes, codingEnding) {
            bytes.removeLast(codingEnding.utf8.count)
        }
        switch kind {
        case .html: ensure(".html", or: ".htm", on: &bytes, exists, &isAdjusted)
        case .css: ensure(".css", on: &bytes, exists, &isAdjusted)
        case .other: break
        }
        if let codingEnding { ensure(codingEnding, on: &bytes, exists, &isAdjusted) }
        return (Octets(bytes), isAdjusted)
    }

    private func ensure(
        _ ending: String, or other: String? = nil, on path: inout [UInt8],
        _ exists: (Octets) -> Bool, _ isAdjusted: inout Bool
    ) {
        if hasEnding(path, ending) { return }
        if let other, hasEnding(path, other) { return }
        isAdjusted = true
        let start = path
        path += ending.utf8
        var number = 1
        while !mayOverwrite, exists(Octets(path)) {
            path = start + ".\(number)\(ending)".utf8
            number += 1
        }
    }

    private func hasEnding(_ path: [UInt8], _ ending: String) -> Bool {
        let tail = path.suffix(ending.utf8.count).map(WgetURL.lowercased)
        return tail.elementsEqual(ending.utf8.map(WgetURL.lowercased))
    }
}
