import TwineCore
import TwineHTTP

/// What the robots.txt of hosts allows; each is fetched when a link to its host is first met.
@Reactor
final class Robots {
    private let session: Session
    private var known: [HTTPOrigin: RobotsText] = [:]
    private var fetching: [HTTPOrigin: Deferred<Void>] = [:]

    init(_ session: Session) { self.session = session }

    /// Whether a URL may be retrieved.
    func allows(_ url: WgetURL) async -> Bool {
        guard let plain = url.plainWebURL, let origin = try? HTTPOrigin(plain) else { return true }
        if known[origin] == nil { await fetch(origin) }
        return known[origin]?.allows(url.requestTarget) ?? true
    }

    private func fetch(_ origin: HTTPOrigin) async {
        if let fetching = fetching[origin] {
            _ = try? await fetching.value
            return
        }
        let done = Deferred<Void>()
        fetching[origin] = done
        known[origin] = await read(origin)
        fetching[origin] = nil
        done.callback(())
    }

    private func read(_ origin: HTTPOrigin) async -> RobotsText {
        let log = session.log
        log.tell(.verbose, "Loading robots.txt; please ignore errors.\n")
        let nothing = RobotsText([UInt8]().span, agent: "wget")
        guard let url = try? WgetURL.parse(Array("\(origin)/robots.txt".utf8)) else {
            return nothing
        }
        // Where to put it follows its own URL, not what is being saved.
        let file = await Retrieval(session, log).run(url, isRobots: true)
        guard file.isSuccess, let path = file.path else { return nothing }
        let text = (try? WholeFile.read(path, limit: RobotsText.sizeLimit)) ?? []
        if file.isTemporary || session.settings.download.isSpider && file.isNew {
            log.tell(.verbose, "Removing \(path).\n")
            try? LocalFile.removeIfThere(path)
        }
        return RobotsText(text.span, agent: "wget")
    }
}
