import HTTPTypes
import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The job itself: the front page of a blog, its first article, that page's title.
@Reactor
struct TitleFinder {
    let client: HTTPClient
    let prefersFeed: Bool
    let xpath: XPathExpression?
    let retries: Int
    let maxSize: Int
    /// Told what is done, for `--verbose`.
    let trace: @Reactor (Blog, String) -> Void

    /// Finds the title of a blog's first article; never throws: what went wrong is in the outcome.
    func find(_ blog: Blog) async -> Outcome {
        let start = Reactor.seconds
        var outcome = Outcome(blog)
        do {
            let article = try await article(of: blog, &outcome)
            outcome.article = article.serialization
            outcome.articleSeconds = Reactor.seconds - start
            outcome.title = try await title(of: article, &outcome)
        } catch {
            let failure = Failure(error)
            outcome.failure = failure
            if let status = failure.status { outcome.status = status }
        }
        outcome.seconds = Reactor.seconds - start
        return outcome
    }

    // MARK: The first article

    private func article(of blog: Blog, _ outcome: inout Outcome) async throws -> WebURL {
        guard let url = BlogList.url(blog.name) else {
            throw Failure(kind: .badURL, message: "not a web address")
        }
        switch try await front(url, &outcome) {
        case .feed(let feed, let base):
            // An OPML list may name the feed alone.
            outcome.rung = "feed"
            return try newest(of: feed, base)
        case .page(let document, let page):
            let base = document.baseHref.flatMap { try? page.join($0) } ?? page
            if let expression = try blog.xpath.map({ try XPathExpression($0) }) ?? xpath {
                outcome.rung = "xpath"
                return try byXPath(expression, document, base)
            }
            if prefersFeed {
                for link in document.feeds.prefix(Self.feedLimit) {
                    guard let url = try? base.join(link.href) else { continue }
                    if let article = try await byFeed(url, blog, &outcome) {
                        outcome.rung = "feed"
                        return article
                    }
                }
            }
            let found = document.firstArticle(page: page.serialization) {
                (try? base.join($0))?.serialization
            }
            guard let found, let article = WebURL(found.url) else {
                throw Failure(kind: .noArticle, message: "no article found on \(page)")
            }
            outcome.rung = found.rung.rawValue
            return article
        }
    }

    /// Feeds of one page that are tried; the next one only when the one before is unusable.
    private static let feedLimit = 3

    private enum Front {
        case page(HTMLDocument, WebURL)
        case feed(Feed, WebURL)
    }

    private func front(_ url: WebURL, _ outcome: inout Outcome) async throws -> Front {
        try await fetch(url, &outcome) { response in
            let type = response.fields[.contentType]?.lowercased() ?? ""
            let isFeed = [
                "application/rss", "application/atom", "application/rdf", "text/xml",
                "application/xml", "application/feed+json",
            ].contains { type.hasPrefix($0) }
            if isFeed {
                let octets = try await response.collect(limit: maxSize).value
                if let feed = try? Feed(octets) { return .feed(feed, response.url) }
                return .page(
                    HTMLDocument(octets.span, contentType: response.fields[.contentType]),
                    response.url)
            }
            let reader = DocumentReader(
                contentType: response.fields[.contentType], limit: maxSize)
            response.receive(reader)
            return .page(try await reader.document.value, response.url)
        }
    }

    private func byXPath(
        _ expression: XPathExpression, _ document: HTMLDocument, _ base: WebURL
    ) throws -> WebURL {
        guard let href = try expression.hrefs(in: document).first else {
            throw Failure(
                kind: .noArticle, message: "the XPath \(expression.text) matches nothing")
        }
        guard let url = try? base.join(href), url.scheme.hasPrefix("http") else {
            throw Failure(kind: .noArticle, message: "the XPath gives no web address: \(href)")
        }
        return url
    }

    /// The newest article of an announced feed; nil when the feed is no help.
    private func byFeed(
        _ url: WebURL, _ blog: Blog, _ outcome: inout Outcome
    ) async throws -> WebURL? {
        do {
            let (feed, base) = try await fetch(url, &outcome) { response in
                (try Feed(try await response.collect(limit: maxSize).value), response.url)
            }
            return try newest(of: feed, base)
        } catch {
            let failure = Failure(error)
            if failure.kind == .interrupted { throw error }
            trace(blog, "the feed \(url) is no help: \(failure.message)")
            return nil
        }
    }

    private func newest(of feed: Feed, _ base: WebURL) throws -> WebURL {
        guard let link = feed.newest?.link, let url = try? base.join(link),
            url.scheme.hasPrefix("http")
        else { throw Failure(kind: .noArticle, message: "the feed \(base) has no article") }
        return url
    }

    // MARK: The title

    private func title(of article: WebURL, _ outcome: inout Outcome) async throws -> String {
        let title = try await fetch(article, &outcome) { response in
            let reader = TitleReader(contentType: response.fields[.contentType], limit: maxSize)
            response.receive(reader)
            return try await reader.title.value
        }
        guard let title, !title.isEmpty else {
            throw Failure(kind: .noTitle, message: "no title on \(article)")
        }
        return title
    }

    // MARK: Fetching

    /// Fetches a page and hands a successful response to `read`; tries again what may pass.
    private func fetch<Page>(
        _ url: WebURL, _ outcome: inout Outcome,
        _ read: @Reactor (HTTPClient.Response) async throws -> Page
    ) async throws -> Page {
        var tries = 0
        while true {
            do {
                trace(outcome.blog, "GET \(url)")
                let response = try await client.request(HTTPClient.Request(url)).value
                outcome.status = response.status.code
                outcome.redirects += response.redirects.map(\.to.serialization)
                guard response.isSuccess else { throw refusal(response) }
                return try await read(response)
            } catch {
                let failure = Failure(error)
                guard failure.isTransient, tries < retries else { throw failure }
                let delay = failure.retryAfter ?? Self.backOff(tries)
                guard delay <= Self.longestDelay else { throw failure }
                tries += 1
                trace(outcome.blog, "\(failure.message); again in \(rounded(delay)) s")
                try await deferLater(delay).value
            }
        }
    }

    private func refusal(_ response: HTTPClient.Response) -> Failure {
        let phrase = response.status.reasonPhrase
        let retryAfter = response.fields[.retryAfter].flatMap { HTTPRetryAfter(parsing: $0) }
            .map { Double($0.delay(from: HTTPDate(secondsSince1970: Int(time(nil))))) }
        response.cancel()
        return Failure(
            kind: .httpStatus,
            message: "HTTP status \(response.status.code)\(phrase.isEmpty ? "" : " \(phrase)")"
                + " for \(response.url)",
            status: response.status.code, retryAfter: retryAfter)
    }

    /// Seconds before the next try: doubled each time, and scattered, so that a crowd of failed
    /// requests does not come back as one.
    private static func backOff(_ tries: Int) -> Double {
        Double(1 << min(tries, 6)) * Double.random(in: 0.5...1)
    }

    /// A server that asks for more patience than this, in seconds, is not waited for.
    private static let longestDelay = 120.0

    private func rounded(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
