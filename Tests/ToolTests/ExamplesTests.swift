import Foundation
import Testing
import TwineCore
import TwineHTTP

/// The scripts in `Examples/`, each run as a user would.
@Suite(.timeLimit(.minutes(2)))
struct ExamplesTests {
    @Reactor
    private static func pages() async throws -> TestSite {
        try await TestSite { request in
            let name = request.segments.last ?? ""
            if name == "blog" {
                return .response(
                    .html("<nav><a href=/about>x</a></nav><h2><a href='article/one'>One</a></h2>"))
            }
            return .response(.html("<!doctype html><title>Page \(name)</title>"))
        }
    }

    @Test(
        "each way to fetch pages prints their titles and ends",
        arguments: ["example-sequential", "example-deferred-list", "example-inline-callbacks"])
    func titles(_ program: String) async throws {
        let site = try await Self.pages()
        let url = await site.url
        let run = try await run(program, ["\(url)/a", "\(url)/b"])
        #expect(run.status == 0, "\(run)")
        #expect(run.lines.sorted() == ["Page a\t\(url)/a", "Page b\t\(url)/b"])
        await site.stop()
    }

    @Test("the one that reads zone files prints records, errors, and a status")
    func zone() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "zone").path
        try "$TTL 1h\n@ MX 10 mail\nmail A 192.0.2.1\n".write(
            toFile: file, atomically: false, encoding: .utf8)
        let good = try await run("example-check-zone", ["example.org", file])
        #expect(good.status == 0)
        #expect(
            good.lines == [
                "example.org. 3600 IN MX 10 mail.example.org.",
                "mail.example.org. 3600 IN A 192.0.2.1",
            ])
        try "a A 192.0.2.1\n$INCLUDE \(folder.path)/more\n".write(
            toFile: file, atomically: false, encoding: .utf8)
        try "$TTL 1\nb BOGUS\nc TXT c\n".write(
            toFile: folder.appending(path: "more").path, atomically: false, encoding: .utf8)
        let bad = try await run("example-check-zone", ["example.org", file])
        #expect(bad.status == 1)
        #expect(
            bad.lines == [
                "; line 1, column 3: there is no time to live, and no $TTL before",
                "; \(folder.path)/more: line 2, column 3: 'BOGUS' is not a type",
                "c.example.org. 1 IN TXT \"c\"",
            ])
    }

    @Test("the one that reads zone files says what it cannot do, with a status of its own")
    func noZone() async throws {
        let rows = [
            (["example.org"], "usage: example-check-zone ORIGIN FILE"),
            (["example.org", "/nonexistent"], "/nonexistent cannot be read"),
            (["a..b", "/dev/null"], "a..b is no name"),
        ]
        for (arguments, reason) in rows {
            let run = try await run("example-check-zone", arguments)
            #expect(run.status == 2 && run.output.isEmpty, "\(run)")
            #expect(run.errors == "example-check-zone: \(reason)\n")
        }
    }

    @Test("the one that nobody stops fetches the pages and goes on until it is ended")
    func endless() async throws {
        let site = try await Self.pages()
        let url = await site.url
        let process = Process()
        process.executableURL = products.appendingPathComponent("example-deferred")
        process.arguments = ["\(url)/a"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while await site.requests.isEmpty, process.isRunning {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await site.requests == ["/a"])
        // Foundation starts it with the other signals blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        await site.stop()
    }

    @Test("the crawler finds the article and its title")
    func crawler() async throws {
        let site = try await Self.pages()
        let url = await site.url
        let run = try await run("example-crawler", ["//h2/a", "\(url)/blog", "\(url)/none"])
        #expect(run.status == 0, "\(run)")
        #expect(
            run.lines.sorted() == ["Page one\t\(url)/article/one", "no article\t\(url)/none"])
        await site.stop()
    }

    @Test("the counters that are protected count right")
    func counters() async throws {
        let run = try await run("example-thread-counter", [])
        #expect(run.status == 0)
        #expect(run.lines.dropFirst() == ["locked\t200000", "reactor\t200000"])
    }

    @Test("a Deferred fires when it is told to")
    func noReactor() async throws {
        let run = try await run("example-no-reactor", [])
        #expect(
            run.lines == [
                "nothing has happened yet", "the answer is 42", "right", "all has happened",
            ])
    }

    @Test("generators are sequences")
    func generators() async throws {
        let site = try await Self.pages()
        let run = try await run("example-generators", ["\(await site.url)/abc"])
        #expect(run.lines == ["0 1 1 2 3 5 8 13 21 34 ", "3 2 1 ", "38"])
        await site.stop()
    }
}
