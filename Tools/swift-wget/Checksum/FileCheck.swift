import HTTPTypes
import TwineCore
import TwineHTTP

/// Makes the digest of a file while it comes, and says whether it is the one that it should be.
@Reactor
final class FileCheck {
    /// From where it is known what the digest should be.
    enum Wanted {
        /// It is one of these, the first that this system makes.
        case known([Checksum])
        /// A list of files has it.
        case listed(ChecksumList, name: String)
        /// The server says it in the fields of its reply.
        case told
    }

    private let session: Session
    private let log: Log
    private let wanted: Wanted
    /// What the digest should be, once that is known.
    private(set) var expected: Checksum?
    private var hasher: ChecksumHasher?
    /// Octets from the file's beginning that the digest has seen.
    private var count = 0
    /// Whether any of the file has come.
    private(set) var hasBegun = false
    /// Whether the file had a beginning before anything came.
    private(set) var hadBeginning = false
    /// The digest of the file, and whether it is the one that it should be, once that was looked at.
    private(set) var outcome: (digest: Checksum?, isRight: Bool)?

    init(_ session: Session, _ log: Log, _ wanted: Wanted) {
        self.session = session
        self.log = log
        self.wanted = wanted
    }

    /// Decides what the digest should be, when the head of a reply has come.
    ///
    /// - Returns: A failure, told, when nobody says what it should be.
    func begin(_ retrieval: FileRetrieval, _ reply: ReplyHead) -> RetrievalFailure? {
        guard expected == nil else { return nil }
        var found = checksums(of: retrieval.path)
        // The fields are about what travels, which is not what is saved where a coding is undone.
        let isCoded =
            reply.isDecoded
        if case .told = wanted, !isCoded {
            found = DigestField.digests(in: reply.fields, isWhole: reply.status == 200)
        }
        return choose(found, retrieval.url)
    }

    private func checksums(of path: Octets) -> [Checksum] {
        switch wanted {
        case .known(let checksums): return checksums
        case .told: return []
        case .listed(let list, let name):
            let named = list.checksums(of: name)
            guard named.isEmpty else { return named }
            let last = MetalinkName.baseName(of: path.bytes)
            return list.checksums(of: String(decoding: last, as: UTF8.self))
        }
    }

    private func choose(_ checksums: [Checksum], _ url: WgetURL) -> RetrievalFailure? {
        expected = checksums.first { ChecksumHasher($0.algorithm) != nil }
        guard expected == nil else { return nil }
        log.tell(.notQuiet, "No checksum is known of \(url.text()).\n")
        return .checksumWrong
    }

    // MARK: While it comes

    /// Octets come that follow the first `offset` of a file.
    ///
    /// What is there already and was not seen is read.
    func goOn(at offset: Int, of path: Octets) async {
        if !hasBegun, offset > 0 { hadBeginning = true }
        hasBegun = true
        guard let expected, hasher == nil || count != offset else { return }
        hasher = ChecksumHasher(expected.algorithm)
        count = 0
        guard offset > 0 else { return }
        await FilePieces.read(path, upTo: offset) { self.update($0) }
    }

    /// The file comes in parts, in any order: it is read when all are there.
    func comesInParts(hadBeginning: Bool) {
        if !hasBegun { self.hadBeginning = hadBeginning }
        hasBegun = true
        hasher = nil
        count = 0
    }

    /// Octets have come, and are in the file.
    func update(_ octets: Span<UInt8>) {
        guard hasher != nil else { return }
        hasher?.update(octets)
        count += octets.count
    }

    // MARK: When it is there

    /// The digest of a file: of what was seen, if that was all of it, or else it is read.
    func computed(_ path: Octets, _ algorithm: Checksum.Algorithm) async -> Checksum? {
        let isSeen = hasBegun && hasher?.algorithm == algorithm
        // What went to a pipe or into memory can be read no more.
        let size = path == "-" ? count : FileFacts(path)?.size
        if isSeen, path == session.document?.path || count == size { return hasher?.checksum() }
        var hasher = ChecksumHasher(algorithm)
        await FilePieces.read(path, upTo: .max) { hasher?.update($0) }
        return hasher?.checksum()
    }

    /// Judges a file, and tells what it has come to; one that is wrong is not left to be mistaken for a
    /// right one.
    ///
    /// - Returns: A failure if it is not as it should be.
    func conclude(_ file: RetrievedFile) async -> RetrievalFailure? {
        guard let path = file.path else { return nil }
        if expected == nil, let failure = choose(checksums(of: path), file.url) { return failure }
        guard let expected else { return .checksumWrong }
        let computed = await computed(path, expected.algorithm)
        outcome = (computed, computed == expected)
        let name = session.quoted(path == "-" ? "STDOUT" : path)
        guard computed != expected else {
            log.tell(
                .verbose, "Checksum of \(name) matches (\(expected.algorithm.rawValue)).\n\n")
            return nil
        }
        log.tell(
            .notQuiet,
            "Checksum mismatch for file \(name).\n  expected \(expected)\n"
                + "  computed \(computed.map { "\($0)" } ?? "nothing")\n")
        if hasBegun { dispose(of: path) }
        return .checksumWrong
    }

    /// What was there before any of it came stays.
    private func dispose(of path: Octets) {
        let settings = session.settings
        // The file of -O may have other things in it, or be no file.
        let isShared = session.document != nil && settings.urls.count != 1
        guard !isShared, settings.input.file == nil || session.document == nil,
            FileFacts(path) != nil
        else { return }
        guard !hadBeginning || settings.metalink.keepsBadHash else { return }
        BadFile.dispose(of: path, session, log)
    }
}
