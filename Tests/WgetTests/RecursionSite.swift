import Glibc
import Testing
import TwineCore

@testable import swift_wget

/// A URL as wget reads it.
func wgetURL(_ text: String) throws -> WgetURL { try WgetURL.parse(Array(text.utf8)) }

/// A site in memory that a recursion is let loose on; files are saved in a folder of their own.
@Reactor
final class ScriptedSite {
    struct Page {
        var type = "text/html"
        var body = ""
        var location: String?
    }

    let pages: [String: Page]
    var settings = Settings()
    /// Paths that robots.txt forbids.
    var forbidden = ""
    /// How long each retrieval waits, in turns.
    var delay: (String) -> Int = { _ in 0 }
    let saved: FilesFolder
    var folder: Octets { Octets(saved.path) }
    private(set) var requests: [String] = []
    private(set) var referers: [String: String] = [:]
    private(set) var mostAtOnce = 0
    private var running = 0
    private var robotsOf: Set<String> = []
    private(set) var told = ""
    let downloads = DownloadMap()
    private(set) var brokenReport = ""

    init(_ pages: [String: Page]) throws {
        self.pages = pages
        saved = try FilesFolder()
        settings.recursion.isRecursive = true
    }

    /// The saved files, without the folder, sorted.
    var files: [String] { saved.files }

    func contents(_ name: String) throws -> String { try #require(saved.text(name)) }

    /// Follows links from a URL.
    func run(
        _ start: String, jobs: Int = 1, log: RejectedLog? = nil, quota: Int = .max
    ) async throws -> Recursion.End {
        let functions = Recursion.Functions(
            name: { self.file(of: $0) },
            retrieve: { await self.retrieve($0) }, isAllowed: { self.isAllowed($0) },
            isQuotaUsedUp: { self.requests.count >= quota },
            tell: { level, text in self.tell(level, text) })
        let recursion = Recursion(
            from: try wgetURL(start), settings, try FollowRules(settings),
            downloads: downloads, rejectedLog: log, jobs: jobs,
            names: jobs > 1 ? NameClaims() : nil, functions)
        let end = await recursion.run()
        brokenReport = recursion.brokenLinks.report
        return end
    }

    /// Converts the links of what was saved.
    func convert() {
        LinkConversion(settings, downloads) { self.tell($0, $1) }.run { 0 }
    }

    private func tell(_ level: Settings.Logging.Verbosity, _ text: Octets) {
        told += text.description.split(separator: folder.description + "/").joined()
    }

    private func isAllowed(_ url: WgetURL) -> Bool {
        // As wget, which tells hosts apart by name and port alone.
        if robotsOf.insert(url.authority).inserted { requests.append("/robots.txt") }
        return forbidden.isEmpty || !url.requestTarget.hasPrefix(forbidden)
    }

    private func retrieve(_ request: Recursion.Request) async -> Recursion.Outcome {
        running += 1
        mostAtOnce = max(mostAtOnce, running)
        defer { running -= 1 }
        var url = request.url
        requests.append(name(of: url))
        let referer = request.referer?.text(.shown) ?? "none"
        referers[name(of: url)] = referers[name(of: url)] ?? referer
        for _ in 0..<delay(name(of: url)) { try? await deferLater(0.0001) {}.value }
        var outcome = Recursion.Outcome(url: url)
        guard var page = pages[name(of: url)] else {
            outcome.isMissing = url.scheme == .http
            outcome.file = folder + "/never-saved"
            return outcome
        }
        if let location = page.location,
            let target = try? WgetURL.parse(url.resolving(Array(location.utf8)))
        {
            url = target
            requests.append(name(of: url))
            outcome.isRedirected = true
            outcome.url = url
            page = pages[name(of: url)] ?? Page()
        }
        outcome.isSuccess = true
        outcome.kind =
            switch page.type {
            case "text/html": .html
            case "text/css": .css
            default: .other
            }
        outcome.file = save(page, as: request.url)
        return outcome
    }

    private func name(of url: WgetURL) -> String {
        url.originText == "http://127.0.0.1:8711" ? url.requestTarget : url.text(.shown)
    }

    private func file(of url: WgetURL) -> Octets {
        var path = URLOctets.decoded(url.path)
        if url.file.isEmpty { path += "index.html".utf8 }
        if let query = url.query { path += "?".utf8 + query }
        return folder + "/" + Octets(url.authority) + "/" + Octets(path)
    }

    private func save(_ page: Page, as url: WgetURL) -> Octets {
        var file = file(of: url)
        let rules = try? FollowRules(settings)
        let isTemporary =
            settings.download.deletesAfter || settings.download.isSpider
            || !(rules?.accepts(file) ?? true)
        if isTemporary { file = file + ".tmp" }
        for place in file.bytes.indices.dropFirst(folder.bytes.count)
        where file.bytes[place] == UInt8(ascii: "/") {
            let parent = Octets(Array(file.bytes[..<place]))
            _ = unsafe parent.withFileName { unsafe mkdir($0, 0o777) }
        }
        if let output = try? SavedFile(file, .overwrite) { try? output.write(page.body.utf8.span) }
        return file
    }
}
