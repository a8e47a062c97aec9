import Foundation
import Testing
import TwineCore
import TwineTesting

#if os(Linux)
/// Servers under mixed load, with clients that break off in every way; five seconds, or as many as
/// the variable TWINE_SOAK says.
@Suite(.timeLimit(.minutes(5)), .serialized)
@Reactor
struct SoakTests {
    private let seconds =
        ProcessInfo.processInfo.environment["TWINE_SOAK"].flatMap { Double($0) } ?? 5

    private func descriptors(of process: Int32) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
    }

    private func memory(of process: Int32) -> Int {
        let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        return (Int(text?.split(separator: " ")[1] ?? "") ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Waits for the first octet; half a request gets none for a long time.
    private func answered(_ talk: Talk) async {
        let end = Reactor.seconds + 0.2
        while talk.bytes.isEmpty, !talk.hasReadEnded, !talk.isLost, Reactor.seconds < end {
            try? await deferLater(0.005).value
        }
    }

    /// One client that says something and leaves in one of several ways.
    private func visit(_ port: Int, _ request: [UInt8], _ way: Int) async {
        guard let talk = try? await Talk.to(port) else { return }
        switch way {
        case 0:
            // It reads what it gets, and leaves in order.
            talk.transport?.write(request)
            await answered(talk)
            talk.transport?.loseConnection()
        case 1:
            talk.transport?.write(request)
            talk.transport?.loseWriteConnection()
            await answered(talk)
            talk.transport?.loseConnection()
        case 2:
            talk.transport?.write(request)
            talk.close()
        case 3:
            // Much that it never reads.
            talk.transport?.pauseReading()
            for _ in 0..<4 { talk.transport?.write(request + [UInt8](repeating: 7, count: 65_536)) }
            try? await deferLater(0.01).value
            talk.close()
        case 4: talk.transport?.loseConnection()
        default:
            talk.transport?.write((0..<200).map { _ in UInt8.random(in: 0...255) })
            try? await deferLater(0.005).value
            talk.transport?.loseConnection()
        }
    }

    private func soak(_ server: ServerProgram, _ port: Int, _ requests: [[UInt8]]) async throws {
        await visit(port, requests[0], 0)
        var random = SeededRandom(seed: 3)
        let (files, end) = (descriptors(of: server.identifier), Reactor.seconds + seconds)
        var visits = 0
        var early = 0
        while Reactor.seconds < end {
            let round = (0..<40).map { _ in
                let request = requests.randomElement(using: &random) ?? []
                let way = Int.random(in: 0...5, using: &random)
                return inlineCallbacks { await self.visit(port, request, way) }
            }
            visits += round.count
            for visit in round { try await visit.value }
            // What the program is made of is there after some hundred visits.
            if early == 0, visits >= 400 { early = memory(of: server.identifier) }
        }
        try await server.eventually { descriptors(of: server.identifier) <= files }
        let late = memory(of: server.identifier)
        #expect(late < early + (8 << 20), "\(visits) visits: from \(early) to \(late) octets")
        #expect(server.errors.split(separator: "\n").count <= 1, "\(server.errors.prefix(2000))")
    }

    @Test("swift-echo: nothing is left of clients that break off, and it drains")
    func echo() async throws {
        let server = try ServerProgram("swift-echo", ["--json", "tcp:0:interface=127.0.0.1"])
        let port = try await server.ports()[0]
        try await soak(
            server, port, [[1], Array("hello".utf8), [UInt8](repeating: 1, count: 100_000)])
        server.signal(SIGTERM)
        #expect(try await server.end() == .exited(0))
    }

    @Test("swift-serve: nothing is left of clients that break off, and it drains")
    func serve() async throws {
        let folder = "/tmp/twine-soak-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(repeating: 7, count: 3_000_000).write(to: URL(fileURLWithPath: folder + "/big"))
        let server = try ServerProgram(
            "swift-serve",
            ["--json", "--upload", "--port", "0", "--bind", "127.0.0.1", folder])
        let port = try await server.ports()[0]
        try await soak(
            server, port,
            [
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /big HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /big HTTP/1.1\r\nHost: x\r\nRange: bytes=1-5,100-2000000\r\n\r\n",
                "PUT /up HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc",
                "GET / HTTP/1.1\r\n", "\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            ].map { Array($0.utf8) })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "up" } == [
                "big"
            ])
        server.signal(SIGTERM)
        #expect(try await server.end() == .exited(0))
    }
}
#endif
