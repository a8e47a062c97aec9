import Testing
import TwineCore

@testable import TwineDNS

/// Drives a ``StubQuery`` by hand: a clock, and a list of what it wants sent.
private struct Driver {
    var query: StubQuery
    var now = 0.0
    private var random = SeededRandom(seed: 5)
    private(set) var sent: [StubQuery.Attempt] = []
    private(set) var waitsUntil: Double?
    private(set) var result: Result<DNSMessage, StubQuery.Failure>?
    let question: DNSMessage.Question

    init(
        servers: Int = 1, first: Int = 0, attempts: Int = 2, timeout: Double = 5,
        usesTCP: Bool = false
    ) throws {
        question = try Fixture.question("www.example.org")
        let configuration = ResolverConfiguration(
            servers: (0..<servers).map { Self.server($0) }, timeout: timeout, attempts: attempts,
            usesTCP: usesTCP)
        query = StubQuery(question, configuration, first: first)
        run()
    }

    static func server(_ number: Int) -> NameServer { .plain(address(number)) }

    static func address(_ number: Int) -> SocketAddress {
        .ip(.v4(0xc000_0200 + UInt32(number)), port: 53)
    }

    /// Does all steps that are due; more than a thousand would be without end.
    mutating func run() {
        waitsUntil = nil
        for _ in 0..<1000 {
            switch query.nextStep(now: now, using: &random) {
            case .send(let attempt): sent.append(attempt)
            case .wait(let time):
                waitsUntil = time
                return
            case .finish(let result):
                self.result = result
                return
            }
        }
        Issue.record("steps without end")
    }

    mutating func advance(to time: Double) {
        now = time
        run()
    }

    /// Replies to an attempt as its server, unless told otherwise.
    @discardableResult
    mutating func reply(
        to number: Int, code: DNSMessage.ResponseCode = .noError,
        from address: SocketAddress? = nil,
        _ change: (inout DNSMessage) -> Void = { _ in }
    ) throws -> Bool {
        let asked = try parsed(sent[number].message)
        var response = Fixture.response(
            question, id: asked.header.id, code: code,
            answer: code == .noError ? [try Fixture.a("www.example.org", 1)] : [])
        change(&response)
        let bytes = try response.serialize()
        let accepted = query.receive(
            bytes.span, to: number, from: address ?? sent[number].server.address)
        run()
        return accepted
    }

    mutating func fail(_ number: Int, _ reason: StubQuery.Reason) {
        query.attemptFailed(number, reason)
        run()
    }

    var failure: [StubQuery.Reason]? {
        guard case .failure(let failure)? = result else { return nil }
        return failure.tried.map(\.reason)
    }

    var succeeded: Bool { if case .success? = result { true } else { false } }

    var sentTo: [Int] {
        sent.map { attempt in
            if case .v4(let bits)? = attempt.server.ip { Int(bits & 255) } else { -1 }
        }
    }
}

@Suite("the way of a question through the servers")
struct StubQueryTests {
    @Test("a question is sent with EDNS and an id, and its reply ends it")
    func plain() throws {
        var driver = try Driver()
        let query = try parsed(try #require(driver.sent.first).message)
        #expect(query.question == [driver.question])
        #expect(query.header.recursionDesired && !query.header.isResponse)
        #expect(query.extensions?.payloadSize == 1232)
        #expect(driver.waitsUntil == 5)
        #expect(try driver.reply(to: 0))
        #expect(driver.succeeded)
    }

    @Test("a name that does not exist is a result")
    func nameError() throws {
        var driver = try Driver()
        try driver.reply(to: 0, code: .nameError)
        #expect(driver.succeeded)
    }

    @Test("what is not the reply is passed over, and the wait goes on")
    func wrongReplies() throws {
        var driver = try Driver(servers: 2)
        #expect(try !driver.reply(to: 0) { $0.header.id ^= 1 })
        #expect(try !driver.reply(to: 0) { $0.header.isResponse = false })
        #expect(try !driver.reply(to: 0) { $0.header.opcode = .status })
        let other = try Fixture.question("www.example.net")
        #expect(try !driver.reply(to: 0) { $0.question = [other] })
        let type = try Fixture.question("www.example.org", .aaaa)
        #expect(try !driver.reply(to: 0) { $0.question = [type] })
        #expect(try !driver.reply(to: 0) { $0.question[0].questionClass = .chaos })
        #expect(try !driver.reply(to: 0) { $0.question.append($0.question[0]) })
        #expect(try !driver.reply(to: 0) { $0.question = [] })
        #expect(try !driver.reply(to: 0, from: Driver.address(1)))
        #expect(try !driver.reply(to: 0, from: .ip(.v4(0xc000_0200), port: 5353)))
        let garbage: [UInt8] = [1, 2, 3]
        let empty: [UInt8] = []
        for number in [0, 1, -1, .max] {
            driver.query.receive(garbage.span, to: number, from: Driver.address(0))
            driver.query.receive(empty.span, to: number, from: Driver.address(0))
        }
        driver.run()
        #expect(driver.result == nil)
        #expect(driver.sent.count == 1)
        #expect(driver.waitsUntil == 5)
        #expect(try driver.reply(to: 0))
        #expect(driver.succeeded)
    }

    @Test("a silent server is asked as often as configured, and then it is over")
    func silence() throws {
        var driver = try Driver(attempts: 3, timeout: 2)
        driver.advance(to: 1.9)
        #expect(driver.sent.count == 1)
        driver.advance(to: 2)
        #expect(driver.sent.count == 2)
        #expect(driver.waitsUntil == 4)
        driver.advance(to: 4)
        #expect(driver.sent.count == 3)
        driver.advance(to: 6)
        #expect(driver.failure == [.timedOut(seconds: 2)])
        #expect(driver.sent.count == 3)
    }

    @Test("each attempt has an id of its own")
    func ids() throws {
        var driver = try Driver(attempts: 5)
        for second in stride(from: 5.0, through: 20, by: 5) { driver.advance(to: second) }
        let ids = try driver.sent.map { try parsed($0.message).header.id }
        #expect(Set(ids).count == 5)
    }

    @Test("several servers are asked in turn, with glibc's waits")
    func turns() throws {
        var driver = try Driver(servers: 3)
        #expect(driver.waitsUntil == 5)
        driver.advance(to: 5)
        #expect(driver.waitsUntil.map { abs($0 - (5 + 10.0 / 3)) < 1e-9 } == true)
        driver.advance(to: 8.4)
        #expect(driver.sentTo == [0, 1, 2])
        driver.advance(to: 20)
        driver.advance(to: 30)
        driver.advance(to: 40)
        #expect(driver.sentTo == [0, 1, 2, 0, 1, 2])
        driver.advance(to: 60)
        #expect(driver.failure?.count == 3)
    }

    @Test("rotation begins with another server, and still asks all")
    func rotation() throws {
        for first in [1, 4, -2] {
            var driver = try Driver(servers: 3, first: first, attempts: 1)
            driver.advance(to: 10)
            driver.advance(to: 20)
            #expect(driver.sentTo == [1, 2, 0])
        }
    }

    @Test("a late reply of an earlier server still counts")
    func late() throws {
        var driver = try Driver(servers: 2)
        driver.advance(to: 5)
        #expect(driver.sentTo == [0, 1])
        #expect(try driver.reply(to: 0))
        #expect(driver.succeeded)
    }

    @Test("a server that fails is left at once, and asked again in the next round")
    func serverFailure() throws {
        var driver = try Driver(servers: 2)
        try driver.reply(to: 0, code: .serverFailure)
        #expect(driver.sentTo == [0, 1])
        // A copy of a reply is none.
        #expect(try !driver.reply(to: 0, code: .serverFailure))
        driver.advance(to: 5)
        #expect(driver.sentTo == [0, 1, 0])
        try driver.reply(to: 2, code: .serverFailure)
        #expect(driver.sentTo == [0, 1, 0, 1])
        try driver.reply(to: 1, code: .serverFailure)
        #expect(driver.result == nil)
        try driver.reply(to: 3, code: .serverFailure)
        #expect(driver.failure == [.answered(.serverFailure), .answered(.serverFailure)])
    }

    @Test("a server that refuses is left at once, and not asked again")
    func refuses() throws {
        var driver = try Driver(servers: 2)
        try driver.reply(to: 0, code: .refused)
        #expect(driver.sentTo == [0, 1])
        driver.advance(to: 5)
        #expect(driver.sentTo == [0, 1, 1])
        try driver.reply(to: 2, code: .notAuthoritative)
        #expect(driver.failure == [.answered(.refused), .answered(.notAuthoritative)])
    }

    @Test("servers that cannot be reached are left at once")
    func unreachable() throws {
        var driver = try Driver(servers: 2)
        driver.fail(0, .refused)
        driver.fail(1, .noNetwork)
        #expect(driver.failure == [.refused, .noNetwork])
        #expect(driver.sentTo == [0, 1])
    }

    @Test("an earlier server that fails late does not end the wait for the present one")
    func lateFailure() throws {
        var driver = try Driver(servers: 2)
        driver.advance(to: 5)
        driver.fail(0, .refused)
        #expect(driver.sentTo == [0, 1])
        #expect(driver.waitsUntil == 10)
        driver.advance(to: 10)
        #expect(driver.sentTo == [0, 1, 1])
    }

    @Test(
        "a server of before EDNS is asked again without",
        arguments: [DNSMessage.ResponseCode.formatError, .notImplemented])
    func withoutEDNS(code: DNSMessage.ResponseCode) throws {
        var driver = try Driver()
        // Such a server may not even repeat the question.
        #expect(try driver.reply(to: 0, code: code) { $0.question = [] })
        #expect(driver.sent.count == 2)
        #expect(try parsed(driver.sent[1].message).extensions == nil)
        // Copies of the first reply change nothing.
        #expect(try !driver.reply(to: 0, code: code))
        #expect(driver.sent.count == 2)
        #expect(try driver.reply(to: 1, code: code))
        #expect(driver.failure == [.answered(code)])
    }

    @Test("a server that does not know the version of EDNS is asked again without")
    func badVersion() throws {
        var driver = try Driver()
        try driver.reply(to: 0) { $0.extensions = DNSExtensions(extendedResponseCode: 1) }
        #expect(driver.sent.count == 2)
        #expect(try driver.reply(to: 1))
        #expect(driver.succeeded)
    }

    @Test("a truncated reply is asked for again over TCP, at the same server")
    func truncated() throws {
        var driver = try Driver(servers: 2)
        #expect(try driver.reply(to: 0) { $0.header.isTruncated = true })
        #expect(driver.sentTo == [0, 0])
        #expect(driver.sent[1].transport == .stream)
        #expect(driver.result == nil)
        #expect(try !driver.reply(to: 0) { $0.header.isTruncated = true })
        // Over TCP the bit means nothing: this is all there is.
        #expect(try driver.reply(to: 1) { $0.header.isTruncated = true })
        #expect(driver.succeeded)
    }

    @Test("a truncated reply may be cut in the middle of a record")
    func cut() throws {
        var driver = try Driver()
        let asked = try parsed(driver.sent[0].message)
        var response = Fixture.response(
            driver.question, id: asked.header.id, answer: [try Fixture.a("www.example.org", 1)])
        response.header.isTruncated = true
        let bytes = Array(try response.serialize().dropLast(3))
        let accepted = driver.query.receive(bytes.span, to: 0, from: driver.sent[0].server.address)
        driver.run()
        #expect(accepted)
        #expect(driver.sent.last?.transport == .stream)
    }

    @Test("when TCP fails the next server is asked")
    func streamFails() throws {
        var driver = try Driver(servers: 2)
        try driver.reply(to: 0) { $0.header.isTruncated = true }
        driver.fail(1, .unreachable("connection lost"))
        #expect(driver.sentTo == [0, 0, 1])
        #expect(driver.sent[2].transport == .datagram)
    }

    @Test("use-vc asks over TCP from the start")
    func streamOnly() throws {
        let driver = try Driver(usesTCP: true)
        #expect(driver.sent.map(\.transport) == [.stream])
    }

    @Test("a reply whose records cannot be read is no answer of that server")
    func malformed() throws {
        var driver = try Driver(servers: 2)
        let asked = try parsed(driver.sent[0].message)
        let response = Fixture.response(
            driver.question, id: asked.header.id, answer: [try Fixture.a("www.example.org", 1)])
        let bytes = Array(try response.serialize().dropLast())
        let accepted = driver.query.receive(bytes.span, to: 0, from: driver.sent[0].server.address)
        driver.run()
        #expect(accepted)
        #expect(driver.sentTo == [0, 1])
        driver.fail(1, .refused)
        guard case .malformed? = driver.failure?.first else {
            Issue.record("not told that it was malformed")
            return
        }
    }

    @Test("a referral is no answer for a stub resolver; an empty one with authority is")
    func referral() throws {
        var driver = try Driver(servers: 2)
        try driver.reply(to: 0) {
            $0.answer = []
            $0.header.recursionAvailable = false
        }
        #expect(driver.sentTo == [0, 1])
        try driver.reply(to: 1) {
            $0.answer = []
            $0.header.recursionAvailable = false
            $0.header.isAuthoritative = true
        }
        #expect(driver.succeeded)
    }

    @Test("without a server it is over before it began")
    func noServers() throws {
        #expect(try Driver(servers: 0).failure == [])
    }

    @Test("random events end it, with few messages sent")
    func randomEvents() throws {
        var random = SeededRandom(seed: 6)
        for _ in 0..<2000 {
            var driver = try Driver(
                servers: .random(in: 1...3, using: &random),
                attempts: .random(in: 1...5, using: &random))
            var events = 0
            while driver.result == nil, events < 200 {
                events += 1
                let number = Int.random(in: 0..<driver.sent.count, using: &random)
                switch Int.random(in: 0...5, using: &random) {
                case 0: driver.advance(to: driver.waitsUntil ?? driver.now)
                case 1: driver.fail(number, .refused)
                case 2: try driver.reply(to: number, code: .formatError)
                case 3: try driver.reply(to: number) { $0.header.isTruncated = true }
                case 4: try driver.reply(to: number, code: .serverFailure)
                default: try driver.reply(to: number) { $0.header.id &+= 1 }
                }
            }
            #expect(driver.result != nil)
            #expect(driver.sent.count <= 3 * (5 + 2))
        }
    }
}

@Suite("what the failure of a query means")
struct LookupErrorTests {
    private func error(_ reasons: [StubQuery.Reason]) -> LookupError {
        let tried = reasons.enumerated().map { place, reason in
            (server: NameServer.ip(.v4(0xc000_0201 + UInt32(place)), port: 53), reason: reason)
        }
        return LookupError(StubQuery.Failure(tried: tried), name: "a.example")
    }

    @Test("no network only if none leads to any server")
    func noNetwork() {
        #expect(
            error([.noNetwork, .noNetwork])
                == .noNetwork("a.example", tried: "192.0.2.1, 192.0.2.2"))
        #expect(
            error([.noNetwork, .timedOut(seconds: 2.5)])
                == .noServer(
                    "a.example",
                    tried: "192.0.2.1: no network, 192.0.2.2: no answer within 2.5 s"))
    }

    @Test("an answer that says nothing says more than no answer")
    func answers() {
        #expect(
            error([.refused, .answered(.serverFailure)])
                == .serverFailure("a.example", code: "SERVFAIL from 192.0.2.2"))
        #expect(
            error([.notRecursive]) == .serverFailure("a.example", code: "a referral from 192.0.2.1")
        )
    }

    @Test("without servers there is none that answers")
    func none() {
        #expect(error([]) == .noServer("a.example", tried: "none"))
    }
}
