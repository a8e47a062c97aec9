import TwineCore
import TwineHTTP

/// Carries out all that was asked for: one URL after the other, or several at once.
@Reactor
final class Downloads {
    private let session: Session
    private let began = Reactor.clock.seconds()
    private var settings: Settings { session.settings }
    private var recursion: RecursiveDownload?
    private var checksums: ExpectedChecksums?
    private var extraction: PageExtraction?
    private let asked: AskedCredentials?
    private var isGivenUp = false

    /// Whether nothing further is to be begun.
    private var isOver: Bool {
        isGivenUp || settings.beyond.failsEarly && session.status.value != 0
    }

    /// More at once do not make it faster for one disk and one line.
    private static let usualJobs = 6

    init(_ session: Session) {
        self.session = session
        asked = AskedCredentials(session.settings.http)
    }

    func run() async {
        if jobs > 1 {
            session.names = NameClaims(adjustsExtension: settings.http.adjustsExtension)
        }
        guard prepareRecursion() else { return }
        do throws(SetUp.Failure) {
            checksums = try ExpectedChecksums(session)
            extraction = try PageExtraction(session)
        } catch {
            session.log.tell(.notQuiet, "\(session.program): \(error.text)\n")
            session.status.add(error.status)
            return
        }
        let words = settings.urls
        await retrieve(words.count) { [self] in parse(words[$0], $1) }
        if let file = settings.input.file, !isOver {
            let urls = await URLList(session).urls(in: file)
            await retrieve(urls.count, isList: true) { place, _ in urls[place] }
        }
        if let document = settings.metalink.file, !isOver {
            let failure = await MetalinkDownload(session, session.log).run(documentAt: document)
            if let failure { session.status.add(failure) }
        }
        tellEnd()
        if settings.recursion.convertsLinks, !settings.download.deletesAfter {
            recursion?.convertLinks()
        }
    }

    /// How many URLs are fetched at once.
    private var jobs: Int {
        let download = settings.download
        // What is put into one file comes one by one, and usually what is waited between.
        guard download.outputDocument == nil else { return 1 }
        if let jobs = settings.beyond.jobs { return max(1, jobs) }
        let isSerial = download.wait > 0 || download.quota != nil
        return isSerial ? 1 : Self.usualJobs
    }

    /// Prepares to follow links or to convert them; nil when that is not wanted, or cannot be.
    private func prepareRecursion() -> Bool {
        let recursion = settings.recursion
        do throws(URLPattern.Failure) {
            session.rules = try FollowRules(settings)
        } catch {
            session.log.tell(
                .notQuiet,
                "Invalid regular expression \(session.quoted(error.pattern)), \(error.reason)\n")
            session.status.add(1)
            return false
        }
        guard recursion.follows || recursion.convertsLinks, let rules = session.rules else {
            return true
        }
        self.recursion = RecursiveDownload(session, rules, jobs: jobs)
        return true
    }

    /// Retrieves so many URLs.
    ///
    /// - Parameters:
    ///   - total: How many.
    ///   - isList: Whether they stand in a list; only then the quota counts, as in wget.
    ///   - url: Gives each; nil for what is none, which it tells.
    private func retrieve(
        _ total: Int, isList: Bool = false, _ url: @escaping @Reactor (Int, Log) -> WgetURL?
    ) async {
        let turns = Turns(session.log)
        var next = 0
        let work: @Reactor () async -> Void = { [self] in
            while next < total {
                guard !isOver else { return }
                guard !isList || !session.isQuotaUsedUp else { return session.status.add(1) }
                let place = next
                next += 1
                let turn = turns.add()
                if let url = url(place, turn.log),
                    isList ? true : await askCredentials(of: url, turn.log)
                {
                    await retrieve(url, turn.log)
                }
                turns.end(turn)
            }
        }
        // Each follows links by several at once itself.
        let count = settings.recursion.follows ? 1 : min(jobs, total)
        if count <= 1 { return await work() }
        let workers = (0..<count).map { _ in inlineCallbacks { await work() } }
        _ = try? await DeferredList(workers).value
    }

    /// Reads a URL of the command line.
    private func parse(_ text: Octets, _ log: Log) -> WgetURL? {
        do throws(WgetURLError) {
            return try WgetURL.parse(
                WgetURL.completed(recoded(text.bytes, log)), usesIRIs: settings.input.usesIRIs)
        } catch {
            log.tell(
                .notQuiet,
                "\(Octets(WgetURL.completed(text.bytes))): \(error.message(session.quotes)).\n")
            session.status.add(.urlInvalid)
            log.report(
                TransferRecord(text, .urlInvalid, "\(error.message(session.quotes))"))
            return nil
        }
    }

    /// Asks a program for user and password, where that is wanted.
    ///
    /// - Returns: Whether it goes on: a program that says nothing ends all.
    private func askCredentials(of url: WgetURL, _ log: Log) async -> Bool {
        guard let asked else { return true }
        do throws(CredentialPrompt.Failure) {
            if let login = try await asked.login(for: url) {
                session.credentials.learn(
                    login, for: url, isGeneral: settings.recursion.isRecursive)
            }
            return true
        } catch {
            log.tell(.always, "\(error.text)\n")
            session.status.add(1)
            isGivenUp = true
            return false
        }
    }

    private func retrieve(_ url: WgetURL, _ log: Log) async {
        if settings.recursion.follows, let recursion { return await recursion.run(from: url) }
        let leavesFile = extraction == nil && !settings.download.isSpider
        let claim = leavesFile ? session.names?.claim(session.naming.name(of: url)) : nil
        if let claim, !claim.granted.isFired { _ = try? await claim.granted.value }
        let path = await retrieveFile(url, log, claim)
        if let claim { session.names?.end(claim, savedAs: path) }
    }

    /// Retrieves a URL without following its links.
    ///
    /// - Returns: The file that was saved.
    private func retrieveFile(
        _ url: WgetURL, _ log: Log, _ claim: NameClaims.Claim?
    ) async -> Octets? {
        if let extraction {
            let (file, parts) = await extraction.run(url, log, at: extraction.reserve())
            if let failure = file.failure { session.status.add(failure) }
            var record = session.record(of: file)
            record?.parts = parts
            log.report(record)
            return nil
        }
        let check = settings.download.isSpider ? nil : await checksums?.check(of: url, log)
        let purpose = check.map { check in
            let purpose = Purpose(session)
            purpose.check = check
            return purpose
        }
        var file = await Retrieval(session, log, purpose, claim).run(url)
        if file.isSuccess, let failure = await check?.conclude(file) {
            file.isSuccess = false
            file.failure = failure
        }
        file.checksum = check?.outcome
        recursion?.note(file)
        if let failure = file.failure { session.status.add(failure) }
        if settings.download.deletesAfter, file.isSuccess, let path = file.path,
            settings.download.outputDocument == nil
        {
            log.tell(.verbose, "Removing \(path).\n")
            do throws(SystemError) {
                try LocalFile.removeIfThere(path)
            } catch {
                log.tell(.notQuiet, "unlink: \(error)\n")
            }
        }
        log.report(session.record(of: file))
        return file.isSuccess ? file.path : nil
    }

    /// A URL of the command line in UTF-8, where it is said to be of another encoding.
    private func recoded(_ text: [UInt8], _ log: Log) -> [UInt8] {
        guard settings.input.usesIRIs, let name = settings.input.localEncoding else { return text }
        do throws(Charset.Failure) {
            return try WgetURL.recoded(text, from: Charset(name: name))
        } catch {
            log.tell(.verbose, octets: error.message(session.quotes) + "\n")
            return text
        }
    }

    /// Tells what was retrieved altogether, where that was more than one URL.
    private func tellEnd() {
        let isList =
            settings.recursion.follows || settings.urls.count > 1
            || settings.input.file != nil && session.totals.octets != 0
        guard isList, session.totals.files > 0 else { return }
        let log = session.log
        let totals = session.totals
        let wall = Figures.duration(Reactor.clock.seconds() - began)
        let rate = Rate(totals.octets, in: totals.time, isBits: settings.logging.reportsBits)
        log.tell(
            .notQuiet,
            "FINISHED --\(LogTime.text())--\nTotal wall clock time: \(wall)\n"
                + "Downloaded: \(totals.files) files, \(Figures.size(totals.octets)) in "
                + "\(Figures.duration(totals.time)) (\(rate.text))\n")
        if session.isQuotaUsedUp, let quota = settings.download.quota {
            log.tell(
                .notQuiet,
                "Download quota of \(Figures.size(Int(clamping: quota))) EXCEEDED!\n")
        }
    }
}
