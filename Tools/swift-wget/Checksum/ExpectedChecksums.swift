import TwineCore
import TwineHTTP

/// Finds what the digests of files should be, as `--checksum` says.
@Reactor
final class ExpectedChecksums {
    private enum Source {
        case given(Checksum)
        case list(ChecksumList)
        /// What stands beside each file on its server.
        case server
    }

    private let session: Session
    private let source: Source
    /// Lists that were looked for, by their URLs; nil is one that is not there.
    private var lists: [String: Deferred<ChecksumList?>] = [:]

    /// Names behind a file's, and of lists in its folder, in the order in which they are looked for.
    private static let places: [(ending: String, list: String, Checksum.Algorithm)] = [
        (".sha256", "SHA256SUMS", .sha256), (".sha512", "SHA512SUMS", .sha512),
        (".sha1", "SHA1SUMS", .sha1), (".md5", "MD5SUMS", .md5),
    ]
    /// Longer lists are not taken, in octets.
    private static let limit = 4 << 20

    /// Reads what `--checksum` says; nil without it.
    ///
    /// - Throws: Why the list cannot be read, or has nothing in it.
    init?(_ session: Session) throws(SetUp.Failure) {
        self.session = session
        switch session.settings.beyond.checksum {
        case nil: return nil
        case .auto: source = .server
        case .digest(let algorithm, let hex):
            guard let algorithm = Checksum.Algorithm(rawValue: algorithm.rawValue),
                let checksum = Checksum(algorithm, text: hex)
            else { return nil }
            source = .given(checksum)
        case .file(let path):
            let octets: [UInt8]
            do throws(SystemError) {
                octets = try WholeFile.read(path, limit: ChecksumList.sizeLimit)
            } catch {
                throw SetUp.Failure(text: "\(path): \(error)", status: 3)
            }
            let list = ChecksumList(octets.span)
            guard !list.entries.isEmpty else {
                throw SetUp.Failure(text: "\(path): there is no checksum in it", status: 2)
            }
            source = .list(list)
        }
    }

    /// What checks the file of a URL.
    func check(of url: WgetURL, _ log: Log) async -> FileCheck {
        let name = String(decoding: url.file, as: UTF8.self)
        switch source {
        case .given(let checksum): return FileCheck(session, log, .known([checksum]))
        case .list(let list): return FileCheck(session, log, .listed(list, name: name))
        case .server:
            let found = name.isEmpty ? [] : await checksums(beside: url, name, log)
            return FileCheck(session, log, found.isEmpty ? .told : .known(found))
        }
    }

    private func checksums(beside url: WgetURL, _ name: String, _ log: Log) async -> [Checksum] {
        guard !url.scheme.isFTP else { return [] }
        for (ending, list, algorithm) in Self.places {
            var beside = url
            beside.query = nil
            beside.fragment = nil
            beside.path = url.path + ending.utf8
            var folder = beside
            folder.path = Array(url.path.prefix(url.path.count - lastPart(of: url.path).count))
            folder.path += list.utf8
            for place in [beside, folder] {
                let found = await self.list(at: place, algorithm)?.checksums(of: name) ?? []
                guard !found.isEmpty else { continue }
                log.tell(.verbose, "Checksum by \(place.text())\n")
                return found
            }
        }
        return []
    }

    private func lastPart(of path: [UInt8]) -> ArraySlice<UInt8> {
        path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    }

    private func list(
        at url: WgetURL, _ algorithm: Checksum.Algorithm
    ) async -> ChecksumList? {
        let key = url.text(.shown)
        if let known = lists[key] { return try? await known.value }
        let (session, limit) = (session, Self.limit)
        let fetching = inlineCallbacks { () -> ChecksumList? in
            guard let octets = await MemoryFetch.octets(of: url, session, limit: limit) else {
                return nil
            }
            return ChecksumList(octets.span, algorithm: algorithm)
        }
        lists[key] = fetching
        return try? await fetching.value
    }
}
