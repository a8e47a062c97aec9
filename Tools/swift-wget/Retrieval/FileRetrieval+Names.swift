import HTTPTypes
import ToolKit
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
        let claimed = name == nil && !settings.http.trustsServerNames ? claim?.local : nil
        let local = claimed ?? session.naming.name(of: named, calledByServer: name)
        for notice in local.notices {
            log.tell(notice.kind, octets: notice.message(session.quotes) + "\n")
        }
        tellBlockedFolder(of: local.path)
        return local.path
    }

    /// Tells that a file stands where a folder is needed: wget asks there how long each name may be.
    private func tellBlockedFolder(of path: Octets) {
        guard settings.directories.prefix?.isEmpty ?? true else { return }
        let count = PathOnDisk.blocked(path)
        guard count > 0 else { return }
        session.output.flush()
        for _ in 0..<count {
            StandardError.write("pathconf: \(SystemError(errno: SystemError.noFolder))\n")
        }
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
        // As in wget, HEAD gives a name for a while as well as what follows it; robots.txt has none then,
        // unless that would be the end of one that is here.
        let harms = settings.download.isSpider && !isSpider && FileFacts(path) != nil
        if !isExistenceChecked || isSpider && hasHead, document == nil,
            harms || session.isTemporary(path, isSpider: isSpider)
        {
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

/// What a file is that is there, where no server says it.
enum DownloadedKind {
    static func isHTML(_ path: Octets) -> Bool {
        let name = String(decoding: path.bytes, as: UTF8.self).lowercased()
        return name.hasSuffix(".html") || name.hasSuffix(".htm")
    }

    static func isCSS(_ path: Octets) -> Bool {
        String(decoding: path.bytes, as: UTF8.self).lowercased().hasSuffix(".css")
    }

    /// Whether a file begins as pages do: with a tag, and with text around it.
    static func looksLikeHTML(_ path: Octets) -> Bool {
        guard let start = try? WholeFile.start(of: path, 512), !start.contains(0) else {
            return false
        }
        // Behind the mark of UTF-8 and white space.
        let blanks: [UInt8] = [0x09, 0x0A, 0x0C, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
        let text = start.drop { blanks.contains($0) }
        guard text.first == UInt8(ascii: "<"), let second = text.dropFirst().first else {
            return false
        }
        let isLetter = UInt8(ascii: "a")...UInt8(ascii: "z") ~= second | 0x20
        return isLetter || second == UInt8(ascii: "!")
    }
}
