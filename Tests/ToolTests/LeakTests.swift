import ArgumentParser
import Foundation
import HTTPTypes
import Testing
import ToolKit
import TwineCore
import TwineHTTP

@testable import swift_titles

/// What a long crawl leaves behind, as the debug registry sees it.
@Suite(.timeLimit(.minutes(5)))
@Reactor
struct LeakTests {
    private func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
    }

    /// Crawls that many blogs on loopback; every tenth fails in one of two ways.
    private func crawl(_ count: Int) async throws -> Int32 {
        let site = try await TestSite { request in
            let parts = request.segments.filter { !$0.isEmpty }
            guard let number = parts.first.flatMap({ Int($0) }), number % 20 != 0 else {
                return .response(.error(.notFound))
            }
            if parts.count == 2 { return .response(.html("<title>Title \(number)</title>")) }
            guard number % 20 != 10 else { return .response(.html("<p>nothing")) }
            return .response(.html("<article><h2><a href='/\(number)/a'>x</a></h2></article>"))
        }
        let blogs = (0..<count).map {
            Blog(index: $0, name: "\(site.url)/\($0)/", host: "127.0.0.1")
        }
        let options = try SwiftTitles.parse(["--quiet", "--per-host", "256", site.url])
        let status = try await Crawl.crawl(blogs, options, xpath: nil, prints: false)
        site.stop()
        return status.rawValue
    }

    @Test("a crawl of 10,000 blogs leaves no descriptor, no Deferred, no timer and no task")
    func nothingLeft() async throws {
        // What is made once and kept: the resolver, the signals' pipe.
        _ = try await crawl(20)
        let timers = Reactor.delayedCalls.count
        try await settled(0)
        let descriptors = try openDescriptors()
        unsafe DeferredDebug.isEnabled = true
        defer { unsafe DeferredDebug.isEnabled = false }
        let before = DeferredDebug.pending.count

        let status = try await crawl(10_000)
        #expect(status == 1)

        try await settled(descriptors)
        #expect(try openDescriptors() <= descriptors)
        #expect(DeferredDebug.pending.count <= before, "\(DeferredDebug.pending)")
        #expect(Reactor.delayedCalls.count <= timers)
    }

    /// Lets the ends of connections arrive at both sides.
    private func settled(_ descriptors: Int) async throws {
        for _ in 0..<200 where try openDescriptors() > descriptors {
            try await deferLater(0.005).value
        }
    }
}
