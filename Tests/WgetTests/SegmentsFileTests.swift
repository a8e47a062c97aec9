import Foundation
import Testing
import TwineCore

@testable import swift_wget

@Suite("A file that comes in parts, on the disk", .tags(.wget))
@Reactor
struct SegmentsFileTests {
    private let identity = SegmentJournal.Identity(
        urlDigest: [UInt8](repeating: 1, count: 32), size: 5_000_000, validator: "\"v\"")

    private func write(_ folder: SegmentsFolder, boot: String = "b") throws -> SegmentFile {
        let file = try SegmentFile(folder.place, identity, boot: boot)
        try file.write([UInt8](repeating: 9, count: 2_000_000).span, at: 1_000_000)
        return file
    }

    @Test("what was told is there in the next run")
    func resumes() throws {
        let folder = try SegmentsFolder()
        _ = try write(folder)
        #expect(
            try SegmentFile(folder.place, identity, boot: "b").done.ranges == [
                1_000_000..<3_000_000
            ]
        )
    }

    @Test("after another start of the machine only what was brought to the disk is")
    func anotherStart() async throws {
        let folder = try SegmentsFolder()
        var file: SegmentFile? = try write(folder)
        try await file?.sync().value
        try file?.write([UInt8](repeating: 9, count: 1_500_000).span, at: 3_500_000)
        file = nil
        for _ in 0..<2 {
            let again = try SegmentFile(folder.place, identity, boot: "c\(folder.list.count)")
            #expect(again.done.ranges == [1_000_000..<3_000_000])
        }
    }

    @Test("other contents, and a file of another size, begin anew")
    func anew() throws {
        for change in 0..<4 {
            let folder = try SegmentsFolder()
            _ = try write(folder)
            var other = identity
            switch change {
            case 0: other.validator = "\"w\""
            case 1: other.urlDigest[0] = 2
            case 2: other.size += 1
            default: try Data([1]).write(to: URL(fileURLWithPath: folder.path))
            }
            #expect(try SegmentFile(folder.place, other, boot: "b").done.isEmpty)
        }
    }

    @Test("octets of another file are not taken for those of this one, not even when nothing came")
    func otherContents() throws {
        let folder = try SegmentsFolder()
        try Data([UInt8](repeating: 7, count: 5_000_000)).write(
            to: URL(fileURLWithPath: folder.path))
        let file = try SegmentFile(folder.place, identity)
        #expect(folder.contents == [UInt8](repeating: 0, count: 5_000_000))
        file.giveUp()
        #expect(folder.contents == [])
        #expect(folder.list == ["file"])
    }

    @Test("a file that is there is left alone where there may be none")
    func mustBeNew() throws {
        let folder = try SegmentsFolder()
        try Data([1]).write(to: URL(fileURLWithPath: folder.path))
        #expect(throws: SegmentError.file(SystemError(errno: EEXIST))) {
            try SegmentFile(folder.place, identity, mustBeNew: true)
        }
        #expect(folder.contents == [1])
        #expect(folder.list == ["file"])
    }

    @Test("a journal is seen while it is there")
    func journal() throws {
        let folder = try SegmentsFolder()
        #expect(!SegmentFile.hasJournal(folder.place))
        let file = try write(folder)
        #expect(SegmentFile.hasJournal(folder.place))
        try file.finish()
        #expect(!SegmentFile.hasJournal(folder.place))
    }

    @Test("without a validator nothing is gone on with")
    func noValidator() throws {
        let folder = try SegmentsFolder()
        var unknown = identity
        unknown.validator = ""
        try SegmentFile(folder.place, unknown, boot: "b")
            .write([UInt8](repeating: 9, count: 2_000_000).span, at: 0)
        #expect(try SegmentFile(folder.place, unknown, boot: "b").done.isEmpty)
    }

    @Test("two programs cannot fetch one file")
    func locked() throws {
        let folder = try SegmentsFolder()
        let file = try write(folder)
        #expect(throws: SegmentError.busy) {
            try SegmentFile(folder.place, identity, boot: "b")
        }
        _ = file
    }

    @Test("a file that cannot be made is told by the system's error")
    func noFolder() {
        #expect(throws: SegmentError.file(SystemError(errno: ENOENT))) {
            try SegmentFile("/nonexistent/file", identity)
        }
    }

    @Test("when nothing came, what was there before stays and what was made here goes")
    func givesUp() throws {
        let folder = try SegmentsFolder()
        try SegmentFile(folder.place, identity).giveUp()
        #expect(folder.list == [])
        try Data([1]).write(to: URL(fileURLWithPath: folder.path))
        try SegmentFile(folder.place, identity).giveUp()
        #expect(folder.list == ["file"])
    }
}
