import HTTPTypes
import TwineCore
import TwineHTTP

// A file that comes over several connections (`--segments`), or goes on by the journal beside it.
extension FileRetrieval {
    /// Whether the file that is there may have holes, which only its journal knows.
    ///
    /// A journal without a file tells of nothing.
    var hasJournal: Bool {
        path != "-" && !path.isEmpty && SegmentFile.hasJournal(path)
    }

    /// Over how many connections a file comes that a reply begins; nil for the usual way.
    func segments(_ reply: ReplyHead) -> Int? {
        guard let size = expected, size > 0, reply.status == 200 || reply.status == 206,
            reply.start == restart, mayComeInParts
        else { return nil }
        var count = 1
        if !refusesParts, let segments = SegmentCount(settings.beyond.segments) {
            count = segments.connections(
                size: size - restart, fields: reply.fields, mirrors: 1 + mirrors.count)
        }
        return count > 1 || hasJournal ? count : nil
    }

    var mirrors: [WgetURL] { purpose?.mirrors ?? [] }

    /// Whether octets of the reply are octets of the file, and nothing else is to be in it.
    private var mayComeInParts: Bool {
        let isPlain =
            method.body == nil && method.name == "GET" && settings.http.compression == .none
            && !settings.http.savesHeaders && !settings.http.ignoresLength
            && settings.download.startPosition == nil
        guard isPlain, session.archive == nil, !file.isTemporary else { return false }
        guard document != nil else { return true }
        if let purpose, purpose.document != nil { return purpose.takesParts }
        // Several URLs stand one behind the other in the file of -O.
        return settings.urls.count == 1 && settings.input.file == nil
            && !settings.recursion.follows && FileFacts(path) != nil
    }

    /// Saves what comes over several connections, the reply at hand being that of the first.
    ///
    /// - Returns: How the try ended; nil when there can be no journal, and the usual way is left.
    func saveInParts(
        _ response: HTTPClient.Response, _ reply: ReplyHead, over connections: Int
    ) async -> AttemptEnd? {
        guard let size = expected, let request = notes.request else { return nil }
        let steps = SegmentSteps()
        let goesOn = hasJournal
        let download: SegmentedDownload
        do throws(SegmentError) {
            if !goesOn, restart == 0 { try prepareFile() }
            download = try SegmentedDownload(
                session.client, sources(request, steps), size: size,
                validator: SegmentValidator(reply.fields), path: path,
                options: options(reply, connections, isOpen: document != nil || goesOn))
        } catch {
            return fails(to: error, response)
        }
        tellParts(download)
        return await receive(download, response, steps)
    }

    /// Forgets a file with holes that is about to be written in the usual way.
    func dropParts() throws(SystemError) {
        guard restart == 0, hasJournal else { return }
        if let document {
            try document.goBack(to: 0)
            // What came in parts did not pass through the document.
            try LocalFile.truncate(path)
        } else {
            try LocalFile.removeIfThere(path)
        }
        SegmentFile.removeJournal(of: path)
    }

    /// Prepares for a file that is written from its beginning.
    private func prepareFile() throws(SegmentError) {
        guard document == nil else { return }
        makeFolders()
        if settings.download.backups > 0 { Backups.rotate(path, settings.download.backups) }
        guard settings.download.unlinks, session.mayOverwrite || count > 1 else { return }
        do throws(SystemError) {
            try LocalFile.removeIfThere(path)
        } catch {
            throw .file(error)
        }
    }

    private func options(
        _ reply: ReplyHead, _ connections: Int, isOpen: Bool
    ) -> SegmentedDownload.Options {
        var options = SegmentedDownload.Options()
        options.connections = connections
        options.connectionsPerSource = SegmentCount(settings.beyond.segments)?.perSource ?? 1
        options.tries = settings.download.tries ?? 0
        options.waitRetry = settings.download.waitRetry
        options.pieces = purpose?.pieces
        options.prefix = restart
        options.start = restart
        let isBeginning = !isOpen && restart == 0
        options.mustBeNew = isBeginning && !session.mayOverwrite && count == 1
        options.replaces =
            isBeginning && !options.mustBeNew && FileFacts(path).map { $0.size > 0 } ?? false
        options.takesWhole =
            refusesParts || reply.status == 200 && !SegmentCount.sendsParts(reply.fields)
        options.limit = session.limit
        return options
    }

    // MARK: Receiving

    private func tellParts(_ download: SegmentedDownload) {
        var text = "Connections: \(download.plan.connections)"
        let rest = download.size - download.present
        if download.present > 0 {
            text += ", \(rest)" + (rest >= 1024 ? " (\(Figures.size(rest)))" : "") + " remaining"
        }
        log.tell(.verbose, "Saving to: \(session.quoted(path))\n\(text)\n")
    }

    private func receive(
        _ download: SegmentedDownload, _ response: HTTPClient.Response, _ steps: SegmentSteps
    ) async -> AttemptEnd {
        let before = download.present
        notes.saves(to: path, from: before)
        purpose?.check?.comesInParts(hadBeginning: before > 0)
        let progress = TransferProgress(
            settings.logging, log, session.output, name: path, initial: before,
            total: download.size, isUnicode: session.quotes == .unicode)
        let began = Reactor.clock.seconds()
        download.received = { octets in progress?.update(octets) }
        progress?.begin()
        var failure: (any Error)?
        do {
            _ = try await download.run(first: response).value
        } catch {
            failure = error
        }
        seconds = Reactor.clock.seconds() - began
        progress?.finish()
        received = download.outcome.received.reduce(0, +)
        length = download.present
        restart = before
        notes.receives(received)
        notes.comesInParts(download.plan.connections, steps.counts)
        if let failure { return ends(by: failure, download) }
        // Its time and its attributes are to be set.
        if document == nil { output = try? OutputDocument(path, .append) }
        reading = .whole
        return .finished
    }

    /// How a try ends that has not brought all.
    private func ends(by error: any Error, _ download: SegmentedDownload) -> AttemptEnd {
        notes.fails(by: error)
        switch error as? SegmentError {
        case .file(let error):
            writeError = error
            return .failed(.cannotWrite)
        case .damaged:
            log.tell(.notQuiet, "\(path): \(error).\n")
            return .failed(.checksumWrong)
        // The next try begins with what the server has now.
        case .changed: break
        // Over one connection it may come yet.
        case .noParts, .refused: refusesParts = true
        case .busy, nil:
            // It was asked for as often as it may be.
            if download.isExhausted { count = settings.download.tries ?? count }
        }
        reading = .failed(FailureText.read(error))
        return .finished
    }

    private func fails(to error: SegmentError, _ response: HTTPClient.Response) -> AttemptEnd? {
        switch error {
        case .file(let error) where error.errno == SystemError.noSpace:
            writeError = error
            response.cancel()
            return .failed(.cannotWrite)
        case .file(let error) where error.errno == SystemError.exists:
            response.cancel()
            log.tell(.notQuiet, "\(path) has sprung into existence.\n")
            return .failed(.fileAppeared)
        case .busy:
            response.cancel()
            notes.fails(by: error)
            log.tell(.notQuiet, "\(path): \(error).\n")
            return .failed(.fileBusy)
        default: return nil
        }
    }
}
