/// How a file is called that a Metalink document describes.
///
/// RFC 5854 §4.1.2.1: names are untrusted. wget trusts them only with `--trust-server-names`; else
/// the files are numbered behind the name of the document.
enum MetalinkName {
    /// The name of a file, to be put below `-P`.
    ///
    /// - Parameters:
    ///   - name: What the document calls it; it may have folders.
    ///   - document: The path or the URL's last part that the document came from.
    ///   - ordinal: Which file of the document it is, from 1.
    ///   - trustsServer: `--trust-server-names`.
    /// - Returns: nil for a name that is not safe: such a file is not retrieved.
    static func name(
        _ name: Octets, document: Octets, ordinal: Int, trustsServer: Bool
    ) -> Octets? {
        // A file whose name is not safe is left out even where the name is not used.
        guard isSafe(name.bytes) else { return nil }
        if trustsServer { return name }
        let base = baseName(of: document.bytes)
        guard isSafe(base) else { return nil }
        return Octets(base + ".#\(ordinal)".utf8)
    }

    /// The last part of a path.
    static func baseName(of path: [UInt8]) -> [UInt8] {
        Array(path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }

    /// Whether a path stays below the folder that it is put in, on any system.
    static func isSafe(_ path: [UInt8]) -> Bool {
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let dots = [UInt8](repeating: UInt8(ascii: "."), count: 2)
        guard path.first != UInt8(ascii: "~"),
            !path.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }),
            segments.first?.dropFirst().first != UInt8(ascii: ":")
        else { return false }
        return segments.allSatisfy { segment in
            !segment.isEmpty && !segment.elementsEqual(dots)
                && !segment.elementsEqual(dots.prefix(1))
        }
    }
}
