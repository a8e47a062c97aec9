import TwineCore
import TwineHTML
import TwineHTTP

/// URLs that stand in a file, one a line, or as the links of a page (`-i`, `-F`, `-B`).
@Reactor
struct URLList {
    private let session: Session
    private var settings: Settings.Input { session.settings.input }
    /// A longer file is no list, in octets.
    private static let limit = 1 << 28

    init(_ session: Session) { self.session = session }

    /// The URLs in a file; what is none is told, and makes the run fail.
    ///
    /// - Parameter source: The file, `-` for standard input, or a URL that is fetched first.
    /// - Returns: The URLs; none if the file cannot be read, which is told.
    func urls(in source: Octets) async -> [WgetURL] {
        var path = source
        var base = settings.base
        var isHTML = settings.forcesHTML
        var charset: String?
        if WgetURL.scheme(of: source.bytes) != nil {
            guard let file = await fetch(source) else {
                tellNothing(source)
                return []
            }
            base = base ?? source
            isHTML = isHTML || file.isHTML
            charset = file.charset
            path = file.path ?? source
        }
        guard let text = read(path) else {
            tellNothing(source)
            return []
        }
        let start = base.flatMap { try? WgetURL.parse(WgetURL.completed($0.bytes)) }
        let urls = isHTML ? links(text, path, start, charset) : lines(text, path, start)
        if urls.isEmpty { tellNothing(source) }
        return urls.compactMap { $0 }
    }

    private func tellNothing(_ source: Octets) {
        session.log.tell(.notQuiet, "No URLs found in \(source).\n")
    }

    private func fetch(_ source: Octets) async -> RetrievedFile? {
        do throws(WgetURLError) {
            let url = try WgetURL.parse(source.bytes, usesIRIs: settings.usesIRIs)
            let file = await Retrieval(session, session.log).run(url)
            if let failure = file.failure { session.status.add(failure) }
            session.log.report(session.record(of: file))
            return file.isSuccess && file.path != nil ? file : nil
        } catch {
            session.log.tell(.notQuiet, "\(source): \(error.message(session.quotes)).\n")
            session.status.add(.urlInvalid)
            return nil
        }
    }

    /// A file that cannot be read is told, and is no failure: so it is with wget.
    private func read(_ path: Octets) -> [UInt8]? {
        do throws(SystemError) {
            return try WholeFile.read(path, limit: Self.limit)
        } catch {
            session.log.tell(.notQuiet, "\(path): \(error)\n")
            return nil
        }
    }

    // MARK: Lines

    private func lines(_ text: [UInt8], _ path: Octets, _ base: WgetURL?) -> [WgetURL?] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            var line = Array(Octets(Array(line)).trimmed)
            guard !line.isEmpty else { return nil }
            if let base { line = base.resolving(line) }
            let whole = WgetURL.completed(recoded(line))
            do throws(WgetURLError) {
                return try WgetURL.parse(whole, usesIRIs: settings.usesIRIs)
            } catch {
                session.log.tell(
                    .notQuiet,
                    "\(path): Invalid URL \(Octets(whole)): \(error.message(session.quotes))\n")
                session.status.add(.urlInvalid)
                return nil
            }
        }
    }

    /// A URL of `--local-encoding` in UTF-8.
    private func recoded(_ text: [UInt8]) -> [UInt8] {
        guard settings.usesIRIs, let name = settings.localEncoding else { return text }
        do throws(Charset.Failure) {
            return try WgetURL.recoded(text, from: Charset(name: name))
        } catch {
            session.log.tell(.verbose, "\(error.message(session.quotes))\n")
            return text
        }
    }

    // MARK: Links

    /// The links of a page, in its order; nil is one that is not to be fetched, but is there.
    private func links(
        _ text: [UInt8], _ path: Octets, _ start: WgetURL?, _ charset: String?
    ) -> [WgetURL?] {
        var base = start
        var urls: [WgetURL?] = []
        for link in scanner(charset).scan(text.span).links {
            let isBase = link.traits.contains(.base)
            let reference = Array(link.text.utf8)
            let isComplete = WgetURL.otherScheme(of: reference) != nil
            // A base is relative to the page, and not to another base.
            guard let from = isBase ? start : base else {
                if isComplete, let url = parse(reference) {
                    if isBase { base = url }
                    urls.append(link.traits.contains(.notFetched) ? nil : url)
                } else if !isComplete {
                    session.log.tell(
                        .notQuiet, "\(path): Cannot resolve incomplete link \(link.text).\n")
                }
                continue
            }
            guard let url = parse(from.resolving(reference)) else { continue }
            if isBase { base = url }
            urls.append(link.traits.contains(.notFetched) ? nil : url)
        }
        return urls
    }

    private func scanner(_ charset: String?) -> HTMLLinkScanner {
        var scanner = HTMLLinkScanner()
        scanner.followedTags = Set(session.settings.rules.followTags.map { $0.lowercased() })
        scanner.ignoredTags = Set(session.settings.rules.ignoreTags.map { $0.lowercased() })
        scanner.strictComments = session.settings.recursion.strictComments
        scanner.keepsOctets = !settings.usesIRIs
        scanner.charset = charset ?? settings.remoteEncoding
        return scanner
    }

    /// Links that are no URLs, or of schemes that are not fetched, are passed over.
    private func parse(_ text: [UInt8]) -> WgetURL? {
        try? WgetURL.parse(text, usesIRIs: settings.usesIRIs)
    }
}
