import Foundation
import Testing

@testable import swift_wget

/// Files of settings as they are on a disk.
@Suite(.tags(.wget))
struct OptionsSystemTests {
    private let process = Surroundings.ofProcess("swift-wget")

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "swift-wget-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("a file is read to its end")
    func read() throws {
        try inFolder { folder in
            let text = String(repeating: "tries = 3\n", count: 5000)
            try text.write(toFile: folder + "/rc", atomically: false, encoding: .utf8)
            let path = Octets(folder + "/rc")
            #expect(process.readFile(path) == .text(Array(text.utf8)))
            #expect(process.exists(path))
        }
    }

    @Test("what is no file, or not there, is absent, with the reason")
    func absent() throws {
        try inFolder { folder in
            #expect(process.readFile(Octets(folder)) == .absent(reason: "Permission denied"))
            #expect(
                process.readFile(Octets(folder + "/none"))
                    == .absent(reason: "No such file or directory"))
            #expect(!process.exists(Octets(folder)) && !process.exists("/dev/null"))
        }
    }

    @Test("a file that is no file of settings for its size is not read")
    func large() throws {
        try inFolder { folder in
            let path = folder + "/rc"
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 1 << 23)
            try file.close()
            #expect(process.readFile(Octets(path)) == .unreadable(reason: "File too large"))
        }
    }

    @Test("the environment is the process's")
    func environment() {
        let name = "PATH"
        let expected = ProcessInfo.processInfo.environment[name]
        #expect(process.environment[name]?.text == expected)
        #expect(process.home?.isEmpty == false)
        #expect(Surroundings.argumentsOfProcess().count == CommandLine.arguments.count - 1)
    }
}
