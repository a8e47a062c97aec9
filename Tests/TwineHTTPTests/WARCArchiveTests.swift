import Foundation
import Testing
import TwineCore

@testable import TwineHTTP

/// A folder for one test's archive, and what is given to it: names, a time.
@Reactor
final class ArchiveFolder {
    let folder: URL
    var names: [String] = []
    var seconds = 1_795_799_850

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-warc-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func archive(
        _ name: String = "F", _ change: (inout WARCArchive.Options) -> Void = { _ in }
    ) throws -> WARCArchive {
        var options = WARCArchive.Options(folder.appendingPathComponent(name).path)
        options.temporaryFolder = folder.path
        change(&options)
        return try WARCArchive(
            options, now: { WARCDate(secondsSince1970: self.seconds) }, newID: { self.nextID() })
    }

    func nextID() -> WARCRecordID {
        guard !names.isEmpty else { return .random() }
        return WARCRecordID(names.removeFirst()) ?? .random()
    }

    func octets(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appendingPathComponent(name))).map { Array($0) } ?? []
    }

    func text(_ name: String) -> String { String(decoding: octets(name), as: UTF8.self) }

    func plain(_ name: String) throws -> String {
        var output: [UInt8] = []
        let decoder = try ContentDecoder([.gzip], limit: .max)
        try decoder.decode(octets(name).span) { piece in
            output.appendOctets(piece)
            return true
        }
        try decoder.finish()
        return String(decoding: output, as: UTF8.self)
    }

    var list: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    func subject(_ path: String = "/page", _ id: WARCRecordID = .random()) -> WARCRecord.Subject {
        var subject = WARCRecord.Subject(
            id, url: "http://127.0.0.1:18472" + path, date: WARCDate(secondsSince1970: seconds))
        subject.address = .loopback4
        return subject
    }
}

@Suite("Web archives, as GNU Wget writes them", .timeLimit(.minutes(1)))
@Reactor
struct WARCArchiveTests {
    @Test("the same exchanges give octet for octet the archive and the index that GNU Wget wrote")
    func asWget() async throws {
        let folder = try ArchiveFolder()
        let ids = WARCOfWget.lines.split(separator: "\r\n").filter {
            $0.hasPrefix("WARC-Record-ID: ")
        }.map { String($0.dropFirst(16)) }
        folder.names = [ids[0], ids[7], ids[8]]
        let agent =
            "User-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
            + "Connection: Keep-Alive\r\n"
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n"
        var duplicates = WARCDuplicates()
        duplicates.add(
            CDXReader.Entry(
                url: "http://127.0.0.1:18472/page",
                digest: Base32.decode("6VZNHFX25EQGMKDRJ6ZM4AHXF2KPEJMP".utf8) ?? [],
                record: "<urn:uuid:08670275-e565-4d43-ad7a-b7aa51674519>"))
        let arguments =
            #""-q" "-O" "all" "--warc-file=F" "--no-warc-compression" "--no-warc-keep-log" "#
            + #""--warc-cdx" "--warc-dedup=A.cdx" "--warc-header=operator: me" "#
            + #""--post-data=a=1" "http://127.0.0.1:18472/old" "http://127.0.0.1:18472/page" "#
        let archive = try folder.archive {
            $0.compresses = false
            $0.keepsLog = false
            $0.writesIndex = true
            $0.duplicates = duplicates
            $0.headers = ["operator: me"]
            $0.software = "Wget/1.21.3 (linux-gnu)"
            $0.arguments = arguments
        }
        let exchanges: [(path: String, isPost: Bool, head: String, body: String)] = [
            ("/old", true, "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n", ""),
            (
                "/new", false,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Length: 4\r\n\r\n", "new\n"
            ),
            (
                "/page", true,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n",
                "hello\n"
            ),
        ]
        let facts = [
            WARCArchive.ResponseFacts(status: 302, location: "/new"),
            WARCArchive.ResponseFacts(status: 200, mediaType: "text/plain"),
            WARCArchive.ResponseFacts(status: 200, mediaType: "text/html"),
        ]
        for (index, exchange) in exchanges.enumerated() {
            let names = [ids[1 + 2 * index], ids[2 + 2 * index]].compactMap { WARCRecordID($0) }
            let sent = archive.block()
            try sent.append(
                "\(exchange.isPost ? "POST" : "GET") \(exchange.path) HTTP/1.1\r\n"
                    + "Host: 127.0.0.1:18472\r\n\(agent)\(exchange.isPost ? form : "")\r\n")
            if exchange.isPost {
                sent.beginPayload()
                try sent.append("a=1")
            }
            _ = try await archive.request(sent, as: folder.subject(exchange.path, names[0])).value
            let came = archive.block()
            try came.append(exchange.head)
            came.beginPayload()
            try came.append(exchange.body)
            var subject = folder.subject(exchange.path, names[1])
            subject.concurrentTo = names[0]
            _ = try await archive.response(came, as: subject, facts[index]).value
        }
        _ = try await archive.finish().value
        // GNU Wget gives a revisit the digest of nothing, for it reads its file from the end.
        let ofNothing = "WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
        let ofHead = "WARC-Block-Digest: sha1:XQHPULTTSZ7M53DKWNVGT2TTF7U2JVSA"
        #expect(
            folder.text("F.warc")
                == WARCOfWget.lines.replacingOccurrences(of: ofNothing, with: ofHead))
        let index = folder.text("F.cdx")
            .replacingOccurrences(of: folder.folder.path + "/", with: "")
        #expect(index == WARCOfWget.index)
    }

    @Test("each record is a gzip member of its own, whose header tells its lengths")
    func members() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive()
        let block = archive.block()
        try block.append([UInt8](repeating: 7, count: 300_000))
        let written = try await archive.request(block, as: folder.subject()).value
        let octets = folder.octets("F.warc.gz")
        let head = Array(octets[written.offset...].prefix(24))
        #expect(Array(head.prefix(16)) == [31, 139, 8, 4, 0, 0, 0, 0, 2, 3, 12, 0, 115, 108, 8, 0])
        func number(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(head[offset + $1]) << (8 * $1) }
        }
        #expect(number(16) == octets.count - written.offset)
        let member = try folder.plain("F.warc.gz").utf8.count
        #expect(number(20) > 300_000 && number(20) < member)
    }

    @Test("a file that is full is followed by another, and the last one tells of all")
    func rotation() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive { $0.maxSize = 1600 }
        var opened: [String?] = []
        for _ in 0..<3 {
            let block = archive.block()
            try block.append((0..<1400).map { _ in UInt8.random(in: 0...255) })
            opened.append(try await archive.request(block, as: folder.subject()).value.opened)
        }
        let last = try await archive.finish().value
        #expect(opened.map { $0 == nil } == [true, false, false])
        #expect(last?.hasSuffix("/F-meta.warc.gz") == true)
        #expect(
            folder.list == [
                "F-00000.warc.gz", "F-00001.warc.gz", "F-00002.warc.gz", "F-meta.warc.gz",
            ])
        let meta = try folder.plain("F-meta.warc.gz")
        #expect(meta.contains("\r\n\r\n" + archive.manifest + "\r\n\r\n"))
        #expect(archive.manifest.split(separator: "\n").count == 4)
    }

    @Test("a size that every file has gives each record its file, those about the archive too")
    func smallest() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive {
            $0.maxSize = 1
            $0.compresses = false
        }
        _ = try await archive.request(archive.block(), as: folder.subject()).value
        _ = try await archive.finish().value
        #expect(
            folder.list == [
                "F-00000.warc", "F-00001.warc", "F-00003.warc", "F-00004.warc", "F-00005.warc",
                "F-meta.warc",
            ])
    }

    @Test("what the program logs is the last record")
    func log() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive()
        try archive.log(Array("Saving to: 'x'\n".utf8))
        _ = try await archive.finish().value
        #expect(
            try folder.plain("F.warc.gz").hasSuffix(
                "Content-Type: text/plain\r\nContent-Length: 15\r\n\r\nSaving to: 'x'\n\r\n\r\n"))
    }

    @Test("without digests no record has any, and the index has a dash")
    func withoutDigests() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive {
            $0.compresses = false
            $0.writesDigests = false
            $0.writesIndex = true
        }
        let block = archive.block()
        try block.append("HTTP/1.1 200 OK\r\n\r\n")
        block.beginPayload()
        try block.append("x")
        _ = try await archive.response(block, as: folder.subject(), .init(status: 200)).value
        _ = try await archive.finish().value
        #expect(!folder.text("F.warc").contains("Digest"))
        #expect(folder.text("F.cdx").contains(" - 200 - - - "))
    }

    @Test("the second edition has bare URIs, its own profile and its own name")
    func secondEdition() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive {
            $0.compresses = false
            $0.version = .warc11
        }
        let block = archive.block()
        try block.append("x")
        _ = try await archive.request(block, as: folder.subject()).value
        let text = folder.text("F.warc")
        #expect(text.hasPrefix("WARC/1.1\r\n"))
        #expect(text.contains("format: WARC File Format 1.1\r\n"))
        #expect(text.contains("WARC-Target-URI: http://127.0.0.1:18472/page\r\n"))
    }

    @Test("records are written in the order of the calls, however long each is")
    func order() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive { $0.level = 1 }
        var offsets: [Deferred<WARCArchive.Written>] = []
        for size in [2_000_000, 10, 200_000, 0] {
            let block = archive.block()
            try block.append([UInt8](repeating: 1, count: size))
            offsets.append(archive.request(block, as: folder.subject()))
        }
        var places: [Int] = []
        for offset in offsets { places.append(try await offset.value.offset) }
        #expect(places == places.sorted())
    }

    @Test("a record that is given up leaves the archive as it was, and goes on")
    func cancelled() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive()
        let before = folder.octets("F.warc.gz")
        let block = archive.block()
        try block.append([UInt8](repeating: 1, count: 1_000_000))
        let writing = archive.request(block, as: folder.subject())
        writing.cancel()
        await #expect(throws: CancelledError.self) { try await writing.value }
        #expect(folder.octets("F.warc.gz") == before)
        let next = archive.block()
        let written = try await archive.request(next, as: folder.subject()).value
        #expect(written.offset == before.count)
    }

    @Test("a full disk is told, and nothing more is taken")
    func full() async throws {
        let folder = try ArchiveFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.folder.appendingPathComponent("F.warc.gz").path,
            withDestinationPath: "/dev/full")
        let path = folder.folder.appendingPathComponent("F.warc.gz").path
        #expect(throws: WARCError.cannotWrite(path: path, SystemError(errno: ENOSPC))) {
            try folder.archive()
        }
    }

    @Test("a folder that is not there is told by the file's name")
    func noFolder() async throws {
        let folder = try ArchiveFolder()
        let path = folder.folder.appendingPathComponent("none/F.warc.gz").path
        #expect(throws: WARCError.cannotOpen(path: path, SystemError(errno: ENOENT))) {
            try folder.archive("none/F")
        }
    }

    @Test("a finished archive takes nothing")
    func finished() async throws {
        let folder = try ArchiveFolder()
        let archive = try folder.archive()
        _ = try await archive.finish().value
        await #expect(throws: WARCError.finished) {
            try await archive.request(archive.block(), as: folder.subject()).value
        }
    }
}
