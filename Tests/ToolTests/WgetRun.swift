import Foundation
import Subprocess
import Testing
import TwineCore
import TwineHTTP

/// An empty folder in which swift-wget runs, with a home of its own.
@Reactor
final class WgetPlace {
    let folder: URL
    private var home: String { folder.path + "-home" }

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-wget-\(UInt32.random(in: 0 ... .max))")
        for path in [folder.path, home] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
        try? FileManager.default.removeItem(atPath: folder.path + "-home")
    }

    /// Runs the program in it, to its end.
    func run(_ arguments: [String], input: String = "") async throws -> Run {
        try await ToolTests.run(
            "swift-wget", arguments, input: input,
            environment: ["HOME": home, "LC_ALL": "C.UTF-8"], in: folder.path)
    }

    /// Starts the program in it.
    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            "sh",
            ["-c", "cd \"$0\" && HOME=\(home) exec \"$@\"", folder.path]
                + [products.appendingPathComponent("swift-wget").path] + arguments)
    }

    /// What lies in it, in order.
    var list: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    func octets(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appendingPathComponent(name))).map { Array($0) } ?? []
    }

    func text(_ name: String) -> String { String(decoding: octets(name), as: UTF8.self) }

    func put(_ octets: [UInt8], _ name: String) throws {
        try Data(octets).write(to: folder.appendingPathComponent(name))
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
