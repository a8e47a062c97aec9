import Foundation
import TwineCore

/// A folder that swift-wget works in, with a home of its own; both are gone with this.
final class WgetFolder: Sendable {
    let path: String
    private var home: String { path + "-home" }

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("wget-\(UInt32.random(in: 0 ... .max))").path
        for path in [path, home] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit {
        for path in [path, home] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Runs the program in the folder, to its end.
    func wget(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Run {
        let own = ["HOME": home, "LC_ALL": "C.UTF-8", "http_proxy": "", "https_proxy": ""]
        return try await run(
            "swift-wget", arguments, input: input,
            environment: own.merging(environment, uniquingKeysWith: { $1 }), in: path)
    }

    /// Starts the program in the folder.
    @Reactor
    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            "sh",
            ["-c", "cd \"$0\" && HOME=\(home) exec \"$@\"", path]
                + [products.appendingPathComponent("swift-wget").path] + arguments)
    }

    /// All files, with the folders that they are in.
    var files: [String] {
        let all = FileManager.default.subpaths(atPath: path) ?? []
        return all.filter { name in
            var isFolder: ObjCBool = false
            let isThere = unsafe FileManager.default.fileExists(
                atPath: path + "/" + name, isDirectory: &isFolder)
            return isThere && !isFolder.boolValue
        }.sorted()
    }

    /// What is in a file; nil if there is none.
    func octets(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path + "/" + name).map { Array($0) }
    }

    /// What is in a file; nil if there is none.
    func contents(_ name: String) -> String? {
        octets(name).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ octets: [UInt8], to name: String) throws {
        try Data(octets).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

extension Run {
    /// The lines of output that are whole JSON objects.
    var objects: [[String: Any]] {
        lines.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
