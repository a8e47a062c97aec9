import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@testable import swift_wget

@Suite("A file over several connections", .tags(.wget), .timeLimit(.minutes(1)))
@Reactor
struct SegmentsDownloadTests {
    private static let million = segmentsContents(1_000_000)
    private var contents: [UInt8] { Self.million }

    @Test("all of it comes, and the journal is gone", arguments: [1, 2, 4, 6])
    func whole(_ connections: Int) async throws {
        let server = try await SegmentsServer(contents)
        let folder = try SegmentsFolder()
        let outcome = try await folder.download([server]) { $0.connections = connections }.run()
            .value
        #expect(folder.contents == contents)
        #expect(folder.list == ["file"])
        #expect(outcome.received == [1_000_000])
        #expect(server.asks.allSatisfy { $0.ifRange == "\"tag\"" })
        server.stop()
    }

    @Test("the toolbox's own server sends its files so")
    func ownServer() async throws {
        let served = try SegmentsFolder()
        try Data(contents).write(to: served.folder.appendingPathComponent("big.bin"))
        let site = Site(try FolderResource(served.folder.path))
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let client = HTTPClient()
        let url = try WebURL.parse("http://\(port.address)/big.bin")
        let first = try await client.request(HTTPClient.Request(url)).value
        let folder = try SegmentsFolder()
        var options = SegmentedDownload.Options()
        options.minimum = 20_000
        let download = try SegmentedDownload(
            client, [SegmentedDownload.Source(request: HTTPClient.Request(url))],
            size: first.contentLength ?? 0, validator: SegmentValidator(first.fields),
            path: folder.place, options: options)
        _ = try await download.run(first: first).value
        #expect(folder.contents == contents)
        client.close()
        port.stopListening()
        try await site.close().value
    }

    @Test("a server that cuts every connection in the middle brings all of it in the end")
    func cuts() async throws {
        let server = try await SegmentsServer(contents)
        server.answer = { ask in
            let range = ask.range ?? 0..<1
            return .init(range: range, cut: max(70_000, range.count / 2))
        }
        let folder = try SegmentsFolder()
        _ = try await folder.download([server]).run().value
        #expect(folder.contents == contents)
        server.stop()
    }

    @Test("a server that sends less than was asked for is asked for the rest")
    func shorter() async throws {
        let server = try await SegmentsServer(contents)
        server.answer = { ask in
            let range = ask.range ?? 0..<1
            return .init(range: range.lowerBound..<min(range.upperBound, range.lowerBound + 90_000))
        }
        let folder = try SegmentsFolder()
        _ = try await folder.download([server]).run().value
        #expect(folder.contents == contents)
        server.stop()
    }

    @Test("a server that takes two connections at a time and refuses more brings all of it")
    func tooMany() async throws {
        let server = try await SegmentsServer(contents)
        server.answer = { ask in
            ask.number % 4 >= 2
                ? .init(status: 503, range: 0..<0) : .init(range: ask.range ?? 0..<1)
        }
        let folder = try SegmentsFolder()
        _ = try await folder.download([server]).run().value
        #expect(folder.contents == contents)
        server.stop()
    }

    @Test("a server that ignores Range brings it over one connection")
    func noRanges() async throws {
        let contents = contents
        let server = try await SegmentsServer(contents) { _ in
            .init(status: 200, range: 0..<contents.count)
        }
        let folder = try SegmentsFolder()
        _ = try await folder.download([server]).run().value
        #expect(folder.contents == contents)
        #expect(folder.list == ["file"])
        server.stop()
    }

    @Test("a file that changes meanwhile ends it, and is not mixed with the other")
    func changed() async throws {
        let contents = contents
        let server = try await SegmentsServer(contents) { ask in
            ask.number < 2
                ? .init(range: ask.range ?? 0..<1, cut: 90_000)
                : .init(status: 200, range: 0..<contents.count, tag: "\"other\"")
        }
        let folder = try SegmentsFolder()
        await #expect(throws: SegmentError.changed) {
            try await folder.download([server]) { $0.connections = 2 }.run().value
        }
        #expect(folder.list == ["file", "file" + SegmentFile.journalEnd])
        server.stop()
    }

    @Test("a file of another size is another one")
    func otherSize() async throws {
        let server = try await SegmentsServer(contents) { ask in
            .init(range: ask.range ?? 0..<1, total: 1_000_001)
        }
        let folder = try SegmentsFolder()
        await #expect(throws: SegmentError.changed) {
            try await folder.download([server]).run().value
        }
        #expect(folder.list == [])
        server.stop()
    }

    @Test("a server that refuses everything leaves nothing behind")
    func refused() async throws {
        let server = try await SegmentsServer(contents) { _ in .init(status: 403, range: 0..<0) }
        let folder = try SegmentsFolder()
        await #expect(throws: SegmentError.refused(status: 403)) {
            try await folder.download([server]).run().value
        }
        #expect(folder.list == [])
        server.stop()
    }

    @Test("a server that is gone is told as what connecting told")
    func gone() async throws {
        let server = try await SegmentsServer(contents)
        server.stop()
        let folder = try SegmentsFolder()
        await #expect(throws: ConnectError.self) {
            try await folder.download([server]) { $0.tries = 2 }.run().value
        }
    }

    @Test("a server that sends a little each time is not asked without end")
    func drip() async throws {
        let server = try await SegmentsServer(contents)
        server.answer = { .init(range: $0.range ?? 0..<1, cut: 10) }
        let folder = try SegmentsFolder()
        await #expect(throws: (any Error).self) {
            try await folder.download([server]) { $0.tries = 5 }.run().value
        }
        #expect(server.asks.count < 60)
        server.stop()
    }

    @Test("several places share the work, and one that fails is left to the others")
    func mirrors() async throws {
        let first = try await SegmentsServer(contents)
        let second = try await SegmentsServer(contents) { _ in .init(status: 404, range: 0..<0) }
        let third = try await SegmentsServer(contents)
        third.answer = { .init(range: $0.range ?? 0..<1, tag: "\"third\"") }
        let folder = try SegmentsFolder()
        let outcome = try await folder.download([first, second, third]).run().value
        #expect(folder.contents == contents)
        #expect(outcome.received[0] > 0 && outcome.received[1] == 0 && outcome.received[2] > 0)
        #expect(third.asks.allSatisfy { $0.ifRange != "\"tag\"" })
        for server in [first, second, third] { server.stop() }
    }

    private var hashes: PieceHashes? {
        PieceHashes(
            length: 65_536, algorithm: .sha256,
            digests: stride(from: 0, to: contents.count, by: 65_536).map { start in
                let piece = contents[start..<min(start + 65_536, contents.count)]
                return Checksum.Algorithm.sha256.checksum(of: Array(piece))?.hexadecimal ?? ""
            })
    }

    @Test("a piece that comes wrong comes again, and who sent it is asked less")
    func damaged() async throws {
        let bad = try await SegmentsServer(contents)
        bad.answer = { .init(range: $0.range ?? 0..<1, zeros: $0.number == 0 ? 100 : 0) }
        let good = try await SegmentsServer(contents)
        let folder = try SegmentsFolder()
        let hashes = hashes
        let outcome = try await folder.download([bad, good]) { $0.pieces = hashes }.run().value
        #expect(folder.contents == contents)
        #expect(outcome.damaged >= 1)
        for server in [bad, good] { server.stop() }
    }

    @Test("a piece that is wrong everywhere ends it, by its number")
    func wrongEverywhere() async throws {
        var other = contents
        other[70_000] ^= 1
        let server = try await SegmentsServer(other)
        let folder = try SegmentsFolder()
        let hashes = hashes
        await #expect(throws: SegmentError.damaged(piece: 1)) {
            try await folder.download([server]) {
                $0.pieces = hashes
                $0.connections = 1
            }.run().value
        }
        server.stop()
    }

    @Test("what was there and has gone bad is found by its digest and comes again")
    func rot() async throws {
        let folder = try SegmentsFolder()
        var rotten = contents
        rotten[500_000] ^= 1
        try Data(rotten).write(to: URL(fileURLWithPath: folder.path))
        let server = try await SegmentsServer(contents)
        let hashes = hashes
        let outcome = try await folder.download([server]) {
            $0.pieces = hashes
            $0.prefix = 1_000_000
        }.run().value
        #expect(folder.contents == contents)
        #expect(outcome.received[0] <= 65_536)
        server.stop()
    }

    @Test("killed at any moment, another run fetches the rest and has the right octets")
    func killed() async throws {
        let server = try await SegmentsServer(segmentsContents(8_000_000))
        let folder = try SegmentsFolder()
        var snapshots: [(data: Data, journal: Data)] = []
        var random = SeededRandom(seed: 2)
        let download = try folder.download([server])
        download.received = { _ in
            guard random.next() % 12 == 0, snapshots.count < 12 else { return }
            let data = try? Data(contentsOf: URL(fileURLWithPath: folder.path))
            let journal = try? Data(contentsOf: URL(fileURLWithPath: folder.journal))
            if let data, let journal { snapshots.append((data, journal)) }
        }
        _ = try await download.run().value
        #expect(!snapshots.isEmpty)
        var resumed: [Int] = []
        for snapshot in snapshots {
            let again = try SegmentsFolder()
            try snapshot.data.write(to: URL(fileURLWithPath: again.path))
            try snapshot.journal.write(to: URL(fileURLWithPath: again.journal))
            let outcome = try await again.download([server]).run().value
            #expect(again.contents == server.contents)
            #expect(again.list == ["file"])
            #expect(outcome.resumed + outcome.received[0] == 8_000_000)
            resumed.append(outcome.resumed)
        }
        #expect(resumed.contains { $0 > 0 })
        server.stop()
    }

    @Test("cancelled, it leaves what another run goes on with")
    func cancelled() async throws {
        let server = try await SegmentsServer(contents)
        server.answer = { .init(range: $0.range ?? 0..<1, stall: 100_000) }
        let folder = try SegmentsFolder()
        var came = 0
        var running: Deferred<SegmentedDownload.Outcome>?
        let download = try folder.download([server])
        download.received = { count in
            came += count
            if came == 400_000 { Reactor.clock.callLater(0) { running?.cancel() } }
        }
        running = download.run()
        await #expect(throws: CancelledError.self) { try await running?.value }
        server.answer = { .init(range: $0.range ?? 0..<1) }
        let outcome = try await folder.download([server]).run().value
        #expect(outcome.resumed == 400_000)
        #expect(folder.contents == contents)
        server.stop()
    }

    @Test("a response of the whole file brings what is missing, from a server that sends no parts")
    func takesWhole() async throws {
        let contents = contents
        let server = try await SegmentsServer(contents) { _ in
            .init(status: 200, range: 0..<contents.count)
        }
        let folder = try SegmentsFolder()
        var file: SegmentFile? = try SegmentFile(folder.place, server.identity)
        try file?.write(contents.span.extracting(300_000..<700_000), at: 300_000)
        try file?.tell()
        file = nil
        let client = HTTPClient()
        let first = try await client.request(server.url).value
        let outcome = try await folder.download([server], client: client) {
            $0.connections = 1
            $0.takesWhole = true
        }.run(first: first).value
        #expect(folder.contents == contents)
        #expect(outcome.resumed == 400_000)
        #expect(server.asks.count == 1)
        server.stop()
    }

    @Test("a response of the rest is gone on with, behind what was there")
    func rest() async throws {
        let server = try await SegmentsServer(contents)
        let folder = try SegmentsFolder()
        try Data(contents[..<600_000]).write(to: URL(fileURLWithPath: folder.path))
        let client = HTTPClient()
        let first = try await client.request(
            server.url, fields: [.range: "bytes=600000-999999"]
        ).value
        let outcome = try await folder.download([server], client: client) {
            $0.connections = 1
            $0.prefix = 600_000
            $0.start = 600_000
        }.run(first: first).value
        #expect(folder.contents == contents)
        #expect(outcome.received == [400_000])
        #expect(server.asks.count == 1)
        server.stop()
    }

    @Test("what each request says of who asks is made for it")
    func authorization() async throws {
        let server = try await SegmentsServer(contents)
        let folder = try SegmentsFolder()
        folder.authorization = { [weak server] in "after \(server?.asks.count ?? 0)" }
        _ = try await folder.download([server]).run().value
        #expect(folder.contents == contents)
        #expect(server.asks.contains { $0.authorization == "after 0" })
        #expect(server.asks.allSatisfy { $0.authorization?.hasPrefix("after ") == true })
        server.stop()
    }

    @Test("octets are held to a rate, and all of them come")
    func limited() async throws {
        let server = try await SegmentsServer(contents)
        let folder = try SegmentsFolder()
        var limit = RateLimit(4e6)
        let start = Reactor.clock.seconds()
        _ = try await folder.download([server]) {
            $0.limit = PacedTransfer.Limit(piece: limit.piece) {
                limit.take($0, at: Reactor.clock.seconds())
            }
        }.run().value
        #expect(folder.contents == contents)
        #expect(Reactor.clock.seconds() - start > 0.15)
        server.stop()
    }

    @Test("a file without octets is there at once")
    func empty() async throws {
        let server = try await SegmentsServer([])
        let folder = try SegmentsFolder()
        let outcome = try await folder.download([server]).run().value
        #expect(outcome.received == [0])
        #expect(folder.list == ["file"])
        server.stop()
    }
}
