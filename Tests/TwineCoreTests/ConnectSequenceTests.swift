import Testing
import TwineTesting

@testable import TwineCore

private let six = (1...3).map { IPAddress.v6(high: 0x2001_0db8_0000_0000, low: UInt64($0)) }
private let four = (1...3).map { IPAddress.v4(0xc000_0200 + UInt32($0)) }

/// Keeps the steps as lines.
@Reactor
final class StepNotes: ConnectObserver {
    var lines: [String] = []

    func resolving(host: String) { lines.append("resolving \(host)") }
    func resolved(host: String, addresses: [IPAddress]) {
        let list = addresses.map(\.description).joined(separator: ", ")
        lines.append("resolved \(host): \(list)")
    }
    func resolveFailed(host: String, _ error: any Error) { lines.append("unresolved: \(error)") }
    func connecting(to address: SocketAddress, host: String) {
        lines.append("connecting \(host) \(address)")
    }
    func connectFailed(to address: SocketAddress, _ error: any Error) {
        lines.append("failed: \(error)")
    }
    func connected(to address: SocketAddress, from local: SocketAddress) {
        lines.append("connected \(address)")
    }
}

/// Attempts in turn whose ends the test decides, and whose connections are numbers.
@Reactor
private final class Turns {
    let clock = ManualClock()
    let resolver = ScriptedResolver()
    let notes = StepNotes()
    let memory = AddressMemory()
    var options = ConnectOptions()
    var tried: [IPAddress] = []
    var attempts: [Deferred<Int>] = []
    var connecting = Deferred<Int>()
    var result: Result<Int, any Error>?

    /// - Parameter families: In which order; only with `any` this machine's ways are looked at.
    init(_ families: ConnectOptions.Families = .ipv6First) {
        options.families = families
    }

    func run(pinned: [IPAddress]? = nil, remembers: Bool = false) {
        result = nil
        connecting = ConnectSequence(
            host: "www.example", port: 80, options: options, pinned: pinned, resolver: resolver,
            clock: clock, observer: notes, memory: remembers ? memory : nil
        ) { address in
            self.tried.append(address)
            let attempt = Deferred<Int>(canceller: {
                $0.errback(ConnectError.cancelled(host: "\(address)"))
            })
            self.attempts.append(attempt)
            guard let seconds = self.options.attemptTimeout else { return attempt }
            return attempt.addTimeout(seconds, clock: self.clock) { _, seconds in
                throw ConnectError.timedOut(.ip(address, port: 80), seconds: seconds)
            }
        }.run()
        connecting.addBoth { self.result = $0 }
    }

    func refuse(_ number: Int) async throws {
        attempts[number].errback(ConnectError.refused(.ip(tried[number], port: 80)))
        try await turns(2)
    }

    var error: ConnectError? {
        if case .failure(let error as ConnectError) = result { error } else { nil }
    }
}

@Suite("Connecting to one address after the other", .timeLimit(.minutes(1)))
@Reactor
struct ConnectSequenceTests {
    @Test("nothing is tried before both lookups end; then each when the one before failed")
    func inTurn() async throws {
        let turn = Turns()
        turn.run()
        turn.resolver.answer(.ipv4, .success([four[0]]))
        try await turns(2)
        #expect(turn.tried.isEmpty)
        turn.resolver.answer(.ipv6, .success([six[0], six[1]]))
        try await turns(2)
        #expect(turn.tried == [six[0]])
        try await turn.refuse(0)
        try await turn.refuse(1)
        turn.attempts[2].callback(7)
        try await turns(2)
        #expect(try turn.result?.get() == 7)
        #expect(turn.tried == [six[0], six[1], four[0]])
        #expect(turn.clock.delayedCalls.isEmpty)
    }

    @Test("an observer hears of the lookup and of each address that fails")
    func observed() async throws {
        let turn = Turns()
        turn.resolver.answer(.ipv4, .success([four[0]]))
        turn.resolver.answer(.ipv6, .success([six[0]]))
        turn.run()
        try await turns(2)
        try await turn.refuse(0)
        #expect(
            turn.notes.lines == [
                "resolving www.example", "resolved www.example: 2001:db8::1, 192.0.2.1",
                "failed: connection refused: nobody listens at [2001:db8::1]:80",
            ])
    }

    @Test("when all fail the error is the last one's")
    func allFail() async throws {
        let turn = Turns(.ipv4First)
        turn.resolver.answer(.ipv4, .success([four[0]]))
        turn.resolver.answer(.ipv6, .success([six[0]]))
        turn.run()
        try await turns(2)
        try await turn.refuse(0)
        try await turn.refuse(1)
        #expect(turn.error == .refused(.ip(six[0], port: 80)))
    }

    @Test(
        "a family that is not wanted is not asked for",
        arguments: [
            (ConnectOptions.Families.ipv4Only, ["www.example ipv4"], [four[0]]),
            (.ipv6Only, ["www.example ipv6"], [six[0]]),
            (.ipv4First, ["www.example ipv4", "www.example ipv6"], [four[0]]),
            (.ipv6First, ["www.example ipv6", "www.example ipv4"], [six[0]]),
        ])
    func families(
        _ families: ConnectOptions.Families, _ questions: [String], _ first: [IPAddress]
    ) async throws {
        let turn = Turns(families)
        turn.resolver.answer(.ipv4, .success([four[0]]))
        turn.resolver.answer(.ipv6, .success([six[0]]))
        turn.run()
        try await turns(2)
        #expect(turn.resolver.questions == questions)
        #expect(turn.tried == first)
    }

    @Test("each address has its own limit of time")
    func attemptTimeout() async throws {
        let turn = Turns(.ipv4Only)
        turn.options.attemptTimeout = 5
        turn.resolver.answer(.ipv4, .success([four[0], four[1]]))
        turn.run()
        try await turns(2)
        turn.clock.advance(5)
        try await turns(2)
        #expect(turn.tried == [four[0], four[1]])
        turn.clock.advance(5)
        try await turns(2)
        #expect(turn.error == .timedOut(.ip(four[1], port: 80), seconds: 5))
    }

    @Test("a lookup that takes too long fails by that name, and is stopped")
    func lookupTimeout() async throws {
        let turn = Turns()
        turn.options.lookupTimeout = 3
        turn.run()
        turn.clock.advance(3)
        try await turns(2)
        #expect(turn.error == .lookup(.timedOut("www.example", seconds: 3)))
        #expect(turn.resolver.cancelled == [.ipv6, .ipv4])
        #expect(turn.notes.lines.count == 2)
    }

    @Test("of a lookup that takes too long, what is known by then is used")
    func partialLookup() async throws {
        let turn = Turns()
        turn.options.lookupTimeout = 3
        turn.run()
        turn.resolver.answer(.ipv4, .success([four[0]]))
        turn.clock.advance(3)
        try await turns(2)
        #expect(turn.tried == [four[0]])
    }

    @Test("a name that does not exist is an error of the lookup")
    func noSuchName() async throws {
        let turn = Turns()
        turn.resolver.answer(.ipv4, .failure(.noSuchName("www.example")))
        turn.resolver.answer(.ipv6, .failure(.noAddress("www.example")))
        turn.run()
        try await turns(2)
        #expect(turn.error == .lookup(.noSuchName("www.example")))
        #expect(turn.notes.lines.last == "unresolved: no such name: www.example")
    }

    @Test("pinned addresses are tried without a lookup")
    func pinned() async throws {
        let turn = Turns()
        turn.run(pinned: [four[2]])
        try await turns(2)
        #expect(turn.resolver.questions.isEmpty)
        #expect(turn.tried == [four[2]])
    }

    @Test("cancelled in a lookup it stops that, cancelled in an attempt it tries no other")
    func cancel() async throws {
        let turn = Turns()
        turn.run()
        turn.connecting.cancel()
        try await turns(2)
        #expect(turn.error == .cancelled(host: "www.example"))
        turn.resolver.answer(.ipv4, .success([four[0], four[1]]))
        turn.resolver.answer(.ipv6, .failure(.noAddress("www.example")))
        turn.run()
        try await turns(2)
        turn.connecting.cancel()
        try await turns(2)
        #expect(turn.error == .cancelled(host: "www.example"))
        #expect(turn.tried == [four[0]])
        #expect(turn.notes.lines.last == "resolved www.example: 192.0.2.1, 192.0.2.2")
    }

    // MARK: Memory

    @Test("what failed is not tried again while another can be, and no name looked up twice")
    func remembers() async throws {
        let turn = Turns(.ipv4Only)
        turn.resolver.answer(.ipv4, .success([four[0], four[1]]))
        turn.run(remembers: true)
        try await turns(2)
        try await turn.refuse(0)
        turn.attempts[1].callback(1)
        try await turns(2)
        turn.run(remembers: true)
        try await turns(2)
        #expect(turn.tried == [four[0], four[1], four[1]])
        #expect(turn.resolver.questions.count == 1)
    }

    @Test("when all addresses fail that once connected, the name is looked up anew, once")
    func looksUpAnew() async throws {
        let turn = Turns(.ipv4Only)
        turn.resolver.answer(.ipv4, .success([four[0]]))
        turn.run(remembers: true)
        try await turns(2)
        turn.attempts[0].callback(1)
        try await turns(2)
        turn.resolver.answer(.ipv4, .success([four[2]]))
        turn.run(remembers: true)
        try await turns(2)
        try await turn.refuse(1)
        #expect(turn.tried == [four[0], four[0], four[2]])
        try await turn.refuse(2)
        #expect(turn.error == .refused(.ip(four[2], port: 80)))
    }

    @Test("addresses that never connected are tried from the first again")
    func startsAgain() async throws {
        let turn = Turns(.ipv4Only)
        turn.resolver.answer(.ipv4, .success([four[0], four[1]]))
        for _ in 0..<2 {
            turn.run(remembers: true)
            try await turns(2)
            try await turn.refuse(turn.attempts.count - 1)
            try await turn.refuse(turn.attempts.count - 1)
        }
        #expect(turn.tried == [four[0], four[1], four[0], four[1]])
        #expect(turn.resolver.questions.count == 1)
    }

    @Test("a memory that is full forgets")
    func bounded() {
        let memory = AddressMemory()
        for number in 0...AddressMemory.limit { memory.learn("h\(number)", [four[0]]) }
        #expect(memory.count == 1)
        #expect(memory["H\(AddressMemory.limit)"]?.addresses == [four[0]])
    }
}
