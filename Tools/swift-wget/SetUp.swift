import HTTPTypes
import TwineCore
import TwineDNS
import TwineHTTP
import TwineTLS

/// Makes what a run needs of what the options say, and saves at the end what is to be remembered.
@Reactor
struct SetUp {
    /// Why a run cannot begin.
    struct Failure: Error {
        var text: String
        var status: Int32
        /// Whether the program's name stands before it.
        var isNamed = true
    }

    let settings: Settings
    let surroundings: Surroundings

    init(_ settings: Settings, _ surroundings: Surroundings) {
        self.settings = settings
        self.surroundings = surroundings
    }

    func session(_ log: Log, _ output: LogOutput) async throws(Failure) -> Session {
        let quotes: Quotes = Quotation(surroundings.environment).isUTF8 ? .unicode : .ascii
        if let path = settings.tls.randomFile { RandomSeed.add(path) }
        var problems: [WgetURL.Scheme: String] = [:]
        let proxies = proxies(&problems)
        let bindAddress = await bindAddress()
        let options = try clientOptions(proxies, bindAddress)
        let resolver = try resolver()
        let connector = NetworkConnector(options, resolver: resolver)
        let client = HTTPClient(options, resolver: resolver, connector: connector)
        let netrc = netrc()
        let session = Session(
            settings, program: surroundings.program, log: log, output: output, quotes: quotes,
            client: client, proxies: proxies,
            credentials: CredentialStore(settings.http, netrc: netrc?.entries))
        session.tlsFiles = TLSFiles(options.tls, connector)
        session.netrcProblems = netrc?.problems ?? []
        if let name = settings.network.bindAddress, bindAddress == nil {
            session.bindProblem =
                "\(surroundings.program): unable to resolve bind address "
                + "\(session.quoted(name)); disabling bind.\n"
        }
        log.reporter = try reporter(output)
        try ArchiveSetUp(session).begin()
        session.proxyProblems = problems
        try loadCookies(session)
        loadHSTS(session)
        try openDocument(session)
        return session
    }

    private func reporter(_ output: LogOutput) throws(Failure) -> Reporter? {
        do throws(SystemError) {
            return try Reporter(settings.beyond, program: surroundings.program, log: output)
        } catch {
            throw Failure(text: "\(settings.beyond.writeOut ?? ""): \(error)", status: 3)
        }
    }

    // MARK: The client

    private func clientOptions(
        _ proxies: ProxyRules, _ bindAddress: IPAddress?
    ) throws(Failure) -> HTTPClient.Options {
        var options = HTTPClient.Options()
        let network = settings.network
        options.userAgent = nil
        options.maxRedirects = 0
        options.decodesContent = settings.http.compression != .none
        options.isTolerant = true
        options.ignoresLength = settings.http.ignoresLength
        options.limits = HTTPLimits(head: 1 << 20, fields: 10_000, chunkExtension: 65_536)
        options.tunnelFields = tunnelFields
        options.tunnelHostIsLast = true
        options.keepAlive = settings.http.keepsAlive ? 30 : 0
        options.maxConnectionsPerHost = max(
            1, settings.beyond.jobsPerHost, SegmentCount(settings.beyond.segments)?.perSource ?? 1)
        options.timeouts = HTTPTimeouts(
            connect: nil, response: network.readTimeout, idle: network.readTimeout)
        options.remembersAddresses = network.cachesDNS
        options.connecting = connectOptions(bindAddress)
        options.tls = try tlsOptions()
        options.handshakeTimeout = network.readTimeout
        options.proxy = { url in proxies.proxy(for: url) }
        return options
    }

    /// What goes with CONNECT.
    private var tunnelFields: HTTPFields {
        let agent =
            settings.http.userAgent?.description
            ?? "\(surroundings.program)/\(VersionText.version)"
        return agent.isEmpty ? [:] : [.userAgent: agent]
    }

    private func connectOptions(_ bindAddress: IPAddress?) -> ConnectOptions {
        var options = ConnectOptions()
        let network = settings.network
        options.order = .inTurn
        options.lookupTimeout = network.dnsTimeout
        options.attemptTimeout = network.connectTimeout
        options.families =
            switch network.preferredFamily {
            case .none: .any
            case .ipv4: .ipv4First
            case .ipv6: .ipv6First
            }
        if network.onlyIPv4 { options.families = .ipv4Only }
        if network.onlyIPv6 { options.families = .ipv6Only }
        options.bindAddress = bindAddress.map { .ip($0, port: 0) }
        for resolution in settings.beyond.resolutions {
            let pin = ConnectOptions.Pin(host: resolution.host, port: resolution.port)
            options.pins[pin] = resolution.addresses.compactMap { IPAddress($0) }
        }
        options.socketPath = settings.beyond.unixSocket.map(\.description)
        return options
    }

    /// The address of this machine that connections are made from; what cannot be found is told, and
    /// connections are made all the same, as wget does.
    private func bindAddress() async -> IPAddress? {
        guard let name = settings.network.bindAddress else { return nil }
        if let address = IPAddress(name) { return address }
        return try? await DNSResolver.shared.lookup(name).value.first
    }

    private func tlsOptions() throws(Failure) -> TLSOptions {
        let tls = settings.tls
        var options = TLSOptions()
        options.verifies = tls.check == .on
        // Without a check it is told all the same who somebody else is.
        options.verifiesName = tls.check != .quiet
        options.tellsDistrust = tls.check == .off
        options.acceptsCommonName = true
        options.authoritiesFile = tls.caCertificate?.description
        options.authoritiesFolder = tls.caDirectory?.description
        options.trustsSystem = tls.caCertificate == nil && tls.caDirectory == nil
        options.certificateFile = tls.certificate?.description
        options.certificateForm = tls.certificateType == .der ? .der : .pem
        options.privateKeyFile = (tls.privateKey ?? tls.certificate)?.description
        options.privateKeyForm =
            (tls.privateKey == nil ? tls.certificateType : tls.privateKeyType) == .der ? .der : .pem
        options.revocationFile = tls.crlFile?.description
        options.ciphers = tls.ciphers
        switch tls.secureProtocol {
        case .auto, .tls12: break
        case .tls10: options.oldest = .tls10
        case .tls11: options.oldest = .tls11
        case .tls13: options.oldest = .tls13
        // Every cipher of TLS 1.3 has forward secrecy.
        case .pfs: options.ciphers = options.ciphers ?? "HIGH:!aNULL:!kRSA:!kPSK:!kSRP:!MD5:!RC4"
        }
        do throws(TLSError) {
            options.pinnedKeys = try tls.pinnedPublicKey.map { text throws(TLSError) in
                try TLSPin(text.description)
            }
        } catch {
            throw Failure(text: "--pinnedpubkey: \(error)", status: 5)
        }
        return options
    }

    private func proxies(_ problems: inout [WgetURL.Scheme: String]) -> ProxyRules {
        var rules = ProxyRules()
        guard settings.network.usesProxy else { return rules }
        rules.exceptions = settings.network.noProxy
        rules.http = proxy(settings.network.httpProxy, for: .http, &problems)
        rules.https = proxy(settings.network.httpsProxy, for: .https, &problems)
        return rules
    }

    private func proxy(
        _ text: String?, for scheme: WgetURL.Scheme, _ problems: inout [WgetURL.Scheme: String]
    ) -> HTTPProxy? {
        guard let text, !text.isEmpty else { return nil }
        do throws(HTTPError) {
            // A colon without a port is more likely a mistake than a host's name.
            guard text.utf8.last != UInt8(ascii: ":") else { throw .invalidProxy(text) }
            let proxy = try HTTPProxy(text)
            guard let user = settings.network.proxyUser,
                let password = settings.network.proxyPassword
            else { return proxy }
            return HTTPProxy(
                proxy.kind, host: proxy.host, port: proxy.port, userName: user, password: password)
        } catch {
            problems[scheme] = proxyProblem(text)
            return nil
        }
    }

    /// What is wrong with the name of a proxy, in wget's words: it is read as other URLs are.
    private func proxyProblem(_ text: String) -> String {
        let url = WgetURL.completed(Array(text.utf8))
        do throws(WgetURLError) {
            _ = try WgetURL.parse(url)
            return "Error in proxy URL \(Octets(url)): Must be HTTP."
        } catch {
            let quotes: Quotes = Quotation(surroundings.environment).isUTF8 ? .unicode : .ascii
            return "Error parsing proxy URL \(Octets(url)): \(error.message(quotes))."
        }
    }

    private func resolver() throws(Failure) -> any NameResolver {
        let words = settings.beyond.dns + settings.network.dnsServers
        guard !words.isEmpty || settings.beyond.dohURL != nil else { return systemResolver() }
        var hosts = HostsTable()
        if case .text(let text) = surroundings.readFile("/etc/hosts") { hosts = HostsTable(text) }
        var tls = TLSOptions()
        let own = try tlsOptions()
        tls.verifies = own.verifies
        tls.verifiesName = own.verifiesName
        tls.authoritiesFile = own.authoritiesFile
        tls.authoritiesFolder = own.authoritiesFolder
        tls.trustsSystem = own.trustsSystem
        do throws(NameServers.Failure) {
            return try NameServers.resolver(
                words, dohURL: settings.beyond.dohURL,
                from: settings.network.bindDNSAddress.flatMap { IPAddress($0) }, tls: tls,
                hosts: hosts) ?? DNSResolver.shared
        } catch {
            throw Failure(text: "\(error.word) is no DNS server", status: 2)
        }
    }

    /// The system's servers, asked from the address of `--bind-dns-address` if there is one.
    private func systemResolver() -> DNSResolver {
        guard let address = settings.network.bindDNSAddress.flatMap({ IPAddress($0) }),
            case .text(let text) = surroundings.readFile("/etc/resolv.conf")
        else { return .shared }
        var hosts = HostsTable()
        if case .text(let text) = surroundings.readFile("/etc/hosts") { hosts = HostsTable(text) }
        var configuration = ResolverConfiguration(
            resolvConf: String(decoding: text, as: UTF8.self))
        configuration.bindAddress = address
        return DNSResolver(configuration: configuration, hosts: hosts)
    }

    // MARK: What is remembered

    private func netrc() -> (entries: Netrc, problems: [String])? {
        guard settings.http.usesNetrc, let home = surroundings.home else { return nil }
        let path =
            surroundings.environment["NETRC"] ?? Octets(home.bytes + Array("/.netrc".utf8))
        guard case .text(let text) = surroundings.readFile(path) else { return nil }
        let netrc = Netrc(parsing: text)
        let problems = netrc.problems.compactMap { problem in
            Self.text(problem, quotes: Quotation(surroundings.environment).isUTF8)
                .map { "\(surroundings.program): \(path):\($0)\n" }
        }
        return (netrc, problems)
    }

    /// What wget tells of a line of `.netrc`; nil for what it says nothing of.
    private static func text(_ problem: Netrc.Problem, quotes isUTF8: Bool) -> String? {
        let quotes: Quotes = isUTF8 ? .unicode : .ascii
        switch problem {
        case .unknownToken(let token, let line):
            return "\(line): unknown token \"\(Octets(token).escaped(quotes))\""
        case .tokenBeforeMachine(let token, let line):
            return "\(line): warning: \(Octets(token).quoted(quotes)) token appears before any "
                + "machine name"
        case .unfinishedQuote, .unfinishedMacro, .machineWithoutName: return nil
        }
    }

    private func loadCookies(_ session: Session) throws(Failure) {
        guard settings.http.usesCookies, let path = settings.http.loadsCookies else { return }
        switch surroundings.readFile(path) {
        case .text(let text):
            guard var jar = session.cookies.take() else { return }
            CookieFile.read(text, into: &jar, at: LogTime.now)
            session.cookies = jar
        case .absent(let reason), .unreadable(let reason):
            session.log.tell(
                .notQuiet,
                "Cannot open cookies file \(session.quoted(path)): \(reason)\n")
        }
    }

    private var hstsFile: HSTSFile? {
        guard settings.http.usesHSTS else { return nil }
        if let path = settings.http.hstsFile { return HSTSFile(path: path.description) }
        return surroundings.home.map { HSTSFile(path: "\($0)/.wget-hsts") }
    }

    private func loadHSTS(_ session: Session) {
        guard let file = hstsFile else { return }
        do throws(HSTSFile.Failure) {
            session.hsts = try file.load()
        } catch {
            session.log.tell(
                .notQuiet,
                Self.text(error) + "ERROR: could not open HSTS store at "
                    + "'\(file.path)'. HSTS will be disabled.\n")
        }
    }

    private static func text(_ failure: HSTSFile.Failure) -> String {
        switch failure {
        case .notTrusted:
            "Will not apply HSTS. The HSTS database must be a regular and non-world-writable file.\n"
        case .locked: "Another program holds the HSTS database.\n"
        case .system(let error): "\(error)\n"
        }
    }

    /// Opens the file of `-O`, which is there even if nothing is retrieved.
    private func openDocument(_ session: Session) throws(Failure) {
        guard let path = settings.download.outputDocument else { return }
        guard path != "-" else {
            session.document = OutputDocument(standardOutput: ())
            return
        }
        do throws(SystemError) {
            session.document = try OutputDocument(
                path, settings.download.continues ? .append : .overwrite)
        } catch {
            throw Failure(text: "\(path): \(error)", status: 1, isNamed: false)
        }
    }

    /// Saves cookies and who wants TLS.
    func save(_ session: Session) {
        let now = LogTime.now
        if let path = settings.http.savesCookies, let jar = session.cookies {
            let text = CookieFile.serialize(
                jar, at: now, keepsSession: settings.http.keepsSessionCookies,
                date: LogTime.text(now))
            do throws(SystemError) {
                try OutputDocument(path, .overwrite).write(text.span)
            } catch {
                session.log.tell(
                    .notQuiet,
                    "Cannot open cookies file \(session.quoted(path)): \(error)\n")
            }
        }
        guard let file = hstsFile, var database = session.hsts, database.hasChanged else { return }
        do throws(HSTSFile.Failure) {
            try file.save(&database, at: now)
        } catch {
            session.log.tell(
                .notQuiet, "The HSTS database \(file.path) is not saved: \(Self.text(error))")
        }
    }
}
