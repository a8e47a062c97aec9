import TwineCore
import TwineHTTP

/// Begins the archive of a run (`--warc-file`) before the first request, and ends it behind the last.
@Reactor
struct ArchiveSetUp {
    private let session: Session
    private var warc: Settings.WARC { session.settings.warc }

    init(_ session: Session) { self.session = session }

    /// Begins it, where one is wanted.
    ///
    /// - Throws: What keeps it from being written, which is told.
    func begin() throws(SetUp.Failure) {
        guard let name = warc.file else { return }
        var options = options(named: name)
        options.duplicates = try duplicates()
        let opening = self.opening(options.fileName)
        session.log.tell(.verbose, opening)
        let archive: WARCArchive
        do throws(WARCError) {
            archive = try WARCArchive(options)
        } catch {
            throw failed(to: error)
        }
        archive.beginning = { session.log.tell(.verbose, self.opening($0)) }
        session.archive = archive
        keepLog(of: archive, from: session.log.tells(.verbose) ? opening : "")
    }

    private func options(named name: Octets) -> WARCArchive.Options {
        var options = WARCArchive.Options(name.description)
        options.compresses = warc.compresses
        options.writesDigests = warc.hasDigests
        options.keepsLog = warc.keepsLog
        options.maxSize = warc.maxSize.map { Int(clamping: $0) } ?? 0
        options.writesIndex = warc.writesCDX
        options.headers = warc.headers.map { Self.line($0) }
        if let folder = warc.temporaryDirectory { options.temporaryFolder = folder.description }
        options.software = "\(Wget.name)/\(VersionText.version) (\(VersionText.system))"
        options.honoursRobots = session.settings.recursion.usesRobots
        options.arguments = Surroundings.argumentsOfProcess().map { "\"\(Self.line($0))\" " }
            .joined()
        return options
    }

    /// A text that cannot be more than one line.
    private static func line(_ text: Octets) -> String {
        Octets(text.bytes.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }).description
    }

    // MARK: What other archives have

    private func duplicates() throws(SetUp.Failure) -> WARCDuplicates? {
        guard let path = warc.dedup else { return nil }
        let duplicates: WARCDuplicates
        do throws(SystemError) {
            duplicates = try WARCDuplicates(index: path.description)
        } catch {
            throw told("Could not read CDX file \(session.quoted(path)) for deduplication.\n")
        }
        guard duplicates.missingColumns.isEmpty else {
            for column in duplicates.missingColumns { tellMissing(column) }
            return nil
        }
        let noun = duplicates.count == 1 ? "record" : "records"
        session.log.tell(.verbose, "Loaded \(duplicates.count) \(noun) from CDX.\n\n")
        return duplicates
    }

    private func tellMissing(_ column: Character) {
        let name =
            switch column {
            case "a": "original urls"
            case "k": "checksums"
            default: "record ids"
            }
        session.log.tell(
            .notQuiet, "CDX file does not list \(name). (Missing column '\(column)'.)\n")
    }

    // MARK: What is told

    private func opening(_ path: String) -> String {
        "Opening WARC file \(session.quoted(path)).\n\n"
    }

    private func failed(to error: WARCError) -> SetUp.Failure {
        switch error {
        case .cannotOpen(let path, _) where path.hasSuffix(".cdx"):
            return told("Could not open CDX file for output.\n")
        case .cannotOpen(let path, _):
            session.log.tell(.notQuiet, "Error opening WARC file \(session.quoted(path)).\n")
            return told("Could not open WARC file.\n")
        default:
            session.log.tell(.notQuiet, "\(error)\n")
            return told("Could not open WARC file.\n")
        }
    }

    /// A failure that was told already.
    private func told(_ text: String) -> SetUp.Failure {
        session.log.tell(.notQuiet, text)
        return SetUp.Failure(text: "", status: 1)
    }

    private func keepLog(of archive: WARCArchive, from text: String) {
        guard warc.keepsLog else { return }
        try? archive.log(Array(text.utf8))
        session.output.archiving = { [session] octets in
            do throws(WARCError) {
                try archive.log(octets)
            } catch {
                session.output.archiving = nil
                session.log.tell(.notQuiet, "Cannot write to temporary WARC file.\n")
                session.status.add(.archiveFailed)
            }
        }
    }

    // MARK: The end

    /// Writes what stands at the end of the archive.
    func end() async {
        guard let archive = session.archive else { return }
        do {
            _ = try await archive.finish().value
        } catch {
            session.log.tell(.notQuiet, "Cannot write to WARC file.\n")
            session.status.add(.archiveFailed)
        }
    }
}
