import TwineCore
import TwineHTML

/// Makes the links of saved pages fit for local viewing (`-k`, `--convert-file-only`, `-K`).
///
/// What was saved is linked to where it lies, and all else by its whole URL.
struct LinkConversion {
    private let settings: Settings
    private let downloads: DownloadMap
    private let finder: LinkFinder
    private let tell: (Settings.Logging.Verbosity, Octets) -> Void

    /// Prepares the conversion.
    ///
    /// - Parameters:
    ///   - settings: The options.
    ///   - downloads: What was saved.
    ///   - tell: Tells something, from a verbosity on.
    init(
        _ settings: Settings, _ downloads: DownloadMap,
        tell: @escaping (Settings.Logging.Verbosity, Octets) -> Void
    ) {
        self.settings = settings
        self.downloads = downloads
        self.tell = tell
        finder = LinkFinder(settings)
    }

    /// Converts all pages and style sheets that were saved.
    ///
    /// - Parameter elapsed: How long it took until now, in seconds.
    func run(elapsed: () -> Double) {
        let began = elapsed()
        var count = 0
        for kind in [DownloadedFile.Kind.html, .css] {
            downloads.forEach(kind) { download in
                convert(download)
                count += 1
            }
        }
        let seconds = Self.decimal(elapsed() - began)
        tell(.verbose, Octets("Converted links in \(count) files in \(seconds) seconds.\n"))
    }

    private func convert(_ download: DownloadedFile) {
        let before: Octets = "Converting links in "
        tell(.verbose, before + download.file + "... ")
        do {
            var counts: (files: Int, urls: Int)?
            var failure: SystemError?
            // What is as it was is converted from what it was: else its links would be those to files.
            let source =
                download.isNew ? download.file : OriginalPage.file(of: download.file, settings)
            try LocalFile.read(source) { octets in
                let edits = edits(of: octets, download)
                guard edits.count > 0 else { return tell(.verbose, "nothing to do.\n") }
                tell(.verbose, Octets("\(edits.count).\n"))
                do throws(SystemError) {
                    let page = LinkConverter.convert(octets, edits.all, rewritesSame: true)
                    try write(page, download)
                    counts = (edits.files, edits.urls)
                } catch { failure = error }
            }
            if let failure { throw failure }
            if let counts { tell(.verbose, Octets("\(counts.files)-\(counts.urls)\n")) }
        } catch {
            let cannot: Octets = "Cannot convert links in "
            tell(.brief, cannot + download.file + Octets(": \(error)\n"))
        }
    }

    /// The edits of a page: those to files, and those to whole URLs.
    private struct Edits {
        var all: [LinkConverter.Edit] = []
        var files = 0
        var urls = 0
        var count: Int { all.count }
    }

    private func edits(of octets: Span<UInt8>, _ download: DownloadedFile) -> Edits {
        let kind: LinkFinder.Kind = download.kind == .css ? .css : .html
        let page = finder.links(of: octets, kind, at: download.url, charset: download.charset)
        var escaping: LocalLink.Escaping = page.isUTF8 ? [] : .beyondASCII
        if settings.http.adjustsExtension { escaping.insert(.questionMarks) }
        var edits = Edits()
        for found in page {
            guard let source = found.source else { continue }
            if found.traits.contains(.base) {
                // The links below it are written without it.
                edits.all.append(LinkConverter.Edit(source, address: "", keepsFragment: false))
            } else if let saved = downloads.file(of: found.url) {
                edits.files += 1
                edits.all.append(
                    LinkConverter.Edit(source, address: address(saved, source, download, escaping)))
            } else if !found.isComplete {
                edits.urls += 1
                edits.all.append(
                    LinkConverter.Edit(source, address: found.url.text(.hidden)))
            }
        }
        return edits
    }

    private func address(
        _ saved: DownloadedFile, _ source: SourceLink, _ page: DownloadedFile,
        _ escaping: LocalLink.Escaping
    ) -> String {
        guard settings.recursion.convertsFileOnly else {
            return LocalLink.reference(
                from: page.file.bytes, to: saved.file.bytes, escaping: escaping)
        }
        let address = source.text.utf8.prefix { $0 != UInt8(ascii: "#") }
        return LocalLink.renaming(
            String(Substring(address)), to: saved.file.bytes, escaping: escaping)
    }

    /// Writes a page anew: the old one is there until the new one is whole.
    private func write(_ octets: [UInt8], _ download: DownloadedFile) throws(SystemError) {
        let output = try SavedFile(download.file, .renew)
        try output.write(octets.span)
        if settings.recursion.backsUpConverted, download.isNew {
            let backup = Self.backupName(download)
            do {
                try LocalFile.rename(download.file, to: backup)
            } catch {
                let cannot: Octets = "Cannot back up "
                tell(.brief, cannot + download.file + " as " + backup + Octets(": \(error)\n"))
            }
        }
        try output.finish()
    }

    /// `.orig` behind the name, or in the place of the `html` that `-E` added.
    private static func backupName(_ download: DownloadedFile) -> Octets {
        let name = download.file.bytes
        guard download.hasAddedEnding else { return Octets(name + Array(".orig".utf8)) }
        return Octets(name.dropLast(4) + Array("orig".utf8))
    }

    /// Seconds as wget writes them: two digits or fewer.
    static func decimal(_ seconds: Double) -> String {
        if seconds >= 9.95 { return String(Int(seconds.rounded())) }
        if seconds >= 0.95 { return "\((seconds * 10).rounded() / 10)" }
        if seconds < 0.0005 { return "0" }
        var scale = 10.0
        while seconds * scale < 0.95, scale < 1000 { scale *= 10 }
        return "\((seconds * scale).rounded() / scale)"
    }
}
