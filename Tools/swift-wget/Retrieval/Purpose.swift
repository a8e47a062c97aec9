import TwineCore

/// What one retrieval does otherwise than the run: by which settings, where to, and how it is checked.
@Reactor
final class Purpose {
    var settings: Settings
    /// Takes what comes, in place of the file of the URL, and stays open.
    var document: OutputDocument?
    /// Checks what comes.
    var check: FileCheck?
    /// Whether the document is a file that may come in parts.
    var takesParts = false
    /// Where the file is as well, the best first.
    var mirrors: [WgetURL] = []
    /// The digests of the file's pieces.
    var pieces: PieceHashes?
    /// Whether it counts among what was retrieved altogether.
    var counts = true

    /// A purpose that is the run's own, so far.
    init(_ session: Session) { settings = session.settings }

    /// What comes goes on in a file that is open, from where it ends.
    static func file(_ session: Session, _ document: OutputDocument, _ path: Octets) -> Purpose {
        let purpose = Purpose(session)
        purpose.settings.download.keepWhole()
        purpose.settings.download.continues = true
        purpose.settings.download.outputDocument = path
        purpose.settings.http.savesHeaders = false
        purpose.settings.http.savesContentOnError = false
        purpose.settings.http.usesContentDisposition = false
        // The rest of a coded reply is no rest of the file.
        purpose.settings.http.compression = .none
        purpose.settings.metalink.overHTTP = false
        purpose.document = document
        return purpose
    }

    /// What comes is wanted here, and in no file.
    ///
    /// - Parameters:
    ///   - session: The run.
    ///   - limit: The most octets; more fail as a full disk would.
    /// - Returns: The purpose, and the document to take the octets from.
    static func memory(_ session: Session, limit: Int) -> (Purpose, OutputDocument) {
        let purpose = Purpose(session)
        purpose.settings.download.keepWhole()
        purpose.settings.download.outputDocument = "-"
        purpose.settings.http.savesHeaders = false
        purpose.settings.metalink.overHTTP = false
        let document = OutputDocument(memoryLimit: limit)
        purpose.document = document
        return (purpose, document)
    }
}

extension Settings.Download {
    /// Takes back what concerns files that are there already.
    mutating func keepWhole() {
        keepsExisting = false
        continues = false
        startPosition = nil
        timestamping = false
        isSpider = false
    }
}
