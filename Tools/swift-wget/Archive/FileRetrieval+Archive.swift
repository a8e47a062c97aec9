import TwineCore
import TwineHTTP

// What is kept in an archive of a try.
extension FileRetrieval {
    /// Lets go of content that is not wanted; an archive has it all the same.
    func drop(_ response: HTTPClient.Response) async {
        guard steps?.exchange != nil else { return response.cancel() }
        var isWhole = true
        do {
            try await response.receive { _ in true }.value
        } catch HTTPError.truncated {
            // What there is of it is kept, as wget does.
        } catch {
            isWhole = false
        }
        await endExchange(isWhole: isWhole)
    }

    /// Writes what was sent and received, where that is kept.
    ///
    /// - Parameter isWhole: Whether the reply has come to its end.
    func endExchange(isWhole: Bool = true) async {
        guard let exchange = steps?.exchange.take() else { return }
        do {
            guard isWhole else { return try await exchange.giveUp().value }
            guard let written = try await exchange.finish().value, written.isRevisit else { return }
            log.tell(.verbose, "Found exact match in CDX file. Saving revisit record to WARC.\n")
        } catch {
            archiveError = error
        }
    }

    /// Tells that the archive could not be written, if that is so.
    func tellArchiveFailure() -> RetrievalFailure? {
        guard let archiveError else { return nil }
        notes.fails(.archiveFailed, "\(archiveError)")
        log.tell(.verbose, "\n")
        log.tell(.notQuiet, "Cannot write to WARC file.\n")
        return .archiveFailed
    }
}
