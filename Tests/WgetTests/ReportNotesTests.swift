import Foundation
import Testing
import TwineCore
import TwineHTTP

@testable import swift_wget

@Suite("What is noted on the way to a URL", .tags(.wget))
@Reactor
struct ReportNotesTests {
    private let url: WgetURL

    init() throws {
        url = try WgetURL.parse(Array("http://user:word@host/file?x#y".utf8))
    }

    private func file(_ failure: RetrievalFailure? = nil, path: Octets? = "file") -> RetrievedFile {
        var file = RetrievedFile(url: url)
        file.failure = failure
        file.isSuccess = failure == nil
        file.path = path
        return file
    }

    @Test("nothing was asked: the URL is there as it was given, and all else is not")
    func nothing() {
        let record = TransferNotes(url).record(of: file(path: nil), isSpider: false)
        #expect(record.url == "http://user:word@host/file?x")
        #expect(record.status == 0 && record.remote == nil && record.connects == 0)
        #expect(record.file == nil && !record.isUnchanged)
    }

    @Test(
        "a file that is there and was not written is unchanged; when it was only looked for it is not"
    )
    func unchanged() {
        let notes = TransferNotes(url)
        #expect(notes.record(of: file(), isSpider: false).isUnchanged)
        #expect(notes.record(of: file(), isSpider: false).file == "file")
        #expect(!notes.record(of: file(), isSpider: true).isUnchanged)
        #expect(notes.record(of: file(), isSpider: true).file == nil)
    }

    @Test("what was written is the file, but for standard output and what is removed again")
    func written() {
        let notes = TransferNotes(url)
        notes.saves(to: "file", from: 10)
        notes.receives(20)
        notes.saves(to: "file", from: 30)
        notes.receives(5)
        var temporary = file()
        let record = notes.record(of: temporary, isSpider: false)
        #expect(record.file == "file" && !record.isUnchanged)
        #expect(record.resumedFrom == 10 && record.sizeDownload == 25)
        temporary.isTemporary = true
        #expect(notes.record(of: temporary, isSpider: false).file == nil)
        notes.saves(to: "-", from: 0)
        #expect(notes.record(of: file(path: "-"), isSpider: false).file == nil)
    }

    @Test("tries behind the first are retries, and a redirect begins anew")
    func retries() {
        let notes = TransferNotes(url)
        for _ in 0..<3 { notes.tries() }
        #expect(notes.record(of: file(), isSpider: false).retries == 2)
        notes.isRedirected()
        notes.tries()
        let record = notes.record(of: file(), isSpider: false)
        #expect(record.retries == 0 && record.redirects == 1)
        #expect(record.times.redirect ?? -1 >= 0)
        #expect(record.times.total ?? -1 >= record.times.redirect ?? 0)
    }

    @Test("parts count together with what began them")
    func parts() {
        let notes = TransferNotes(url)
        notes.comesInParts(4, TransferNotes.Counts(connects: 3, header: 30, request: 300))
        let record = notes.record(of: file(), isSpider: false)
        #expect(record.segments == 4 && record.connects == 3)
        #expect(record.sizeHeader == 30 && record.sizeRequest == 300)
    }

    nonisolated static let failures:
        [(failure: RetrievalFailure, kind: TransferRecord.Failure, status: Int)] = [
            (.urlInvalid, .usage, 1), (.hostUnknown, .nameLookup, 4), (.connectFailed, .connect, 4),
            (.connectImpossible, .connect, 4), (.tunnelRefused, .connect, 4), (.notSecure, .tls, 4),
            (.notTrusted, .tls, 5), (.noReply, .protocolError, 7),
            (.replyBroken, .protocolError, 7),
            (.statusWrong, .status, 8), (.redirectedTooOften, .redirect, 8),
            (.cannotWrite, .file, 3),
            (.fileBusy, .file, 3), (.archiveFailed, .file, 3),
            (.authenticationFailed, .authentication, 6),
            (.checksumWrong, .checksum, 1), (.partMissing, .content, 1),
            (.metalinkInvalid, .usage, 1),
            (.triesUsedUp, .protocolError, 4),
        ]

    @Test("each failure has its class, its status and a message", arguments: failures)
    func failure(_ failure: RetrievalFailure, _ kind: TransferRecord.Failure, _ status: Int) {
        let record = TransferNotes(url).record(of: file(failure), isSpider: false)
        #expect(record.failure == kind)
        #expect(record.exitStatus == status)
        // Without a reply its status cannot be told.
        #expect(record.message?.isEmpty == false || failure == .statusWrong)
    }

    @Test("when tries are used up, what ended the last one is why")
    func usedUp() {
        let notes = TransferNotes(url)
        notes.fails(.connectFailed)
        notes.fails(by: ConnectError.refused(.ip(.loopback4, port: 9)))
        let record = notes.record(of: file(.triesUsedUp), isSpider: false)
        #expect(record.failure == .connect && record.exitStatus == 4)
        #expect(record.message == "Connection refused")
    }

    @Test(
        "to have waited in vain is a class of its own",
        arguments: [
            ConnectError.timedOut(.ip(.loopback4, port: 9), seconds: 1),
            ConnectError.lookup(.timedOut("host", seconds: 1)),
            LookupError.timedOut("host", seconds: 1),
            HTTPError.timeout(.idle, seconds: 1),
        ] as [any Error])
    func timeout(_ error: any Error) {
        let notes = TransferNotes(url)
        notes.fails(by: error)
        #expect(notes.record(of: file(.readFailed), isSpider: false).failure == .timeout)
        #expect(notes.record(of: file(.statusWrong), isSpider: false).failure == .status)
    }

    @Test("a digest is told by its name, and whether it is the right one")
    func digest() {
        var checked = file()
        checked.checksum = (Checksum.Algorithm.sha256.checksum(of: Array("abc".utf8)), false)
        let record = TransferNotes(url).record(of: checked, isSpider: false)
        #expect(record.check == .failed)
        #expect(record.digests.map(\.name) == ["sha256"])
        #expect(record.digests.first?.hex.hasPrefix("ba7816bf") == true)
    }

    @Test("the format of --write-out may stand in a file, whose line ends do not count")
    func formatFile() throws {
        let folder = try SegmentsFolder()
        let text = "a\\n\r\nb\n".utf8
        try Data(text).write(to: URL(fileURLWithPath: folder.path))
        #expect(try Reporter.format(Octets("@" + folder.path)) == Array("a\\nb".utf8))
        #expect(try Reporter.format("a@b\n") == Array("a@b\n".utf8))
        #expect(throws: SystemError.self) { try Reporter.format("@/nowhere/at/all") }
    }
}
