import Foundation
import Subprocess
import Testing
import TwineCore
import TwineDNS

/// swift-dig as scripts use it: exit statuses, and what stands where.
@Reactor
@Suite(.timeLimit(.minutes(3)))
struct DigTests {
    private func json(_ line: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    // MARK: Statuses

    @Test("a reply is status 0, whatever it says")
    func replies() async throws {
        let server = try await NameServer.start()
        for name in ["a.test", "none.test", "fail.test", "empty.test"] {
            #expect(try await server.dig(name).status == 0)
        }
        server.stop()
    }

    @Test("with +fail it is 20 and the code, and standard output stays clean")
    func fail() async throws {
        let server = try await NameServer.start()
        let statuses: [(String, Int32)] = [("empty", 20), ("fail", 22), ("none", 23)]
        for (name, status) in statuses {
            let result = try await server.dig("+short", "+fail", "\(name).test")
            #expect(result.status == status && result.output.isEmpty, "\(name): \(result)")
        }
        let good = try await server.dig("+short", "+fail", "a.test")
        #expect(good.status == 0 && good.output == "192.0.2.1\n" && good.errors.isEmpty)
        server.stop()
    }

    @Test("+fail-on counts only the codes that it names")
    func failOn() async throws {
        let server = try await NameServer.start()
        #expect(try await server.dig("+fail-on=NXDOMAIN", "fail.test").status == 0)
        #expect(try await server.dig("+fail-on=nxdomain,nodata", "none.test").status == 23)
        #expect(try await server.dig("+fail-on=nxdomain,nodata", "empty.test").status == 20)
        server.stop()
    }

    @Test("of several names the first failure is the status")
    func several() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("+fail", "a.test", "none.test", "fail.test")
        #expect(result.status == 23)
        server.stop()
    }

    @Test("without a server it is 9; with +short and +fail only standard error tells")
    func unreachable() async throws {
        let server = try await NameServer.closed()
        let result = try await server.dig("a.test")
        #expect(result.status == 9 && result.errors.isEmpty)
        #expect(result.output.hasSuffix(";; no servers could be reached\n"), "\(result.output)")
        let short = try await server.dig("+short", "+fail", "a.test")
        #expect(short.status == 9 && short.output.isEmpty)
        #expect(short.errors.hasSuffix("swift-dig: no servers could be reached\n"))
    }

    @Test("a server that does not reply is 9, too")
    func silent() async throws {
        let server = try await NameServer.start { _ in nil }
        let result = try await server.dig("+tries=1", "+timeout=1", "a.test")
        #expect(result.status == 9 && result.output.contains("timed out\n"), "\(result)")
        server.stop()
    }

    @Test("a name that is none is 10")
    func badName() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("a..test")
        #expect(result.status == 10)
        #expect(result.errors == "swift-dig: 'a..test' is not a legal name (empty label)\n")
        server.stop()
    }

    @Test("a server at a Unix socket is asked by a stream")
    func unixSocket() async throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        let server = try await NameServer.start(at: TCPServerEndpoint(.unix(path: path)))
        let result = try await run("swift-dig", ["-r", "@\(path)", "a.test"])
        #expect(result.status == 0 && result.output.contains("192.0.2.1"), "\(result)")
        #expect(result.output.contains(";; SERVER: \(path)(\(path)) (TCP)\n"))
        server.stop()
    }

    // MARK: JSON

    @Test("+json prints an object a line; where nobody replies it has an error")
    func objects() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("+json", "a.test", "none.test")
        #expect(result.lines.count == 2 && result.errors.isEmpty)
        let object = try json(result.lines[0])
        #expect(object["QNAME"] as? String == "a.test.")
        #expect(object["serverPort"] as? Int == server.address.port.map { Int($0) })
        #expect(object["transport"] as? String == "UDP")
        server.stop()
        let failed = try await server.dig("+json", "b.test", "mx")
        let error = try json(failed.output)
        #expect(failed.status == 9 && error["error"] as? String == "no servers could be reached")
        #expect(error["QNAME"] as? String == "b.test" && error["QTYPEname"] as? String == "MX")
    }

    // MARK: Several servers, several times

    @Test("+servers: 0 when all say the same, 11 when not, 9 when one says nothing")
    func servers() async throws {
        let first = try await NameServer.start()
        let second = try await NameServer.start(
            at: try #require(IPAddress("127.0.0.2")), port: try #require(first.address.port)
        ) { query in
            let differs = query.question.first?.name.text == "b.test"
            return NameServer.reply(to: query, [differs ? "192.0.2.2" : "192.0.2.1"])
        }
        let same = try await first.dig("+servers=127.0.0.2", "a.test")
        #expect(same.status == 0 && same.output.contains("asked of 2 servers: all agree"))
        let different = try await first.dig("+servers=127.0.0.2", "b.test")
        #expect(different.status == 11)
        #expect(different.output.contains("1 agree, 1 do not"), "\(different.output)")
        let failed = try await first.dig("+servers=127.0.0.2", "+fail-on=NOERROR", "a.test")
        #expect(failed.status == 20)
        second.stop()
        let one = try await first.dig("+servers=127.0.0.2", "a.test")
        #expect(one.status == 9 && one.output.contains("1 agree, 1 without a reply"))
        #expect(one.output.hasSuffix("  -  connection refused\n"), "\(one.output)")
        first.stop()
        let none = try await first.dig("+servers=127.0.0.2", "a.test")
        #expect(none.status == 9 && none.output.contains("no answer"))
    }

    @Test("+watch ends when the answer changes, and prints the first and the last")
    func watch() async throws {
        var count = 0
        let server = try await NameServer.start { query in
            count += 1
            return NameServer.reply(to: query, count < 4 ? ["192.0.2.1"] : ["192.0.2.2"])
        }
        let result = try await server.dig("+short", "+watch=0.01", "a.test")
        #expect(result.status == 0 && result.output == "192.0.2.1\n192.0.2.2\n")
        #expect(count == 4)
        server.stop()
    }

    @Test("a question that cannot be asked is not watched")
    func unwatchable() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("+watch=0.01", "a..test")
        #expect(result.status == 10 && result.errors.split(separator: "\n").count == 1)
        server.stop()
    }

    @Test("+until ends when an answer has the text")
    func until() async throws {
        var count = 0
        let server = try await NameServer.start { query in
            count += 1
            return NameServer.reply(to: query, ["192.0.2.\(count)"])
        }
        let result = try await server.dig("+short", "+until=0.2.5", "+watch=0.01", "a.test")
        #expect(result.status == 0 && result.lines.last == "192.0.2.5" && count == 5)
        server.stop()
    }

    @Test("+bench counts replies, as an object with +json; 9 without any")
    func bench() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("+bench=0.2", "+concurrency=4", "+json", "a.test")
        let object = try json(result.output)
        let received = try #require(object["received"] as? Int)
        #expect(result.status == 0 && received > 0 && object["NOERROR"] as? Int == received)
        let text = try await server.dig("+bench=0.1", "a.test")
        #expect(text.output.contains(" queries a second, 0 lost\n"), "\(text.output)")
        server.stop()
        #expect(try await server.dig("+bench=0.1", "a.test").status == 9)
    }

    @Test("-d tells each step on standard error, and changes nothing else")
    func debugging() async throws {
        let server = try await NameServer.start()
        let result = try await server.dig("-d", "+short", "a.test")
        #expect(result.output == "192.0.2.1\n")
        #expect(
            result.errors.hasPrefix(
                "swift-dig: asking 127.0.0.1#\(server.address.port ?? 0) by UDP"),
            "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 3)
        server.stop()
    }

    // MARK: Standard output

    @Test("a reader that goes away is no failure")
    func brokenPipe() async throws {
        let server = try await NameServer.start()
        let result = try await server.shell(
            "for n in {1..3000}; do echo a$n.test; done | dig -f - | head -1 > /dev/null\n"
                + "exit ${PIPESTATUS[1]}")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        server.stop()
    }

    @Test("a full disk is told, and is status 1")
    func fullDisk() async throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let server = try await NameServer.start()
        let result = try await server.shell("dig a.test > /dev/full")
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("swift-dig: cannot write to standard output: "),
            "\(result.errors)")
        server.stop()
    }
}
