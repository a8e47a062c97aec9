import Testing
import TwineCore
import TwineTesting

@testable import TwineDNS

@Suite("answers ahead of time, and old ones", .timeLimit(.minutes(1)))
@Reactor
struct ResolverCacheTests {
    /// How the server behaves just now.
    private enum Mood { case good, fails, silent, denies }

    /// A resolver, its clock, and its one server, whose mood may change.
    @Reactor
    private final class Scene {
        var mood = Mood.good
        var lifetime: UInt32 = 60
        let clock = ManualClock()
        private(set) var server: ScriptedDNSServer?
        private var made: DNSResolver?

        static func make(
            _ change: (inout ResolverConfiguration) -> Void = { _ in }
        ) async throws -> Scene {
            let scene = Scene()
            let server = try await ScriptedDNSServer.start { [unowned scene] query, _ in
                let question = query.question[0]
                let soa = (try? Fixture.soa("example", ttl: scene.lifetime)).map { [$0] } ?? []
                switch scene.mood {
                case .good:
                    let record = DNSRecord(
                        name: question.name, timeToLive: scene.lifetime, data: .a(7))
                    return [.message(Fixture.response(question, answer: [record]))]
                case .denies:
                    return [
                        .message(Fixture.response(question, code: .nameError, authority: soa))
                    ]
                case .fails: return [.message(Fixture.response(question, code: .serverFailure))]
                case .silent: return []
                }
            }
            scene.server = server
            scene.made = server.resolver(clock: scene.clock, change)
            return scene
        }

        var resolver: DNSResolver { get throws { try #require(made) } }
        var asked: Int { server?.asked.count ?? 0 }
        var isQuiet: Bool { made?.questions.pendingCount == 0 }

        func ask() throws -> Deferred<ResolvedAnswer> {
            try resolver.query(Fixture.question("a.example"))
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<5000 where !condition() { try await deferLater(0.001).value }
        #expect(condition())
    }

    // MARK: Ahead of time

    @Test("an answer in demand is asked for anew in the last tenth of its lifetime")
    func prefetch() async throws {
        let scene = try await Scene.make()
        for pause in [0.0, 1, 52] {
            scene.clock.advance(pause)
            _ = try await scene.ask().value
        }
        #expect(scene.asked == 1)
        scene.clock.advance(1)
        #expect(try await scene.ask().value.timeToLive == 6)
        try await until { scene.asked == 2 && scene.isQuiet }
        // The first would have expired long ago.
        scene.clock.advance(50)
        #expect(try await scene.ask().value.timeToLive == 10)
        #expect(scene.asked == 2)
        scene.server?.stop()
    }

    @Test("one that was wanted only once more is not, nor a short one, nor when that is off")
    func noPrefetch() async throws {
        let once = try await Scene.make()
        _ = try await once.ask().value
        once.clock.advance(59)
        _ = try await once.ask().value
        let short = try await Scene.make()
        short.lifetime = 9
        for pause in [0, 1, 7.9] {
            short.clock.advance(pause)
            _ = try await short.ask().value
        }
        let off = try await Scene.make { $0.prefetches = false }
        for pause in [0.0, 1, 58] {
            off.clock.advance(pause)
            _ = try await off.ask().value
        }
        for scene in [once, short, off] {
            #expect(scene.isQuiet)
            #expect(scene.asked == 1)
            scene.server?.stop()
        }
    }

    @Test("when that fails the answer is good until it expires, and the servers rest for a while")
    func prefetchFails() async throws {
        let scene = try await Scene.make { $0.attempts = 1 }
        scene.lifetime = 600
        for pause in [0.0, 1] {
            scene.clock.advance(pause)
            _ = try await scene.ask().value
        }
        scene.mood = .fails
        scene.clock.advance(544)
        #expect(try await !scene.ask().value.isStale)
        try await until { scene.asked == 2 && scene.isQuiet }
        scene.clock.advance(29)
        #expect(try await !scene.ask().value.isStale)
        #expect(scene.isQuiet)
        scene.clock.advance(1)
        #expect(try await !scene.ask().value.isStale)
        try await until { scene.asked == 3 && scene.isQuiet }
        scene.clock.advance(25)
        await #expect(throws: LookupError.self) { try await scene.ask().value }
        scene.server?.stop()
    }

    // MARK: Old answers

    @Test("when the servers fail an old answer is given, and they rest for half a minute")
    func failing() async throws {
        let scene = try await Scene.make { $0.staleAge = 3600 }
        _ = try await scene.ask().value
        scene.clock.advance(100)
        scene.mood = .fails
        let answer = try await scene.ask().value
        #expect(answer.isStale)
        #expect(answer.timeToLive == 30)
        #expect(answer.records.map(\.timeToLive) == [30])
        let asked = scene.asked
        scene.clock.advance(29)
        #expect(try await scene.ask().value.isStale)
        #expect(try await scene.resolver.lookup("a.example").value == [.v4(7)])
        scene.mood = .good
        scene.clock.advance(2)
        let new = try await scene.ask().value
        #expect(!new.isStale)
        #expect(new.timeToLive == 60)
        #expect(scene.asked > asked)
        scene.server?.stop()
    }

    @Test("when they are slow it is given after 1.8 seconds, and the question goes on")
    func slow() async throws {
        let scene = try await Scene.make { $0.staleAge = 3600 }
        _ = try await scene.ask().value
        scene.clock.advance(100)
        scene.mood = .silent
        let waiting = try [scene.ask(), scene.ask()]
        scene.clock.advance(1.79)
        #expect(waiting.allSatisfy { !$0.isFired })
        scene.clock.advance(0.01)
        for answer in waiting { #expect(try await answer.value.isStale) }
        // Who comes now does not wait at all.
        #expect(try await scene.ask().value.isStale)
        try await until { scene.asked == 2 }
        scene.mood = .good
        scene.clock.advance(3.2)
        try await until { scene.asked == 3 && scene.isQuiet }
        #expect(try await !scene.ask().value.isStale)
        #expect(scene.asked == 3)
        #expect(scene.clock.delayedCalls.isEmpty)
        scene.server?.stop()
    }

    @Test("an answer that is too old, or any when that is off, is not given")
    func tooOld() async throws {
        for age in [0.0, 39] {
            let scene = try await Scene.make { $0.staleAge = age }
            _ = try await scene.ask().value
            scene.clock.advance(100)
            scene.mood = .fails
            await #expect(throws: LookupError.self) { try await scene.ask().value }
            scene.server?.stop()
        }
    }

    @Test("an old answer that there is none is given only where that is allowed")
    func negative() async throws {
        for isAllowed in [false, true] {
            let scene = try await Scene.make {
                $0.staleAge = 3600
                $0.servesStaleNegatives = isAllowed
            }
            scene.mood = .denies
            _ = try await scene.ask().value
            scene.clock.advance(100)
            scene.mood = .fails
            let answer = try? await scene.ask().value
            #expect(answer?.absence == (isAllowed ? .noSuchName : nil))
            #expect(answer?.isStale == (isAllowed ? true : nil))
            scene.server?.stop()
        }
    }

    @Test("that the name is gone is believed at once")
    func gone() async throws {
        let scene = try await Scene.make { $0.staleAge = 3600 }
        _ = try await scene.ask().value
        scene.clock.advance(100)
        scene.mood = .denies
        // Not even to be kept: the old answer goes all the same.
        scene.lifetime = 0
        #expect(try await scene.ask().value.absence == .noSuchName)
        scene.mood = .fails
        await #expect(throws: LookupError.self) { try await scene.ask().value }
        scene.server?.stop()
    }

    @Test("who gives up before leaves no timer and no question behind")
    func cancelled() async throws {
        let scene = try await Scene.make { $0.staleAge = 3600 }
        _ = try await scene.ask().value
        scene.clock.advance(100)
        scene.mood = .silent
        let waiting = try scene.ask()
        waiting.cancel()
        await #expect(throws: CancelledError.self) { try await waiting.value }
        #expect(scene.isQuiet)
        #expect(scene.clock.delayedCalls.isEmpty)
        scene.server?.stop()
    }
}
