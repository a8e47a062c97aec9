import TwineHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The digests of a file's pieces, as Metalink lists them.
///
/// RFC 5854 §4.2.16.
struct PieceHashes: Equatable, Sendable {
    /// Octets that are read from a file at a time.
    private static let step = 262_144

    /// Octets of each piece but the last.
    let length: Int
    /// A digest for each piece, all by one algorithm.
    let checksums: [Checksum]

    /// Makes the list; nil when it makes no sense, or this system does not make such digests.
    ///
    /// - Parameters:
    ///   - length: Octets of each piece but the last.
    ///   - algorithm: What makes the digests.
    ///   - digests: A digest for each piece, in hexadecimal.
    init?(length: Int, algorithm: Checksum.Algorithm, digests: [String]) {
        let checksums = digests.compactMap { Checksum(algorithm, text: $0) }
        guard length > 0, !checksums.isEmpty, checksums.count == digests.count,
            ChecksumHasher(algorithm) != nil
        else { return nil }
        self.length = length
        self.checksums = checksums
    }

    /// Whether they are those of a file of that size.
    func fits(size: Int) -> Bool { checksums.count == (size + length - 1) / length }

    /// Where a piece is.
    func range(of piece: Int, size: Int) -> Range<Int> {
        let start = min(piece * length, size)
        return start..<min(start + length, size)
    }

    /// The pieces that have octets in `range`.
    func pieces(in range: Range<Int>) -> Range<Int> {
        guard !range.isEmpty else { return 0..<0 }
        return range.lowerBound / length..<min(checksums.count, (range.upperBound - 1) / length + 1)
    }

    /// Whether a piece is as it should be, in the file.
    ///
    /// - Parameters:
    ///   - piece: Its number.
    ///   - file: A file that can be read.
    ///   - size: Octets of the file.
    /// - Returns: False also when it cannot be read.
    func isRight(_ piece: Int, in file: Int32, size: Int) -> Bool {
        guard checksums.indices.contains(piece) else { return false }
        let range = range(of: piece, size: size)
        let expected = checksums[piece]
        guard var hasher = ChecksumHasher(expected.algorithm) else { return false }
        var buffer = [UInt8](repeating: 0, count: min(Self.step, max(1, range.count)))
        var place = range.lowerBound
        while place < range.upperBound {
            let most = min(buffer.count, range.upperBound - place)
            let count = unsafe pread(file, &buffer, most, off_t(place))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            hasher.update(buffer.span.extracting(0..<count))
            place += count
        }
        return hasher.checksum() == expected
    }

    /// A text that is another one for other pieces.
    var identity: String {
        let text = "\(length) " + checksums.map(\.description).joined(separator: " ")
        let digest = Checksum.Algorithm.sha256.checksum(of: Array(text.utf8))
        return "pieces \(digest?.hexadecimal ?? text)"
    }
}
