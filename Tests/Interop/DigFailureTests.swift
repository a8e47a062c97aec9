import Foundation
import Testing

/// What `swift-dig` tells a script, in networks where something is wrong.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled("networks of one's own can be made here") {
        try await Situation.obstacle.value == nil
    })
struct DigFailureTests {
    private static func program(_ name: String) -> String {
        Situation.products.appendingPathComponent(name).path
    }

    @Test(
        "with +short and +fail what is no answer has its status, and stands on standard error",
        arguments: [
            (.noNetwork, "www.example.test", 9, "failed: network unreachable."),
            (.noDNS, "www.example.test", 9, "error to 127.0.0.1#53: connection refused"),
            (.silentDNS, "www.example.test", 9, "error to 127.0.0.1#53: timed out"),
            (.farDNS, "www.example.test", 9, "with 203.0.113.53#53(203.0.113.53)"),
            (.brokenDNS, "www.broken.test", 25, ""),
            (.site, "nowhere.example.test", 23, ""),
            (.site, "mail.example.test", 20, ""),
        ] as [(Situation, String, Int32, String)])
    func network(_ situation: Situation, name: String, status: Int32, message: String) async throws
    {
        let run = try await situation.run([Self.program("swift-dig"), "+short", "+fail", name])
        #expect(run.status == status && run.output.isEmpty, "\(run)")
        #expect(message.isEmpty || run.errors.contains(message), "\(run)")
    }

    @Test("where all is well there is the answer, and nothing else")
    func well() async throws {
        let run = try await Situation.site.run(
            [Self.program("swift-dig"), "+short", "+fail", "www.example.test"])
        #expect(run.status == 0 && run.output == "127.0.0.1\n" && run.errors.isEmpty, "\(run)")
    }

    @Test("the example that asks for mail servers prints them, or why there are none")
    func example() async throws {
        let mail = try await Situation.site.run([Self.program("example-mx"), "example.test"])
        #expect(mail.status == 0 && mail.output == "example.test\t10 mail.example.test.\n")
        let none = try await Situation.site.run([Self.program("example-mx"), "www.example.test"])
        #expect(none.status != 0 && none.errors.contains("www.example.test"), "\(none)")
    }
}
