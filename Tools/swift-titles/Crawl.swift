import CTwine
import ToolKit
import ToolOptions
import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// All blogs at once: as many as may be under way, each on its own.
@Reactor
final class Crawl {
    private var schedule: Schedule
    private let finder: TitleFinder
    private let report: Report
    private let concurrency: Int
    private let finished = Deferred<ExitStatus>()
    private var running: [Int: Deferred<Void>] = [:]
    private var isInterrupted = false

    init(_ blogs: [Blog], _ finder: TitleFinder, _ report: Report, concurrency: Int, perHost: Int) {
        schedule = Schedule(blogs, perHost: perHost)
        self.finder = finder
        self.report = report
        self.concurrency = concurrency
    }

    /// The Deferred of the exit status.
    func run() -> Deferred<ExitStatus> {
        fill()
        return finished
    }

    private func fill() {
        while running.count < concurrency, !isInterrupted, let blog = schedule.next() {
            // Held before it starts: a blog that fails at once ends before `inlineCallbacks`
            // returns.
            running[blog.index] = Deferred<Void>()
            report.inFlight = running.count
            let work = inlineCallbacks { await self.finder.find(blog) }
                .addCallback { self.ended(blog, $0) }
            if running[blog.index] != nil { running[blog.index] = work }
        }
        if running.isEmpty, !finished.isFired {
            finished.callback(report.end(interrupted: isInterrupted))
        }
    }

    private func ended(_ blog: Blog, _ outcome: Outcome) {
        running[blog.index] = nil
        report.inFlight = running.count
        schedule.finished(blog.host)
        if !isInterrupted || outcome.failure?.kind != .interrupted { report.add(outcome) }
        // Not from inside of this blog's end: the next one starts with a fresh stack.
        if !isFilling {
            isFilling = true
            Reactor.callLater(0) {
                self.isFilling = false
                self.fill()
            }
        }
    }
    private var isFilling = false

    /// Ends with what was found so far.
    func interrupt() {
        guard !isInterrupted else { return }
        isInterrupted = true
        _ = schedule.removeAll()
        for work in running.values { work.cancel() }
        if running.isEmpty { fill() }
    }
}

extension Crawl {
    /// Descriptors kept for what is no connection: standard streams, lookups, the loop's own.
    private static let reservedDescriptors = 64

    /// Runs the crawl that was asked for.
    nonisolated static func run(_ options: SwiftTitles) -> ExitStatus {
        do {
            let blogs = try BlogList.read(options.blogs)
            guard !blogs.isEmpty else { throw BlogList.Problem(message: "no blog in the input") }
            let xpath = try options.xpath.map { try XPathExpression($0) }
            let status = runReactor { _ in
                inlineCallbacks {
                    let status = try await crawl(blogs, options, xpath: xpath)
                    throw SystemExit(status.rawValue)
                }
            }
            return ExitStatus(rawValue: status)
        } catch let problem as BlogList.Problem {
            StandardError.write("swift-titles: \(problem.message)\n")
        } catch {
            StandardError.write("swift-titles: \(error)\n")
        }
        return .usage
    }

    /// Crawls on the reactor, until the end or Ctrl-C.
    static func crawl(
        _ blogs: [Blog], _ options: SwiftTitles, xpath: XPathExpression?, prints: Bool = true
    ) async throws -> ExitStatus {
        let room = max(1, Int(twine_lift_descriptor_limit()) - reservedDescriptors)
        let concurrency = options.sequential ? 1 : min(options.concurrency ?? 256, room)
        let client: HTTPClient
        do {
            client = try makeClient(options, room: room)
        } catch {
            StandardError.write("swift-titles: \(error)\n")
            return .usage
        }
        let report = Report(options, total: blogs.count, prints: prints)
        let finder = TitleFinder(
            client: client, prefersFeed: options.prefer == .feed, xpath: xpath,
            retries: options.retries, maxSize: options.maxSize.octets, trace: report.trace)
        let crawl = Crawl(
            blogs, finder, report, concurrency: concurrency, perHost: options.perHost)
        for signal in [SIGINT, SIGTERM] {
            try Reactor.onSignal(signal) {
                crawl.interrupt()
                // A second one ends the program the hard way.
                for signal in [SIGINT, SIGTERM] { try? Reactor.onSignal(signal, nil) }
            }
        }
        let status = try await crawl.run().value
        client.close()
        for signal in [SIGINT, SIGTERM] { try? Reactor.onSignal(signal, nil) }
        return status
    }

    private static func makeClient(_ options: SwiftTitles, room: Int) throws -> HTTPClient {
        var settings = HTTPClient.Options()
        settings.userAgent = options.userAgent
        settings.timeouts = HTTPTimeouts(
            connect: options.timeout, response: options.timeout, idle: options.timeout,
            total: options.timeout)
        settings.maxConnectionsPerHost = options.perHost
        settings.maxConnections = room
        settings.maxIdleConnections = min(256, room)
        var tls = TLSOptions()
        tls.verifies = !options.insecure
        tls.authoritiesFile = options.caCertificate
        tls.applicationProtocols = ["http/1.1"]
        // A file that cannot be used is to be told at once, not once a blog.
        if options.caCertificate != nil { _ = try TLSContext(.client, tls) }
        return HTTPClient(
            settings, connector: NetworkConnector(resolver: DNSResolver.shared, tls: tls))
    }
}
