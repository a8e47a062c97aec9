import TwineCore
import TwineHTTP

/// URLs that stand in a file, one a line, or as the links of a page (`-i`, `-F`, `-B`).
@Reactor
struct URLList {
    private let session: Session
    /// A longer file is no list, in octets.
    private static let limit = 1 << 28

    init(_ session: Session) { self.session = session }

    /// The URLs in a file.
    ///
    /// - Parameter path: The file, `-` for standard input, or a URL that is fetched first.
    /// - Returns: The URLs, relative ones completed by `-B`; none if it cannot be read, which is told.
    func urls(in path: Octets) async -> [Octets] {
        var path = path
        var base = session.settings.input.base
        if WgetURL.scheme(of: path.bytes) != nil, let url = try? WgetURL.parse(path.bytes) {
            let file = await Retrieval(session, session.log).run(url)
            if let failure = file.failure { session.status.add(failure) }
            session.log.report(session.record(of: file))
            guard file.isSuccess, let saved = file.path else { return [] }
            path = saved
            base = base ?? Octets(file.url.text(.shown))
        }
        guard let text = read(path) else { return [] }
        let parts = session.settings.input.forcesHTML ? [] : lines(text)
        return parts.map { line in
            guard let base, let url = try? WgetURL.parse(base.bytes) else { return line }
            return Octets(url.resolving(line.bytes))
        }
    }

    private func lines(_ text: [UInt8]) -> [Octets] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let isBlank = { (octet: UInt8) in octet == 0x20 || 0x09...0x0d ~= octet }
            var line = line.drop(while: isBlank)
            while let last = line.last, isBlank(last) { line.removeLast() }
            return line.isEmpty ? nil : Octets(Array(line))
        }
    }

    private func read(_ path: Octets) -> [UInt8]? {
        do throws(SystemError) {
            return try WholeFile.read(path, limit: Self.limit)
        } catch {
            session.log.tell(.notQuiet, "\(path): \(error)\n")
            session.status.add(1)
            return nil
        }
    }
}
