import HTTPTypes
import ToolKit
import Twine

/// A blogosphere of its own: 30 blogs on loopback whose every page takes 100 ms, crawled one by one
/// and all at once.
enum Demo {
    static let blogs = 30
    /// How long each page takes, in seconds.
    static let latency = 0.1

    static func run(_ options: SwiftTitles) -> ExitStatus {
        let status = runReactor { _ in
            inlineCallbacks {
                let status = try await serveAndCrawl(options)
                throw SystemExit(status.rawValue)
            }
        }
        return ExitStatus(rawValue: status)
    }

    @Reactor
    private static func serveAndCrawl(_ options: SwiftTitles) async throws -> ExitStatus {
        let site = Site(DelayedResource(Blogosphere(), by: latency))
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let names = (1...blogs).map { "http://\(port.address)/blog/\($0)/" }
        StandardError.write(
            "\(blogs) blogs at \(port.address), \(Int(latency * 1000)) ms a page.\n\n")

        var options = options
        options.perHost = blogs
        let start = Reactor.seconds
        let status = try await crawl(names, options)
        let together = Reactor.seconds - start
        StandardError.write("\nAll at once: \(together.hundredths) s. One by one, the same again: ")

        options.sequential = true
        options.quiet = true
        let middle = Reactor.seconds
        _ = try await crawl(names, options, prints: false)
        let apart = Reactor.seconds - middle
        StandardError.write(
            "\(apart.hundredths) s.\n\nThat is \((apart / together).hundredths) times faster, "
                + "on one thread.\n")
        port.stopListening()
        try await site.close(grace: 1).value
        return status
    }

    @Reactor
    private static func crawl(
        _ names: [String], _ options: SwiftTitles, prints: Bool = true
    ) async throws -> ExitStatus {
        let blogs = names.enumerated().map {
            Blog(index: $0.offset, name: $0.element, host: "127.0.0.1")
        }
        return try await Crawl.crawl(blogs, options, xpath: nil, prints: prints)
    }
}

extension Double {
    /// With two digits after the point.
    fileprivate var hundredths: String {
        let number = Int((self * 100).rounded())
        let fraction = number % 100
        return "\(number / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

/// The pages of the demo's blogs: `/blog/N/` is a front page, `/blog/N/article/M` an article.
private final class Blogosphere: Resource {
    override var isLeaf: Bool { true }

    override func render(_ request: WebRequest) -> Rendering {
        let parts = request.segments.filter { !$0.isEmpty }
        guard parts.count >= 2, parts[0] == "blog", let number = Int(parts[1]),
            (1...Demo.blogs).contains(number)
        else { return .response(.error(.notFound)) }
        switch parts.dropFirst(2).first {
        case nil: return .response(.html(Self.front(number)))
        case "feed.xml":
            return .response(
                .octets(Array(Self.feed(number).utf8), contentType: "application/rss+xml"))
        case "article":
            guard let article = parts.dropFirst(3).first.flatMap({ Int($0) }) else { fallthrough }
            return .response(.html(Self.article(number, article)))
        default: return .response(.error(.notFound))
        }
    }

    private static let topics = [
        "One thread, any number of connections", "What a Deferred promises",
        "Data is handled the moment it is there", "Happy eyeballs, fast handshakes",
        "When the name server is silent", "Half-closed, half-open", "The cost of a context switch",
        "Back-pressure, explained with water", "Why your timeout is too long",
        "A short history of inetd",
    ]

    /// Blogs mark their articles in different ways; one in four announces a feed.
    private static func front(_ number: Int) -> String {
        let links = (0..<5).map { place in
            let href = "/blog/\(number)/article/\(5 - place)"
            let title = WebResponse.escaped(topics[(number + place) % topics.count])
            switch number % 4 {
            case 1:
                return "<article><h2><a href=\"\(href)\">\(title)</a></h2><p>A summary.</article>"
            case 2: return "<div class=h-entry><a class=u-url href=\(href)>\(title)</a></div>"
            default: return "<p><a href='\(href)'>\(title)</a> 2026-11-\(20 - place)</p>"
            }
        }
        let feed =
            number % 4 == 0
            ? "<link rel=alternate type=application/rss+xml href=feed.xml>" : ""
        return """
            <!doctype html><html lang=en><head><meta charset=utf-8><title>Blog \(number)</title>\(feed)
            </head><body><nav><a href="/">Home</a> <a href="/about">About</a></nav>
            <main>\(links.joined(separator: "\n"))</main></body></html>
            """
    }

    private static func feed(_ number: Int) -> String {
        """
        <?xml version="1.0"?><rss version="2.0"><channel><title>Blog \(number)</title>
        <item><link>/blog/\(number)/article/5</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item>
        <item><link>/blog/\(number)/article/4</link><pubDate>Thu, 19 Nov 2026 08:00:00 GMT</pubDate></item>
        </channel></rss>
        """
    }

    private static func article(_ number: Int, _ article: Int) -> String {
        let title = WebResponse.escaped(topics[(number + 5 - article) % topics.count])
        return """
            <!doctype html><html lang=en><head><meta charset=utf-8><title>\(title) &ndash; blog \(number)</title>
            </head><body><article><h1>\(title)</h1><p>Text.</article></body></html>
            """
    }
}
