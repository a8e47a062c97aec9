import TwineCore
import TwineHTML

extension Recursion {
    /// Notes what became of a URL, and puts the links of a page into the queue.
    ///
    /// - Parameters:
    ///   - asked: The URL that was asked for.
    ///   - link: What was in the queue.
    ///   - outcome: What became of it; nil when it was saved before.
    func lookAt(_ asked: WgetURL, _ link: QueuedLink, _ outcome: Outcome?) async {
        guard let outcome else {
            guard let saved = downloads.file(of: asked) else { return }
            if saved.kind == .css && link.expectsCSS || saved.kind == .html && link.expectsHTML {
                let kind: LinkFinder.Kind = saved.kind == .css ? .css : .html
                await follow(link, saved.file, kind, at: asked, charset: saved.charset)
            }
            dispose(of: saved.file)
            return
        }
        note(outcome, for: asked)
        var kind: LinkFinder.Kind?
        if outcome.isSuccess, outcome.file != nil {
            if outcome.kind == .html, link.expectsHTML { kind = .html }
            // Servers often call style sheets by another type.
            if outcome.kind == .css || link.expectsCSS { kind = .css }
        }
        let url = outcome.isRedirected ? outcome.url.withoutFragment : asked
        if outcome.isRedirected, kind != nil {
            if let reason = await refusal(
                FoundLink(redirection: url), on: asked, depth: link.depth)
            {
                rejectedLog?.add(reason, asked, on: start)
                kind = nil
            } else {
                visited.insert(asked)
                visited.insert(url)
            }
        }
        if let kind, let file = outcome.file {
            await follow(link, file, kind, at: url, charset: outcome.charset)
        }
        // Of what failed nothing was saved, unless that was asked for.
        if let file = outcome.file, outcome.isSuccess || settings.http.savesContentOnError {
            dispose(of: file)
        }
    }

    private func note(_ outcome: Outcome, for url: WgetURL) {
        if settings.download.isSpider, outcome.isMissing { brokenLinks.add(outcome.url) }
        guard outcome.isSuccess, let file = outcome.file else { return }
        downloads.add(
            DownloadedFile(
                url: outcome.url.withoutFragment, file: file, kind: outcome.kind,
                hasAddedEnding: outcome.hasAddedEnding, isNew: outcome.isNew,
                charset: outcome.charset))
        if outcome.isRedirected { downloads.add(redirection: url, to: outcome.url) }
    }

    /// Puts the links of a saved page into the queue.
    private func follow(
        _ link: QueuedLink, _ file: Octets, _ kind: LinkFinder.Kind, at url: WgetURL,
        charset: String?
    ) async {
        var onlyRequisites = false
        if let level = settings.recursion.level, link.depth >= level {
            // Requisites may lie one level further, and two for those of frames.
            guard settings.recursion.getsRequisites, link.depth <= level + 1 else { return }
            onlyRequisites = true
        }
        let page: FoundLinks
        do {
            page = try LocalFile.read(OriginalPage.file(of: file, settings)) {
                finder.links(of: $0, kind, at: url, charset: charset)
            }
        } catch {
            return functions.tell(.brief, file + Octets(": \(error)\n"))
        }
        if settings.recursion.usesRobots, page.forbidsFollowing {
            let before: Octets = "nofollow attribute found in "
            return functions.tell(
                .verbose, before + file + ". Will not follow any links on this page\n")
        }
        let referer = url.text(.hidden)
        for found in page where !found.traits.contains(.notFetched) {
            if onlyRequisites, !found.traits.contains(.requisite) { continue }
            if let reason = await refusal(found, on: url, depth: link.depth) {
                rejectedLog?.add(reason, found.url, on: url)
                continue
            }
            visited.insert(found.url)
            queue.push(
                QueuedLink(
                    url: found.url.text(.shown), referer: referer,
                    depth: link.depth + 1,
                    expectsHTML: found.traits.contains(.html),
                    expectsCSS: found.traits.contains(.css)))
        }
    }

    /// Why a link is not followed; nil if it is.
    private func refusal(
        _ found: FoundLink, on parent: WgetURL, depth: Int
    ) async -> RejectReason? {
        if visited.contains(found.url) { return .seen }
        if let reason = rules.refusal(of: found, on: parent, depth: depth, start: start) {
            return reason
        }
        guard settings.recursion.usesRobots, found.url.isHTTP else { return nil }
        guard await !functions.isAllowed(found.url.withoutFragment) else { return nil }
        visited.insert(found.url)
        return .robots
    }

    /// Removes a file that was only fetched for its links.
    private func dispose(of file: Octets) {
        let isUnwanted = settings.download.deletesAfter || settings.download.isSpider
        guard isUnwanted || !rules.accepts(file) else { return }
        let before: Octets = "Removing "
        functions.tell(
            .verbose, before + file + (isUnwanted ? ".\n" : " since it should be rejected.\n"))
        do {
            try LocalFile.remove(file)
        } catch {
            functions.tell(.brief, Octets("unlink: \(error)\n"))
        }
        functions.tell(.verbose, "\n")
        downloads.remove(file)
    }
}
