import HTTPTypes
import TwineCore
import TwineHTTP

// What a reply leads to, and its content on its way into the file.
extension FileRetrieval {
    /// Takes a reply.
    func take(_ response: HTTPClient.Response, _ reply: ReplyHead) async -> AttemptEnd {
        file.isHTML = reply.isHTML
        file.isCSS = reply.isCSS
        file.charset = reply.charset
        if wantsMetalink { return await lookForMirrors(response, reply) }
        if reply.isRedirect { return await redirect(response, reply) }
        if reply.status == 504 {
            await drop(response)
            return .failed(.gatewayTimedOut)
        }
        if reply.status == 304, asksIfModified {
            await drop(response)
            // Most such replies do not say what the file is.
            if reply.mediaType == nil {
                file.isHTML = DownloadedKind.isHTML(path) || DownloadedKind.looksLikeHTML(path)
                file.isCSS = DownloadedKind.isCSS(path)
            }
            log.tell(
                .verbose,
                "File \(session.quoted(path)) not modified on server. Omitting download.\n\n")
            file.path = path
            return .unneeded
        }
        if settleName(reply) {
            await drop(response)
            return .unneeded
        }
        adjustExtension(reply)
        file.path = path
        if isWholeAlready(reply) {
            await drop(response)
            log.tell(
                .verbose, "\n    The file is already fully retrieved; nothing to do.\n\n")
            return .unneeded
        }
        // A part has to be the one that was asked for, and to say so; the whole begins at 0.
        if reply.start != 0 || reply.status == 206, reply.start != restart {
            await drop(response)
            return .failed(.rangeWrong)
        }
        if isIgnoringCondition(reply) {
            await drop(response)
            return .unneeded
        }
        // What is decoded on the way is of another length.
        expected = reply.isDecoded ? nil : reply.length.map { $0 + reply.start }
        // Of a reply that has no content, a length says nothing.
        if reply.isSuccess, reply.status != 204 { tellLength(reply) }
        guard saves(reply) else {
            length = 0
            restart = 0
            if reply.status == 204 { expected = nil }
            await drop(response)
            return .finished
        }
        return await save(response, reply)
    }

    /// Whether the content of a reply is what is wanted.
    func saves(_ reply: ReplyHead) -> Bool {
        (reply.isSuccess || settings.http.savesContentOnError) && !isHead && reply.status != 204
    }

    private func redirect(
        _ response: HTTPClient.Response, _ reply: ReplyHead
    ) async -> AttemptEnd {
        let location = reply.location
        await drop(response)
        let shown = location.map { escaped($0) } ?? "unspecified"
        log.tell(
            .verbose,
            "Location: \(shown)\(location == nil ? "" : " [following]")\n")
        let keeps: Bool
        switch reply.status {
        case 307, 308: keeps = true
        case 301, 302: keeps = method.isSet && method.name != "POST"
        case 303: keeps = method.name == "HEAD"
        default: keeps = false
        }
        return .redirected(to: location, keepsMethod: keeps)
    }

    /// A text of a server, fit for any terminal: of ASCII alone.
    private func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { output, octet in
            if octet >= 0x20, octet < 0x7f {
                output.unicodeScalars.append(Unicode.Scalar(octet))
            } else {
                let digits = String(octet, radix: 16, uppercase: true)
                output += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
    }

    /// Whether a request for the rest has found that there is none.
    private func isWholeAlready(_ reply: ReplyHead) -> Bool {
        if reply.status == 416 { return true }
        guard !usesTimestamps, restart > 0, reply.status == 200, reply.start == 0,
            let length = reply.length, !wantsWhole, validator == nil
        else { return false }
        return restart >= length
    }

    /// Whether a server has sent what is here already, for it knows no conditions.
    private func isIgnoringCondition(_ reply: ReplyHead) -> Bool {
        guard asksIfModified, reply.status == 200, let earlier, let modified = reply.modified,
            reply.length == earlier.facts.size, modified <= earlier.facts.modified
        else { return false }
        log.tell(
            .verbose,
            "Server ignored If-Modified-Since header for file \(session.quoted(path)).\n"
                + "You might want to add --no-if-modified-since option.\n\n")
        return true
    }

    // MARK: Saving

    private func save(_ response: HTTPClient.Response, _ reply: ReplyHead) async -> AttemptEnd {
        let check = purpose?.check
        if let failure = check?.begin(self, reply) {
            await drop(response)
            return .failed(failure)
        }
        let new = openNew()
        if new == nil, let connections = segments(reply),
            let end = await saveInParts(response, reply, over: connections)
        {
            return end
        }
        let document: OutputDocument
        do throws(SystemError) {
            if let new { document = new } else { document = try open() }
        } catch {
            var error = error
            await drop(response)
            if error.errno == SystemError.exists, PathOnDisk.isFolder(path) {
                error = SystemError(errno: SystemError.isFolder)
            }
            if error.errno == SystemError.exists, !session.mayOverwrite {
                log.tell(.notQuiet, "\(path) has sprung into existence.\n")
                return .failed(.fileAppeared)
            }
            log.tell(.notQuiet, "\(path): \(error)\n")
            writeError = error
            return .failed(.cannotOpen)
        }
        // Where files are numbered, the next of that name can take its number now.
        if let claim, !session.mayOverwrite { session.names?.end(claim, savedAs: path) }
        log.tell(
            .verbose,
            "Saving to: \(session.quoted(path == "-" ? "STDOUT" : path))\n")
        var skips = 0
        if restart > 0, reply.start == 0 {
            if validator != nil, settings.download.outputDocument == nil {
                // It is another file by now.
                try? document.goBack(to: 0)
                length = 0
                restart = 0
            } else {
                skips = restart
            }
        }
        notes.saves(to: path, from: restart)
        if validator == nil, reply.isSuccess { validator = reply.validator }
        if settings.http.savesHeaders, restart == 0, let head = steps?.head {
            do throws(SystemError) {
                try document.write(head.span)
            } catch {
                await drop(response)
                writeError = error
                return .failed(.cannotWrite)
            }
        }
        let progress = TransferProgress(
            settings.logging, log, session.output, name: path, initial: skips > 0 ? 0 : restart,
            total: reply.isDecoded ? reply.length : expected, isUnicode: session.quotes == .unicode)
        await check?.goOn(at: restart, of: path)
        let sink = BodySink(session, response, document, check, skips: skips, progress)
        let end = await sink.run()
        received = sink.travelled
        notes.receives(sink.received)
        seconds = sink.seconds
        length = skips > 0 ? max(sink.received, restart) : restart + sink.received
        switch end {
        case .whole: reading = .whole
        case .short: reading = .short
        case .failed(let error):
            notes.fails(by: error)
            reading = .failed(FailureText.read(error))
        case .cannotWrite(let error):
            await endExchange(isWhole: false)
            writeError = error
            return .failed(.cannotWrite)
        }
        if case .failed = reading { await endExchange(isWhole: false) } else { await endExchange() }
        return .finished
    }

    /// Whether a file may be made without a look at what is there, should there be nothing.
    var mayBeNew: Bool {
        document == nil && output == nil && !settings.download.continues
            && settings.download.backups == 0 && settings.beyond.segments == .one && mirrors.isEmpty
    }

    /// Makes the file where there is none: one call, as most of the time no other is needed.
    private func openNew() -> OutputDocument? {
        guard mayBeNew, restart == 0,
            let document = try? OutputDocument(path, .new, isPrivate: file.isTemporary)
        else { return nil }
        keep(document)
        // The file of an earlier run that came in parts may be gone, and its journal there still.
        if let expected, expected >= Self.reserved { SegmentFile.removeJournal(of: path) }
        return document
    }

    private func keep(_ document: OutputDocument) {
        output = document
        if let expected, expected >= Self.reserved { document.reserve(expected) }
    }

    private func open() throws(SystemError) -> OutputDocument {
        try dropParts()
        if let document = purpose?.document {
            try document.goBack(to: restart)
            return document
        }
        if let document = session.document { return document }
        if let output {
            try output.goBack(to: restart)
            return output
        }
        let document = try openFile()
        keep(document)
        return document
    }

    /// Room is kept for files of so many octets: smaller ones lie together anyway.
    private static let reserved = 1 << 20

    /// Makes the folders that the file needs, and tells which cannot be made.
    func makeFolders() {
        let names = session.names
        if let (folder, error) = ParentFolders.make(
            for: path, givesWay: { names?.isSaved($0) ?? false })
        {
            log.tell(.notQuiet, "\(folder): \(error)\n")
        }
    }

    private func openFile() throws(SystemError) -> OutputDocument {
        if isNumberedLater {
            isNumberedLater = false
            path = UniqueName.next(path)
            file.path = path
        }
        makeFolders()
        if settings.download.backups > 0 { Backups.rotate(path, settings.download.backups) }
        if restart > 0 { return try OutputDocument(path, .append) }
        if session.mayOverwrite || count > 1 {
            if settings.download.unlinks { try LocalFile.removeIfThere(path) }
            return try OutputDocument(path, .replace, isPrivate: file.isTemporary)
        }
        return try OutputDocument(path, .new, isPrivate: file.isTemporary)
    }
}
