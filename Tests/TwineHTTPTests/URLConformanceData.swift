import Foundation

/// The public conformance data beside the project; the tests that need it say when it is absent.
enum ConformanceData {
    /// `../shared/data/url` from the root of the package.
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/url")

    /// Whether the data is there; where it is not, the tests that read it are skipped by name.
    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "urltestdata.json").path)
    }

    /// The cases of a file whose top level is a list of cases and comments.
    static func cases(_ name: String) throws -> [[String: Any]] {
        let data = try Data(contentsOf: folder.appending(path: name))
        let list =
            try JSONSerialization.jsonObject(with: withoutLoneSurrogates(data)) as? [Any] ?? []
        return list.compactMap { $0 as? [String: Any] }
    }

    /// The lists of a file whose top level is a dictionary of lists of cases.
    static func groups(_ name: String) throws -> [String: [[String: Any]]] {
        let data = try Data(contentsOf: folder.appending(path: name))
        let groups = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        return groups.compactMapValues { $0 as? [[String: Any]] }
    }

    /// Replaces `\uD8xx` escapes that have no partner by U+FFFD, as URL parsers do: JSON readers
    /// may refuse them.
    private static func withoutLoneSurrogates(_ data: Data) throws -> Data {
        let text = String(decoding: data, as: UTF8.self)
        let pair =
            /(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/
        let mended = text.replacing(pair) { match in
            match.output.1.map(String.init) ?? "\\ufffd"
        }
        return Data(mended.utf8)
    }
}
