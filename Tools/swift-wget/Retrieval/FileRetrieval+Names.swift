import HTTPTypes
import TwineCore
import TwineHTTP

// What the file is called, and what is there already.
extension FileRetrieval {
    private var named: WgetURL { settings.http.trustsServerNames ? url : original }

    /// Names the file, if its name does not depend on the reply.
    func prepareName() {
        if let document = settings.download.outputDocument {
            path = document
            hasName = true
        } else if !settings.http.usesContentDisposition {
            path = name()
            hasName = true
        }
    }

    func name(calledByServer name: Octets? = nil) -> Octets {
        let local = session.naming.name(of: named, calledByServer: name)
        for notice in local.notices {
            log.tell(.notQuiet, octets: notice.message(session.quotes) + "\n")
        }
        return local.path
    }

    /// Decides whether the head is asked for first, or the file only if it is newer.
    func prepareConditions() {
        let download = settings.download
        sendsHeadFirst = isSpider
        if settings.http.usesContentDisposition, download.continues { sendsHeadFirst = true }
        guard usesTimestamps else { return }
        if !hasName { sendsHeadFirst = true }
        guard hasName, let facts = FileFacts(path), !hasJournal else { return }
        if download.usesIfModifiedSince, !sendsHeadFirst, download.outputDocument == nil {
            asksIfModified = true
            noteEarlier(facts)
        } else {
            sendsHeadFirst = true
        }
    }

    private func noteEarlier(_ facts: FileFacts) {
        guard settings.download.outputDocument == nil else { return }
        // A page whose links were converted is no measure for the server's.
        if settings.recursion.backsUpConverted, let original = FileFacts(path + ".orig") {
            earlier = (path, original)
        } else {
            earlier = (path, facts)
        }
    }

    /// Decides where in the file the next try begins.
    func prepareRestart() {
        if let start = settings.download.startPosition {
            restart = Int(clamping: start)
        } else if hasName, settings.download.continues || count > 1, hasJournal {
            // Its end says nothing of what is there.
            restart = 0
        } else if wantsWhole {
            restart = count > 1 ? length : 0
        } else if settings.download.continues, hasName, let facts = FileFacts(path) {
            // What a first try has left counts too, so that no failed one can harm it.
            restart = facts.size
        } else if count > 1 {
            restart = length
        } else {
            restart = 0
        }
        length = restart
    }

    /// Names the file, when the reply is known, and looks whether it is there.
    ///
    /// - Returns: Whether there is nothing to retrieve.
    func settleName(_ reply: ReplyHead) -> Bool {
        if !hasName || path.isEmpty {
            let disposition = reply.fields[.contentDisposition].map { ContentDisposition($0) }
            path = name(calledByServer: disposition?.wgetFileName.map { Octets($0) })
        }
        if !isExistenceChecked, document == nil, session.isTemporary(path) {
            path = path + ".tmp"
            file.isTemporary = true
        }
        if !isExistenceChecked, settings.download.outputDocument == nil, !showsByOpening(reply),
            let facts = FileFacts(path)
        {
            let isPartial = hasJournal
            if settings.download.keepsExisting, !isPartial {
                tellAlreadyThere()
                return true
            }
            if !session.mayOverwrite { path = UniqueName.next(path) }
            if usesTimestamps, !isTimestampChecked, earlier == nil, !isPartial {
                noteEarlier(facts)
            }
        }
        isExistenceChecked = true
        return false
    }

    /// Whether it is soon enough to see that there is such a file when it is opened.
    private func showsByOpening(_ reply: ReplyHead) -> Bool {
        guard !settings.download.keepsExisting, !usesTimestamps else { return false }
        guard !session.mayOverwrite else { return true }
        isNumberedLater =
            mayBeNew && !settings.http.adjustsExtension && purpose?.check == nil && saves(reply)
        return isNumberedLater
    }

    func tellAlreadyThere() {
        log.tell(
            .verbose, "File \(session.quoted(path)) already there; not retrieving.\n\n")
        file.path = path
        file.isHTML = DownloadedKind.isHTML(path)
    }

    /// Adds `.html` and the like, where that is wanted.
    func adjustExtension(_ reply: ReplyHead) {
        guard settings.http.adjustsExtension, settings.download.outputDocument == nil else {
            return
        }
        let coding = settings.http.compression == .none ? reply.fields[.contentEncoding] : nil
        let kind: AdjustedExtension.Kind = reply.isHTML ? .html : reply.isCSS ? .css : .other
        let adjusted = AdjustedExtension(
            kind: kind, coding: coding, mayOverwrite: session.mayOverwrite
        ).adjust(path) { FileFacts($0) != nil }
        path = adjusted.path
        file.hasAddedEnding = adjusted.isAdjusted
    }
}

/// What a file is, by its name alone.
enum DownloadedKind {
    static func isHTML(_ path: Octets) -> Bool {
        let name = String(decoding: path.bytes, as: UTF8.self).lowercased()
        return name.hasSuffix(".html") || name.hasSuffix(".htm")
    }
}
