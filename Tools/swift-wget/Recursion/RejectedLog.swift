import TwineCore
import TwineHTTP

/// The table of `--rejected-log`: tabs between columns, a line for each link that is not followed.
final class RejectedLog {
    private let file: OutputFile
    private var buffer: [UInt8] = []

    /// How much is kept before it is written, in octets.
    private static let bufferSize = 32_768

    /// Begins the table in a file, which is emptied.
    ///
    /// - Throws: ``SystemError``.
    init(_ path: Octets) throws(SystemError) {
        file = try OutputFile(path)
        buffer += Self.header.utf8
    }

    deinit { flush() }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - reason: Why the link is not followed.
    ///   - url: Where it leads.
    ///   - parent: The page that it stands on.
    func add(_ reason: RejectReason, _ url: WebURL, on parent: WebURL) {
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

    static func line(_ reason: RejectReason, _ url: WebURL, on parent: WebURL) -> String {
        ([reason.rawValue] + columns(url) + columns(parent)).joined(separator: "\t") + "\n"
    }

    private static func columns(_ url: WebURL) -> [String] {
        let isFTPS = url.scheme == "ftps"
        let port = url.effectivePort.map(Int.init) ?? (isFTPS ? 990 : 0)
        let path = url.path
        return [
            escaped(url.withoutFragment.serialization), "SCHEME_" + url.scheme.uppercased(),
            url.bareHostName, String(port), path.hasPrefix("/") ? String(path.dropFirst()) : path,
            "", url.query ?? "", url.fragment ?? "",
        ]
    }

    /// wget encodes the whole URL once more, with what it holds for unsafe in one.
    private static func escaped(_ url: String) -> String {
        var output: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for octet in url.utf8 {
            if unsafeOctets.contains(octet) || octet <= 32 || octet >= 127 {
                output += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            } else {
                output.append(octet)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let unsafeOctets = Set("\"#%:<>@[\\]^`{|}".utf8)
}
