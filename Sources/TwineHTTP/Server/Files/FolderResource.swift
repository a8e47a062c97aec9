public import HTTPTypes
public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The files of a folder, and of the folders below it, and nothing else.
///
/// Files have validators, so that a client is told when it has the latest, and are sent in parts when
/// it asks so. A folder is answered with its index page, or with a list of what is in it.
public final class FolderResource: Resource {
    /// What is served, and how.
    public struct Options: Sendable {
        /// The names of index pages, the best first.
        public var indexes = ["index.html", "index.htm"]
        /// Whether a folder without an index page is answered with a list; otherwise it gets 403.
        public var lists = true
        /// Whether names that begin with a dot are served; `.well-known` always is.
        public var showsHidden = false
        /// Whether symbolic links may lead out of the folder.
        public var followsLinks = false
        /// Whether `name.br`, `name.zst` or `name.gz` is sent in place of `name` to those who take it.
        public var usesPrecompressed = true
        /// Whether PUT brings files, of at most the site's ``Site/Options/bodyLimit``.
        public var takesUploads = false

        /// The options that fit most folders.
        public init() {}
    }

    private let folder: OpenFile
    private let options: Options
    private var descriptions: [String: FileResponse.Description] = [:]

    /// Makes the resource.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - options: What is served, and how.
    /// - Throws: `SystemError`, ENOTDIR for what is no folder.
    public init(_ path: String, options: Options = Options()) throws(SystemError) {
        folder = try OpenFile(path)
        guard folder.facts.kind == .folder else { throw SystemError(errno: ENOTDIR) }
        self.options = options
        super.init()
    }

    /// It takes the rest of the path.
    public override var isLeaf: Bool { true }

    /// GET and HEAD, and PUT when uploads are taken.
    public override var methods: [HTTPRequest.Method] {
        options.takesUploads ? [.get, .head, .put] : [.get, .head]
    }

    /// The file that PUT brings is written as it comes, beside its name.
    public override func bodyReceiver(
        for request: WebRequest
    ) throws -> (any RequestBodyReceiver)? {
        guard request.method == .put else { return nil }
        let segments = Array(request.remaining)
        guard let name = segments.last, segments.allSatisfy(isServed) else {
            throw RequestRefusal(.error(.forbidden, "This name cannot be written."))
        }
        guard request.headerFields[.contentRange] == nil else {
            throw RequestRefusal(.error(.badRequest, "A part of a file cannot be put."))
        }
        let path = segments.joined(separator: "/")
        let found = try? open(path)
        guard found?.facts.kind != .folder else {
            throw RequestRefusal(.error(.conflict, "There is a folder."))
        }
        let fields = request.headerFields
        if let found {
            let validators = FileResponse.Description(found.facts, type: "").validators
            guard validators.verdict(on: fields, isReading: false) == .proceed else {
                throw RequestRefusal(.error(.preconditionFailed))
            }
        } else if fields[.ifMatch] != nil {
            throw RequestRefusal(.error(.preconditionFailed))
        }
        do throws(SystemError) {
            let parent = try open(segments.dropLast().joined(separator: "/"))
            return try FileUpload(name, in: parent, replaces: found != nil)
        } catch {
            throw RequestRefusal(FileUpload.refusal(error))
        }
    }

    /// Answers with a file, a list, or why there is none; or that a file has come.
    public override func render(_ request: WebRequest) throws -> Rendering {
        if request.method == .put { return .response(try put(request)) }
        do throws(SystemError) {
            return .response(try answer(request))
        } catch {
            return .response(Self.refusal(error))
        }
    }

    private func put(_ request: WebRequest) throws -> WebResponse {
        // Without a body there was nothing to receive.
        guard
            let upload = try request.bodyReceiver as? FileUpload
                ?? bodyReceiver(for: request) as? FileUpload
        else { return .error(.internalServerError) }
        return upload.finish()
    }

    /// The answer to what the system says to opening a file.
    static func refusal(_ error: SystemError) -> WebResponse {
        switch error.errno {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EXDEV, ENXIO: .error(.notFound)
        case EACCES, EPERM: .error(.forbidden)
        case EMFILE, ENFILE, ENOMEM: .error(.serviceUnavailable)
        default: .error(.internalServerError)
        }
    }

    private func answer(_ request: WebRequest) throws(SystemError) -> WebResponse {
        var segments = Array(request.remaining)
        let endsInSlash = segments.last?.isEmpty ?? true
        if endsInSlash, !segments.isEmpty { segments.removeLast() }
        guard segments.allSatisfy(isServed) else { return .error(.notFound) }
        let path = segments.joined(separator: "/")
        let found = try open(path)
        switch found.facts.kind {
        case .folder:
            guard endsInSlash else { return Self.redirect(request, addingSlash: true) }
            return try answer(request, folder: found, path)
        case .file:
            guard !endsInSlash else { return .error(.notFound) }
            return try answer(request, file: found, path)
        case .other: return .error(.notFound)
        }
    }

    /// Whether a segment names something that is served: an encoded slash never does.
    private func isServed(_ segment: String) -> Bool {
        guard !segment.isEmpty, !segment.utf8.contains(UInt8(ascii: "/")) else { return false }
        return options.showsHidden || !segment.hasPrefix(".") || segment == ".well-known"
    }

    private func open(_ path: String) throws(SystemError) -> OpenFile {
        try folder.file(below: path, followsLinks: options.followsLinks)
    }

    /// To the same place with a slash at the end, so that the page's relative links lead below it.
    private static func redirect(_ request: WebRequest, addingSlash: Bool) -> WebResponse {
        // The last segment alone: a path that begins with two slashes would name another host.
        let last = request.path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
        let query = request.query.map { "?\($0)" } ?? ""
        return .redirect(to: "./\(last)/\(query)", status: .movedPermanently)
    }

    private func answer(
        _ request: WebRequest, folder: OpenFile, _ path: String
    ) throws(SystemError) -> WebResponse {
        for index in options.indexes {
            let below = path.isEmpty ? index : "\(path)/\(index)"
            guard let page = try? open(below), page.facts.kind == .file else { continue }
            return try answer(request, file: page, below)
        }
        guard options.lists else { return .error(.forbidden) }
        let entries = try folder.entries().filter { isServed($0.name) && $0.facts.kind != .other }
        let names = request.segments.filter { !$0.isEmpty }
        let listing = FolderListing(names, entries, query: request.query)
        return listing.response(toAccept: request.headerFields[.accept])
    }

    private func answer(
        _ request: WebRequest, file: OpenFile, _ path: String
    ) throws(SystemError) -> WebResponse {
        let plain = describe(file, path, nil)
        if plain.varies, let field = request.headerFields[.acceptEncoding] {
            let accepted = AcceptedCodings(field)
            for (end, coding) in Self.codings where accepted.accepts(coding) {
                guard let stored = try? open("\(path).\(end)"), stored.facts.kind == .file,
                    // An older one was made of another file.
                    stored.facts.modified >= file.facts.modified
                else { continue }
                return try FileResponse(
                    file: stored, description: describe(stored, path, coding)
                ).answer(request)
            }
        }
        return try FileResponse(file: file, description: plain).answer(request)
    }

    /// The ends of names of files that hold another in a content coding, the smallest first.
    private static let codings = [("br", "br"), ("zst", "zstd"), ("gz", "gzip")]

    /// Describes a file, or finds its description when it has not changed.
    private func describe(
        _ file: OpenFile, _ path: String, _ coding: String?
    ) -> FileResponse.Description {
        let key = coding.map { "\($0):\(path)" } ?? path
        if let known = descriptions[key], known.facts == file.facts { return known }
        let description = FileResponse.Description(
            file.facts, type: MediaTypes.type(of: path), coding: coding,
            varies: options.usesPrecompressed && MediaTypes.isCompressible(path))
        if descriptions.count >= Self.describedFiles { descriptions.removeAll() }
        descriptions[key] = description
        return description
    }

    /// More descriptions than this are not kept.
    private static let describedFiles = 1024
}

/// The content codings that a client takes.
///
/// RFC 9110 §12.5.3.
struct AcceptedCodings {
    private var weights: [String: Bool] = [:]

    init(_ field: String?) {
        for item in (field ?? "").split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.trimmingSpaces() }
            guard let name = parts.first?.lowercased() else { continue }
            let isRefused = parts.dropFirst().contains { parameter in
                let digits = parameter.lowercased().split(separator: "=").last ?? ""
                return parameter.lowercased().hasPrefix("q=") && (Double(digits) ?? 1) == 0
            }
            weights[name] = !isRefused
        }
    }

    /// Whether a coding may be sent.
    func accepts(_ coding: String) -> Bool { weights[coding] ?? weights["*"] ?? false }
}
