import Foundation
import Testing

@testable import swift_wget

extension Tag {
    /// Tests of the pieces of swift-wget, without a network.
    @Tag static var wget: Self
}

/// A folder for a test, which goes away with it.
final class FilesFolder {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("files-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func octets(_ name: String) -> Octets { Octets("\(path)/\(name)") }

    func put(_ name: String, _ text: String, permissions: Int = 0o644) {
        _ = FileManager.default.createFile(
            atPath: "\(path)/\(name)", contents: Data(text.utf8),
            attributes: [.posixPermissions: permissions])
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func link(_ name: String, to other: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/\(name)", withDestinationPath: other)
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func attributes(_ name: String) throws -> [FileAttributeKey: Any] {
        try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
    }

    /// All files, with the folders that they are in.
    var files: [String] {
        (FileManager.default.subpaths(atPath: path) ?? []).filter {
            (try? attributes($0)[.type] as? FileAttributeType) != .typeDirectory
        }.sorted()
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
