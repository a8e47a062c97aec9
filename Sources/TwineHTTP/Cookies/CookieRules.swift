/// Where programs differ in what they do with cookies.
///
/// What is safe they agree on, and no rule changes it.
public struct CookieRules: Equatable, Sendable {
    /// Whether a cookie without `Domain` from a port other than 80 and 443 goes back to that port only.
    public var keepsPort = false
    /// Whether the path of a cookie that names none ends in a slash: `/a/` for `/a/b`, where the standard
    /// has `/a`.
    public var keepsSlash = false
    /// Whether cookies of longer domains go before those of longer paths, those of one domain and path by
    /// their names, and what is the same in name and value only once; the standard has longer paths first
    /// and then those that came first.
    public var ordersByDomain = false
    /// The most seconds from now on that a cookie is kept; nil is without limit.
    public var maxAge: Int?

    /// The rules of RFC 6265bis, with its limit of 400 days.
    public static let standard = CookieRules(maxAge: 400 * 86_400)

    /// What wget does, for the same requests and the same files.
    public static let wget = CookieRules(keepsPort: true, keepsSlash: true, ordersByDomain: true)

    /// Makes rules.
    public init(
        keepsPort: Bool = false, keepsSlash: Bool = false, ordersByDomain: Bool = false,
        maxAge: Int? = nil
    ) {
        self.keepsPort = keepsPort
        self.keepsSlash = keepsSlash
        self.ordersByDomain = ordersByDomain
        self.maxAge = maxAge
    }

    /// Cookies in the order in which they go.
    func ordered(_ cookies: [Cookie]) -> [Cookie] {
        guard ordersByDomain else {
            return cookies.sorted {
                ($1.path.utf8.count, $0.creation) < ($0.path.utf8.count, $1.creation)
            }
        }
        let sorted = cookies.sorted {
            let left = (-$0.domain.utf8.count, -$0.path.utf8.count)
            let right = (-$1.domain.utf8.count, -$1.path.utf8.count)
            return left == right ? $0.isBefore($1) : left < right
        }
        // Of what is the same the one for the shortest domain and path stays.
        var seen: Set<[String]> = []
        return sorted.reversed().filter { seen.insert([$0.name, $0.value]).inserted }.reversed()
    }
}

extension Cookie {
    /// Whether its name and then its value come first, octet by octet.
    fileprivate func isBefore(_ other: Cookie) -> Bool {
        name == other.name
            ? value.utf8.lexicographicallyPrecedes(other.value.utf8)
            : name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }
}
