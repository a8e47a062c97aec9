import TwineHTML
import TwineHTTP

/// A file that is to be had at several places, and what it is known by.
struct MirroredFile {
    /// A Metalink document that tells of the file.
    struct Description: Equatable {
        var url: Octets
        /// What the server calls the document.
        var name: Octets?
    }

    /// What it is called by whoever tells of it, which may be a path or worse.
    var name: Octets
    /// How many octets it has; nil when nobody says.
    var size: Int?
    /// Digests of the whole, the strongest first.
    var checksums: [Checksum] = []
    /// Digests of its pieces.
    var pieces: PieceHashes?
    /// Where it is, the best first.
    var mirrors: [Octets] = []
    /// Documents that tell of it, the best first.
    var descriptions: [Description] = []

    /// The type of documents that may tell of further mirrors.
    private static let documentType = Metalink.mediaTypes[0]

    /// Takes what a Metalink document says.
    ///
    /// - Parameters:
    ///   - file: One file of the document.
    ///   - location: The country whose mirrors come first.
    init(_ file: Metalink.File, preferring location: String?) {
        name = Octets(file.name)
        size = file.size
        checksums = file.hashes.compactMap { hash in
            Checksum.Algorithm(name: hash.algorithm).flatMap {
                Checksum($0, text: hash.hexadecimal)
            }
        }
        sortChecksums()
        let lists = file.pieces.compactMap { list in
            Checksum.Algorithm(name: list.algorithm).flatMap {
                PieceHashes(length: list.length, algorithm: $0, digests: list.hashes)
            }
        }
        pieces = lists.max { Self.strength($0) < Self.strength($1) }
        if let size, pieces?.fits(size: size) == false { pieces = nil }
        let resources = location.map { file.resources(preferring: $0) } ?? file.resources
        mirrors = resources.map { Octets($0.url) }
        descriptions = file.metaURLs.filter { $0.mediaType == Self.documentType }.map {
            Description(url: Octets($0.url), name: $0.name.map { Octets($0) })
        }
    }

    /// Takes what the fields of a reply say.
    ///
    /// - Parameters:
    ///   - name: What the file is called here.
    ///   - found: What the fields say; nil for nothing.
    ///   - location: The country whose mirrors come first.
    init(name: Octets, _ found: HTTPMetalink?, preferring location: String?) {
        self.name = name
        guard let found else { return }
        checksums = found.checksums
        sortChecksums()
        let all = location.map { found.mirrors(preferring: $0) } ?? found.mirrors
        mirrors = all.map { Octets($0.url.serialization) }
        descriptions = found.descriptions.filter { $0.type == Self.documentType }.map {
            Description(url: Octets($0.url.serialization), name: $0.name.map { Octets($0) })
        }
    }

    private mutating func sortChecksums() {
        checksums = checksums.enumerated().sorted {
            ($1.element.algorithm.strength, $0.offset) < ($0.element.algorithm.strength, $1.offset)
        }.map(\.element)
    }

    private static func strength(_ pieces: PieceHashes) -> Int {
        pieces.checksums.first?.algorithm.strength ?? -1
    }
}
