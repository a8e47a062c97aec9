import ToolKit
import TwineCore
import TwineHTTP

/// What all retrievals of one run share.
@Reactor
final class Session {
    let settings: Settings
    let program: String
    let log: Log
    let output: LogOutput
    let quotes: Quotes
    let client: HTTPClient
    let proxies: ProxyRules
    let naming: LocalNaming
    var credentials: CredentialStore
    var cookies: CookieJar?
    var hsts: HSTSDatabase?
    var pacing: Pacing
    var rateLimit: RateLimit?
    var status = RunStatus()
    var totals = Totals()
    /// Keeps all that is sent and received.
    var archive: WARCArchive?
    /// The names under way, where several come at once; else nil.
    var names: NameClaims?
    /// The file of `-O`, open from the first URL to the last.
    var document: OutputDocument?

    /// What was retrieved altogether.
    struct Totals {
        var files = 0
        var octets = 0
        /// Seconds of receiving.
        var time = 0.0
    }

    init(
        _ settings: Settings, program: String, log: Log, output: LogOutput, quotes: Quotes,
        client: HTTPClient, proxies: ProxyRules, credentials: CredentialStore
    ) {
        self.settings = settings
        self.program = program
        self.log = log
        self.output = output
        self.quotes = quotes
        self.client = client
        self.proxies = proxies
        self.credentials = credentials
        let directories = settings.directories
        naming = LocalNaming(
            directories: directories, makesDirectories: directories.makesDirectories,
            charsets: Self.charsets(settings.input))
        if settings.http.usesCookies { cookies = CookieJar(rules: .wget) }
        pacing = Pacing(
            wait: settings.download.wait, isRandom: settings.download.randomWait,
            waitRetry: settings.download.waitRetry)
        rateLimit = settings.download.limitRate.map { RateLimit(Double($0)) }
    }

    /// The encodings of names: those of servers are in UTF-8, and those here, unless others were given.
    private static func charsets(_ input: Settings.Input) -> LocalNaming.Charsets {
        let remote = input.remoteEncoding.map { Charset(name: $0) } ?? .utf8
        let local = input.localEncoding.map { Charset(name: $0) } ?? .utf8
        return LocalNaming.Charsets(remote: remote, local: local)
    }

    /// Tells what is wrong in `.netrc`, before it is first looked into.
    func tellNetrcProblems(for url: WgetURL) {
        guard !netrcProblems.isEmpty, credentials.looksIntoNetrc(for: url) else { return }
        output.flush()
        for problem in netrcProblems { StandardError.write(problem) }
        netrcProblems = []
    }

    /// Whether a file that is there may be written over, instead of taking a name with a number.
    var mayOverwrite: Bool {
        let download = settings.download
        return download.keepsExisting || download.continues || download.timestamping
            || settings.directories.makesDirectories || download.outputDocument != nil
            || download.backups > 0
    }

    /// Makes TLS ready when the first URL needs it.
    var tlsFiles: TLSFiles?
    /// Why connections are not made from the address that was asked for; told at the first.
    var bindProblem: String?
    /// What is wrong in `.netrc`, in whole lines; told when it is first looked into.
    var netrcProblems: [String] = []
    /// Proxies that are none, by the scheme that they were meant for.
    var proxyProblems: [WgetURL.Scheme: String] = [:]

    /// Why a URL cannot be retrieved through the proxy that was given; nil if it can.
    func proxyProblem(of url: WgetURL) -> String? {
        guard let problem = proxyProblems[url.scheme],
            !proxies.excepts(String(decoding: url.host, as: UTF8.self))
        else { return nil }
        return problem
    }

    /// What a request says that has nothing to say of its own.
    var plainFields: RequestFields.Finished?
    /// Which names may stay (`-A`, `-R`).
    var rules: FollowRules?

    /// Whether a file is only needed for a while: for its links, or to see that it comes.
    func isTemporary(_ path: Octets, isSpider: Bool) -> Bool {
        guard settings.download.outputDocument == nil else { return false }
        return settings.download.deletesAfter || isSpider || rules?.accepts(path) == false
    }

    /// Whether so much was retrieved that nothing further is begun.
    var isQuotaUsedUp: Bool {
        settings.download.quota.map { UInt64(totals.octets) > $0 } ?? false
    }

    /// What holds transfers to the rate that is allowed; nil without one.
    var limit: PacedTransfer.Limit? {
        rateLimit.map { limit in
            PacedTransfer.Limit(piece: limit.piece) { [self] octets in
                rateLimit?.take(octets, at: Reactor.clock.seconds()) ?? 0
            }
        }
    }

    /// The record of a URL that is done, as it is printed.
    func record(of file: RetrievedFile) -> TransferRecord? {
        file.notes?.record(of: file, isSpider: settings.download.isSpider)
    }

    func quoted(_ text: Octets) -> String { text.quoted(quotes).description }

    func quoted(_ text: String) -> String { quoted(Octets(text)) }

    /// Waits as `--wait` and `--waitretry` ask before a request.
    func pace(attempt: Int) async {
        // Random numbers are the system's, and cost a call.
        let random = pacing.isRandom ? Double.random(in: 0...1) : 0
        let delay = pacing.delay(beforeAttempt: attempt, random: random)
        guard delay > 0 else { return }
        try? await deferLater(delay) {}.value
    }
}
