import TwineCore

/// The table of `--rejected-log`: tabs between columns, a line for each link that is not followed.
final class RejectedLog {
    private let file: SavedFile
    private var buffer: [UInt8] = []

    /// How much is kept before it is written, in octets.
    private static let bufferSize = 32_768

    /// Begins the table in a file, which is emptied.
    ///
    /// - Throws: ``SystemError``.
    init(_ path: Octets) throws(SystemError) {
        file = try SavedFile(path, .overwrite)
        buffer += Self.header.utf8
    }

    deinit { flush() }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - reason: Why the link is not followed.
    ///   - url: Where it leads.
    ///   - parent: The page that it stands on.
    func add(_ reason: RejectReason, _ url: WgetURL, on parent: WgetURL) {
        buffer += Self.line(reason, url, on: parent).utf8
        if buffer.count >= Self.bufferSize { flush() }
    }

    /// Writes what is kept; what cannot be written is lost, as it is wget's.
    func flush() {
        try? file.write(buffer.span)
        buffer.removeAll(keepingCapacity: true)
    }

    static let header: String = {
        let columns = ["URL", "SCHEME", "HOST", "PORT", "PATH", "PARAMS", "QUERY", "FRAGMENT"]
        let names = columns.map { "U_" + $0 } + columns.map { "P_" + $0 }
        return (["REASON"] + names).joined(separator: "\t") + "\n"
    }()

    static func line(_ reason: RejectReason, _ url: WgetURL, on parent: WgetURL) -> String {
        ([reason.rawValue] + columns(url) + columns(parent)).joined(separator: "\t") + "\n"
    }

    private static func columns(_ url: WgetURL) -> [String] {
        // wget escapes the whole URL once more.
        let parts = [
            URLOctets.escaped(Array(url.text(.shown).utf8)),
            Array("SCHEME_\(url.scheme.rawValue.uppercased())".utf8), url.host,
            Array(String(url.port).utf8), url.path, url.parameters ?? [], url.query ?? [],
            url.fragment ?? [],
        ]
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }
}
