import TwineCore
import TwineHTTP

/// Retrieves a URL, wherever redirects lead.
@Reactor
struct Retrieval {
    let session: Session
    let log: Log
    let purpose: Purpose?
    let claim: NameClaims.Claim?

    init(
        _ session: Session, _ log: Log, _ purpose: Purpose? = nil, _ claim: NameClaims.Claim? = nil
    ) {
        self.session = session
        self.log = log
        self.purpose = purpose
        self.claim = claim
    }

    /// Retrieves it.
    ///
    /// - Parameters:
    ///   - original: The URL that was asked for.
    ///   - referer: The page that it stands on.
    ///   - isRobots: Whether it is robots.txt, whose failures are not counted, nor tell anything.
    /// - Returns: What became of it; a failure is told.
    func run(
        _ original: WgetURL, referer: WgetURL? = nil, isRobots: Bool = false
    ) async -> RetrievedFile {
        let notes = TransferNotes(original)
        var file = await run(original, notes, referer: referer, isRobots: isRobots)
        file.notes = notes
        return file
    }

    private func run(
        _ original: WgetURL, _ notes: TransferNotes, referer: WgetURL?, isRobots: Bool
    ) async -> RetrievedFile {
        var url = upgraded(original)
        // The settings as a whole are large, and are not copied for this.
        var method =
            if let purpose { RequestMethod(purpose.settings.http) } else {
                RequestMethod(session.settings.http)
            }
        var redirects = 0
        while true {
            if let reason = session.proxyProblem(of: url) {
                log.tell(.notQuiet, "\(reason)\n")
                return failed(.proxyFailed, url, redirects)
            }
            guard !url.scheme.isFTP else {
                log.tell(
                    .notQuiet,
                    "\(session.program): \(url.text()): FTP is not supported yet.\n")
                return failed(.schemeUnsupported, url, redirects)
            }
            let retrieval = FileRetrieval(
                session, log, url, original: original, referer: referer, method,
                purpose)
            retrieval.notes = notes
            retrieval.claim = claim
            if isRobots {
                retrieval.isSpider = false
                retrieval.usesTimestamps = false
            }
            switch await retrieval.run() {
            case .done:
                var file = retrieval.file
                file.isSuccess = true
                file.isRedirected = redirects > 0
                return file
            case .failed(let failure):
                var file = retrieval.file
                file.failure = failure
                file.isRedirected = redirects > 0
                return file
            case .metalink(let found):
                let file = await MetalinkDownload(session, log)
                    .run(found, at: url, isRedirected: redirects > 0)
                if file.isSuccess, let path = file.path { notes.saves(to: path, from: 0) }
                return file
            case .redirected(let location, let keepsMethod):
                do throws(WgetURLError) {
                    let text = url.resolving(Array(location.utf8))
                    let next = try WgetURL.parse(
                        text, usesIRIs: session.settings.input.usesIRIs)
                    redirects += 1
                    guard redirects <= session.settings.http.maxRedirects else {
                        log.tell(
                            .notQuiet,
                            "\(session.settings.http.maxRedirects) redirections exceeded.\n")
                        return failed(.redirectedTooOften, next, redirects)
                    }
                    notes.isRedirected()
                    url = upgraded(next)
                } catch {
                    log.tell(.notQuiet, "\(location): \(error.message(session.quotes)).\n")
                    return failed(.urlInvalid, url, redirects)
                }
                if !keepsMethod { method = .get }
            }
        }
    }

    private func failed(
        _ failure: RetrievalFailure, _ url: WgetURL, _ redirects: Int
    ) -> RetrievedFile {
        var file = RetrievedFile(url: url)
        file.failure = failure
        file.isRedirected = redirects > 0
        return file
    }

    /// The URL over TLS, where its host has said that it wants that.
    private func upgraded(_ url: WgetURL) -> WgetURL {
        guard session.settings.http.usesHSTS, url.scheme == .http, let hosts = session.hsts,
            !hosts.policies.isEmpty, let web = url.webURL,
            let better = hosts.upgraded(web, at: LogTime.now)
        else { return url }
        var upgraded = url
        upgraded.scheme = .https
        upgraded.port = better.effectivePort.map(Int.init) ?? url.port
        log.tell(.verbose, "URL transformed to HTTPS due to an HSTS policy\n")
        return upgraded
    }
}
