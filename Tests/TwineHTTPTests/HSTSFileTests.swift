import Foundation
import Testing
import TwineCore
import TwineHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("The file of HSTS")
struct HSTSFileTests {
    /// Gives a path in a folder of its own, and takes the folder away.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "hsts-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "file").path)
    }

    private func content(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func changed(at now: Int = 1000) throws -> HSTSDatabase {
        var hosts = HSTSDatabase()
        hosts.receive("max-age=9", from: try WebURL.parse("https://a.test/"), at: now)
        return hosts
    }

    @Test("without a file nothing is known, and none is made for nothing")
    func noFile() throws {
        try withPath { path in
            let file = HSTSFile(path: path)
            var hosts = try file.load()
            #expect(hosts == HSTSDatabase())
            try file.save(&hosts, at: 1000)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("what is saved is loaded again, and only its owner may write to it")
    func saves() throws {
        try withPath { path in
            let file = HSTSFile(path: path)
            var hosts = try changed()
            try file.save(&hosts, at: 1000)
            #expect(try content(path) == HSTSTests.head + "a.test\t0\t0\t1000\t9\n")
            #expect(try file.load().policies == hosts.policies)
            #expect(!hosts.hasChanged)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(((mode as? NSNumber)?.intValue ?? 0o777) & 0o022 == 0)
        }
    }

    @Test("what another program has written meanwhile stays")
    func merges() throws {
        try withPath { path in
            let file = HSTSFile(path: path)
            try write("old.test 0 0 1000 9\n", to: path)
            var hosts = try file.load()
            try write("other.test 0 0 1000 9\nold.test 0 0 1001 9\n", to: path)
            hosts.receive("max-age=9", from: try WebURL.parse("https://a.test/"), at: 1000)
            try file.save(&hosts, at: 1000)
            #expect(
                try content(path) == HSTSTests.head + "a.test\t0\t0\t1000\t9\n"
                    + "old.test\t0\t0\t1001\t9\nother.test\t0\t0\t1000\t9\n")
        }
    }

    @Test("a file becomes shorter, down to no host at all")
    func shorter() throws {
        try withPath { path in
            let file = HSTSFile(path: path)
            try write("# \(String(repeating: "x", count: 1000))\na.test 0 0 900 9\n", to: path)
            var hosts = try file.load()
            hosts.receive("max-age=0", from: try WebURL.parse("https://a.test/"), at: 1000)
            try file.save(&hosts, at: 1000)
            #expect(try content(path) == HSTSTests.head)
        }
    }

    @Test("what all may write to, and what is no plain file, is neither read nor written")
    func notTrusted() throws {
        try withPath { path in
            let file = HSTSFile(path: path)
            try write("a.test 0 0 900 9\n", to: path)
            #expect(unsafe chmod(path, 0o666) == 0)
            #expect(throws: HSTSFile.Failure.notTrusted) { try file.load() }
            var hosts = try changed()
            #expect(throws: HSTSFile.Failure.notTrusted) { try file.save(&hosts, at: 1000) }
            #expect(try content(path) == "a.test 0 0 900 9\n")
            #expect(throws: HSTSFile.Failure.notTrusted) {
                try HSTSFile(path: "/dev/null").load()
            }
        }
    }

    @Test(
        "the mode decides",
        arguments: [
            (0o100644, true), (0o100600, true), (0o100664, true), (0o100646, false),
            (0o100666, false), (0o040755, false), (0o010644, false), (0o020644, false),
        ] as [(UInt32, Bool)])
    func modes(mode: UInt32, isTrusted: Bool) {
        #expect(HSTSFile.isTrusted(mode: mode) == isTrusted)
    }

    @Test("a lock that another one holds is waited for, but not for ever")
    func locked() throws {
        try withPath { path in
            try write("", to: path)
            let number = unsafe open(path, O_RDONLY)
            defer { _ = close(number) }
            #expect(flock(number, LOCK_EX) == 0)
            var hosts = try changed()
            #expect(throws: HSTSFile.Failure.locked) {
                try HSTSFile(path: path).save(&hosts, at: 1000)
            }
            #expect(hosts.hasChanged)
        }
    }

    @Test("a folder that is not there is told")
    func noFolder() throws {
        var hosts = try changed()
        #expect(throws: HSTSFile.Failure.system(.init(errno: ENOENT))) {
            try HSTSFile(path: "/nonexistent/file").save(&hosts, at: 1000)
        }
    }
}
