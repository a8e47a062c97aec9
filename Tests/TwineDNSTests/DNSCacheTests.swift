import Testing

@testable import TwineDNS

/// Messages for tests, in few words.
enum Fixture {
    static func name(_ text: String) throws -> DNSName { try DNSName(text) }

    static func question(_ name: String, _ type: DNSType = .a) throws -> DNSMessage.Question {
        DNSMessage.Question(try DNSName(name), type)
    }

    static func a(_ name: String, _ bits: UInt32, ttl: UInt32 = 60) throws -> DNSRecord {
        DNSRecord(name: try DNSName(name), timeToLive: ttl, data: .a(bits))
    }

    static func cname(_ name: String, _ target: String, ttl: UInt32 = 60) throws -> DNSRecord {
        DNSRecord(name: try DNSName(name), timeToLive: ttl, data: .cname(try DNSName(target)))
    }

    static func soa(_ name: String, ttl: UInt32 = 3600, minimum: UInt32 = 300) throws -> DNSRecord {
        DNSRecord(
            name: try DNSName(name), timeToLive: ttl,
            data: .soa(
                .init(
                    primary: .root, mailbox: .root, serial: 1, refresh: 1, retry: 1, expire: 1,
                    minimum: minimum)))
    }

    static func response(
        _ question: DNSMessage.Question, id: UInt16 = 0,
        code: DNSMessage.ResponseCode = .noError, answer: [DNSRecord] = [],
        authority: [DNSRecord] = []
    ) -> DNSMessage {
        var message = DNSMessage(
            header: .init(id: id, flags: 0x8180), question: [question], answer: answer,
            authority: authority)
        message.header.responseCode = code
        return message
    }
}

@Suite("what a response says")
struct DNSAnswerTests {
    @Test("records of the name and type that were asked for, whatever else there is")
    func records() throws {
        let question = try Fixture.question("www.example.org")
        let mine = try [
            Fixture.a("WWW.example.org", 1, ttl: 90), Fixture.a("www.example.org", 2, ttl: 30),
        ]
        let others = try [
            Fixture.a("other.example.org", 3, ttl: 1),
            DNSRecord(
                name: question.name, timeToLive: 1, data: .aaaa(high: 0, low: 1)),
            DNSRecord(
                name: question.name, type: .a, recordClass: .chaos, timeToLive: 1, rdata: [1]),
        ]
        let answer = DNSAnswer(Fixture.response(question, answer: mine + others), to: question)
        #expect(answer == .records(mine, timeToLive: 30))
    }

    @Test("aliases are followed within the response, in any order of its records")
    func aliases() throws {
        let question = try Fixture.question("a.example")
        let end = try Fixture.a("c.example", 1, ttl: 100)
        let answer = DNSAnswer(
            Fixture.response(
                question,
                answer: [
                    end, try Fixture.cname("b.example", "c.example", ttl: 20),
                    try Fixture.cname("a.example", "b.example", ttl: 50),
                ]), to: question)
        #expect(answer == .records([end], timeToLive: 20))
    }

    @Test("an alias whose end the response does not tell is to be asked for")
    func openAlias() throws {
        let question = try Fixture.question("a.example")
        let alias = try Fixture.cname("a.example", "b.example", ttl: 50)
        #expect(
            DNSAnswer(Fixture.response(question, answer: [alias]), to: question)
                == .alias(try Fixture.name("b.example"), timeToLive: 50))
        let closed = Fixture.response(
            question, answer: [alias], authority: [try Fixture.soa("example", minimum: 7)])
        #expect(DNSAnswer(closed, to: question) == .noData(timeToLive: 7))
    }

    @Test("a circle of aliases ends")
    func circle() throws {
        let question = try Fixture.question("a.example")
        let message = Fixture.response(
            question,
            answer: [
                try Fixture.cname("a.example", "b.example"),
                try Fixture.cname("b.example", "a.example"),
            ])
        #expect(DNSAnswer(message, to: question) == .aliasesTooMany)
    }

    @Test("16 aliases are followed, 17 are not")
    func longChain() throws {
        let question = try Fixture.question("n0.example")
        func chain(_ count: Int) throws -> DNSMessage {
            let aliases = try (0..<count).map {
                try Fixture.cname("n\($0).example", "n\($0 + 1).example")
            }
            return Fixture.response(
                question, answer: aliases + [try Fixture.a("n\(count).example", 1)])
        }
        let sixteen = try Fixture.a("n16.example", 1)
        #expect(DNSAnswer(try chain(16), to: question) == .records([sixteen], timeToLive: 60))
        #expect(DNSAnswer(try chain(17), to: question) == .aliasesTooMany)
    }

    @Test("a question for the alias itself is answered by it")
    func aliasQuestion() throws {
        let question = try Fixture.question("a.example", .cname)
        let alias = try Fixture.cname("a.example", "b.example")
        let answer = DNSAnswer(Fixture.response(question, answer: [alias]), to: question)
        #expect(answer == .records([alias], timeToLive: 60))
    }

    @Test("a negative answer may be kept for the lesser of the SOA's two times")
    func negative() throws {
        let question = try Fixture.question("a.example")
        func answer(_ soa: DNSRecord, _ code: DNSMessage.ResponseCode) -> DNSAnswer {
            DNSAnswer(
                Fixture.response(question, code: code, authority: [soa]), to: question)
        }
        let short = try Fixture.soa("example", ttl: 10, minimum: 300)
        #expect(answer(short, .nameError) == .noSuchName(timeToLive: 10))
        let minimum = try Fixture.soa("example", ttl: 3600, minimum: 5)
        #expect(answer(minimum, .noError) == .noData(timeToLive: 5))
        // A SOA of a zone that the name does not lie in says nothing.
        let foreign = try Fixture.soa("other", ttl: 10, minimum: 300)
        #expect(answer(foreign, .nameError) == .noSuchName(timeToLive: nil))
    }

    @Test("a time to live with the highest bit set counts as zero")
    func absurdLifetime() throws {
        let question = try Fixture.question("a.example")
        let record = try Fixture.a("a.example", 1, ttl: 0x8000_0000)
        #expect(
            DNSAnswer(Fixture.response(question, answer: [record]), to: question)
                == .records([record], timeToLive: 0))
    }

    @Test("an address record of the wrong length is none")
    func malformed() throws {
        let question = try Fixture.question("a.example")
        let bad = DNSRecord(name: question.name, type: .a, timeToLive: 9, rdata: [1, 2, 3])
        let good = try Fixture.a("a.example", 1)
        let answer = DNSAnswer(Fixture.response(question, answer: [bad, good]), to: question)
        #expect(answer == .records([good], timeToLive: 60))
    }
}

@Suite("DNS cache")
struct DNSCacheTests {
    @Test("an answer is kept as long as it allows, and ages")
    func lifetime() throws {
        var cache = DNSCache()
        let question = try Fixture.question("a.example")
        let record = try Fixture.a("a.example", 1, ttl: 60)
        cache.store(.records([record], timeToLive: 60), to: question, now: 100)
        var aged = record
        aged.timeToLive = 20
        #expect(cache.answer(to: question, now: 100) == .records([record], timeToLive: 60))
        #expect(cache.answer(to: question, now: 140.5) == .records([aged], timeToLive: 20))
        #expect(cache.answer(to: try Fixture.question("A.Example"), now: 159) != nil)
        #expect(cache.answer(to: try Fixture.question("a.example", .aaaa), now: 101) == nil)
        #expect(cache.answer(to: question, now: 160) == nil)
        #expect(cache.count == 0)
    }

    @Test("what allows no time is not kept")
    func unkept() throws {
        var cache = DNSCache()
        let question = try Fixture.question("a.example")
        cache.store(.records([], timeToLive: 0), to: question, now: 0)
        cache.store(.noSuchName(timeToLive: nil), to: question, now: 0)
        cache.store(.noData(timeToLive: 0), to: question, now: 0)
        cache.store(.aliasesTooMany, to: question, now: 0)
        #expect(cache.count == 0)
    }

    @Test("an answer that is very large is not kept")
    func large() throws {
        var cache = DNSCache()
        let question = try Fixture.question("a.example", .txt)
        let text = DNSRecord(
            name: .root, timeToLive: 60, data: .txt([[UInt8](repeating: 1, count: 8000)]))
        cache.store(.records([text], timeToLive: 60), to: question, now: 0)
        #expect(cache.count == 1)
        cache.removeAll()
        cache.store(.records([text, text], timeToLive: 60), to: question, now: 0)
        let many = Array(repeating: try Fixture.a("a.example", 1), count: 200)
        cache.store(.records(many, timeToLive: 60), to: question, now: 0)
        #expect(cache.count == 0)
    }

    @Test("a day is the most, three hours for a negative answer")
    func most() throws {
        var cache = DNSCache()
        let question = try Fixture.question("a.example")
        cache.store(.noData(timeToLive: .max), to: question, now: 0)
        #expect(cache.answer(to: question, now: 10_799) != nil)
        #expect(cache.answer(to: question, now: 10_800) == nil)
        cache.store(.alias(question.name, timeToLive: .max), to: question, now: 0)
        #expect(cache.answer(to: question, now: 86_399) != nil)
        #expect(cache.answer(to: question, now: 86_400) == nil)
    }

    @Test("when it is full the oldest answer goes")
    func full() throws {
        var cache = DNSCache(capacity: 3)
        let questions = try (0..<5).map { try Fixture.question("n\($0).example") }
        for (index, question) in questions.enumerated() {
            cache.store(.noData(timeToLive: 100), to: question, now: Double(index))
            // The first is always stored anew, and so never the oldest.
            cache.store(.noData(timeToLive: 100), to: questions[0], now: Double(index) + 0.5)
        }
        #expect(cache.count == 3)
        let kept = questions.map { cache.answer(to: $0, now: 5) != nil }
        #expect(kept == [true, false, false, true, true])
    }

    @Test("thousands of answers take no more room than it has")
    func bounded() throws {
        var cache = DNSCache(capacity: 100)
        for index in 0..<20_000 {
            let question = try Fixture.question("n\(index % 1000).example")
            cache.store(.noData(timeToLive: 100), to: question, now: Double(index))
            #expect(cache.count <= 100)
        }
    }
}
