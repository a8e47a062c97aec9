/// The cookies that servers have set, and which of them go back with a request.
///
/// ```swift
/// var jar = CookieJar()
/// jar.receive(["id=7; Path=/; Secure"], from: url, at: now)
/// let field = jar.cookieField(for: url, at: now)   // "id=7"
/// ```
///
/// It knows no clock: each call says what time it is, in seconds since 1970. Cookies that are over go when
/// their room is needed.
///
/// RFC 6265bis §5.7, §5.8.
public struct CookieJar: Sendable {
    /// The most cookies of one domain: as many as Chrome and Firefox keep, so no site counts on more.
    public static let maxPerDomain = 180
    /// The most cookies in all: three times what browsers keep, for the files of several are read into
    /// one; with 4 KiB each that is 40 MiB at the worst.
    public static let maxCount = 10_000

    /// Where this differs from other jars.
    public let rules: CookieRules
    /// nil for the system's, which are read when they are needed.
    private let ownSuffixes: PublicSuffixes?
    /// By their domain; of each, the one that was stored last is the last.
    private var domains: [String: [Cookie]] = [:]
    /// How many there are.
    public private(set) var count = 0
    /// How often a cookie was stored or sent: what is older has a smaller number.
    private var uses = 0

    /// Makes an empty jar.
    ///
    /// - Parameters:
    ///   - rules: Where it is to differ from the standard.
    ///   - publicSuffixes: For which domains no cookie is taken; nil for the system's list.
    public init(rules: CookieRules = .standard, publicSuffixes: PublicSuffixes? = nil) {
        self.rules = rules
        ownSuffixes = publicSuffixes
    }

    /// All cookies by domain, those of one domain as they were stored.
    public var cookies: [Cookie] {
        domains.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// By domain, those of one domain the other way round.
    var newestFirst: [Cookie] {
        domains.sorted { $0.key < $1.key }.flatMap { $0.value.reversed() }
    }

    // MARK: Taking

    /// Takes the `Set-Cookie` fields of a response.
    ///
    /// - Parameters:
    ///   - fields: The values of the fields, in their order.
    ///   - url: What was asked for.
    ///   - now: Seconds since 1970.
    /// - Returns: The fields that were not taken, and why.
    @discardableResult
    public mutating func receive(
        _ fields: some Sequence<String>, from url: WebURL, at now: Int
    ) -> [(field: String, refusal: CookieRefusal)] {
        var refused: [(field: String, refusal: CookieRefusal)] = []
        for field in fields {
            do throws(CookieRefusal) {
                try receive(SetCookie(parsing: field), from: url, at: now)
            } catch {
                refused.append((field, error))
            }
        }
        return refused
    }

    /// Takes one cookie, or takes it away when its time is over.
    ///
    /// - Parameters:
    ///   - field: What the server said.
    ///   - url: What was asked for.
    ///   - now: Seconds since 1970.
    /// - Throws: ``CookieRefusal``; the jar is then as it was.
    public mutating func receive(
        _ field: SetCookie, from url: WebURL, at now: Int
    ) throws(CookieRefusal) {
        let origin = try CookieOrigin(url)
        let cookie = try origin.cookie(
            field, at: now, rules: rules, publicSuffixes: ownSuffixes ?? .system)
        guard origin.isSecure || !hasSecure(like: cookie, at: now) else { throw .shadowsSecure }
        insert(cookie, at: now)
    }

    /// Puts a cookie in, in place of one of the same name, domain, host-only flag, path and port.
    ///
    /// - Parameters:
    ///   - cookie: The cookie, which is not checked; one that is over takes the other away.
    ///   - now: Seconds since 1970.
    public mutating func insert(_ cookie: Cookie, at now: Int) {
        var cookie = cookie
        uses += 1
        cookie.creation = uses
        cookie.lastUse = uses
        var list = domains[cookie.domain] ?? []
        count -= list.count
        if let index = list.firstIndex(where: cookie.replaces) {
            cookie.creation = list.remove(at: index).creation
        }
        if !cookie.isExpired(at: now) { list.append(cookie) }
        if list.count > Self.maxPerDomain { Self.makeRoom(in: &list, at: now) }
        count += list.count
        domains[cookie.domain] = list.isEmpty ? nil : list
        if count > Self.maxCount { makeRoom(at: now) }
    }

    /// Whether a cookie that came over TLS would be hidden by one that did not.
    ///
    /// RFC 6265bis §5.7, step 15.
    private func hasSecure(like cookie: Cookie, at now: Int) -> Bool {
        domains.contains { domain, list in
            guard
                CookieMatching.host(domain, isIn: cookie.domain, isAddress: false)
                    || CookieMatching.host(cookie.domain, isIn: domain, isAddress: false)
            else { return false }
            return list.contains {
                $0.isSecure && $0.name == cookie.name && !$0.isExpired(at: now)
                    && CookieMatching.path(cookie.path, isBelow: $0.path)
            }
        }
    }

    // MARK: Room

    /// Drops what is over, then the one that was not used for longest, if possible one without `Secure`.
    private static func makeRoom(in list: inout [Cookie], at now: Int) {
        list.removeAll { $0.isExpired(at: now) }
        guard list.count > maxPerDomain else { return }
        let candidates = list.contains { !$0.isSecure } ? list.filter { !$0.isSecure } : list
        let oldest = candidates.map(\.lastUse).min()
        list.removeAll { $0.lastUse == oldest }
    }

    /// Drops what is over, then a tenth of all, those that were not used for longest.
    private mutating func makeRoom(at now: Int) {
        var lastUses = domains.values.joined().filter { !$0.isExpired(at: now) }.map(\.lastUse)
        var oldest = 0
        if lastUses.count > Self.maxCount {
            lastUses.sort()
            oldest = lastUses[lastUses.count - Self.maxCount * 9 / 10]
        }
        domains = domains.compactMapValues { list in
            let kept = list.filter { $0.lastUse >= oldest && !$0.isExpired(at: now) }
            return kept.isEmpty ? nil : kept
        }
        count = domains.values.reduce(0) { $0 + $1.count }
    }

    /// Removes the cookies that have no expiry, as the end of a session does.
    public mutating func removeSessionCookies() {
        domains = domains.compactMapValues { list in
            let kept = list.filter { $0.expires != nil }
            return kept.isEmpty ? nil : kept
        }
        count = domains.values.reduce(0) { $0 + $1.count }
    }

    // MARK: Giving

    /// The value of the `Cookie` field for a request.
    ///
    /// - Parameters:
    ///   - url: What is asked for.
    ///   - now: Seconds since 1970.
    /// - Returns: The pairs, joined by `; `; nil when no cookie goes.
    public mutating func cookieField(for url: WebURL, at now: Int) -> String? {
        let chosen = cookies(for: url, at: now)
        guard !chosen.isEmpty else { return nil }
        return chosen.map(\.pair).joined(separator: "; ")
    }

    /// The cookies for a request, in the order in which they go.
    ///
    /// - Parameters:
    ///   - url: What is asked for.
    ///   - now: Seconds since 1970.
    /// - Returns: The cookies; none for URLs that are not of HTTP.
    public mutating func cookies(for url: WebURL, at now: Int) -> [Cookie] {
        guard count > 0, let origin = try? CookieOrigin(url) else { return [] }
        var chosen: [Cookie] = []
        for domain in CookieMatching.domains(of: origin.host, isAddress: origin.isAddress) {
            guard var list = domains[domain] else { continue }
            for index in list.indices where origin.takes(list[index], at: now) {
                uses += 1
                list[index].lastUse = uses
                chosen.append(list[index])
            }
            domains[domain] = list
        }
        return rules.ordered(chosen)
    }
}
