import TwineCore

/// Fetches something small that the program needs itself, and tells nothing of it.
@Reactor
enum MemoryFetch {
    /// Such things are not worth more tries.
    private static let tries = 2

    /// The octets at a URL; nil if they cannot be had, or are too many.
    static func octets(of url: WgetURL, _ session: Session, limit: Int) async -> [UInt8]? {
        let (purpose, document) = Purpose.memory(session, limit: limit)
        purpose.counts = false
        purpose.settings.download.tries = min(tries, session.settings.download.tries ?? tries)
        purpose.settings.http.method = nil
        purpose.settings.http.body = nil
        purpose.settings.http.savesContentOnError = false
        var logging = session.settings.logging
        logging.verbosity = .quiet
        logging.debugs = false
        logging.showsProgress = false
        purpose.settings.logging = logging
        let log = Log(logging, session.output)
        let file = await Retrieval(session, log, purpose).run(url)
        return file.isSuccess ? document.contents : nil
    }
}
