import Testing
import TwineTesting

@testable import TwineCore

private let six = (1...4).map { IPAddress.v6(high: 0x2001_0db8_0000_0000, low: UInt64($0)) }
private let four = (1...4).map { IPAddress.v4(0xc000_0200 + UInt32($0)) }

/// A race whose attempts are Deferreds that the test fires, and whose connections are numbers.
@Reactor
private final class Track {
    let clock = ManualClock()
    let resolver = ScriptedResolver()
    var tried: [IPAddress] = []
    var attempts: [Deferred<Int>] = []
    var cancelled: [Int] = []
    var discarded: [Int] = []
    var result: Result<Int, any Error>?
    /// What an attempt ends with before it returns.
    var atOnce: (@Reactor (IPAddress) -> Result<Int, any Error>?)?
    /// Whether an attempt answers its cancel with a connection.
    var isStubborn = false
    private(set) var winner = Deferred<Int>()

    func run(
        timeout: Double = 30, families: [AddressFamily] = [.ipv6, .ipv4],
        lookupTimeout: Double? = nil
    ) {
        var course = ConnectRace<Int>.Course(host: "www.example", port: 443, timeout: timeout)
        course.families = families
        course.lookupTimeout = lookupTimeout
        winner = ConnectRace.run(course, resolver: resolver, clock: clock) { address in
            let number = self.attempts.count
            self.tried.append(address)
            let attempt = Deferred<Int>(canceller: { attempt in
                self.cancelled.append(number)
                if self.isStubborn { attempt.callback(number + 100) }
                attempt.errback(ConnectError.cancelled(host: "\(address)"))
            })
            self.attempts.append(attempt)
            if let result = self.atOnce?(address) { attempt.fire(result) }
            return attempt
        } discard: {
            self.discarded.append($0)
        }
        winner.addBoth { self.result = $0 }
    }

    func refuse(_ number: Int) {
        attempts[number].errback(ConnectError.refused(.ip(tried[number], port: 443)))
    }

    var won: Int? { try? result?.get() }
    var error: ConnectError? {
        if case .failure(let error as ConnectError) = result { error } else { nil }
    }
    var isClean: Bool { clock.delayedCalls.isEmpty }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ConnectRaceTests {
    @Test("B158: both families are asked for at once, and IPv6 is tried first, in resolver order")
    func bothFamilies() {
        let track = Track()
        track.run()
        #expect(track.resolver.questions == ["www.example ipv6", "www.example ipv4"])
        track.resolver.answer(.ipv6, .success(Array(six[0..<2])))
        #expect(track.tried == [six[0]])
        track.resolver.answer(.ipv4, .success(Array(four[0..<2])))
        track.clock.advance(1)
        #expect(track.tried == [six[0], four[0], six[1], four[1]])
    }

    @Test("B165: IPv4 addresses wait 50 ms for IPv6 ones, which then come first")
    func resolutionDelay() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.clock.advance(0.049)
        #expect(track.tried.isEmpty)
        track.resolver.answer(.ipv6, .success([six[0]]))
        #expect(track.tried == [six[0]])
        #expect(track.clock.delayedCalls.count == 2, "the deadline and the next attempt")
    }

    @Test("B165: after the resolution delay IPv4 goes alone, and IPv6 joins when it comes")
    func lateFamily() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv4, .success(Array(four[0..<3])))
        track.clock.advance(0.05)
        #expect(track.tried == [four[0]])
        track.clock.advance(0.1)
        track.resolver.answer(.ipv6, .success(Array(six[0..<2])))
        #expect(track.tried == [four[0]], "the head start is not over")
        track.clock.advance(0.75)
        #expect(track.tried == [four[0], six[0], four[1], six[1]])
    }

    @Test("a family that has no address does not hold the other one up")
    func onlyOneFamily() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.resolver.answer(.ipv6, .failure(.noAddress("www.example")))
        #expect(track.tried == [four[0]])
    }

    @Test("a lookup that fails before it returns does not end the race for the other family")
    func failedAtOnce() {
        let track = Track()
        track.resolver.answer(.ipv6, .failure(.noAddress("www.example")))
        track.run()
        #expect(track.result == nil)
        #expect(track.resolver.questions.count == 2)
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.attempts[0].callback(7)
        #expect(track.won == 7)
        #expect(track.isClean)
    }

    @Test(
        "B159: an attempt starts every 250 ms; the first to connect wins, even if it began second")
    func attemptDelay() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success(Array(six)))
        track.resolver.answer(.ipv4, .success(Array(four)))
        track.clock.advance(0.249)
        #expect(track.tried.count == 1)
        track.clock.advance(0.001)
        #expect(track.tried.count == 2)
        track.clock.advance(0.25)
        #expect(track.tried.count == 3)
        track.attempts[1].callback(1)
        #expect(track.won == 1)
    }

    @Test("B160: after a success the other attempts are cancelled, none is started, no timer stays")
    func losersAreCancelled() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success(Array(six)))
        track.resolver.answer(.ipv4, .success(Array(four)))
        track.clock.advance(0.6)
        track.attempts[2].callback(2)
        #expect(track.won == 2)
        #expect(track.cancelled == [0, 1])
        #expect(track.tried.count == 3)
        #expect(track.isClean)
        track.clock.advance(100)
        #expect(track.tried.count == 3)
    }

    @Test("B160: a lookup that is still under way when an attempt wins is cancelled")
    func lookupIsCancelled() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.attempts[0].callback(3)
        #expect(track.resolver.cancelled == [.ipv4])
        #expect(track.isClean)
        #expect(track.won == 3)
    }

    @Test("B165: an attempt that fails is followed by the next one at once, with a head start anew")
    func nextAtOnce() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success(Array(six)))
        track.resolver.answer(.ipv4, .success(Array(four)))
        track.clock.advance(0.2)
        track.refuse(0)
        #expect(track.tried.count == 2)
        track.clock.advance(0.2)
        #expect(track.tried.count == 2)
        track.clock.advance(0.05)
        #expect(track.tried.count == 3)
    }

    @Test("B161: when all attempts fail, the error is that of the one that got farthest")
    func allFail() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success(Array(six[0..<2])))
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.attempts[0].errback(ConnectError.noNetwork(.ip(six[0], port: 443)))
        track.refuse(1)
        track.attempts[2].errback(ConnectError.noNetwork(.ip(six[1], port: 443)))
        #expect(track.error == .refused(.ip(four[0], port: 443)))
        #expect(track.isClean)
    }

    @Test("attempts that fail while the other family is looked up do not end the race")
    func waitsForOtherFamily() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.refuse(0)
        #expect(track.result == nil)
        track.resolver.answer(.ipv4, .success([four[0]]))
        #expect(track.tried == [six[0], four[0]])
        track.attempts[1].callback(4)
        #expect(track.won == 4)
    }

    @Test("thousands of addresses that fail at once cost no stack")
    func manyAddresses() {
        let track = Track()
        track.atOnce = { .failure(ConnectError.noNetwork(.ip($0, port: 443))) }
        track.resolver.answer(
            .ipv6, .success((0..<20_000).map { .v6(high: 1, low: UInt64($0)) }))
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.run()
        #expect(track.tried.count == 20_001)
        #expect(track.error == .noNetwork(.ip(.v6(high: 1, low: 0), port: 443)))
        #expect(track.isClean)
    }

    @Test("an attempt that connects before it returns wins, and the other family is not asked for")
    func winsAtOnce() {
        let track = Track()
        track.atOnce = { _ in .success(5) }
        track.resolver.answer(.ipv6, .success(six))
        track.run()
        #expect(track.won == 5)
        #expect(track.tried.count == 1)
        #expect(track.resolver.questions == ["www.example ipv6"])
        #expect(track.isClean)
    }

    @Test(
        "B161: when both lookups fail, the error says more than that a family has no address",
        arguments: [AddressFamily.ipv4, .ipv6])
    func lookupErrors(telling: AddressFamily) {
        let track = Track()
        track.run()
        let other = telling == .ipv4 ? AddressFamily.ipv6 : .ipv4
        track.resolver.answer(other, .failure(.noAddress("www.example")))
        #expect(track.result == nil)
        track.resolver.answer(telling, .failure(.serverFailure("www.example", code: "SERVFAIL")))
        #expect(track.error == .lookup(.serverFailure("www.example", code: "SERVFAIL")))
        #expect(track.isClean)
    }

    @Test("a name with no address of either kind says so, an empty answer as well")
    func noAddress() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv4, .success([]))
        track.resolver.answer(.ipv6, .failure(.noAddress("www.example")))
        #expect(track.error == .lookup(.noAddress("www.example")))
    }

    @Test("B162: cancelled while resolving, it stops both lookups")
    func cancelResolving() {
        let track = Track()
        track.run()
        track.winner.cancel()
        #expect(track.error == .cancelled(host: "www.example"))
        #expect(track.resolver.cancelled == [.ipv6, .ipv4])
        #expect(track.isClean)
    }

    @Test("B162: cancelled in the resolution delay, it never tries an address")
    func cancelResolutionDelay() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv4, .success(four))
        track.winner.cancel()
        track.clock.advance(100)
        #expect(track.error == .cancelled(host: "www.example"))
        #expect(track.tried.isEmpty)
        #expect(track.isClean)
    }

    @Test("B162: cancelled while attempting, it stops the attempts and starts no other")
    func cancelAttempting() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success(six))
        track.resolver.answer(.ipv4, .success(four))
        track.clock.advance(0.3)
        track.winner.cancel()
        #expect(track.error == .cancelled(host: "www.example"))
        #expect(track.cancelled == [0, 1])
        #expect(track.tried.count == 2)
        #expect(track.isClean)
    }

    @Test("B162: cancelled when all attempts were started, it stops them all")
    func cancelAllStarted() {
        let track = Track()
        track.run()
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.clock.advance(5)
        track.winner.cancel()
        #expect(track.cancelled == [0, 1])
        #expect(track.isClean)
    }

    @Test("the time limit while resolving is an error of the lookup")
    func timeoutResolving() {
        let track = Track()
        track.run(timeout: 10)
        track.clock.advance(10)
        let silence = LookupError.noServer("www.example", tried: "for 10.0 seconds")
        #expect(track.error == .lookup(silence))
        #expect(track.resolver.cancelled == [.ipv6, .ipv4])
        #expect(track.isClean)
    }

    @Test("the time limit while attempting names the oldest attempt, with its port")
    func timeoutAttempting() {
        let track = Track()
        track.run(timeout: 10)
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.clock.advance(1)
        track.refuse(0)
        track.clock.advance(10)
        #expect(track.error == .timedOut(.ip(four[0], port: 443), seconds: 10))
        #expect(track.cancelled == [1])
        #expect(track.isClean)
    }

    @Test("the time limit with one family refused and the other unresolved gives the refusal")
    func timeoutHalfResolved() {
        let track = Track()
        track.run(timeout: 10)
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.refuse(0)
        track.clock.advance(10)
        #expect(track.error == .refused(.ip(six[0], port: 443)))
        #expect(track.resolver.cancelled == [.ipv4])
        #expect(track.isClean)
    }

    @Test("IPv4 can be what is preferred, and what is waited for")
    func prefersIPv4() {
        let track = Track()
        track.run(families: [.ipv4, .ipv6])
        track.resolver.answer(.ipv6, .success([six[0]]))
        #expect(track.tried.isEmpty)
        track.resolver.answer(.ipv4, .success([four[0]]))
        track.clock.advance(1)
        #expect(track.tried == [four[0], six[0]])
    }

    @Test("a family that is not wanted is not asked for, nor waited for")
    func oneFamilyOnly() {
        let track = Track()
        track.run(families: [.ipv4])
        track.resolver.answer(.ipv4, .failure(.noSuchName("www.example")))
        #expect(track.resolver.questions == ["www.example ipv4"])
        #expect(track.error == .lookup(.noSuchName("www.example")))
        #expect(track.isClean)
    }

    @Test("the limit of the lookup ends it, or goes on with the family that is known")
    func lookupTimeout() {
        let silent = Track()
        silent.run(lookupTimeout: 2)
        silent.clock.advance(2)
        #expect(silent.error == .lookup(.timedOut("www.example", seconds: 2)))
        #expect(silent.isClean)
        let half = Track()
        half.run(lookupTimeout: 2)
        half.resolver.answer(.ipv6, .success([six[0]]))
        half.clock.advance(2)
        #expect(half.resolver.cancelled == [.ipv4])
        #expect(half.result == nil)
        half.refuse(0)
        #expect(half.error == .refused(.ip(six[0], port: 443)))
        #expect(half.isClean)
    }

    @Test("a connection that an attempt makes although it was cancelled is closed")
    func lateConnection() {
        let track = Track()
        track.run()
        track.isStubborn = true
        track.resolver.answer(.ipv6, .success([six[0]]))
        track.winner.cancel()
        #expect(track.discarded == [100])
        #expect(track.error == .cancelled(host: "www.example"))
        #expect(track.isClean)
    }
}
