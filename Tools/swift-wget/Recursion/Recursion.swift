import DequeModule
import TwineCore

/// Follows links from one URL, breadth first (`-r`, `-p`).
///
/// It retrieves nothing itself, and knows neither network nor options of files: what it needs is
/// handed to it as functions. With one job it does exactly what wget does, in its order; with several
/// it fetches ahead, but not what is to be written where something waits to be looked at, and looks at
/// what came in the same order still.
@Reactor
final class Recursion {
    /// What is to be retrieved.
    struct Request {
        let url: WgetURL
        /// The page that it stands on, without user and password; nil for the first.
        let referer: WgetURL?
        let depth: Int
    }

    /// What became of it.
    struct Outcome {
        /// Whether it was retrieved, or is there already.
        var isSuccess = false
        /// Whether a file could not be written: nothing further is tried.
        var cannotWrite = false
        /// Whether the server knows no such URL.
        var isMissing = false
        /// Where it was in the end.
        var url: WgetURL
        /// Whether ``url`` is another than was asked for.
        var isRedirected = false
        /// The file that it was saved as, or would have been.
        var file: Octets?
        var kind = DownloadedFile.Kind.other
        var hasAddedEnding = false
        var isNew = true
        /// What the server said of its encoding.
        var charset: String?
    }

    /// What it needs of the world.
    struct Functions {
        /// The file that a URL will be saved as.
        var name: @Reactor (WgetURL) -> Octets
        /// Retrieves and saves a URL.
        var retrieve: @Reactor (Request) async -> Outcome
        /// Whether robots.txt allows a URL; asked for once a host at first.
        var isAllowed: @Reactor (WgetURL) async -> Bool
        /// Whether `-Q` is used up.
        var isQuotaUsedUp: @Reactor () -> Bool
        /// Tells something, from a verbosity on.
        var tell: @Reactor (Settings.Logging.Verbosity, Octets) -> Void
    }

    /// Why it ended.
    enum End { case done, quota, cannotWrite }

    let settings: Settings
    let rules: FollowRules
    let finder: LinkFinder
    let downloads: DownloadMap
    let rejectedLog: RejectedLog?
    let functions: Functions
    private let jobs: Int
    private let names: NameClaims?
    var brokenLinks = BrokenLinks()

    var queue = LinkQueue()
    var visited = VisitedSet()
    let start: WgetURL
    /// What is being retrieved, or was and is not looked at yet, in the order of the queue.
    private var window: Deque<Pending> = []
    private var running = 0
    private var cannotWrite = false

    @Reactor
    private final class Pending {
        let url: WgetURL
        let link: QueuedLink
        let claim: NameClaims.Claim?
        var isBegun = false
        /// What became of it; nil for what was saved before.
        let outcome = Deferred<Outcome?>()

        init(_ url: WgetURL, _ link: QueuedLink, _ claim: NameClaims.Claim?) {
            self.url = url
            self.link = link
            self.claim = claim
        }
    }

    /// So many are fetched ahead of one that takes long, for each job.
    private static let windowPerJob = 8

    /// Prepares to follow links.
    ///
    /// - Parameters:
    ///   - start: Where it begins.
    ///   - settings: The options.
    ///   - rules: Which links are followed.
    ///   - downloads: What was saved, and will be.
    ///   - rejectedLog: Where it is noted which links are not followed.
    ///   - jobs: How many are retrieved at once.
    ///   - names: The names that are under way with them.
    ///   - functions: What it needs.
    init(
        from start: WgetURL, _ settings: Settings, _ rules: FollowRules, downloads: DownloadMap,
        rejectedLog: RejectedLog? = nil, jobs: Int = 1, names: NameClaims? = nil,
        _ functions: Functions
    ) {
        self.start = start
        self.settings = settings
        self.rules = rules
        self.downloads = downloads
        self.rejectedLog = rejectedLog
        self.jobs = max(1, jobs)
        self.names = names
        self.functions = functions
        finder = LinkFinder(settings)
    }

    /// Follows links until there are no more.
    func run() async -> End {
        visited.insert(start)
        queue.push(
            QueuedLink(
                url: start.text(.shown), referer: nil, depth: 0, expectsHTML: true,
                expectsCSS: false))
        while true {
            fill()
            guard let next = window.first else { break }
            let outcome = (try? await next.outcome.value) ?? nil
            await lookAt(next.url, next.link, outcome)
            window.removeFirst()
            if let claim = next.claim {
                names?.end(claim, savedAs: outcome?.isSuccess == true ? outcome?.file : nil)
            }
        }
        rejectedLog?.flush()
        if functions.isQuotaUsedUp() { return .quota }
        return cannotWrite ? .cannotWrite : .done
    }

    private func parsed(_ text: String) -> WgetURL? {
        try? WgetURL.parse(Array(text.utf8), usesIRIs: settings.input.usesIRIs)
    }

    /// Whether nothing further is begun.
    private var isOver: Bool { cannotWrite || functions.isQuotaUsedUp() }

    /// Begins as many retrievals as may run.
    private func fill() {
        for pending in window where !pending.isBegun { beginIfFree(pending) }
        // With one job nothing is fetched ahead.
        let most = jobs == 1 ? 1 : jobs * Self.windowPerJob
        while running < jobs, window.count < most, !isOver, let link = queue.pop() {
            guard let url = parsed(link.url) else { continue }
            let pending = Pending(url, link, names?.claim(functions.name(url)))
            window.append(pending)
            beginIfFree(pending)
        }
    }

    /// Begins a retrieval, unless others must end first.
    private func beginIfFree(_ pending: Pending) {
        guard pending.claim?.granted.isFired ?? true, running < jobs else { return }
        pending.isBegun = true
        guard !isOver, downloads.file(of: pending.url) == nil else {
            pending.outcome.callback(nil)
            return
        }
        running += 1
        _ = inlineCallbacks { [self] in
            let outcome = await functions.retrieve(
                Request(
                    url: pending.url, referer: pending.link.referer.flatMap { parsed($0) },
                    depth: pending.link.depth))
            running -= 1
            if outcome.cannotWrite { cannotWrite = true }
            pending.outcome.callback(outcome)
            if jobs > 1 { fill() }
        }
    }
}
