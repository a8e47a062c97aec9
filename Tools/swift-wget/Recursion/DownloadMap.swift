/// A file that was saved, and where from.
struct DownloadedFile: Equatable {
    /// What its links are read as.
    enum Kind: UInt8, Sendable { case other, html, css }

    var url: WgetURL
    var file: Octets
    var kind: Kind
    /// Whether `-E` added `.html` to its name.
    var hasAddedEnding = false
    /// Whether it was fetched now, and not found to be there already.
    var isNew = true
    /// What the server said of its encoding.
    var charset: String?
}

/// Which URLs were saved, and where: what links are converted by, and what is not fetched again.
///
/// A few octets for each are in memory, and the rest in a file without a name.
final class DownloadMap {
    private var store: RecordStore
    /// By URL: the last record of it.
    private var urls = RecordIndex()
    /// By file: the record that says what the file is.
    private var files = RecordIndex()

    /// How many octets are in the file.
    var spilled: Int { store.spilled }

    /// Makes an empty map.
    ///
    /// - Parameter memory: How many octets of records are in memory at most.
    init(memory: Int = 2 << 20) { store = RecordStore(tailSize: memory) }

    /// The file that a URL was saved as.
    func file(of url: WgetURL) -> DownloadedFile? {
        let key = Self.key(url)
        guard let place = urls.find(Self.hash(key), { self.record($0)?.key == key }),
            let record = record(place), let current = current(of: record.download.file)
        else { return nil }
        // Another URL may have been saved in its place since.
        return place >= current ? record.download : nil
    }

    /// Notes that a URL was saved.
    func add(_ download: DownloadedFile) {
        let key = Self.key(download.url)
        var isAlias = false
        if let place = current(of: download.file), let old = record(place) {
            if old.key == key { return }
            // `/` and `/index.html` are one page.
            isAlias = Self.differOnlyByIndex(key, old.key) && file(of: download.url) == nil
        }
        let place = store.append(Record(key: key, download: download).serialized)
        urls.set(Self.hash(key), to: place) { self.record($0)?.key == key }
        if !isAlias { setCurrent(download.file, place) }
    }

    /// Notes that a URL leads to another, which was saved.
    func add(redirection url: WgetURL, to target: WgetURL) {
        guard var download = file(of: target), file(of: url) == nil else { return }
        download.url = url
        let key = Self.key(url)
        let place = store.append(Record(key: key, download: download).serialized)
        urls.set(Self.hash(key), to: place) { self.record($0)?.key == key }
    }

    /// Notes that a file was removed.
    func remove(_ file: Octets) {
        files.remove(Self.hash(file.bytes)) { self.record($0)?.download.file == file }
    }

    /// Goes through the files of a kind, in the order they were saved in.
    func forEach(_ kind: DownloadedFile.Kind, _ body: (DownloadedFile) -> Void) {
        var place = 0
        while place < store.end, let (octets, next) = store.record(at: place) {
            if let record = Record(octets), record.download.kind == kind,
                current(of: record.download.file) == place
            {
                body(record.download)
            }
            place = next
        }
    }

    // MARK: Records

    private struct Record {
        /// The URL without its fragment.
        let key: [UInt8]
        let download: DownloadedFile

        init(key: [UInt8], download: DownloadedFile) {
            self.key = key
            self.download = download
        }

        init?(_ octets: [UInt8]) {
            let parts = octets.dropFirst(2).split(
                separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            guard octets.count > 2, parts.count == 3,
                let kind = DownloadedFile.Kind(rawValue: octets[0]),
                let url = try? WgetURL.parse(Array(parts[0]))
            else { return nil }
            key = Array(parts[0])
            let charset = String(decoding: parts[1], as: UTF8.self)
            download = DownloadedFile(
                url: url, file: Octets(Array(parts[2])), kind: kind,
                hasAddedEnding: octets[1] & 1 != 0, isNew: octets[1] & 2 != 0,
                charset: charset.isEmpty ? nil : charset)
        }

        var serialized: [UInt8] {
            let flags: UInt8 = (download.hasAddedEnding ? 1 : 0) | (download.isNew ? 2 : 0)
            var octets = [download.kind.rawValue, flags] + key + [0]
            octets += (download.charset ?? "").utf8.filter { $0 != 0 } + [0]
            return octets + download.file.bytes
        }
    }

    private func record(_ place: Int) -> Record? {
        store.record(at: place).flatMap { Record($0.octets) }
    }

    private func current(of file: Octets) -> Int? {
        files.find(Self.hash(file.bytes)) { self.record($0)?.download.file == file }
    }

    private func setCurrent(_ file: Octets, _ place: Int) {
        files.set(Self.hash(file.bytes), to: place) { self.record($0)?.download.file == file }
    }

    private static func key(_ url: WgetURL) -> [UInt8] {
        Array(url.text(.shown).utf8)
    }

    private static func hash(_ octets: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: octets.hashValue)
    }

    /// Whether two URLs differ only by a slash or `/index.html` at the end.
    private static func differOnlyByIndex(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let (short, long) = one.count < other.count ? (one, other) : (other, one)
        guard long.starts(with: short) else { return false }
        let ending = Array("/index.html".utf8)
        let rest = long[short.count...]
        let isWhole = rest.elementsEqual(ending) || rest.elementsEqual([UInt8(ascii: "/")])
        return isWhole
            || (short.last == UInt8(ascii: "/") && rest.elementsEqual(ending.dropFirst()))
    }
}
