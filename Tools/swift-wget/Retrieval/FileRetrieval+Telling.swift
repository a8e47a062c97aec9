import TwineHTTP

// What is told about a retrieval, in wget's words.
extension FileRetrieval {
    func tellBegin() {
        if isSpider, !hasHead {
            log.tell(.verbose, "Spider mode enabled. Check if remote file exists.\n")
        }
        let number = count < 10 ? " \(count)" : "\(count)"
        let attempt = count > 1 ? "(try:\(number))  " : ""
        log.tell(.verbose, "--\(LogTime.text())--  \(attempt)\(url.text())\n")
    }

    /// Tells that HTTP knows no patterns, where a URL looks as if it were one: by `*`, `?` or `[`.
    func tellPatterns() {
        guard log.tells(.verbose), settings.download.warnsOfPatterns,
            url.path.contains(where: { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B })
        else { return }
        log.tell(.verbose, "Warning: wildcards not supported in HTTP.\n")
    }

    func tellWhatNext() {
        log.tell(
            .verbose, count == settings.download.tries ? "Giving up.\n\n" : "Retrying.\n\n")
    }

    func tellFailure(_ failure: RetrievalFailure) {
        switch failure {
        case .cannotOpen, .cannotWrite:
            log.tell(.verbose, "\n")
            let reason = writeError.map { "\($0)" } ?? "Success"
            log.tell(.notQuiet, "Cannot write to \(session.quoted(path)) (\(reason)).\n")
        case .notSecure, .tunnelRefused:
            log.tell(.notQuiet, "Unable to establish SSL connection.\n")
        case .authenticationFailed:
            log.tell(.verbose, "\n")
            log.tell(.notQuiet, "Username/Password Authentication Failed.\n")
        default: break
        }
    }

    func tellLength(_ reply: ReplyHead) {
        guard log.isVerbose else { return }
        var text = "Length: "
        if let length = reply.length {
            let whole = length + reply.start
            text += "\(whole)"
            if whole >= 1024 { text += " (\(Figures.size(whole)))" }
            if reply.start > 0 {
                text += ", \(length)"
                text += length >= 1024 ? " (\(Figures.size(length))) remaining" : " remaining"
            }
        } else {
            text += settings.http.ignoresLength ? "ignored" : "unspecified"
        }
        if let type = reply.mediaType { text += " [\(type)]" }
        log.tell(.verbose, text + "\n")
    }

    func tellSaved(at time: Int, _ rate: Rate) {
        guard log.tells(.verbose) || log.tells(.brief) else { return }
        let figures = expected.map { "\(length)/\($0)" } ?? "\(length)"
        if settings.download.outputDocument == "-" {
            log.tell(
                .verbose,
                "\(LogTime.text(time)) (\(rate.text)) - written to stdout [\(figures)]\n\n")
        } else {
            log.tell(
                .verbose,
                "\(LogTime.text(time)) (\(rate.text)) - \(session.quoted(path)) saved [\(figures)]\n\n"
            )
        }
        log.tell(
            .brief,
            octets: Octets("\(LogTime.text(time)) URL:\(url.text(.shown)) [\(figures)] -> \"")
                + shownPath + Octets("\" [\(count)]\n"))
    }

    /// The path as it is, wherever that can do no harm.
    private var shownPath: Octets { session.output.isTerminal ? path.forTerminal : path }
}
