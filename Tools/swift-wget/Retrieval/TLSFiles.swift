import TwineCore
import TwineHTTP
import TwineTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The files that TLS needs: read when the first URL needs them, and what came of it told in wget's words.
///
/// Authorities that cannot be read are nobody's: then no server is trusted, and the run goes on to say so.
/// Without a list of what was withdrawn, or without one's own certificate, TLS would not be what was asked
/// for: then nothing is fetched over it.
@Reactor
final class TLSFiles {
    private let connector: NetworkConnector
    private var options: TLSOptions
    private var isReady = false
    /// The file and the folder of authorities that could not be used.
    private var unusable: [String] = []

    init(_ options: TLSOptions, _ connector: NetworkConnector) {
        self.options = options
        self.connector = connector
    }

    /// Reads the files, unless they were.
    ///
    /// - Throws: ``RetrievalFailure/tlsUnusable``, which is told.
    func prepare(_ log: Log) throws(RetrievalFailure) {
        guard !isReady else { return }
        let failure = read()
        tellAuthorities(log)
        switch failure {
        case nil:
            if let file = options.revocationFile {
                log.tell(.verbose, "Loaded CRL file '\(file)'\n")
            }
            isReady = true
            return
        case .unusableFile(let file, _)? where file == options.revocationFile:
            let number = Self.isReadable(file) ? Self.noList : Self.cannotOpen
            log.tell(.notQuiet, "ERROR: Failed to load CRL file '\(file)': (\(number))\n")
        case let error?: log.tell(.notQuiet, "ERROR: \(error).\n")
        }
        log.tell(.notQuiet, "Disabling SSL due to encountered errors.\n")
        throw .tlsUnusable
    }

    // What wget tells are numbers of GnuTLS.
    private static let cannotOpen = -64
    private static let noList = -34

    private static func isReadable(_ file: String) -> Bool { unsafe access(file, R_OK) == 0 }

    /// Reads the files; without authorities that cannot be read.
    private func read() -> TLSError? {
        var usable = options
        if unusable.contains(options.authoritiesFile ?? "") { usable.authoritiesFile = nil }
        if unusable.contains(options.authoritiesFolder ?? "") { usable.authoritiesFolder = nil }
        do throws(TLSError) {
            try connector.prepareTLS(usable)
            return nil
        } catch {
            guard case .unusableFile(let path, _) = error, !unusable.contains(path),
                path == usable.authoritiesFile || path == usable.authoritiesFolder
            else { return error }
            unusable.append(path)
            return read()
        }
    }

    private func tellAuthorities(_ log: Log) {
        if let folder = options.authoritiesFolder, unusable.contains(folder) {
            log.tell(.notQuiet, "ERROR: Cannot open directory \(folder).\n")
        }
        guard let file = options.authoritiesFile else { return }
        guard unusable.contains(file) else {
            log.tell(.verbose, "Loaded CA certificate '\(file)'\n")
            return
        }
        let number = Self.isReadable(file) ? 0 : Self.cannotOpen
        log.tell(.notQuiet, "ERROR: Failed to open cert \(file): (\(number)).\n")
    }
}
