import Foundation
import Testing
import TwineCore

@testable import swift_wget

@Suite(.tags(.wget))
struct FilesSavedTests {
    private func write(_ text: String, to file: SavedFile) throws {
        try file.write(Array(text.utf8).span)
    }

    private func error(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch let error as SystemError { return error.errno } catch { return -1 }
        return nil
    }

    @Test("a name that is taken gets the first number that is free")
    func numbered() throws {
        let folder = try FilesFolder()
        folder.put("x", "old")
        folder.put("x.2", "old")
        #expect(UniqueName.next(folder.octets("x")) == folder.octets("x.1"))
        folder.put("x.1", "old")
        #expect(UniqueName.next(folder.octets("x")) == folder.octets("x.3"))
        #expect(UniqueName.next(folder.octets("y")) == folder.octets("y"))
    }

    @Test("a folder in the way is an error, as wget has it")
    func folderInTheWay() throws {
        let folder = try FilesFolder()
        try folder.makeFolder("x")
        #expect(error { _ = try SavedFile(folder.octets("x"), .replace) } == EISDIR)
    }

    @Test("a link to nothing is followed, as wget does")
    func linkToNothing() throws {
        let folder = try FilesFolder()
        try folder.link("x", to: "y")
        try write("new", to: SavedFile(folder.octets("x"), .replace))
        #expect(folder.text("y") == "new")
    }

    @Test("what must be new is an error where there is something")
    func notNew() throws {
        let folder = try FilesFolder()
        folder.put("x", "old")
        #expect(error { _ = try SavedFile(folder.octets("x"), .new) } == EEXIST)
    }

    @Test("what is appended stands behind what is there")
    func appended() throws {
        let folder = try FilesFolder()
        folder.put("x", "old")
        let file = try SavedFile(folder.octets("x"), .append)
        #expect(file.position == 3)
        try write("new", to: file)
        #expect(folder.text("x") == "oldnew" && file.position == 6)
    }

    @Test("what is overwritten is empty at once")
    func overwritten() throws {
        let folder = try FilesFolder()
        folder.put("x", "old")
        _ = try SavedFile(folder.octets("x"), .overwrite)
        #expect(folder.text("x") == "")
    }

    @Test("what is replaced is whole at every moment, and nothing else is in the folder")
    func replaced() throws {
        let folder = try FilesFolder()
        folder.put("x", "old contents")
        let file = try SavedFile(folder.octets("x"), .replace)
        try write("new", to: file)
        #expect(folder.text("x") == "old contents" && folder.names == ["x"])
        try file.finish(modified: 1_445_412_480)
        #expect(folder.text("x") == "new" && folder.names == ["x"])
        #expect(
            try folder.attributes("x")[.modificationDate] as? Date
                == Date(timeIntervalSince1970: 1_445_412_480))
    }

    @Test("what is not replaced after all stays as it was", arguments: [true, false])
    func notReplaced(isAbandoned: Bool) throws {
        let folder = try FilesFolder()
        folder.put("x", "old")
        var file: SavedFile? = try SavedFile(folder.octets("x"), .replace)
        try write("new and longer", to: #require(file))
        if isAbandoned { file?.abandon() }
        file = nil
        #expect(folder.text("x") == "old" && folder.names == ["x"])
    }

    @Test("what is replaced keeps its permissions", arguments: [0o600, 0o640, 0o755])
    func permissions(permissions: Int) throws {
        let folder = try FilesFolder()
        folder.put("x", "old", permissions: permissions)
        try SavedFile(folder.octets("x"), .replace).finish()
        #expect(try folder.attributes("x")[.posixPermissions] as? Int == permissions)
    }

    @Test("a link stays a link, and where it leads is replaced")
    func replacedByLink() throws {
        let folder = try FilesFolder()
        try folder.makeFolder("d")
        folder.put("d/y", "old")
        try folder.link("x", to: "d/y")
        let file = try SavedFile(folder.octets("x"), .replace)
        try write("new", to: file)
        try file.finish()
        #expect(folder.text("d/y") == "new")
        #expect(try folder.attributes("x")[.type] as? FileAttributeType == .typeSymbolicLink)
    }

    @Test("a file of two names is replaced under both, as wget does without --unlink")
    func replacedTwice() throws {
        let folder = try FilesFolder()
        folder.put("x", "old contents")
        try FileManager.default.linkItem(
            atPath: "\(folder.path)/x", toPath: "\(folder.path)/y")
        let file = try SavedFile(folder.octets("x"), .replace)
        try write("new", to: file)
        #expect(folder.text("y") == "old contents")
        try file.finish(modified: 1_445_412_480)
        #expect(folder.text("x") == "new" && folder.text("y") == "new")
        #expect(
            try folder.attributes("y")[.modificationDate] as? Date
                == Date(timeIntervalSince1970: 1_445_412_480))
    }

    @Test("to replace what is not there is to make it")
    func replacedNothing() throws {
        let folder = try FilesFolder()
        let file = try SavedFile(folder.octets("x"), .replace)
        try write("new", to: file)
        #expect(folder.text("x") == "new")
    }

    @Test("what is renewed is a file of its own, wherever the old one went")
    func renewed() throws {
        let folder = try FilesFolder()
        try folder.makeFolder("d")
        folder.put("d/y", "old", permissions: 0o600)
        try folder.link("x", to: "d/y")
        let file = try SavedFile(folder.octets("x"), .renew)
        try write("new", to: file)
        try LocalFile.rename(folder.octets("x"), to: folder.octets("x.orig"))
        try file.finish()
        #expect(folder.text("x") == "new" && folder.text("x.orig") == "old")
        #expect(folder.names == ["d", "x", "x.orig"])
        #expect(try folder.attributes("x")[.posixPermissions] as? Int != 0o600)
    }

    @Test("a name of 255 octets can be replaced")
    func replacedLongName() throws {
        let folder = try FilesFolder()
        let name = String(repeating: "n", count: 255)
        folder.put(name, "old")
        let file = try SavedFile(folder.octets(name), .replace)
        try write("new", to: file)
        try file.finish()
        #expect(folder.text(name) == "new")
    }

    @Test("room that is reserved changes no size, and is given back", arguments: [true, false])
    func reserved(isFinished: Bool) throws {
        let folder = try FilesFolder()
        let file = try SavedFile(folder.octets("x"), .new)
        file.reserve(8 << 20)
        try write("new", to: file)
        #expect(folder.text("x") == "new")
        if isFinished { try file.finish() } else { file.abandon() }
        var facts = stat()
        #expect(unsafe stat("\(folder.path)/x", &facts) == 0)
        #expect(facts.st_size == 3 && facts.st_blocks * 512 < 1 << 20)
    }

    @Test("a file that is cut goes on where it was cut")
    func truncated() throws {
        let folder = try FilesFolder()
        let file = try SavedFile(folder.octets("x"), .new)
        try write("0123456789", to: file)
        try file.truncate(to: 4)
        try write("x", to: file)
        #expect(folder.text("x") == "0123x" && file.position == 5)
    }

    @Test("a full disk is an error of its own, and what was written is counted")
    func fullDisk() throws {
        let file = try SavedFile("/dev/full", .overwrite)
        #expect(error { try write("x", to: file) } == ENOSPC)
        #expect(file.position == 0 && !file.isRegular)
    }

    @Test("a pipe that nobody reads is an error, and no signal")
    func brokenPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let file = try SavedFile(Octets("/dev/fd/\(ends[1])"), .overwrite)
        close(ends[0])
        close(ends[1])
        #expect(error { try write("x", to: file) } == EPIPE)
    }

    @Test("where a file is from is kept, without the password")
    func attributes() throws {
        let folder = try FilesFolder()
        let file = try SavedFile(folder.octets("x"), .new)
        file.setOrigin(
            try WgetURL.parse(Array("http://u:p@h:81/a?b".utf8)),
            referrer: try WgetURL.parse(Array("http://u:p@g/x".utf8)))
        let names = try Self.attributes(of: "\(folder.path)/x")
        // Not every file system has such attributes; then there is none, and no failure.
        if !names.isEmpty {
            #expect(names["user.xdg.origin.url"] == "http://h:81/a?b")
            #expect(names["user.xdg.referrer.url"] == "http://g")
        }
    }

    /// A file's extended attributes, by the system's library.
    private static func attributes(of path: String) throws -> [String: String] {
        typealias Call =
            @convention(c) (
                UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int
            ) -> Int
        guard let symbol = unsafe dlsym(nil, "getxattr") else { return [:] }
        let call = unsafe unsafeBitCast(symbol, to: Call.self)
        var found: [String: String] = [:]
        for name in ["user.xdg.origin.url", "user.xdg.referrer.url"] {
            var value = [UInt8](repeating: 0, count: 200)
            let count = unsafe value.withUnsafeMutableBytes {
                unsafe call(path, name, $0.baseAddress, $0.count)
            }
            if count > 0 { found[name] = String(decoding: value[..<count], as: UTF8.self) }
        }
        return found
    }

    @Test("a file that has ended takes nothing more")
    func ended() throws {
        let folder = try FilesFolder()
        let file = try SavedFile(folder.octets("x"), .new)
        try file.finish()
        #expect(error { try write("x", to: file) } == EBADF)
    }

    @Test("folders are made, and a file in the place of the last one gives way")
    func folders() throws {
        let folder = try FilesFolder()
        folder.put("a", "page")
        #expect(ParentFolders.make(for: folder.octets("a/x")) == nil)
        #expect(ParentFolders.make(for: folder.octets("b/c/d/x")) == nil)
        _ = try SavedFile(folder.octets("a/x"), .new)
        _ = try SavedFile(folder.octets("b/c/d/x"), .new)
        #expect(ParentFolders.make(for: "x") == nil && ParentFolders.make(for: "/x") == nil)
    }

    @Test("a file in the place of another folder stays, and wget says so")
    func foldersInTheWay() throws {
        let folder = try FilesFolder()
        folder.put("a", "page")
        let failure = ParentFolders.make(for: folder.octets("a/b/x"))
        #expect(failure?.folder == folder.octets("a/b") && failure?.error.errno == ENOTDIR)
        #expect(folder.text("a") == "page")
    }

    @Test("a file in the place of any folder gives way where that is wanted")
    func foldersGivingWay() throws {
        let folder = try FilesFolder()
        folder.put("a", "page")
        #expect(
            ParentFolders.make(
                for: folder.octets("a/b/x"), givesWay: { $0 == folder.octets("a") }) == nil)
        _ = try SavedFile(folder.octets("a/b/x"), .new)
    }

    @Test("a link to nothing is no folder")
    func folderLink() throws {
        let folder = try FilesFolder()
        try folder.link("a", to: "/nonexistent/evil")
        #expect(ParentFolders.make(for: folder.octets("a/x"))?.error.errno == EEXIST)
    }
}
