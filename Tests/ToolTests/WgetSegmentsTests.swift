import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineCred
import TwineHTTP

/// A site that serves a file of 8 MiB from a folder, by its ranges.
@Reactor
private final class FileSite {
    /// Octets of which no two mebibytes are the same.
    private static let octets: [UInt8] = {
        let mebibyte = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        return (0..<8).flatMap { [UInt8($0 + 1)] + mebibyte.dropFirst() }
    }()

    let contents = FileSite.octets
    let url: String
    private let served: WgetFolder
    private let port: any ListeningPort
    private let site: Site

    /// Serves the file.
    ///
    /// - Parameters:
    ///   - damage: An octet of it that is another one.
    ///   - schemes: How one has to prove that one is `ann`; none lets everybody in.
    /// - Throws: What goes wrong before it can be served.
    init(damage: Int? = nil, schemes: [GuardResource.Scheme] = []) async throws {
        served = try WgetFolder()
        var octets = contents
        if let damage { octets[damage] ^= 1 }
        try served.write(octets, to: "file")
        let files = try FolderResource(served.path)
        let checker = InMemoryChecker(["ann": "secret"])
        site = Site(
            schemes.isEmpty ? files : GuardResource("x", [checker], schemes: schemes, files))
        port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        url = "http://\(port.address)/file"
    }

    func stop() {
        port.stopListening()
        site.close(grace: 0)
    }
}

@Suite(.timeLimit(.minutes(3)))
@Reactor
struct WgetSegmentsTests {
    private let journal = "file.twine-segments"

    /// Starts a slow download, kills it in the middle and looks what it leaves.
    private func kill(_ arguments: [String], in folder: WgetFolder, _ signal: Int32 = SIGKILL)
        async throws
    {
        let process = try folder.start(["-q", "--limit-rate=4m"] + arguments)
        // Past its header a journal tells of a mebibyte.
        while (folder.octets(journal)?.count ?? 0) < 200, !process.ended.isFired {
            try await deferLater(0.01) {}.value
        }
        process.send(signal: signal)
        _ = try await process.ended.value
    }

    @Test("a file comes over several connections, and is told of as one")
    func whole() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let done = try await folder.wget(["--segments=4", "--json", site.url])
        #expect(done.status == 0)
        #expect(folder.octets("file") == site.contents)
        #expect(folder.files == ["file"])
        #expect(done.errors.contains("Saving to: ‘file’\nConnections: 4\n"))
        #expect(done.errors.contains("‘file’ saved [8388608/8388608]"))
        let object = try #require(done.objects.first)
        #expect(object["segments"] as? Int == 4 && object["connects"] as? Int ?? 0 >= 4)
        #expect(object["size_download"] as? Int == 8 << 20)
        site.stop()
    }

    @Test(
        "killed in the middle, -c goes on with the journal, over any number of connections",
        arguments: ["--segments=1", "--segments=4", "--segments=8"])
    func resumes(_ segments: String) async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try await kill(["--segments=4", site.url], in: folder)
        #expect(folder.files == ["file", journal])
        let done = try await folder.wget(["-c", "--json", segments, site.url])
        #expect(done.status == 0)
        #expect(folder.octets("file") == site.contents)
        #expect(folder.files == ["file"])
        let object = try #require(done.objects.first)
        #expect(object["resumed_from"] as? Int ?? 0 >= 1 << 20)
        #expect(done.errors.contains(" remaining\n"))
        site.stop()
    }

    @Test(
        "an interrupt leaves what -nc and -N go on with, for the file is not there yet",
        arguments: ["-nc", "-N"])
    func interrupted(_ option: String) async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try await kill(["--segments=4", site.url], in: folder, SIGINT)
        #expect(folder.files == ["file", journal])
        let done = try await folder.wget(["-nv", option, "--segments=4", site.url])
        #expect(done.status == 0)
        #expect(folder.octets("file") == site.contents)
        #expect(folder.files == ["file"])
        site.stop()
    }

    @Test("without -c the file takes another name, and what was begun stays")
    func numbered() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try await kill(["--segments=4", site.url], in: folder)
        _ = try await folder.wget(["-q", "--segments=4", site.url])
        #expect(folder.octets("file.1") == site.contents)
        #expect(folder.files == ["file", "file.1", journal])
        site.stop()
    }

    @Test("what is written anew has no journal any more")
    func anew() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try await kill(["--segments=4", site.url], in: folder)
        _ = try await folder.wget(["-q", "-O", "file", site.url])
        #expect(folder.octets("file") == site.contents)
        #expect(folder.files == ["file"])
        site.stop()
    }

    @Test("the beginning of a file is gone on with, without a journal, too")
    func prefix() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try folder.write(Array(site.contents[..<3_000_000]), to: "file")
        let done = try await folder.wget(["-c", "--segments=4", "--json", site.url])
        #expect(folder.octets("file") == site.contents)
        #expect(done.objects.first?["resumed_from"] as? Int == 3_000_000)
        #expect(done.objects.first?["segments"] as? Int == 4)
        #expect(folder.files == ["file"])
        site.stop()
    }

    @Test("a server that says nothing of ranges is asked once")
    func noRanges() async throws {
        let octets = [UInt8](repeating: 7, count: 4 << 20)
        let site = try await TestSite { _ in
            .response(
                .stream(contentType: "x/y", length: octets.count) {
                    try await $0.write(octets).value
                })
        }
        let folder = try WgetFolder()
        let done = try await folder.wget(["-nv", "--segments=4", "\(site.url)/file"])
        #expect(done.status == 0)
        #expect(folder.octets("file") == octets)
        #expect(site.requests == ["/file"])
        site.stop()
    }

    @Test("what cannot come in parts comes as ever")
    func usual() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let done = try await folder.wget([
            "-q", "--segments=4", "-O", "-", site.url, "-O", "/dev/null",
        ])
        #expect(done.status == 0)
        let archived = try await folder.wget(
            ["-nv", "--segments=4", "--warc-file=w", "--json", site.url])
        #expect(archived.objects.first?["segments"] as? Int == 1)
        #expect(folder.octets("file") == site.contents)
        site.stop()
    }

    @Test("two programs do not write one file")
    func busy() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let first = try folder.start(["-q", "--limit-rate=2m", "--segments=4", site.url])
        while !folder.files.contains(journal), !first.ended.isFired {
            try await deferLater(0.01) {}.value
        }
        let second = try await folder.wget(["-nv", "-c", "--segments=4", site.url])
        #expect(second.status == 3)
        #expect(second.errors.contains("file: another program fetches this file.\n"))
        #expect(try await first.ended.value == .exited(0))
        #expect(folder.octets("file") == site.contents)
        site.stop()
    }

    @Test("a file that is written over stays until the new one is whole")
    func replaced() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        try folder.write("old", to: "file")
        let process = try folder.start(
            ["-q", "-N", "--no-if-modified-since", "--limit-rate=4m", "--segments=4", site.url])
        try await deferLater(0.5) {}.value
        process.send(signal: SIGKILL)
        _ = try await process.ended.value
        #expect(folder.contents("file") == "old")
        #expect(folder.files == ["file"])
        let done = try await folder.wget(
            ["-q", "--json", "-N", "--no-if-modified-since", "--segments=4", site.url])
        #expect(done.objects.first?["segments"] as? Int == 4)
        #expect(folder.octets("file") == site.contents)
        #expect(folder.files == ["file"])
        site.stop()
    }

    @Test("each connection proves anew who asks", arguments: [GuardResource.Scheme.basic, .digest])
    func authentication(_ scheme: GuardResource.Scheme) async throws {
        let site = try await FileSite(schemes: [scheme])
        let folder = try WgetFolder()
        let done = try await folder.wget(
            ["--json", "-nv", "--segments=4", "--user=ann", "--password=secret", site.url])
        #expect(done.status == 0, "\(done)")
        #expect(folder.octets("file") == site.contents)
        #expect(done.objects.first?["segments"] as? Int == 4)
        // The challenge, and one for each part, some of which are cut in two.
        #expect(done.objects.first?["size_header"] as? Int ?? 0 > 5 * 150)
        site.stop()
    }

    @Test("the digest of all is checked when all is there")
    func checksum() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let digest = try #require(
            Checksum.Algorithm.sha256.checksum(of: site.contents)?.hexadecimal)
        let done = try await folder.wget(
            ["-q", "--json", "--segments=4", "--checksum=sha256:\(digest)", site.url])
        #expect(done.objects.first?["checksum"] as? String == "passed")
        #expect(done.objects.first?["segments"] as? Int == 4)
        site.stop()
    }

    @Test("mirrors bring a file together, and a piece that is wrong comes again from another")
    func mirrors() async throws {
        let bad = try await FileSite(damage: 100)
        let good = try await FileSite()
        let folder = try WgetFolder()
        let hashes = stride(from: 0, to: good.contents.count, by: 1 << 20).compactMap {
            Checksum.Algorithm.sha256.checksum(of: Array(good.contents[$0..<$0 + 1 << 20]))
        }
        let document = """
            <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="file">
            <size>\(good.contents.count)</size><pieces length="1048576" type="sha-256">
            \(hashes.map { "<hash>\($0.hexadecimal)</hash>" }.joined())</pieces>
            <url priority="1">\(bad.url)</url><url priority="2">\(good.url)</url></file></metalink>
            """
        try folder.write(document, to: "m.meta4")
        let done = try await folder.wget(
            ["--json", "--segments=4", "--trust-server-names", "--input-metalink=m.meta4"])
        #expect(done.status == 0, "\(done)")
        #expect(folder.octets("file") == good.contents)
        #expect(folder.files == ["file", "m.meta4"])
        #expect(done.objects.first?["segments"] as? Int == 4)
        for site in [bad, good] { site.stop() }
    }

    @Test("files that come at once are held to one rate together")
    func limitedTogether() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let began = Reactor.clock.seconds()
        _ = try await folder.wget(
            ["-q", "--limit-rate=8m", "--jobs=2", site.url, site.url + "?x"])
        #expect(Reactor.clock.seconds() - began > 1.8)
        #expect(folder.octets("file") == site.contents)
        #expect(folder.octets("file?x") == site.contents)
        site.stop()
    }

    @Test("a rate holds for all connections together")
    func limited() async throws {
        let site = try await FileSite()
        let folder = try WgetFolder()
        let began = Reactor.clock.seconds()
        _ = try await folder.wget(["-q", "--limit-rate=4m", "--segments=4", site.url])
        // Two seconds, of which the first piece of each connection comes at once.
        #expect(Reactor.clock.seconds() - began > 1.8)
        #expect(folder.octets("file") == site.contents)
        site.stop()
    }
}
