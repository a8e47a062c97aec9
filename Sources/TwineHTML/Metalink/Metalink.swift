/// Files with the places where they are to be had, and what to check them by: a Metalink document.
///
/// Version 4 (RFC 5854, `.meta4`) and version 3 (`.metalink`) are read alike.
public struct Metalink: Equatable, Sendable {
    /// One file.
    public struct File: Equatable, Sendable {
        /// Its name as the document has it, which may be a path or worse: see ``safePath``.
        public var name: String
        /// How many octets it has; nil when the document does not say.
        public var size: Int?
        /// Digests of the whole, in the document's order.
        public var hashes: [Hash] = []
        /// Digests of its pieces, a list for each algorithm.
        public var pieces: [Pieces] = []
        /// Where it is, by priority, then in the document's order.
        public var resources: [Resource] = []
        /// Documents by which it can be had otherwise, such as torrents, by priority.
        public var metaURLs: [MetaURL] = []
        /// A signature of it.
        public var signature: Signature?
        /// What it is, in a few words.
        public var identity: String?
        /// Which version of that it is.
        public var version: String?
        /// What it is, for people.
        public var summary: String?
    }

    /// A digest.
    public struct Hash: Equatable, Sendable {
        /// The algorithm in lower case: `sha-256`.
        public var algorithm: String
        /// The digest in small hexadecimal digits.
        public var hexadecimal: String
    }

    /// Digests of the pieces of a file; all are of one length but for the last.
    public struct Pieces: Equatable, Sendable {
        /// The algorithm in lower case.
        public var algorithm: String
        /// How many octets a piece has; more than 0.
        public var length: Int
        /// The digests in the order of the pieces, in small hexadecimal digits.
        public var hashes: [String] = []
    }

    /// A place of a file.
    public struct Resource: Equatable, Sendable {
        /// Where it is, as the document has it.
        public var url: String
        /// 1 to 999,999, the lower the better.
        public var priority: Int
        /// The country where it is, by two small letters (ISO 3166-1).
        public var location: String?
    }

    /// A document that tells how to have a file.
    public struct MetaURL: Equatable, Sendable {
        /// Where it is, as the document has it.
        public var url: String
        /// What it is, in lower case: `torrent`, or a media type.
        public var mediaType: String
        /// 1 to 999,999, the lower the better.
        public var priority: Int
        /// The name of the file among those that it tells of.
        public var name: String?
    }

    /// A signature.
    public struct Signature: Equatable, Sendable {
        /// What it is, in lower case: `application/pgp-signature`.
        public var mediaType: String
        /// The signature.
        public var text: String
    }

    /// The versions of the format.
    public enum Version: Sendable {
        /// Metalink 3.0.
        case three
        /// RFC 5854.
        case four
    }

    /// The version of the format.
    public var version = Version.four
    /// Where the document itself is from, and whether a newer one may be there.
    public var origin: String?
    /// Whether a newer document may be at ``origin``.
    public var isDynamic = false
    /// The files, in the document's order.
    public var files: [File] = []

    /// The media types of documents, version 4 first.
    public static let mediaTypes = ["application/metalink4+xml", "application/metalink+xml"]
    /// Larger documents are refused, in octets: pieces of 1 MiB of a file of 200 GiB fit.
    public static let sizeLimit = 16 << 20
    /// More files, or places of one file, are not read.
    public static let countLimit = 100_000
    /// The priority of what does not name one.
    public static let lastPriority = 999_999

    init() {}

    /// Reads a document.
    ///
    /// Nothing is fetched meanwhile: entities and external parts are not read.
    ///
    /// - Parameter bytes: The whole document.
    /// - Throws: ``HTMLError/notMetalink`` when it is no XML, or another document;
    ///   ``HTMLError/tooLarge(limit:)``.
    public init(_ bytes: [UInt8]) throws(HTMLError) {
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge(limit: Self.sizeLimit) }
        let reader = MetalinkReader()
        guard reader.read(bytes), reader.isMetalink else { throw .notMetalink }
        self = reader.metalink
    }
}

extension Metalink.File {
    /// The resources with those of one country before others of the same priority.
    ///
    /// - Parameter location: The country, by two letters.
    /// - Returns: All resources.
    public func resources(preferring location: String) -> [Metalink.Resource] {
        let location = location.lowercased()
        func rank(_ each: (offset: Int, element: Metalink.Resource)) -> (Int, Int, Int) {
            (each.element.priority, each.element.location == location ? 0 : 1, each.offset)
        }
        return resources.enumerated().sorted { rank($0) < rank($1) }.map(\.element)
    }

    /// The name as a path below a folder of the caller's choice; nil when it would leave it, or names
    /// no file.
    ///
    /// Names with control characters or backslashes, and those of a drive, are not safe either.
    ///
    /// RFC 5854 §4.1.2.1.
    public var safePath: String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
        return isSafe && name.utf8.allSatisfy(Self.isPrintable) && !isOnDrive ? name : nil
    }

    /// The last part of the name, which is safe to be created in a folder; nil when it is not.
    public var safeName: String? {
        var last = Self(name: "")
        let isSeparator = { (octet: UInt8) in
            octet == UInt8(ascii: "/") || octet == UInt8(ascii: "\\")
        }
        last.name =
            name.utf8.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
            .last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return last.safePath
    }

    /// Whether it begins as `C:` does.
    private var isOnDrive: Bool {
        guard let first = name.utf8.first, name.utf8.dropFirst().first == UInt8(ascii: ":")
        else { return false }
        return (first | 0x20) &- 0x61 < 26
    }

    private static func isPrintable(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7F && octet != UInt8(ascii: "\\")
    }
}
