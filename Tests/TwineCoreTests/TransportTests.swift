import Testing
import TwineCore

@Reactor
final class Collector: StreamProtocol {
    var bytes: [UInt8] = []
    var transport: (any StreamTransport)?
    let wanted: Int
    let done = Deferred<[UInt8]>()
    let lost = Deferred<ConnectionLost>()
    init(wanted: Int) { self.wanted = wanted }
    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
    func dataReceived(_ new: Span<UInt8>) {
        unsafe new.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        if bytes.count >= wanted, !done.isFired { done.callback(bytes) }
    }
    func connectionLost(_ reason: ConnectionLost) { lost.callback(reason) }
}

@Suite(.timeLimit(.minutes(1)))
struct TransportTests {
    @Test("bytes written on one end of a loopback connection come back from an echo server")
    @Reactor
    func echo() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Echo() }.value
        let client = try await TCPClientEndpoint(port.address).connect { Collector(wanted: 5) }
            .value
        client.transport?.write("hello")
        #expect(try await client.done.value == Array("hello".utf8))
        client.transport?.loseConnection()
        #expect(try await client.lost.value == .done)
        port.stopListening()
    }

    @Test("a port that nobody listens at refuses")
    @Reactor
    func refused() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Echo() }.value
        let address = port.address
        port.stopListening()
        await #expect(throws: ConnectError.refused(address)) {
            try await TCPClientEndpoint(address).connect { Collector(wanted: 1) }.value
        }
    }

    @Test("four megabytes go through and come back")
    @Reactor
    func bulk() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in Echo() }.value
        let count = 4 << 20
        let client = try await TCPClientEndpoint(port.address)
            .connect { Collector(wanted: count) }.value
        let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var sent: [UInt8] = []
        while sent.count < count { sent += block.prefix(count - sent.count) }
        client.transport?.write(sent)
        #expect(try await client.done.value == sent)
        client.transport?.loseConnection()
        port.stopListening()
    }

    @Test("B: a timer fires and an async function goes on")
    @Reactor
    func timers() async throws {
        let start = Reactor.seconds
        try await deferLater(0.02).value
        #expect(Reactor.seconds - start >= 0.02)
        let value = try await inlineCallbacks {
            try await deferLater(0.001).value
            return 42
        }.value
        #expect(value == 42)
    }
}
