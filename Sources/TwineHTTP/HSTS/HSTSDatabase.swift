/// The hosts that want to be asked over TLS only.
///
/// ```swift
/// var hosts = HSTSDatabase()
/// hosts.receive("max-age=3600; includeSubDomains", from: url, at: now)
/// let safe = hosts.upgraded(url, at: now)   // https, if the host or one above it is known
/// ```
///
/// As in wget's file a wish belongs to a host and a port, where the standard knows hosts alone: what a host
/// says on 443 holds for its 80, what it says on 8443 for 8443 only. So a wish that a test server made
/// on one port does not cut off another server of that host.
///
/// RFC 6797 §8.
public struct HSTSDatabase: Equatable, Sendable {
    /// The most hosts that are kept: more than a person meets, and some 20 MB at the worst.
    public static let maxCount = 100_000
    /// The most octets of a name that is kept: a longer one is none of DNS.
    static let longestName = 255

    /// A host and a port.
    public struct Host: Hashable, Sendable {
        /// The name, in small letters.
        public var name: String
        /// The port of HTTPS; 0 for the usual one.
        public var port: UInt16

        /// Names a host.
        public init(name: String, port: UInt16 = 0) {
            self.name = name
            self.port = port
        }
    }

    /// What a host wants.
    public struct Policy: Equatable, Sendable {
        /// Whether the names below it are meant too.
        public var includesSubdomains: Bool
        /// When it said so: seconds since 1970.
        public var created: Int
        /// For how many seconds.
        public var maxAge: Int

        /// Makes a policy.
        public init(includesSubdomains: Bool, created: Int, maxAge: Int) {
            self.includesSubdomains = includesSubdomains
            self.created = created
            self.maxAge = maxAge
        }

        /// Tells whether its time is over.
        ///
        /// - Parameter now: Seconds since 1970.
        /// - Returns: Whether it is.
        public func isExpired(at now: Int) -> Bool {
            created.addingSaturated(maxAge) < now
        }
    }

    /// What each host wants.
    public private(set) var policies: [Host: Policy] = [:]
    /// The hosts that took their wish back, and when: a file may still have it.
    private var withdrawn: [Host: Int] = [:]
    /// Whether there is something to be saved.
    public private(set) var hasChanged = false

    /// Makes a database without hosts.
    public init() {}

    // MARK: Taking

    /// Takes the `Strict-Transport-Security` field of a response.
    ///
    /// What does not come over TLS, or from an address, has no meaning and is passed over, and so is a field
    /// that is malformed. Whether the certificate was good is for the caller to know: nothing may be taken
    /// where it was not.
    ///
    /// - Parameters:
    ///   - field: The value of the first such field.
    ///   - url: What was asked for.
    ///   - now: Seconds since 1970.
    /// - Returns: Whether the field had a meaning.
    @discardableResult
    public mutating func receive(_ field: String, from url: WebURL, at now: Int) -> Bool {
        guard url.specialScheme == .https, let host = Self.host(of: url),
            let field = HSTSField(parsing: field)
        else { return false }
        guard field.maxAge > 0 else {
            if policies.removeValue(forKey: host) != nil { hasChanged = true }
            withdrawn[host] = now
            return true
        }
        let policy = Policy(
            includesSubdomains: field.includesSubdomains, created: now, maxAge: field.maxAge)
        guard policies[host] != policy else { return true }
        policies[host] = policy
        withdrawn[host] = nil
        hasChanged = true
        makeRoom(at: now)
        return true
    }

    /// A name and port under which a URL's host may be known; nil for addresses.
    private static func host(of url: WebURL) -> Host? {
        guard case .domain(let name)? = url.host, name.utf8.count <= longestName else { return nil }
        return Host(name: name, port: url.port ?? 0)
    }

    /// Drops what is over, then the tenth of all that is over first.
    private mutating func makeRoom(at now: Int) {
        if withdrawn.count > Self.maxCount { withdrawn = [:] }
        guard policies.count > Self.maxCount else { return }
        policies = policies.filter { !$0.value.isExpired(at: now) }
        guard policies.count > Self.maxCount else { return }
        let byEnd = policies.sorted {
            $0.value.created.addingSaturated($0.value.maxAge)
                > $1.value.created.addingSaturated($1.value.maxAge)
        }
        policies = Dictionary(
            uniqueKeysWithValues: byEnd.prefix(Self.maxCount * 9 / 10).map { ($0.key, $0.value) })
    }

    // MARK: Asking

    /// The URL to ask for in place of a URL without TLS.
    ///
    /// - Parameters:
    ///   - url: What is to be asked for.
    ///   - now: Seconds since 1970.
    /// - Returns: The same with `https`; nil when it stays as it is.
    ///
    /// RFC 6797 §8.3.
    public func upgraded(_ url: WebURL, at now: Int) -> WebURL? {
        guard url.specialScheme == .http, let host = Self.host(of: url), isKnown(host, at: now)
        else { return nil }
        var safe = url
        return safe.setScheme("https") ? safe : nil
    }

    /// Whether a host is to be asked over TLS only, by its own wish or that of a host above it.
    ///
    /// RFC 6797 §8.2.
    public func isKnown(_ host: Host, at now: Int) -> Bool {
        guard !policies.isEmpty, host.name.utf8.count <= Self.longestName else { return false }
        if let policy = policies[host], !policy.isExpired(at: now) { return true }
        var rest = host.name.utf8[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[dot...].dropFirst()
            let above = Host(name: String(Substring(rest)), port: host.port)
            if let policy = policies[above], policy.includesSubdomains, !policy.isExpired(at: now) {
                return true
            }
        }
        return false
    }

    // MARK: Merging

    /// Takes over what another database knows and this one does not, or knows of an earlier time.
    ///
    /// - Parameters:
    ///   - other: The other one, as it was read from a file that somebody else may have changed.
    ///   - now: Seconds since 1970.
    public mutating func merge(_ other: HSTSDatabase, at now: Int) {
        for (host, policy) in other.policies
        where policy.created > max(policies[host]?.created ?? .min, withdrawn[host] ?? .min) {
            policies[host] = policy
        }
        makeRoom(at: now)
    }

    /// Puts in what a host wants, unless it is there already.
    mutating func add(_ policy: Policy, of host: Host) {
        guard policies.count < Self.maxCount, policies[host] == nil else { return }
        policies[host] = policy
    }

    /// Says that all is saved.
    mutating func saved() {
        hasChanged = false
        withdrawn = [:]
    }
}
