import TwineCore
import TwineHTML
import TwineHTTP

/// Retrieves the files that a Metalink tells of, whether it is a document or the fields of a reply.
///
/// What is told is what wget tells.
@Reactor
struct MetalinkDownload {
    private let session: Session
    private let log: Log
    private var settings: Settings { session.settings }

    /// Documents may name documents, so many in a row.
    private static let depthLimit = 8

    init(_ session: Session, _ log: Log) {
        self.session = session
        self.log = log
    }

    /// Who tells of the files.
    private struct Teller {
        /// The document; nil for fields of a reply.
        var document: Octets?
        /// The folder that files are put in; nil is the working folder.
        var folder: Octets?
        var depth = 0
        /// Whether a record is printed for each file: there is none of a URL that named them.
        var reports = false
    }

    /// Retrieves all files of a document on the disk.
    ///
    /// - Parameter path: The document; `-` is standard input.
    /// - Returns: Why not all are there.
    func run(documentAt path: Octets) async -> RetrievalFailure? {
        guard let files = files(of: path) else {
            log.tell(.notQuiet, "Unable to parse metalink file \(path).\n")
            return .metalinkInvalid
        }
        let teller = Teller(
            document: path, folder: settings.directories.prefix, reports: true)
        let failure = await retrieve(files, teller).failure
        if failure != nil {
            log.tell(.notQuiet, "Could not download all resources from \(session.quoted(path)).\n")
        }
        return failure
    }

    /// Retrieves the file that a reply tells of.
    ///
    /// - Parameters:
    ///   - file: The file, by the name that it is to have.
    ///   - url: Where the reply is from.
    ///   - isRedirected: Whether another URL was asked for.
    /// - Returns: What became of it.
    func run(_ file: MirroredFile, at url: WgetURL, isRedirected: Bool) async -> RetrievedFile {
        let end = await retrieve([file], Teller(folder: file.name.folder))
        var result = RetrievedFile(url: url)
        result.isRedirected = isRedirected
        result.path = end.path
        result.failure = end.failure
        result.isSuccess = end.failure == nil
        result.isNew = result.isSuccess
        return result
    }

    private func files(of path: Octets) -> [MirroredFile]? {
        guard let octets = try? WholeFile.read(path, limit: Metalink.sizeLimit),
            let document = try? Metalink(octets)
        else { return nil }
        return document.files.map {
            MirroredFile($0, preferring: settings.metalink.preferredLocation)
        }
    }

    // MARK: Files

    private func retrieve(
        _ files: [MirroredFile], _ teller: Teller
    ) async -> (path: Octets?, failure: RetrievalFailure?) {
        if settings.download.outputDocument != nil {
            log.tell(.notQuiet, "-O not supported for metalink download. Ignoring.\n")
        }
        var last: (path: Octets?, failure: RetrievalFailure?) = (nil, nil)
        for (index, file) in files.enumerated() {
            guard let path = path(of: file, index + 1, teller) else { continue }
            if teller.depth == 0, let wanted = settings.metalink.index {
                return (nil, await retrieve(file, as: path, byDocument: wanted, teller))
            }
            let mirrored = MirroredRetrieval(session, log, file, path)
            let failure = await mirrored.run()
            if teller.reports { log.report(mirrored.last.flatMap { session.record(of: $0) }) }
            last.path = mirrored.path
            last.failure = failure ?? last.failure
        }
        return last
    }

    /// The path of a file; nil when its name is not safe, which is told.
    private func path(of file: MirroredFile, _ ordinal: Int, _ teller: Teller) -> Octets? {
        guard let document = teller.document else { return file.name }
        let planned = file.name.within(teller.folder)
        let name = MetalinkName.name(
            file.name, document: document, ordinal: ordinal,
            trustsServer: settings.http.trustsServerNames)
        let safe = name?.within(teller.folder)
        guard safe != planned else { return safe }
        let trusts = settings.http.trustsServerNames
        log.tell(
            .notQuiet,
            "[--trust-server-names \(trusts), --directory-prefix="
                + "\(session.quoted(settings.directories.prefix ?? ""))]\n"
                + "Planned metalink file: \(session.quoted(planned))\n"
                + "Secured metalink file: \(session.quoted(safe ?? ""))\n")
        if safe == nil {
            log.tell(.notQuiet, "Rejecting metalink file. Unsafe name.\n")
            session.status.add(.metalinkInvalid)
        }
        return safe
    }

    // MARK: Documents that tell more

    /// Retrieves a document that tells of the file, and the files that it tells of.
    ///
    /// Of several documents `wanted` says which, from 1; 0 is the first that is good.
    private func retrieve(
        _ file: MirroredFile, as path: Octets, byDocument wanted: Int, _ teller: Teller
    ) async -> RetrievalFailure? {
        var failure: RetrievalFailure? = .metalinkInvalid
        for (index, description) in file.descriptions.enumerated() {
            let number = index + 1
            guard wanted == 0 || wanted == number else { continue }
            log.tell(.notQuiet, "Processing metaurl \(session.quoted(description.url))...\n")
            guard let name = documentName(description, number, beside: path) else { continue }
            let saved = UniqueName.next(name)
            failure = await fetch(description.url, to: saved)
            if let failure {
                log.tell(
                    .verbose, "Failed to download \(session.quoted(saved)). Skipping metaurl.\n")
                session.status.add(failure)
                continue
            }
            guard let files = files(of: saved) else {
                log.tell(.notQuiet, "Unable to parse metaurl file \(session.quoted(saved)).\n")
                failure = .metalinkInvalid
                session.status.add(.metalinkInvalid)
                continue
            }
            let next = Teller(
                document: saved, folder: teller.folder, depth: teller.depth + 1,
                reports: teller.reports)
            failure = await retrieve(files, next).failure
            if failure != nil {
                log.tell(
                    .notQuiet,
                    "Could not download all resources from \(session.quoted(saved)).\n")
            }
            break
        }
        if failure != nil { log.tell(.notQuiet, "Metaurls processing returned with error.\n") }
        return failure
    }

    private func documentName(
        _ description: MirroredFile.Description, _ number: Int, beside path: Octets
    ) -> Octets? {
        guard settings.http.trustsServerNames else { return path + Octets(".meta#\(number)") }
        let name = MetalinkName.baseName(of: (description.name ?? description.url).bytes)
        let whole = Octets(name).within(path.folder)
        guard MetalinkName.isSafe(name) else {
            log.tell(
                .notQuiet, "Rejecting metaurl file \(session.quoted(whole)). Unsafe name.\n")
            return nil
        }
        return whole
    }

    private func fetch(_ text: Octets, to path: Octets) async -> RetrievalFailure? {
        let url: WgetURL
        do throws(WgetURLError) {
            url = try WgetURL.parse(text.bytes, usesIRIs: settings.input.usesIRIs)
        } catch {
            log.tell(.notQuiet, "\(text): \(error.message(session.quotes)).\n")
            return .urlInvalid
        }
        _ = ParentFolders.make(for: path)
        do throws(SystemError) {
            let document = try OutputDocument(path, .new)
            defer { document.abandon() }
            return await Retrieval(session, log, .file(session, document, path)).run(url).failure
        } catch {
            log.tell(.notQuiet, "\(path): \(error)\n")
            return .cannotWrite
        }
    }
}

extension Octets {
    /// A name in a folder; nil is the working folder.
    func within(_ folder: Octets?) -> Octets {
        guard let folder, !folder.isEmpty else { return self }
        return folder.bytes.last == UInt8(ascii: "/") ? folder + self : folder + "/" + self
    }
}
