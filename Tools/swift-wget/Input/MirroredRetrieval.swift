import TwineCore
import TwineHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Retrieves one file from the first of its mirrors that has it as it should be.
///
/// What a mirror has brought before it failed is kept, and the next one goes on there; so it does behind the
/// last good piece, where the digests of pieces are known.
@Reactor
final class MirroredRetrieval {
    private let session: Session
    private let log: Log
    private let file: MirroredFile
    private let check: FileCheck
    /// Where the file is put.
    private(set) var path: Octets
    private let wanted: Octets
    /// What became of the mirror that was asked last.
    private(set) var last: RetrievedFile?
    private var document: OutputDocument?
    /// What was wrong with the file, when all mirrors have been asked.
    private var verdict: Verdict?

    private enum Verdict { case sizeWrong, checksumWrong }

    private var continues: Bool { session.settings.download.continues }

    init(_ session: Session, _ log: Log, _ file: MirroredFile, _ path: Octets) {
        self.session = session
        self.log = log
        self.file = file
        self.path = path
        wanted = path
        check = FileCheck(session, log, .known(Array(file.checksums.prefix(1))))
    }

    /// Retrieves it.
    ///
    /// - Returns: Why it is not there, or not as it should be.
    func run() async -> RetrievalFailure? {
        var failure: RetrievalFailure? = .metalinkInvalid
        let isKnown = !file.checksums.isEmpty || file.pieces != nil
        for mirror in file.mirrors where isKnown {
            guard let url = url(of: mirror) else { continue }
            if verdict != nil, await !keepGoodPieces() {
                // What was there before is not removed.
                if continues { break }
                giveUp()
            }
            if document == nil, let error = open() {
                log.tell(.notQuiet, "\(path): \(error)\n")
                failure = .cannotWrite
                break
            }
            verdict = nil
            failure = await retrieve(url, others: others(behind: mirror))
            guard failure == nil else { continue }
            verdict = await judge()
            if verdict == nil { break }
            failure = .checksumWrong
            last?.failure = failure
            last?.isSuccess = false
        }
        try? document?.finish()
        conclude(failure, isKnown: isKnown)
        return isKnown ? failure : .checksumWrong
    }

    private func url(of mirror: Octets) -> WgetURL? {
        do throws(WgetURLError) {
            let url = try WgetURL.parse(
                mirror.bytes, usesIRIs: session.settings.input.usesIRIs)
            guard url.scheme.isFTP else { return url }
            log.tell(
                .verbose,
                "Resource type \(session.quoted(url.scheme.rawValue)) not supported, ignoring...\n")
        } catch {
            log.tell(.notQuiet, "\(mirror): \(error.message(session.quotes)).\n")
            session.status.add(.urlInvalid)
        }
        return nil
    }

    private func open() -> SystemError? {
        path = continues ? wanted : UniqueName.next(wanted)
        _ = ParentFolders.make(for: path)
        do throws(SystemError) {
            if !continues { try OutputDocument(path, .new).abandon() }
            // What is cut off of it is not written behind.
            document = try OutputDocument(path, .append)
            return nil
        } catch {
            return error
        }
    }

    /// The mirrors behind one, where several are asked at once.
    private func others(behind mirror: Octets) -> [WgetURL] {
        guard session.settings.beyond.segments != .one else { return [] }
        return file.mirrors.drop { $0 != mirror }.dropFirst().compactMap {
            let url = try? WgetURL.parse($0.bytes, usesIRIs: session.settings.input.usesIRIs)
            return url?.scheme.isFTP == false ? url : nil
        }
    }

    private func retrieve(_ url: WgetURL, others: [WgetURL]) async -> RetrievalFailure? {
        // What came in parts did not pass through the document.
        if document != nil {
            document?.abandon()
            document = try? OutputDocument(path, .append)
        }
        guard let document else { return .cannotWrite }
        let purpose = Purpose.file(session, document, path)
        purpose.takesParts = true
        purpose.mirrors = others
        purpose.pieces = file.pieces
        if !file.checksums.isEmpty { purpose.check = check }
        let file = await Retrieval(session, log, purpose).run(url)
        last = file
        return file.failure
    }

    // MARK: What came

    /// Looks whether the file is as it should be; nil if it is.
    private func judge() async -> Verdict? {
        log.tell(.verbose, "Computing size for \(session.quoted(path))\n")
        let size = FileFacts(path)?.size ?? 0
        if let wanted = file.size {
            guard size == wanted else {
                log.tell(.notQuiet, "Size mismatch for file \(session.quoted(path)).\n")
                return .sizeWrong
            }
            log.tell(.verbose, "Size matches.\n")
        } else {
            log.tell(.verbose, "File size not declared. Skipping check.\n")
        }
        log.tell(.verbose, "Computing checksum for \(session.quoted(path))\n")
        let isRight: Bool
        if let expected = file.checksums.first {
            let computed = await check.computed(path, expected.algorithm)
            isRight = computed == expected
            last?.checksum = (computed, isRight)
        } else {
            isRight = await goodPieces(size).allSatisfy { $0 }
        }
        guard isRight else {
            log.tell(.notQuiet, "Checksum mismatch for file \(session.quoted(path)).\n")
            return .checksumWrong
        }
        log.tell(.verbose, "Checksum matches.\n")
        return nil
    }

    /// Which pieces are as they should be.
    private func goodPieces(_ size: Int) async -> [Bool] {
        guard let pieces = file.pieces, pieces.fits(size: size) else { return [false] }
        let path = path
        let checked = try? await deferToThread { () -> [Bool] in
            guard let number = try? LocalFile.open(path, O_RDONLY) else { return [false] }
            let file = Descriptor(number)
            return pieces.checksums.indices.map {
                pieces.isRight($0, in: file.number, size: size)
            }
        }.value
        return checked ?? [false]
    }

    /// Cuts the file behind its last good piece, for the next mirror to go on there.
    ///
    /// - Returns: False when nothing of it is known to be good.
    private func keepGoodPieces() async -> Bool {
        guard let pieces = file.pieces, let size = FileFacts(path)?.size else { return false }
        let good = await goodPieces(file.size ?? size).prefix { $0 }.count
        guard good > 0, good < pieces.checksums.count else { return false }
        return (try? LocalFile.truncate(path, to: good * pieces.length)) != nil
    }

    private func giveUp() {
        document?.abandon()
        document = nil
        BadFile.dispose(of: path, session, log)
    }

    private func conclude(_ failure: RetrievalFailure?, isKnown: Bool) {
        let name = session.quoted(path)
        if !isKnown {
            log.tell(.notQuiet, "No checksums found.\n")
        }
        if !isKnown || failure != nil && verdict == nil {
            log.tell(.verbose, "Failed to download \(name). Skipping resource.\n")
        } else if verdict == .sizeWrong {
            log.tell(.notQuiet, "File \(name) retrieved but size does not match. \n")
        } else if verdict == .checksumWrong {
            log.tell(.notQuiet, "File \(name) retrieved but checksum does not match. \n")
        }
        let isUnwanted = failure != nil && !continues || session.settings.download.deletesAfter
        guard isUnwanted, document != nil, let facts = FileFacts(path) else { return }
        if facts.size > 0 {
            BadFile.dispose(of: path, session, log)
        } else {
            // It was only made to be filled.
            try? LocalFile.removeIfThere(path)
        }
    }
}
