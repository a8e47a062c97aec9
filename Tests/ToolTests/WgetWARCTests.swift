import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP

/// A site of a text, a redirect to it, and nothing else.
@Reactor
private func site() async throws -> TestSite {
    try await TestSite { request in
        switch request.path {
        case "/hello": .response(.text("hello"))
        case "/other": .response(.text("hello"))
        case "/moved": .response(.redirect(to: "/hello"))
        case "/big":
            .response(.octets([UInt8](repeating: 0x61, count: 300_000), contentType: "text/x"))
        default: .response(.error(.notFound))
        }
    }
}

/// One record of an archive.
private struct ArchivedRecord {
    let fields: [String: String]
    let block: String
    var kind: String { fields["WARC-Type"] ?? "" }
    var url: String { fields["WARC-Target-URI"] ?? "" }

    /// The records of an archive without compression.
    static func all(in text: String) -> [ArchivedRecord] {
        text.components(separatedBy: "\r\n\r\nWARC/1.0\r\n").map { record in
            let parts = record.components(separatedBy: "\r\n\r\n")
            var fields: [String: String] = [:]
            for line in parts[0].components(separatedBy: "\r\n") {
                guard let colon = line.range(of: ": ") else { continue }
                fields[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
            }
            return ArchivedRecord(
                fields: fields, block: parts.dropFirst().joined(separator: "\r\n\r\n"))
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetWARCTests {
    private func records(_ folder: WgetFolder, _ name: String = "w.warc") -> [ArchivedRecord] {
        ArchivedRecord.all(in: folder.contents(name) ?? "")
    }

    private static let plain = ["--warc-file=w", "--no-warc-compression"]

    @Test(
        "each request and reply is a record, also what is not saved; then the list, the arguments, the log"
    )
    func kinds() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        let done = try await folder.wget(
            Self.plain + ["-nv", "\(site.url)/moved", "\(site.url)/gone", "--jobs=1"])
        #expect(done.status == 8)
        let records = records(folder)
        #expect(
            records.map(\.kind) == [
                "warcinfo", "request", "response", "request", "response", "request", "response",
                "metadata", "resource", "resource",
            ])
        #expect(
            records.filter { $0.kind == "response" }.map(\.url)
                == ["/moved", "/hello", "/gone"].map { "<\(site.url)\($0)>" })
        #expect(records[1].block.hasPrefix("GET /moved HTTP/1.1\r\n"))
        #expect(records[4].block.hasSuffix("\r\n\r\nhello"))
        #expect(records[6].block.hasPrefix("HTTP/1.1 404 "))
        #expect(records[8].block.contains("\"--no-warc-compression\" \"-nv\" "))
        #expect(folder.files == ["moved", "w.warc"])
        site.stop()
    }

    @Test("the log is the one that was told, whoever was told it")
    func log() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        let done = try await folder.wget(Self.plain + ["\(site.url)/hello"])
        #expect(done.errors.hasPrefix("Opening WARC file ‘w.warc’.\n\n--"))
        #expect(records(folder).last?.block.hasPrefix(done.errors) == true)
        let quiet = try await folder.wget(Self.plain + ["-o", "log", "\(site.url)/hello"])
        #expect(quiet.errors == "")
        #expect(records(folder).last?.block.hasPrefix(folder.contents("log") ?? "?") == true)
        _ = try await folder.wget(Self.plain + ["--no-warc-keep-log", "\(site.url)/hello"])
        #expect(records(folder).last?.url.hasSuffix("wget_arguments.txt>") == true)
        site.stop()
    }

    @Test("what an index has is not kept again, only its head")
    func duplicates() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        _ = try await folder.wget(Self.plain + ["--warc-cdx", "-nv", "\(site.url)/hello"])
        #expect(
            folder.contents("w.cdx")?.contains(" text/plain 200 VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N ")
                == true)
        let done = try await folder.wget(
            ["--warc-file=x", "--no-warc-compression", "--warc-dedup=w.cdx", "--jobs=1"]
                + ["\(site.url)/hello", "\(site.url)/other"])
        #expect(done.errors.hasPrefix("Loaded 1 record from CDX.\n\nOpening WARC file ‘x.warc’."))
        #expect(
            done.errors.components(
                separatedBy: "Found exact match in CDX file. Saving revisit record to WARC.\n"
            ).count == 2)
        let kinds = records(folder, "x.warc").map(\.kind)
        #expect(kinds[2] == "revisit" && kinds[4] == "response")
        #expect(records(folder, "x.warc")[2].block.contains("hello") == false)
        site.stop()
    }

    @Test("files have their size, and each is told of")
    func maxSize() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        let done = try await folder.wget(
            Self.plain + ["--warc-max-size=1k", "--jobs=1", "\(site.url)/big", "\(site.url)/hello"])
        let names = folder.files.filter { $0.hasPrefix("w-") }
        #expect(names.contains("w-00000.warc") && names.contains("w-meta.warc"))
        for name in names {
            #expect(done.errors.contains("Opening WARC file ‘\(name)’.\n\n"))
            #expect(records(folder, name).first?.kind == "warcinfo")
        }
        #expect(names.reduce(0) { $0 + (folder.octets($1)?.count ?? 0) } > 300_000)
        site.stop()
    }

    @Test(
        "what comes from several connections at once stands in whole records, each with its digest")
    func jobs() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        _ = try await folder.wget(
            Self.plain + ["-q", "--jobs=6"] + (0..<12).map { "\(site.url)/big?\($0)" })
        let responses = records(folder).filter { $0.kind == "response" }
        #expect(responses.count == 12)
        #expect(Set(responses.map(\.url)).count == 12)
        #expect(
            responses.allSatisfy { $0.block.utf8.count == Int($0.fields["Content-Length"] ?? "") })
        #expect(Set(responses.compactMap { $0.fields["WARC-Payload-Digest"] }).count == 1)
        site.stop()
    }

    @Test("an archive that cannot be made ends it before anything is asked")
    func cannotOpen() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        let done = try await folder.wget(["--warc-file=no/such/w", "\(site.url)/hello"])
        #expect(done.status == 1)
        #expect(
            done.errors
                == "Opening WARC file ‘no/such/w.warc.gz’.\n\n"
                + "Error opening WARC file ‘no/such/w.warc.gz’.\nCould not open WARC file.\n")
        #expect(site.requests == [])
        site.stop()
    }

    #if os(Linux)
    @Test("an archive that cannot be written is a failure, though the file is there")
    func cannotWrite() async throws {
        let site = try await site()
        let folder = try WgetFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/w.warc", withDestinationPath: "/dev/null")
        let done = try await folder.wget(
            Self.plain + ["-nv", "--warc-tempdir=no/such", "\(site.url)/big"])
        #expect(done.status == 3)
        #expect(done.errors.contains("Cannot write to WARC file.\n"))
        site.stop()
    }
    #endif
}
