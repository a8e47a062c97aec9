import TwineCore
import TwineHTTP

/// Follows links from the URLs that were given, and makes the pages fit to be read here.
@Reactor
final class RecursiveDownload {
    private let session: Session
    private let rules: FollowRules
    private let downloads = DownloadMap()
    private let rejectedLog: RejectedLog?
    private let robots: Robots
    private var turns: Turns
    private let jobs: Int
    private var settings: Settings { session.settings }

    init(_ session: Session, _ rules: FollowRules, jobs: Int) {
        self.session = session
        self.rules = rules
        self.jobs = jobs
        let rejected = session.settings.logging.rejectedLog
        rejectedLog = (session.settings.recursion.follows ? rejected : nil).flatMap { path in
            do throws(SystemError) {
                return try RejectedLog(path)
            } catch {
                session.log.tell(.notQuiet, "\(path): \(error)\n")
                return nil
            }
        }
        robots = Robots(session)
        turns = Turns(session.log)
    }

    /// Retrieves a URL and what is linked from it.
    func run(from url: WgetURL) async {
        let recursion = Recursion(
            from: url, settings, rules, downloads: downloads, rejectedLog: rejectedLog,
            jobs: jobs, names: session.names,
            Recursion.Functions(
                name: { [session] in session.naming.name(of: $0).path },
                retrieve: { [self] in await retrieve($0) },
                isAllowed: { [self] in await robots.allows($0) },
                isQuotaUsedUp: { [session] in
                    session.isQuotaUsedUp
                        || session.settings.beyond.failsEarly && session.status.value != 0
                },
                tell: { [session] verbosity, text in
                    session.log.tell(verbosity == .verbose ? .verbose : .notQuiet, octets: text)
                }))
        _ = await recursion.run()
        if settings.download.isSpider, settings.recursion.isRecursive {
            session.log.tell(.notQuiet, recursion.brokenLinks.report)
        }
    }

    private func retrieve(_ request: Recursion.Request) async -> Recursion.Outcome {
        var outcome = Recursion.Outcome(url: request.url)
        let turn = turns.add()
        let file = await Retrieval(session, turn.log).run(
            request.url, referer: request.referer)
        turn.log.report(session.record(of: file))
        turns.end(turn)
        if let failure = file.failure {
            session.status.add(failure)
            outcome.cannotWrite = failure == .cannotWrite
        }
        outcome.isSuccess = file.isSuccess
        outcome.isMissing = file.failure == .statusWrong
        outcome.url = file.url
        outcome.isRedirected = file.isRedirected
        outcome.file = file.path
        outcome.kind = file.isHTML ? .html : file.isCSS ? .css : .other
        outcome.hasAddedEnding = file.hasAddedEnding
        outcome.isNew = file.isNew
        outcome.charset = file.charset
        return outcome
    }

    /// Notes a file that was retrieved without following its links.
    func note(_ file: RetrievedFile) {
        guard file.isSuccess, let path = file.path else { return }
        downloads.add(
            DownloadedFile(
                url: file.url.withoutFragment, file: path,
                kind: file.isHTML ? .html : file.isCSS ? .css : .other,
                hasAddedEnding: file.hasAddedEnding, isNew: file.isNew, charset: file.charset))
    }

    /// Makes the links of what was saved lead to what was saved.
    func convertLinks() {
        LinkConversion(settings, downloads) { [session] verbosity, text in
            Reactor.assumeIsolated {
                session.log.tell(verbosity == .verbose ? .verbose : .notQuiet, octets: text)
            }
        }.run { Reactor.clock.seconds() }
    }
}
