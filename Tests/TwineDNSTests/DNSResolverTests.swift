import Foundation
import Testing
import TwineCore
import TwineTesting

@testable import TwineDNS

@Suite("the resolver against scripted servers", .timeLimit(.minutes(1)))
@Reactor
struct DNSResolverTests {
    private typealias Server = ScriptedDNSServer

    /// Answers A with 192.0.2.1, AAAA with 2001:db8::1, whatever the name.
    private static let anything: Server.Script = { query, _ in [.message(Self.good(query))] }

    private static func good(_ query: DNSMessage) -> DNSMessage {
        let question = query.question[0]
        let data: DNSRecordData =
            question.type == .aaaa
            ? .aaaa(high: 0x2001_0db8_0000_0000, low: 1) : .a(0xc000_0201)
        return Fixture.response(
            question, answer: [DNSRecord(name: question.name, timeToLive: 60, data: data)])
    }

    private static let address4 = IPAddress.v4(0xc000_0201)
    private static let address6 = IPAddress.v6(high: 0x2001_0db8_0000_0000, low: 1)

    /// Turns the loop until `condition` holds: for what the network does while a clock stands still.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<5000 where !condition() { try await deferLater(0.001).value }
        #expect(condition())
    }

    @Test("both kinds of address are asked for at once, and IPv6 comes first")
    func lookup() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver()
        let addresses = try await resolver.lookup("www.example.org").value
        #expect(addresses == [Self.address6, Self.address4])
        #expect(Set(server.asked.map { $0.question[0].type }) == [.a, .aaaa])
        #expect(server.asked.allSatisfy { $0.extensions?.payloadSize == 1232 })
        server.stop()
    }

    @Test("an answer is kept: the second lookup asks nobody")
    func cached() async throws {
        let server = try await Server.start(Self.anything)
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock)
        for _ in 0..<3 {
            let found = try await resolver.addresses(of: "www.example.org", family: .ipv4).value
            #expect(found == [Self.address4])
        }
        #expect(server.asked.count == 1)
        clock.advance(60)
        _ = try await resolver.addresses(of: "WWW.example.org.", family: .ipv4).value
        #expect(server.asked.count == 2)
        server.stop()
    }

    @Test("the same question asked twice at once is sent once; one of the two may give up")
    func coalesced() async throws {
        let server = try await Server.start(Self.anything)
        let table = QuestionTable(clock: Reactor.clock)
        let question = try Fixture.question("www.example.org")
        let configuration = ResolverConfiguration(servers: [.plain(server.address)])
        let answers = (0..<10).map { _ in table.answer(to: question, configuration) }
        #expect(table.pendingCount == 1)
        answers[0].cancel()
        await #expect(throws: CancelledError.self) { try await answers[0].value }
        let record = try Fixture.a("www.example.org", 0xc000_0201)
        for answer in answers.dropFirst() {
            #expect(try await answer.value.answer == .records([record], timeToLive: 60))
        }
        #expect(server.asked.count == 1)
        #expect(table.pendingCount == 0)
        server.stop()
    }

    @Test("no more than 256 questions are under way; those given up in the line are passed over")
    func line() async throws {
        let server = try await Server.start { _, _ in [] }
        let table = QuestionTable(clock: ManualClock())
        let configuration = ResolverConfiguration(servers: [.plain(server.address)], attempts: 1)
        let answers = try (0..<600).map {
            table.answer(to: try Fixture.question("n\($0).example"), configuration)
        }
        try await until { server.asked.count == QuestionTable.limit }
        #expect(table.pendingCount == 600)
        for answer in answers.reversed() { answer.cancel() }
        for answer in answers {
            await #expect(throws: CancelledError.self) { try await answer.value }
        }
        #expect(table.pendingCount == 0)
        #expect(table.clock.delayedCalls.isEmpty)
        #expect(server.asked.count == QuestionTable.limit)
        server.stop()
    }

    @Test("the line moves on as answers come")
    func lineMoves() async throws {
        let server = try await Server.start(Self.anything)
        let table = QuestionTable(clock: Reactor.clock)
        let configuration = ResolverConfiguration(servers: [.plain(server.address)])
        let answers = try (0..<1500).map {
            table.answer(to: try Fixture.question("n\($0).example"), configuration)
        }
        for answer in answers { _ = try await answer.value }
        #expect(server.asked.count == 1500)
        #expect(table.pendingCount == 0)
        server.stop()
    }

    @Test("a lookup that everybody gave up leaves no timer and no question behind")
    func cancelled() async throws {
        let server = try await Server.start { _, _ in [] }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock)
        let lookup = resolver.lookup("www.example.org")
        try await until { server.asked.count == 2 }
        lookup.cancel()
        await #expect(throws: CancelledError.self) { try await lookup.value }
        #expect(resolver.questions.pendingCount == 0)
        #expect(clock.delayedCalls.isEmpty)
        server.stop()
    }

    @Test("a name that does not exist, and one without an address")
    func negative() async throws {
        let server = try await Server.start { query, _ in
            let question = query.question[0]
            let code: DNSMessage.ResponseCode =
                question.name.text.hasPrefix("no") ? .nameError : .noError
            let soa = DNSRecord(
                name: .root, timeToLive: 60,
                data: .soa(
                    .init(
                        primary: .root, mailbox: .root, serial: 1, refresh: 1, retry: 1,
                        expire: 1, minimum: 60)))
            return [.message(Fixture.response(question, code: code, authority: [soa]))]
        }
        let resolver = server.resolver()
        for _ in 0..<2 {
            await #expect(throws: LookupError.noSuchName("no.example")) {
                try await resolver.lookup("no.example").value
            }
            await #expect(throws: LookupError.noAddress("empty.example")) {
                try await resolver.lookup("empty.example").value
            }
        }
        #expect(server.asked.count == 4)
        server.stop()
    }

    @Test("no server answers: silence ends after all attempts, by the clock")
    func silence() async throws {
        let server = try await Server.start { _, _ in [] }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) { $0.timeout = 2 }
        let lookup = resolver.addresses(of: "www.example.org", family: .ipv4)
        try await until { server.asked.count == 1 }
        clock.advance(2)
        try await until { server.asked.count == 2 }
        #expect(!lookup.isFired)
        clock.advance(2)
        await #expect(
            throws: LookupError.noServer(
                "www.example.org", tried: "\(server.address): no answer within 2 s")
        ) { try await lookup.value }
        #expect(clock.delayedCalls.isEmpty)
        server.stop()
    }

    @Test("a port that nobody listens at is known at once")
    func refused() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver()
        server.stop()
        await #expect(
            throws: LookupError.noServer(
                "www.example.org", tried: "\(server.address): nobody listens there")
        ) { try await resolver.lookup("www.example.org").value }
    }

    @Test("the next server is asked when the first is not there or cannot tell")
    func nextServer() async throws {
        let gone = try await Server.start(Self.anything)
        gone.stop()
        let broken = try await Server.start { query, _ in
            [.message(Fixture.response(query.question[0], code: .serverFailure))]
        }
        let good = try await Server.start(Self.anything)
        let resolver = good.resolver {
            $0.servers = [gone, broken, good].map { .plain($0.address) }
        }
        let addresses = try await resolver.addresses(of: "www.example.org", family: .ipv4).value
        #expect(addresses == [Self.address4])
        #expect(broken.asked.count == 1)
        broken.stop()
        good.stop()
    }

    @Test("a server that cannot tell is named with its code")
    func serverFailure() async throws {
        let server = try await Server.start { query, _ in
            [.message(Fixture.response(query.question[0], code: .refused))]
        }
        let resolver = server.resolver()
        await #expect(
            throws: LookupError.serverFailure(
                "www.example.org", code: "REFUSED from \(server.address)")
        ) { try await resolver.lookup("www.example.org").value }
        server.stop()
    }

    @Test("forged and broken replies are passed over, and never end the wait")
    func hostile() async throws {
        let server = try await Server.start { query, _ in
            var wrongID = Self.good(query)
            wrongID.header.id = query.header.id ^ 1
            var wrongName = Self.good(query)
            wrongName.header.id = query.header.id
            wrongName.question[0].name = .root
            var wrongType = Self.good(query)
            wrongType.header.id = query.header.id
            wrongType.question[0].type = .mx
            var forged = Self.good(query)
            forged.header.id = query.header.id
            forged.answer[0].rdata = [6, 6, 6, 6]
            var echo = query
            echo.answer = forged.answer
            let octets = [wrongID, wrongName, wrongType, echo].map {
                Server.Reply.octets((try? $0.serialize()) ?? [])
            }
            let elsewhere = Server.Reply.elsewhere((try? forged.serialize()) ?? [])
            return octets + [
                .octets([]), .octets([1]), .octets([UInt8](repeating: 0xff, count: 600)),
                elsewhere, .message(Self.good(query)),
            ]
        }
        let resolver = server.resolver()
        let addresses = try await resolver.addresses(of: "www.example.org", family: .ipv4).value
        #expect(addresses == [Self.address4])
        #expect(server.asked.count == 1)
        server.stop()
    }

    @Test("a truncated reply is fetched over TCP")
    func truncated() async throws {
        let server = try await Server.start { query, isStream in
            var message = Self.good(query)
            guard !isStream else { return [.message(message)] }
            message.answer = []
            message.header.isTruncated = true
            return [.message(message)]
        }
        let resolver = server.resolver()
        let addresses = try await resolver.addresses(of: "www.example.org", family: .ipv4).value
        #expect(addresses == [Self.address4])
        #expect(server.streamCount == 1)
        server.stop()
    }

    @Test("over TCP wrong messages are passed over, and a closed connection is told")
    func stream() async throws {
        let server = try await Server.start { query, isStream in
            guard query.question[0].type == .a else { return [.close] }
            return [.octets([]), .octets([9, 9]), .message(Self.good(query))]
        }
        let resolver = server.resolver { $0.usesTCP = true }
        let addresses = try await resolver.addresses(of: "www.example.org", family: .ipv4).value
        #expect(addresses == [Self.address4])
        await #expect(
            throws: LookupError.noServer(
                "www.example.org", tried: "\(server.address): connection closed")
        ) { try await resolver.addresses(of: "www.example.org", family: .ipv6).value }
        server.stop()
    }

    @Test("a TCP server that drips a message without end is left when its time is over")
    func drip() async throws {
        let server = try await Server.start { _, isStream in
            isStream ? [.elsewhere([0xff, 0xff, 1, 2, 3])] : []
        }
        let clock = ManualClock()
        let resolver = server.resolver(clock: clock) {
            $0.usesTCP = true
            $0.attempts = 1
        }
        let lookup = resolver.addresses(of: "www.example.org", family: .ipv4)
        try await until { server.streamCount == 1 }
        clock.advance(5)
        await #expect(
            throws: LookupError.noServer(
                "www.example.org", tried: "\(server.address): no answer within 5 s")
        ) { try await lookup.value }
        #expect(clock.delayedCalls.isEmpty)
        server.stop()
    }

    @Test("an alias whose end is missing is asked for, and a circle of them ends")
    func aliases() async throws {
        let server = try await Server.start { query, _ in
            let question = query.question[0]
            let next: String? =
                switch question.name.text {
                case "a.example": "b.example"
                case "b.example": "c.example"
                case "x.example": "y.example"
                case "y.example": "x.example"
                default: nil
                }
            guard let next, let target = try? DNSName(next) else {
                return [.message(Self.good(query))]
            }
            return [
                .message(
                    Fixture.response(
                        question,
                        answer: [
                            DNSRecord(name: question.name, timeToLive: 60, data: .cname(target))
                        ]))
            ]
        }
        let resolver = server.resolver()
        let addresses = try await resolver.addresses(of: "a.example", family: .ipv4).value
        #expect(addresses == [Self.address4])
        #expect(server.asked.count == 3)
        do {
            _ = try await resolver.addresses(of: "x.example", family: .ipv4).value
            Issue.record("a circle has an end")
        } catch let error as LookupError {
            #expect(error.description.contains("circle"))
        }
        #expect(server.asked.count == 5)
        server.stop()
    }

    @Test("the search list is tried in order; a name with the other kind of address ends it")
    func search() async throws {
        let server = try await Server.start { query, _ in
            let question = query.question[0]
            switch (question.name.text, question.type) {
            case ("www.two", .a), ("www.three", _): return [.message(Self.good(query))]
            case ("www.two", _): return [.message(Fixture.response(question))]
            default: return [.message(Fixture.response(question, code: .nameError))]
            }
        }
        let search = try ["one", "two", "three"].map { try DNSName($0) }
        let resolver = server.resolver { $0.search = search }
        #expect(try await resolver.lookup("www").value == [Self.address4])
        let names = Set(server.asked.map(\.question[0].name.text))
        #expect(names == ["www.one", "www.two"])
        await #expect(throws: LookupError.noSuchName("www.")) {
            try await resolver.lookup("www.").value
        }
        await #expect(throws: LookupError.noSuchName("nosuch")) {
            try await resolver.lookup("nosuch").value
        }
        server.stop()
    }

    @Test("localhost, addresses, hosts and invalid names need no server")
    func withoutServer() async throws {
        let clock = ManualClock()
        let hosts = HostsTable(Array("192.0.2.9 known.example\n".utf8))
        let resolver = DNSResolver(
            configuration: ResolverConfiguration(servers: []), hosts: hosts, clock: clock)
        let loopback: [IPAddress] = [.loopback6, .loopback4]
        #expect(try await resolver.lookup("localhost").value == loopback)
        #expect(try await resolver.lookup("a.b.LocalHost.").value == loopback)
        #expect(try await resolver.lookup("192.0.2.1").value == [Self.address4])
        #expect(try await resolver.lookup("2001:db8::1").value == [Self.address6])
        #expect(try await resolver.lookup("Known.example").value == [.v4(0xc000_0209)])
        await #expect(throws: LookupError.noSuchName("nosuch.invalid")) {
            try await resolver.lookup("nosuch.invalid").value
        }
        await #expect(throws: LookupError.self) { try await resolver.lookup("").value }
        do {
            _ = try await resolver.lookup("a..b").value
            Issue.record("a name with an empty label")
        } catch let error as LookupError {
            guard case .invalidName("a..b", _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("names in any script are asked for as A-labels")
    func international() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver()
        _ = try await resolver.addresses(of: "Bücher.example", family: .ipv4).value
        _ = try await resolver.addresses(of: "例え。テスト", family: .ipv4).value
        let names = server.asked.map(\.question[0].name.text)
        #expect(names == ["xn--bcher-kva.example", "xn--r8jz45g.xn--zckzah"])
        do {
            _ = try await resolver.addresses(of: "ü\u{0}", family: .ipv4).value
            Issue.record("a name with a NUL")
        } catch let error as LookupError {
            guard case .invalidName = error else {
                Issue.record("\(error)")
                return
            }
        }
        server.stop()
    }

    @Test("no-aaaa asks for no IPv6 address")
    func withoutIPv6() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver { $0.avoidsIPv6 = true }
        #expect(try await resolver.lookup("www.example.org").value == [Self.address4])
        #expect(server.asked.map(\.question[0].type) == [.a])
        server.stop()
    }

    @Test("any type can be asked for")
    func query() async throws {
        let server = try await Server.start { query, _ in
            let question = query.question[0]
            return [
                .message(
                    Fixture.response(
                        question,
                        answer: [
                            DNSRecord(
                                name: question.name, timeToLive: 60,
                                data: .mx(preference: 10, exchange: .root))
                        ]))
            ]
        }
        let records = try await server.resolver().query("example.org", .mx).value
        #expect(records.map(\.data) == [.mx(preference: 10, exchange: .root)])
        server.stop()
    }

    @Test("each query leaves from a port of its own")
    func ports() async throws {
        let server = try await Server.start(Self.anything)
        let resolver = server.resolver()
        let lookups = (0..<300).map { resolver.addresses(of: "n\($0).example", family: .ipv4) }
        for lookup in lookups { #expect(try await lookup.value == [Self.address4]) }
        let ports = server.sources.compactMap(\.port)
        #expect(ports.count == 300)
        #expect(Set(ports).count > 250)
        #expect(Set(server.asked.map(\.header.id)).count > 250)
        server.stop()
    }

    @Test("rotation spreads the questions over the servers")
    func rotation() async throws {
        let one = try await Server.start(Self.anything)
        let two = try await Server.start(Self.anything)
        let resolver = one.resolver {
            $0.servers = [one, two].map { .plain($0.address) }
            $0.rotates = true
        }
        for number in 0..<10 {
            _ = try await resolver.addresses(of: "n\(number).example", family: .ipv4).value
        }
        #expect(one.asked.count == 5)
        #expect(two.asked.count == 5)
        one.stop()
        two.stop()
    }
}

@Suite("the resolver and the system's files", .timeLimit(.minutes(1)))
@Reactor
struct ResolverFilesTests {
    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "twine-dns-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    private func paths(_ folder: URL) -> ResolverFiles.Paths {
        ResolverFiles.Paths(
            resolvConf: folder.appending(path: "resolv.conf").path,
            hosts: folder.appending(path: "hosts").path,
            nsswitch: folder.appending(path: "nsswitch.conf").path)
    }

    private func write(_ text: String, _ file: String, _ folder: URL) throws {
        try Data(text.utf8).write(to: folder.appending(path: file))
    }

    @Test("files are read, and read again when they have changed, not more than once a second")
    func changes() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var files = ResolverFiles(paths(folder))
        _ = files.refresh(now: 0)
        #expect(files.configuration.servers == [.ip(.loopback4, port: 53)])
        #expect(!files.sources.needsSystem)
        try write("nameserver 192.0.2.1\n", "resolv.conf", folder)
        try write("192.0.2.2 a\n", "hosts", folder)
        try write("hosts: files mdns4 dns\n", "nsswitch.conf", folder)
        let change1 = files.refresh(now: 0.5)
        #expect(!change1)
        let change2 = files.refresh(now: 1.5)
        #expect(change2)
        #expect(files.configuration.servers == [.ip(.v4(0xc000_0201), port: 53)])
        #expect(files.hosts.addresses(of: try DNSName("a"), family: .ipv4)?.count == 1)
        #expect(files.sources.needsSystem)
        let change3 = files.refresh(now: 3)
        #expect(!change3)
        try write("192.0.2.3 bb\n", "hosts", folder)
        let change4 = files.refresh(now: 4.5)
        #expect(!change4)
        #expect(files.hosts.addresses(of: try DNSName("a"), family: .ipv4) == nil)
        try FileManager.default.removeItem(at: folder.appending(path: "resolv.conf"))
        let change5 = files.refresh(now: 6)
        #expect(change5)
        #expect(files.configuration.servers == [.ip(.loopback4, port: 53)])
    }

    @Test("a resolver follows the files: hosts before DNS, and a new hosts file at once")
    func resolver() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("192.0.2.2 name.example\n", "hosts", folder)
        try write("hosts: files\n", "nsswitch.conf", folder)
        let clock = ManualClock()
        let resolver = DNSResolver(files: paths(folder), clock: clock)
        #expect(try await resolver.lookup("name.example").value == [.v4(0xc000_0202)])
        await #expect(throws: LookupError.noSuchName("other.example")) {
            try await resolver.lookup("other.example").value
        }
        try write("192.0.2.33 other.example\n", "hosts", folder)
        clock.advance(2)
        #expect(try await resolver.lookup("other.example").value == [.v4(0xc000_0221)])
    }

    @Test("with other sources in nsswitch.conf the system's own lookup is asked")
    func system() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("192.0.2.2 known.localhost\n", "hosts", folder)
        try write("hosts: files mdns4_minimal [NOTFOUND=return] dns\n", "nsswitch.conf", folder)
        let resolver = DNSResolver(files: paths(folder))
        // A name that the system's lookup reads itself, and DNS would not know.
        let addresses = try await resolver.addresses(of: "127.1", family: .ipv4).value
        #expect(addresses == [.loopback4])
        let local = try await resolver.addresses(of: "x.localhost", family: .ipv4).value
        #expect(local == [.loopback4])
        let known = try await resolver.addresses(of: "known.localhost", family: .ipv4).value
        #expect(known == [.v4(0xc000_0202)])
    }
}
