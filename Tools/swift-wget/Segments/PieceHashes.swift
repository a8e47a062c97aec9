/// The digests of a file's pieces, as Metalink lists them.
///
/// RFC 5854 §4.2.16.
struct PieceHashes: Equatable, Sendable {
    /// Octets of each piece but the last.
    let length: Int
    /// OpenSSL's name of the digest.
    let algorithm: String
    /// A digest for each piece.
    let digests: [[UInt8]]

    /// Makes the list; nil when OpenSSL does not have the algorithm, or the list makes no sense.
    ///
    /// - Parameters:
    ///   - length: Octets of each piece but the last.
    ///   - algorithm: The digest's name in IANA's list of hash names: `sha-256`.
    ///   - digests: A digest for each piece.
    init?(length: Int, algorithm: String, digests: [[UInt8]]) {
        guard let name = Self.names[algorithm.lowercased()], length > 0, !digests.isEmpty else {
            return nil
        }
        self.length = length
        self.algorithm = name
        self.digests = digests
    }

    /// A text that is another one for other pieces.
    var identity: String {
        let text = digests.map { $0.map { String($0, radix: 16) }.joined(separator: ".") }
        let digest = FileDigest.sha256("\(length) \(algorithm) \(text.joined(separator: " "))")
        return "pieces:" + digest.map { String($0, radix: 16) }.joined(separator: ".")
    }

    private static let names = [
        "md5": "MD5", "sha-1": "SHA1", "sha-224": "SHA224", "sha-256": "SHA256",
        "sha-384": "SHA384", "sha-512": "SHA512",
    ]

    /// Whether they are those of a file of that size.
    func fits(size: Int) -> Bool { digests.count == (size + length - 1) / length }

    /// Where a piece is.
    func range(of piece: Int, size: Int) -> Range<Int> {
        let start = min(piece * length, size)
        return start..<min(start + length, size)
    }

    /// The pieces that have octets in `range`.
    func pieces(in range: Range<Int>) -> Range<Int> {
        guard !range.isEmpty else { return 0..<0 }
        return range.lowerBound / length..<min(digests.count, (range.upperBound - 1) / length + 1)
    }

    /// Whether a piece is as it should be, in the file.
    ///
    /// - Parameters:
    ///   - piece: Its number.
    ///   - file: A file that can be read.
    ///   - size: Octets of the file.
    /// - Returns: False also when it cannot be read.
    func isRight(_ piece: Int, in file: Int32, size: Int) -> Bool {
        guard digests.indices.contains(piece) else { return false }
        return FileDigest.of(file, range(of: piece, size: size), algorithm) == digests[piece]
    }
}
