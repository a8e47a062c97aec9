import HTTPTypes
import TwineCore
import TwineHTTP

/// Retrieves one URL into one file, and tries again until it is there or must be given up; redirects
/// are the caller's.
@Reactor
final class FileRetrieval {
    /// What it came to.
    enum End {
        case done
        /// The server sends on to another URL.
        case redirected(to: String, keepsMethod: Bool)
        /// The reply tells of mirrors.
        case metalink(MirroredFile)
        case failed(RetrievalFailure)
    }

    /// What one try came to.
    enum AttemptEnd {
        case finished
        /// The file is there already, whole.
        case unneeded
        case redirected(to: String?, keepsMethod: Bool)
        /// The reply was looked at for mirrors only.
        case metalink(MirroredFile?)
        case failed(RetrievalFailure)
    }

    /// How receiving has ended.
    enum Reading {
        case whole
        case short
        case failed(String)
    }

    let session: Session
    let log: Log
    let settings: Settings
    let purpose: Purpose?
    let url: WgetURL
    let original: WgetURL
    let referer: WgetURL?
    let method: RequestMethod
    var file: RetrievedFile
    /// Whether it is only looked whether the file is there.
    var isSpider: Bool
    /// Whether a file that is newer than the server's is kept.
    var usesTimestamps: Bool
    /// The file, open over all tries.
    var output: OutputDocument?
    /// Whether the next reply is looked at for mirrors only.
    var wantsMetalink: Bool

    // What is known across the tries.
    var path = Octets("")
    var hasName = false
    var hasHead = false
    var sendsHeadFirst = false
    var isExistenceChecked = false
    /// Whether the name gets a number when it is found to be taken.
    var isNumberedLater = false
    var isTimestampChecked = false
    /// The file that was there before, of a time stamp that counts.
    var earlier: (path: Octets, facts: FileFacts)?
    /// Whether it is asked for with `If-Modified-Since`.
    var asksIfModified = false
    /// What the first reply was tied to.
    var validator: String?
    var wantsWhole = false
    /// Whether the server is not to be asked for parts again.
    var refusesParts = false
    var count = 0
    var challenge: HTTPAuthenticator.Answer?
    /// What was sent because of an earlier challenge.
    var atOnce: HTTPAuthenticator.Answer?

    // Of the last try.
    var reply: ReplyHead?
    /// Octets of the file that are there, those of earlier tries included.
    var length = 0
    /// How long the file will be; nil if nobody knows.
    var expected: Int?
    /// Where the try began in the file.
    var restart = 0
    var reading = Reading.whole
    var received = 0
    var seconds = 0.0
    /// What happened on the way.
    var steps: Steps?
    /// The same, of all tries.
    var notes: TransferNotes
    /// The name that was claimed, where several files come at once.
    var claim: NameClaims.Claim?
    /// Why the file could not be written.
    var writeError: SystemError?
    /// Why the archive could not be written.
    var archiveError: (any Error)?

    init(
        _ session: Session, _ log: Log, _ url: WgetURL, original: WgetURL, referer: WgetURL?,
        _ method: RequestMethod, _ purpose: Purpose? = nil
    ) {
        self.session = session
        self.log = log
        self.purpose = purpose
        settings = purpose?.settings ?? session.settings
        self.url = url
        self.original = original
        self.referer = referer
        self.method = method
        file = RetrievedFile(url: url)
        notes = TransferNotes(original)
        isSpider = settings.download.isSpider
        usesTimestamps = settings.download.timestamping
        wantsMetalink = settings.metalink.overHTTP
    }

    /// What takes the content, if that is no file of its own.
    var document: OutputDocument? { purpose?.document ?? session.document }
    var isHead: Bool { wantsMetalink || sendsHeadFirst && !hasHead }

    /// Retrieves it.
    func run() async -> End {
        let end = await tryOften()
        // Whatever has come is kept, but never in the place of a file that was whole.
        output?.abandon()
        return end
    }

    private func tryOften() async -> End {
        tellPatterns()
        prepareName()
        if hasName, settings.download.keepsExisting, settings.download.outputDocument == nil,
            FileFacts(path) != nil, !hasJournal
        {
            tellAlreadyThere()
            return .done
        }
        prepareConditions()
        let tries = settings.download.tries
        while true {
            count += 1
            await session.pace(attempt: count)
            tellBegin()
            prepareRestart()
            notes.tries()
            let end = await attempt()
            if let failure = tellArchiveFailure() { return .failed(failure) }
            file.status = reply?.status ?? file.status
            if let end = conclude(end, at: LogTime.now) { return end }
            if let tries, count >= tries { return .failed(.triesUsedUp) }
        }
    }

    /// Decides what follows from a try; nil is another one.
    private func conclude(_ end: AttemptEnd, at time: Int) -> End? {
        switch end {
        case .failed(let failure):
            notes.fails(failure, writeError.map { "\($0)" })
            let isTransient =
                failure.isTransient
                || failure == .hostUnknown && settings.download.retriesHostError
            if isTransient {
                tellWhatNext()
                return nil
            }
            tellFailure(failure)
            return .failed(failure)
        case .unneeded: return .done
        case .metalink(let found?):
            log.tell(.verbose, "Metalink headers found. Switching to Metalink mode.\n")
            return .metalink(found)
        case .metalink(nil):
            log.tell(
                .notQuiet,
                "Could not find Metalink data in HTTP response. Downloading file using HTTP GET.\n")
            wantsMetalink = false
            // That was no try yet.
            count = 0
            return nil
        case .redirected(nil, _):
            log.tell(.notQuiet, "ERROR: Redirection (\(reply?.status ?? 0)) without location.\n")
            return .failed(.statusWrong)
        case .redirected(let location?, let keepsMethod):
            return .redirected(to: location, keepsMethod: keepsMethod)
        case .finished: return concludeReply(at: time)
        }
    }

    private func concludeReply(at time: Int) -> End? {
        guard let reply else { return .failed(.replyBroken) }
        guard reply.isSuccess else {
            return concludeRefusal(reply, at: time)
        }
        if !hasHead || isSpider && !settings.recursion.isRecursive {
            let wasHead = isHead
            hasHead = true
            if usesTimestamps, reply.lastModified == nil {
                log.tell(.notQuiet, "Last-modified header missing -- time-stamps turned off.\n")
            } else if reply.lastModified != nil, reply.modified == nil {
                log.tell(.verbose, "Last-modified header invalid -- time-stamp ignored.\n")
            }
            if wasHead {
                if let end = concludeHead(reply, at: time) { return end }
                hasName = true
                count = 0
                return nil
            }
        }
        return concludeBody(reply, at: time)
    }

    private func concludeRefusal(_ reply: ReplyHead, at time: Int) -> End? {
        log.tell(.brief, "\(url.text()):\n")
        if isHead, reply.status == 500 || reply.status == 501 {
            hasHead = true
            return nil
        }
        if isSpider {
            log.tell(.notQuiet, "Remote file does not exist -- broken link!!!\n")
        } else if settings.download.retryStatuses.contains(reply.status) {
            notes.fails(.statusWrong)
            tellWhatNext()
            return nil
        } else {
            log.tell(
                .notQuiet, "\(LogTime.text(time)) ERROR \(reply.status): \(reasonText(reply)).\n")
        }
        log.tell(.verbose, "\n")
        return .failed(.statusWrong)
    }

    private func reasonText(_ reply: ReplyHead) -> String {
        if let shown = steps?.shownReason, !shown.isEmpty { return shown.description }
        return reply.reason.isEmpty ? "(no description)" : reply.reason
    }

    /// What a reply to HEAD says about the file: whether it is to be retrieved at all.
    private func concludeHead(_ reply: ReplyHead, at time: Int) -> End? {
        if usesTimestamps {
            if let earlier, let modified = reply.modified {
                if earlier.facts.modified >= modified {
                    if expected == nil || expected == earlier.facts.size {
                        log.tell(
                            .verbose,
                            "Server file no newer than local file \(session.quoted(earlier.path))"
                                + " -- not retrieving.\n\n")
                        return .done
                    }
                    log.tell(
                        .verbose,
                        "The sizes do not match (local \(earlier.facts.size)) -- retrieving.\n")
                } else {
                    wantsWhole = true
                    log.tell(.verbose, "Remote file is newer, retrieving.\n")
                }
                log.tell(.verbose, "\n")
            }
            isTimestampChecked = true
        }
        guard isSpider else { return nil }
        let hasLinks = reply.isHTML || reply.isCSS
        if settings.recursion.isRecursive {
            if hasLinks {
                log.tell(
                    .verbose,
                    "Remote file exists and could contain links to other resources -- retrieving.\n\n"
                )
                return nil
            }
            log.tell(
                .verbose,
                "Remote file exists but does not contain any link -- not retrieving.\n\n")
        } else if hasLinks {
            log.tell(
                .verbose,
                "Remote file exists and could contain further links,\n"
                    + "but recursion is disabled -- not retrieving.\n\n")
        } else {
            log.tell(.verbose, "Remote file exists.\n\n")
        }
        log.tell(
            .brief,
            "\(LogTime.text(time)) URL: \(url.text(.shown)) \(reply.status) \(reply.reason)\n")
        return .done
    }

    private func concludeBody(_ reply: ReplyHead, at time: Int) -> End? {
        let rate = Rate(received, in: seconds, isBits: settings.logging.reportsBits)
        session.totals.time += seconds
        let isWhole: Bool
        switch reading {
        case .whole: isWhole = expected == nil || length == expected
        case .short, .failed: isWhole = false
        }
        if isWhole {
            if let failure = finish(reply) { return .failed(failure) }
            tellSaved(at: time, rate)
            if purpose?.counts ?? true {
                session.totals.files += 1
                session.totals.octets += received
            }
            file.isNew = true
            return .done
        }
        notes.fails(.readFailed)
        switch reading {
        case .failed(let reason):
            let place = expected.map { "\(length)/\($0)" } ?? "\(length)"
            log.tell(
                .verbose,
                "\(LogTime.text(time)) (\(rate.text)) - Read error at byte \(place) (\(reason)).\(expected == nil ? "" : " ")"
            )
        case .whole, .short:
            log.tell(
                .verbose,
                "\(LogTime.text(time)) (\(rate.text)) - Connection closed at byte \(length). ")
        }
        tellWhatNext()
        return nil
    }

    /// Ends the file: it gets the time that the server says, and its name.
    private func finish(_ reply: ReplyHead) -> RetrievalFailure? {
        let file = output ?? document
        if settings.download.usesServerTimestamps, let modified = reply.modified {
            file?.setModified(modified)
        }
        if settings.download.writesExtendedAttributes {
            file?.setOrigin(url, referrer: url == original ? nil : original)
        }
        do throws(SystemError) {
            try output?.finish()
        } catch {
            writeError = error
            tellFailure(.cannotWrite)
            return .cannotWrite
        }
        output = nil
        return nil
    }
}
