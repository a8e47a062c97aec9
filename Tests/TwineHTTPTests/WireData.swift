import Foundation

/// The public conformance data beside the project; the tests that need it say when it is absent.
enum WireData {
    /// `../shared/data` from the root of the package.
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data")

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }

    static func read(_ path: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: path))
    }

    /// The names of the files in a folder, sorted.
    static func files(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)
            .sorted().map { path + "/" + $0 }
    }
}
