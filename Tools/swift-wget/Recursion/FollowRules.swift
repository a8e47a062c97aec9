import TwineHTML

/// Which links are followed: what the options say of URLs.
///
/// Whether a link was seen before, and whether robots.txt allows it, is not decided here.
struct FollowRules {
    private let settings: Settings.Rules
    private let recursion: Settings.Recursion
    private let httpsOnly: Bool
    private let outputDocument: Octets?
    private let accept: [NamePattern]
    private let reject: [NamePattern]
    private let include: [NamePattern]
    private let exclude: [NamePattern]
    private let acceptRegex: URLPattern?
    private let rejectRegex: URLPattern?

    /// Takes the rules from the options.
    ///
    /// - Throws: ``URLPattern/Failure`` for a regular expression that is none.
    init(_ settings: Settings) throws(URLPattern.Failure) {
        let rules = settings.rules
        self.settings = rules
        recursion = settings.recursion
        httpsOnly = settings.tls.httpsOnly
        outputDocument = settings.download.outputDocument
        func patterns(_ texts: [String]) -> [NamePattern] {
            texts.map { NamePattern($0, ignoresCase: rules.ignoresCase) }
        }
        accept = patterns(rules.accept)
        reject = patterns(rules.reject)
        include = patterns(rules.includeDirectories.map(Self.withoutSlashes))
        exclude = patterns(rules.excludeDirectories.map(Self.withoutSlashes))
        func regex(_ text: String?) throws(URLPattern.Failure) -> URLPattern? {
            guard let text else { return nil }
            return try URLPattern(text, rules.regexType)
        }
        acceptRegex = try regex(rules.acceptRegex)
        rejectRegex = try regex(rules.rejectRegex)
    }

    private static func withoutSlashes(_ folder: String) -> String {
        var folder = folder[...]
        if folder.hasPrefix("/") { folder = folder.dropFirst() }
        if folder.hasSuffix("/") { folder = folder.dropLast() }
        return String(folder)
    }

    /// Whether a file may stay, by the last part of its name (`-A`, `-R`).
    func accepts(_ file: Octets) -> Bool {
        if file == outputDocument { return true }
        let name = file.bytes.suffix(
            from: file.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)
        return accepts(name: String(decoding: name, as: UTF8.self))
    }

    private func accepts(name: String) -> Bool {
        if !accept.isEmpty, !accept.contains(where: { $0.matchesEnd(of: name) }) { return false }
        return !reject.contains { $0.matchesEnd(of: name) }
    }

    /// Why a link is not followed; nil if it is.
    ///
    /// - Parameters:
    ///   - link: The link.
    ///   - parent: The page that it stands on.
    ///   - depth: How far that page is from the start.
    ///   - start: Where the recursion began.
    /// - Returns: The first rule that it breaks.
    func refusal(
        of link: FoundLink, on parent: WgetURL, depth: Int, start: WgetURL
    ) -> RejectReason? {
        let url = link.url
        if httpsOnly, url.scheme != .https { return .notHTTPS }
        let isHTTP = url.isHTTP
        if !isHTTP, !settings.followsFTP { return .notHTTP }
        if isHTTP, settings.relativeOnly, !link.isRelative { return .absolute }
        if !acceptsDomain(String(decoding: url.host, as: UTF8.self)) { return .domain }
        let parts = URLParts(url)
        if settings.noParent, escapes(url, parts, start),
            !(recursion.getsRequisites && link.traits.contains(.requisite))
        {
            return .parent
        }
        if !acceptsFolder(parts.directory) { return .directory }
        if !acceptsByRegex(url.text(.shown)) { return .regex }
        if !parts.file.isEmpty, !isPassedThrough(parts.file, depth), !accepts(name: parts.file) {
            return .name
        }
        if isHTTP == parent.isHTTP, !settings.spansHosts, url.host != parent.host {
            return .host
        }
        return nil
    }

    /// Pages are fetched for their links, whatever their names, unless these are not followed.
    private func isPassedThrough(_ file: String, _ depth: Int) -> Bool {
        guard URLParts.looksLikeHTML(file) else { return false }
        guard let level = recursion.level else { return true }
        return depth < level - 1 || recursion.getsRequisites
    }

    private func escapes(_ url: WgetURL, _ parts: URLParts, _ start: WgetURL) -> Bool {
        guard url.isHTTP == start.isHTTP, url.host == start.host,
            url.scheme != start.scheme || url.port == start.port
        else { return false }
        let fold = { (text: String) in settings.ignoresCase ? text.lowercased() : text }
        return !NamePattern.isFolder(
            fold(parts.directory), in: fold(URLParts(start).directory))
    }

    private func acceptsFolder(_ folder: String) -> Bool {
        if !include.isEmpty, !include.contains(where: { $0.matchesFolder(folder) }) { return false }
        return !exclude.contains { $0.matchesFolder(folder) }
    }

    private func acceptsByRegex(_ url: String) -> Bool {
        if let acceptRegex, !acceptRegex.matches(url) { return false }
        return !(rejectRegex?.matches(url) ?? false)
    }

    private func acceptsDomain(_ host: String) -> Bool {
        if !settings.domains.isEmpty,
            !settings.domains.contains(where: { Self.isDomain($0, of: host) })
        {
            return false
        }
        return !settings.excludeDomains.contains { Self.isDomain($0, of: host) }
    }

    /// Whether a host is the domain, or below it; a domain that begins with a dot is any end.
    private static func isDomain(_ domain: String, of host: String) -> Bool {
        let domain = domain.lowercased()
        let host = host.lowercased()
        guard !domain.isEmpty, host.utf8.hasSuffix(domain.utf8) else { return false }
        let before = host.utf8.dropLast(domain.utf8.count).last
        return before == nil || before == UInt8(ascii: ".") || domain.hasPrefix(".")
    }
}
