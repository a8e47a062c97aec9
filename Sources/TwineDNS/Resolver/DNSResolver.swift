public import TwineCore
public import TwineTLS

/// Looks up names: the hosts file, then the DNS servers of this machine, with a cache.
///
/// ```swift
/// let addresses = try await DNSResolver.shared.lookup("example.org").value
/// ```
///
/// It follows resolv.conf(5), hosts(5) and nsswitch.conf(5), and reads them again when they change.
/// Where nsswitch.conf names other sources than `files` and `dns`, and where the environment has
/// `TWINE_RESOLVER=system`, it leaves the work to the system's own lookup (`TWINE_RESOLVER=dns`
/// forbids that). `localhost` and the names below it are this host's, and those below `invalid` do
/// not exist, without a question.
///
/// Each question ends: with an answer, or after all servers had their time, that is `timeout`
/// times `attempts` seconds for one server. The same question asked twice at once is sent once.
/// Failures are `LookupError`s. Connections by TCP or TLS serve many questions, and are closed when
/// none has come for ten seconds. An answer that is asked for again and again is asked for anew just
/// before it expires.
///
/// RFC 1034 §5.3.1, RFC 1123 §6.1, RFC 6761 §6, RFC 7766 §6.
@Reactor
public final class DNSResolver: NameResolver {
    /// The resolver of the process, by the system's files; its cache is everybody's.
    public static let shared = DNSResolver()

    private enum Setup {
        case files(ResolverFiles)
        case fixed(ResolverConfiguration, HostsTable)
    }

    private enum Backend { case own, system, chosenByFiles }

    private var setup: Setup
    private let backend: Backend
    let questions: QuestionTable

    /// Makes a resolver that follows the system's files.
    ///
    /// - Parameters:
    ///   - files: Where they are.
    ///   - clock: Whose time.
    public init(
        files: ResolverFiles.Paths = ResolverFiles.Paths(), clock: any ReactorTime = Reactor.clock
    ) {
        setup = .files(ResolverFiles(files))
        switch environmentVariable("TWINE_RESOLVER") {
        case "system": backend = .system
        case "dns": backend = .own
        default: backend = .chosenByFiles
        }
        questions = QuestionTable(clock: clock)
    }

    /// Makes a resolver that asks certain servers, whatever the system's files say.
    ///
    /// - Parameters:
    ///   - configuration: The servers and how to ask them.
    ///   - hosts: Names that are known without asking.
    ///   - tls: How servers by TLS are asked, such as which authorities are trusted.
    ///   - clock: Whose time.
    public init(
        configuration: ResolverConfiguration, hosts: HostsTable = HostsTable(),
        tls: TLSOptions = TLSOptions(), clock: any ReactorTime = Reactor.clock
    ) {
        setup = .fixed(configuration, hosts)
        backend = .own
        questions = QuestionTable(clock: clock, tls: tls)
    }

    // MARK: Public questions

    /// Looks up all addresses of a name.
    ///
    /// - Parameter name: A host name in any script, or an address, which is given back.
    /// - Returns: At least one address, those of IPv6 first, or a ``LookupError``.
    public func lookup(_ name: String) -> Deferred<[IPAddress]> {
        let families: [AddressFamily] = [.ipv6, .ipv4]
        let lookups = families.map { addresses(of: name, family: $0) }
        return DeferredList(lookups, consumeErrors: true).addCallback { outcomes in
            let found = outcomes.results.flatMap { (try? $0.get()) ?? [] }
            guard found.isEmpty else { return found }
            throw Self.mostTelling(outcomes.results) ?? LookupError.noAddress(name)
        }
    }

    /// Of two families' errors the one that says more than that there is no such address.
    private static func mostTelling(_ outcomes: [Result<[IPAddress], any Error>]) -> (any Error)? {
        let errors = outcomes.compactMap { outcome -> (any Error)? in
            if case .failure(let error) = outcome { error } else { nil }
        }
        let telling = errors.first {
            if case LookupError.noAddress = $0 { false } else { true }
        }
        return telling ?? errors.first
    }

    /// Looks up the addresses of one family.
    ///
    /// - Parameters:
    ///   - name: A host name in any script, or an address, which is given back.
    ///   - family: Of which kind.
    /// - Returns: At least one address, in the order of the server, or a ``LookupError``.
    public func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        inlineCallbacks { try await self.findAddresses(name, family) }
    }

    // MARK: Where to look

    struct Sources {
        var configuration: ResolverConfiguration
        var hosts: HostsTable
        var order: [NameServiceSwitch.Source] = [.files, .dns]
        var usesSystem = false
    }

    func refreshed() -> Sources {
        switch setup {
        case .fixed(let configuration, let hosts):
            return Sources(configuration: configuration, hosts: hosts)
        case .files(var files):
            if files.refresh(now: questions.clock.seconds()) { questions.forgetAnswers() }
            setup = .files(files)
            var sources = Sources(configuration: files.configuration, hosts: files.hosts)
            sources.usesSystem =
                backend == .system || backend == .chosenByFiles && files.sources.needsSystem
            if !files.sources.needsSystem { sources.order = files.sources.sources }
            return sources
        }
    }

    nonisolated static func parse(_ name: String) throws(LookupError) -> DNSName {
        do {
            return try DNSName(international: name)
        } catch {
            throw .invalidName(name, reason: error.description)
        }
    }

    private func findAddresses(_ text: String, _ family: AddressFamily) async throws -> [IPAddress]
    {
        if let address = IPAddress(text) {
            guard address.isIPv6 == (family == .ipv6) else { throw LookupError.noAddress(text) }
            return [address]
        }
        let name = try Self.parse(text)
        let sources = refreshed()
        if name.isSubdomain(of: .localhost) {
            let loopback = family == .ipv6 ? IPAddress.loopback6 : .loopback4
            let known = sources.hosts.addresses(of: name, family: family)
            return try Self.atLeastOne(known ?? [loopback], text)
        }
        if sources.usesSystem {
            // The system's lookup is given A-labels: what it makes of others depends on the locale.
            let plain = Self.isComplete(text) ? name.description : name.text
            return try await SystemResolver.shared.addresses(of: plain, family: family).value
        }
        var failure: (any Error)?
        for source in sources.order {
            switch source {
            case .files:
                if let found = sources.hosts.addresses(of: name, family: family) {
                    return try Self.atLeastOne(found, text)
                }
            default:
                do {
                    return try await askServers(name, text, family, sources.configuration)
                } catch {
                    failure = failure ?? error
                }
            }
        }
        throw failure ?? LookupError.noSuchName(text)
    }

    nonisolated private static func atLeastOne(
        _ addresses: [IPAddress], _ name: String
    ) throws(LookupError) -> [IPAddress] {
        guard !addresses.isEmpty else { throw .noAddress(name) }
        return addresses
    }

    // MARK: DNS

    /// Asks for each name that `name` may stand for, until one has an address.
    private func askServers(
        _ name: DNSName, _ text: String, _ family: AddressFamily,
        _ configuration: ResolverConfiguration
    ) async throws -> [IPAddress] {
        guard family == .ipv4 || !configuration.avoidsIPv6 else {
            throw LookupError.noAddress(text)
        }
        let candidates = configuration.candidates(for: name, isComplete: Self.isComplete(text))
        var failure: LookupError?
        for candidate in candidates {
            do {
                return try await addresses(candidate, family, configuration, text)
            } catch let error as LookupError {
                switch error {
                case .noSuchName:
                    failure = failure ?? error
                case .noAddress:
                    failure = error
                    // A name with addresses of the other family is the one that was meant.
                    let other: AddressFamily = family == .ipv4 ? .ipv6 : .ipv4
                    guard candidates.count > 1, other == .ipv4 || !configuration.avoidsIPv6,
                        try await !hasAddresses(candidate, other, configuration, text)
                    else { throw error }
                case .serverFailure:
                    // The next name may lie with servers that work.
                    if case .noSuchName? = failure { failure = nil }
                    failure = failure ?? error
                default:
                    throw error
                }
            }
        }
        throw failure ?? LookupError.noSuchName(text)
    }

    private func hasAddresses(
        _ name: DNSName, _ family: AddressFamily, _ configuration: ResolverConfiguration,
        _ text: String
    ) async throws -> Bool {
        do {
            return try await !addresses(name, family, configuration, text).isEmpty
        } catch is LookupError {
            return false
        }
    }

    nonisolated static func isComplete(_ text: String) -> Bool {
        // IDNA counts these three as dots, too (RFC 3490 §3.1).
        guard let last = text.last, [".", "。", "．", "｡"].contains(last) else { return false }
        return !text.hasSuffix("\\.")
    }

    private func addresses(
        _ name: DNSName, _ family: AddressFamily, _ configuration: ResolverConfiguration,
        _ text: String
    ) async throws -> [IPAddress] {
        let question = DNSMessage.Question(name, family == .ipv4 ? .a : .aaaa)
        let answer = try await resolve(question, configuration, text)
        let found = try answer.found(text).compactMap { record in
            switch record.data {
            case .a(let bits): IPAddress.v4(bits)
            case .aaaa(let high, let low): IPAddress.v6(high: high, low: low)
            default: nil
            }
        }
        return try Self.atLeastOne(found, text)
    }
}

extension DNSName {
    /// The names of this host itself (RFC 6761 §6.3).
    static let localhost = DNSName(validated: [9] + Array("localhost".utf8) + [0])
    /// Names that do not exist (RFC 6761 §6.4).
    static let invalid = DNSName(validated: [7] + Array("invalid".utf8) + [0])
}
