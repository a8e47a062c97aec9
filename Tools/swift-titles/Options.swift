import ArgumentParser
import ToolKit
import ToolOptions

/// What was typed.
struct SwiftTitles: Tool {
    static let configuration = CommandConfiguration(
        commandName: "swift-titles",
        abstract: "Print the title of the first article of each blog, all blogs at once.",
        usage: "swift-titles [OPTION]... BLOGS...",
        discussion: """
            BLOGS are files, - for standard input, or URLs. A file has one URL a line, or is OPML \
            as feed readers export it. In a list, an XPath after the URL says where the link to \
            that blog's first article is; empty lines and # comments are skipped.

            Without BLOGS and with --demo, a built-in blogosphere is served and crawled.
            """,
        version: "swift-titles 0.1.0")

    @Argument(help: "Files, - for standard input, or URLs.")
    var blogs: [String] = []

    @Option(help: "Where to look for the first article: the announced feed, or the page.")
    var prefer = Preference.feed
    @Option(help: "XPath of the link to the first article, for every blog.")
    var xpath: String?

    @Flag(help: "Keep the order of the input.")
    var ordered = false
    @Flag(help: "Print one JSON object a line, failures included.")
    var json = false
    @Flag(name: .shortAndLong, help: "No progress and no messages about single blogs.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Tell what is done with each blog, on standard error.")
    var verbose = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How many blogs at once (default: 256).", valueName: "n"))
    var concurrency: Int?
    @Option(help: ArgumentHelp("How many blogs of one host at once.", valueName: "n"))
    var perHost = 6
    @Flag(help: "One blog after the other.")
    var sequential = false
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How long one page may take, its redirects included.", valueName: "s"))
    var timeout = 30.0
    @Option(help: ArgumentHelp("How often a page is tried again.", valueName: "n"))
    var retries = 2
    @Option(
        help: ArgumentHelp(
            "How much of a page is read at most, as 500k or 10M.", valueName: "octets"))
    var maxSize = OctetCount(10 << 20)
    @Option(help: ArgumentHelp("What to call itself.", valueName: "name"))
    var userAgent = "swift-titles/0.1 (Twine)"
    @Flag(help: "Take any TLS certificate.")
    var insecure = false
    @Option(help: ArgumentHelp("Trust the authorities in this PEM file too.", valueName: "file"))
    var caCertificate: String?

    @Flag(help: "Serve 30 blogs on loopback, crawl them one by one and all at once, and compare.")
    var demo = false

    enum Preference: String, ExpressibleByArgument, CaseIterable, Sendable {
        case feed
        case page
    }

    func validate() throws {
        guard demo != !blogs.isEmpty else {
            throw ValidationError(
                demo
                    ? "--demo takes no blogs: it serves its own."
                    : "Name a file with blogs, - for standard input, or URLs; or try --demo.")
        }
        for (name, value) in [
            ("--concurrency", concurrency ?? 1), ("--per-host", perHost),
            ("--max-size", maxSize.octets),
        ] where value < 1 {
            throw ValidationError("\(name) must be at least 1.")
        }
        guard retries >= 0 else { throw ValidationError("--retries must be at least 0.") }
        guard timeout > 0, timeout.isFinite else {
            throw ValidationError("--timeout must be more than 0 seconds.")
        }
        guard !(quiet && verbose) else {
            throw ValidationError("--quiet and --verbose exclude each other.")
        }
    }

    func work() -> ExitStatus { demo ? Demo.run(self) : Crawl.run(self) }
}
