import Testing
import TwineCore
import TwineTesting

@testable import TwineDNS

@Suite("questions of any kind", .timeLimit(.minutes(1)))
@Reactor
struct ResolverQueryTests {
    private typealias Server = ScriptedDNSServer

    /// A server that replies with these records to everything.
    private func server(
        code: DNSMessage.ResponseCode = .noError, authority: [DNSRecord] = [],
        _ records: @escaping @Reactor (DNSMessage.Question) throws -> [DNSRecord] = { _ in [] }
    ) async throws -> Server {
        try await Server.start { query, _ in
            let question = query.question[0]
            return [
                .message(
                    Fixture.response(
                        question, code: code, answer: (try? records(question)) ?? [],
                        authority: authority))
            ]
        }
    }

    @Test("the records, their lifetime, and that they are no old ones")
    func answer() async throws {
        let server = try await server { _ in [try Fixture.a("www.example.org", 7, ttl: 90)] }
        let question = try Fixture.question("www.example.org")
        let answer = try await server.resolver().query(question).value
        #expect(answer.question == question)
        #expect(answer.records == [try Fixture.a("www.example.org", 7, ttl: 90)])
        #expect(answer.absence == nil)
        #expect(answer.timeToLive == 90)
        #expect(!answer.isStale)
        server.stop()
    }

    @Test("an answer by way of an alias may be kept as long as the alias")
    func alias() async throws {
        let server = try await server { question in
            question.name == (try Fixture.name("b.example"))
                ? [try Fixture.a("b.example", 7, ttl: 90)]
                : [try Fixture.cname("a.example", "b.example", ttl: 20)]
        }
        let answer = try await server.resolver().query(Fixture.question("a.example")).value
        #expect(answer.records.map(\.rdata) == [[0, 0, 0, 7]])
        #expect(answer.timeToLive == 20)
        #expect(server.asked.count == 2)
        server.stop()
    }

    @Test("an alias is given to who asks for it")
    func aliasItself() async throws {
        let server = try await server { _ in [try Fixture.cname("a.example", "b.example")] }
        let records = try await server.resolver().query("a.example", .cname).value
        #expect(records == [try Fixture.cname("a.example", "b.example")])
        #expect(server.asked.count == 1)
        server.stop()
    }

    @Test("that there is no such name or record is a value, and an error for who wants records")
    func absences() async throws {
        for (code, absence, error) in [
            (
                DNSMessage.ResponseCode.nameError, ResolvedAnswer.Absence.noSuchName,
                LookupError.noSuchName("x.example")
            ), (.noError, .noData, .noRecord("x.example", type: "MX")),
        ] {
            let server = try await server(
                code: code, authority: [try Fixture.soa("example", ttl: 40)])
            let resolver = server.resolver()
            let answer = try await resolver.query(Fixture.question("x.example", .mx)).value
            #expect(answer.absence == absence)
            #expect(answer.records.isEmpty)
            #expect(answer.timeToLive == 40)
            await #expect(throws: error) { try await resolver.query("x.example", .mx).value }
            #expect(server.asked.count == 1)
            server.stop()
        }
    }

    @Test("a server that cannot tell is an error in both forms")
    func failure() async throws {
        let server = try await server(code: .refused)
        let resolver = server.resolver()
        let error = LookupError.serverFailure("x.example", code: "REFUSED from \(server.address)")
        await #expect(throws: error) { try await resolver.query("x.example", .mx).value }
        await #expect(throws: LookupError.self) {
            try await resolver.query(Fixture.question("x.example")).value
        }
        server.stop()
    }

    @Test("another class, and all types at once")
    func classesAndTypes() async throws {
        let server = try await server { question in
            let text = DNSRecord(
                name: question.name, recordClass: question.questionClass, timeToLive: 9,
                data: .txt([[65]]))
            let other = DNSRecord(
                name: question.name, recordClass: question.questionClass, timeToLive: 9,
                data: .mx(preference: 1, exchange: .root))
            return [text, other]
        }
        let resolver = server.resolver()
        let version = try await resolver.query("version.bind", .txt, .chaos).value
        #expect(version.map(\.recordClass) == [.chaos])
        #expect(server.asked[0].question[0].questionClass == .chaos)
        let all = try await resolver.query("example.org", .any).value
        #expect(all.map(\.type) == [.txt, .mx])
        server.stop()
    }

    @Test("a transfer is refused before anybody is asked")
    func transfer() async throws {
        let server = try await server()
        for type in [DNSType.axfr, .ixfr] {
            await #expect(throws: LookupError.self) {
                try await server.resolver().query("example.org", type).value
            }
        }
        #expect(server.asked.isEmpty)
        server.stop()
    }

    @Test("the search list is tried only for who asks for it")
    func search() async throws {
        let server = try await Server.start { query, _ in
            let question = query.question[0]
            guard question.name.text == "mail.two" else {
                return [.message(Fixture.response(question, code: .nameError))]
            }
            let record = DNSRecord(name: question.name, timeToLive: 9, data: .txt([[65]]))
            return [.message(Fixture.response(question, answer: [record]))]
        }
        let search = try ["one", "two"].map { try DNSName($0) }
        let resolver = server.resolver { $0.search = search }
        await #expect(throws: LookupError.noSuchName("mail")) {
            try await resolver.query("mail", .txt).value
        }
        #expect(server.asked.map(\.question[0].name.text) == ["mail"])
        #expect(try await resolver.query("mail", .txt, searches: true).value.count == 1)
        #expect(server.asked.map(\.question[0].name.text) == ["mail", "mail.one", "mail.two"])
        await #expect(throws: LookupError.noSuchName("mail.")) {
            try await resolver.query("mail.", .txt, searches: true).value
        }
        server.stop()
    }

    @Test("the names of an address of either family")
    func reverse() async throws {
        let server = try await server { question in
            [
                DNSRecord(
                    name: question.name, timeToLive: 9, data: .ptr(try Fixture.name("a.example")))
            ]
        }
        let resolver = server.resolver()
        let name = try Fixture.name("a.example")
        #expect(try await resolver.names(of: .v4(0xc000_0201)).value == [name])
        #expect(
            try await resolver.names(of: .v6(high: 0x2001_0db8_0000_0000, low: 0xabc)).value
                == [name])
        #expect(
            server.asked.map(\.question[0].name.text) == [
                "1.2.0.192.in-addr.arpa",
                "c.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ])
        for own in [IPAddress.loopback4, .loopback6] {
            #expect(try await resolver.names(of: own).value == [.localhost])
        }
        #expect(server.asked.count == 2)
        server.stop()
    }

    @Test("an address without a name is told by its text")
    func nameless() async throws {
        let server = try await server(code: .nameError)
        await #expect(throws: LookupError.noSuchName("192.0.2.1")) {
            try await server.resolver().names(of: .v4(0xc000_0201)).value
        }
        server.stop()
    }
}
