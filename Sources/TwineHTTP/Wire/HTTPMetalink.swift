public import HTTPTypes

/// The mirrors and digests of a file that the fields of a response name: Metalink/HTTP.
///
/// RFC 6249.
public struct HTTPMetalink: Equatable, Sendable {
    /// Another place of the same file.
    public struct Mirror: Equatable, Sendable {
        /// Where it is.
        public let url: WebURL
        /// 1 to 999,999, the lower the better; what says nothing has the last.
        public let priority: Int
        /// The country where it is, by two small letters (ISO 3166-1).
        public let location: String?
        /// Whether the server prefers it, as its own mirrors share ETags with it.
        public let isPreferred: Bool
        /// How many folders from the end of the path are the same on the mirror.
        public let depth: Int?
    }

    /// What describes the file: a Metalink document, or a signature of it.
    public struct Description: Equatable, Sendable {
        /// Where it is.
        public let url: WebURL
        /// Of which type, in lower case: `application/metalink4+xml`, `application/pgp-signature`.
        public let type: String
        /// 1 to 999,999, the lower the better.
        public let priority: Int
        /// The name that the server gives it.
        public let name: String?
    }

    /// The priority of what does not name one.
    public static let lastPriority = 999_999

    /// The mirrors, the best first: the preferred ones, then by priority, then in the server's order.
    public let mirrors: [Mirror]
    /// Documents and signatures, by priority.
    public let descriptions: [Description]
    /// The digests of the file, the strongest first.
    public let checksums: [Checksum]

    /// Reads the fields of a response; nil when they name neither mirrors nor descriptions, or mirrors
    /// without a digest to check what comes from them by (RFC 6249 §6).
    ///
    /// - Parameters:
    ///   - fields: The response's fields.
    ///   - url: Where the response is from, which relative links are relative to.
    public init?(_ fields: HTTPFields, from url: WebURL) {
        var mirrors: [Mirror] = []
        var descriptions: [Description] = []
        for link in LinkField(fields).links {
            guard let target = WebURL(link.target, base: url) else { continue }
            let relations = link.relations
            if relations.contains("duplicate"), Self.schemes.contains(target.scheme) {
                mirrors.append(
                    Mirror(
                        url: target, priority: Self.priority(link),
                        location: link["geo"].map { $0.lowercased() },
                        isPreferred: link["pref"] != nil, depth: link["depth"].flatMap { Int($0) }))
            } else if relations.contains("describedby"), let type = link["type"] {
                descriptions.append(
                    Description(
                        url: target, type: type.lowercased(), priority: Self.priority(link),
                        name: link["name"]))
            }
        }
        checksums = DigestField.digests(in: fields, isWhole: false)
        guard !mirrors.isEmpty || !descriptions.isEmpty, mirrors.isEmpty || !checksums.isEmpty
        else { return nil }
        self.mirrors = Self.sorted(mirrors, preferring: nil)
        self.descriptions = descriptions.enumerated().sorted {
            ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
        }.map(\.element)
    }

    /// The mirrors with those of one country before others of the same preference and priority.
    ///
    /// - Parameter location: The country, by two letters.
    /// - Returns: All mirrors.
    public func mirrors(preferring location: String) -> [Mirror] {
        Self.sorted(mirrors, preferring: location.lowercased())
    }

    private static let schemes: Set<String> = ["http", "https", "ftp", "ftps"]

    private static func priority(_ link: LinkField.Link) -> Int {
        guard let number = link["pri"].flatMap({ Int($0) }), 1...lastPriority ~= number
        else { return lastPriority }
        return number
    }

    private static func sorted(_ mirrors: [Mirror], preferring location: String?) -> [Mirror] {
        func rank(_ mirror: Mirror, _ place: Int) -> (Int, Int, Int, Int) {
            (
                mirror.isPreferred ? 0 : 1, mirror.priority,
                location != nil && mirror.location == location ? 0 : 1, place
            )
        }
        return mirrors.enumerated().sorted {
            rank($0.element, $0.offset) < rank($1.element, $1.offset)
        }.map(\.element)
    }
}
