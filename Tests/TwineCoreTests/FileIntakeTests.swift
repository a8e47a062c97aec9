import Testing
import TwineTesting

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file, and what is told of it.
@Reactor
private final class Intake: FileSink {
    let descriptor: Int32
    var steps: [Int] = []
    var error: SystemError?

    init(_ flags: Int32 = O_RDWR) {
        let path = "/tmp/twine-intake-\(getpid())"
        _ = unsafe close(open(path, O_CREAT | O_RDWR | O_TRUNC, 0o600))
        descriptor = unsafe open(path, flags)
        _ = unsafe unlink(path)
    }

    isolated deinit { _ = close(descriptor) }

    func octetsWritten(_ count: Int) { steps.append(count) }
    func writeFailed(_ error: SystemError) { self.error = error }

    var contents: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 1_000_000) { buffer, count in
            count = unsafe max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }
}

@Suite("Octets that go from a connection into a file", .timeLimit(.minutes(1)))
@Reactor
struct FileIntakeTests {
    private let octets = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }

    /// A client that moves `count` octets into a file, and a server that sends them and some more.
    private func run(
        _ intake: Intake, _ count: Int, closes: Bool = false
    ) async throws -> (Recorder, TCPConnection, any ListeningPort) {
        let octets = octets
        let port = try await TCPServerEndpoint.loopback().listen { _ in
            let server = Recorder()
            server.onMade = { transport in
                transport.write(octets)
                if closes { transport.loseConnection() }
            }
            return server
        }.value
        var connection: TCPConnection?
        let client = try await TCPClientEndpoint(port.address).connect {
            let client = Recorder()
            client.onMade = { transport in
                connection = transport as? TCPConnection
                #expect(connection?.moveInput(count, into: intake) == true)
            }
            return client
        }.value
        return (client, try #require(connection), port)
    }

    @Test("so many go into the file, and the rest to the protocol")
    func moves() async throws {
        let intake = Intake()
        let (client, connection, port) = try await run(intake, 500_000)
        try await until { client.received.count == 100_000 }
        #expect(intake.contents == Array(octets[..<500_000]))
        #expect(client.received == Array(octets[500_000...]))
        #expect(intake.steps.reduce(0, +) == 500_000)
        connection.abortConnection()
        port.stopListening()
    }

    @Test("the end of the connection is told as always, when what came before is in the file")
    func ends() async throws {
        let intake = Intake()
        let (client, _, port) = try await run(intake, 1_000_000, closes: true)
        try await until { client.isLost }
        #expect(client.reason == .done)
        #expect(intake.contents == octets)
        #expect(client.received.isEmpty)
        port.stopListening()
    }

    @Test("reading that is paused moves nothing, and what is ended early goes to the protocol")
    func stops() async throws {
        let intake = Intake()
        let (client, connection, port) = try await run(intake, 500_000)
        connection.pauseReading()
        let before = intake.steps.count
        try await turns(5)
        #expect(intake.steps.count == before)
        #expect(connection.moveInput(0, into: intake))
        connection.resumeReading()
        let moved = intake.steps.reduce(0, +)
        try await until { client.received.count == octets.count - moved }
        #expect(intake.contents + client.received == octets)
        connection.abortConnection()
        port.stopListening()
    }

    @Test("a file that takes nothing is told, and the next one is served by a clean pipe")
    func fails() async throws {
        let bad = Intake(O_RDONLY)
        let (_, first, port) = try await run(bad, 500_000)
        try await until { bad.error != nil }
        #expect(bad.error == SystemError(errno: EBADF))
        #expect(bad.steps.isEmpty)
        first.abortConnection()
        port.stopListening()
        let good = Intake()
        let (client, second, other) = try await run(good, 600_000, closes: true)
        try await until { client.isLost }
        #expect(good.contents == octets)
        second.abortConnection()
        other.stopListening()
    }

    @Test("a file that takes no pages gets copies")
    func copies() async throws {
        // The kernel moves nothing into a file that is always written at its end.
        let intake = Intake(O_RDWR | O_APPEND)
        let (client, _, port) = try await run(intake, 600_000, closes: true)
        try await until { client.isLost }
        #expect(intake.contents == octets)
        port.stopListening()
    }
}
