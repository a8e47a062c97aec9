import Testing

@testable import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TransportWriteTests {
    @Test("writes made during one callback leave in one system call, in order")
    func coalesced() async throws {
        let user = Recorder()
        user.onData = { transport in
            for index in 0..<100 { transport.write("\(index),") }
            transport.write([UInt8](repeating: 33, count: 100))
            transport.write("end")
        }
        let peer = Pair.unix(user, keepCalls: true)
        peer.send("go")
        try await until { !user.received.isEmpty }
        try await turns(1)
        let expected =
            (0..<100).map { "\($0)," }.joined() + String(repeating: "!", count: 100) + "end"
        #expect(peer.read() == .bytes(Array(expected.utf8)))
        #expect(peer.read() == .nothing)
    }

    @Test("small writes around a large one leave together, the large one without a copy")
    func gathered() async throws {
        let user = Recorder()
        let large = [UInt8](repeating: 9, count: 20_000)
        user.onData = { transport in
            transport.write("head")
            transport.write(large)
            transport.write("tail")
        }
        let peer = Pair.unix(user, keepCalls: true)
        peer.send("go")
        try await until { !user.received.isEmpty }
        try await turns(1)
        #expect(peer.read() == .bytes(Array("head".utf8) + large + Array("tail".utf8)))
        #expect(peer.read() == .nothing)
    }

    @Test("what an async function writes after a resume leaves in one system call as well")
    func coalescedInTask() async throws {
        let user = Recorder()
        let peer = Pair.unix(user, keepCalls: true)
        let go = Deferred<Void>()
        let done = inlineCallbacks {
            try await go.value
            user.transport?.write("a")
            user.transport?.write("b")
        }
        Reactor.callLater(0) { go.callback(()) }
        try await done.value
        try await turns(1)
        #expect(peer.read() == .bytes([97, 98]))
    }

    @Test("pieces of all sizes arrive in order through a small socket buffer")
    func allSizes() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        var expected: [UInt8] = []
        var octet: UInt8 = 0
        for size in [
            0, 1, 8191, 8192, 8193, 32_768, 32_769, 1, 70_000, 5, 200_000, 0, 3, 8193, 8193,
        ] {
            let piece = (0..<size).map { _ in
                octet &+= 1
                return octet
            }
            expected += piece
            if size % 2 == 0 {
                user.transport?.write(piece)
            } else {
                user.transport?.write(piece.span)
            }
        }
        #expect(user.transport?.bufferedCount == expected.count)
        let got = try await peer.read(exactly: expected.count)
        #expect(got == expected)
        try await turns(2)
        #expect(user.transport?.bufferedCount == 0)
    }

    @Test("a thousand large pieces are sent, many to a system call")
    func manyPieces() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        for index in 0..<1000 {
            user.transport?.write(
                [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 10_000))
        }
        user.transport?.loseConnection()
        let (bytes, last) = try await peer.readToEnd()
        #expect(last == .end)
        #expect(bytes.count == 10_000_000)
        #expect(
            (0..<1000).allSatisfy { bytes[$0 * 10_000 + 9999] == UInt8(truncatingIfNeeded: $0) })
    }

    @Test("a streaming producer is paused above the high mark and resumed below the low one")
    func streamingProducer() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        let producer = Source()
        user.transport?.registerProducer(producer, streaming: true)
        #expect(producer.calls.isEmpty)
        user.transport?.write([UInt8](repeating: 1, count: 65_536))
        #expect(producer.calls.isEmpty, "not above the mark yet")
        user.transport?.write([UInt8](repeating: 1, count: 2_000_000))
        #expect(producer.calls == ["pause"])
        user.transport?.write("more")
        #expect(producer.calls == ["pause"], "once is enough")
        _ = try await peer.read(exactly: 2_000_000)
        #expect(producer.calls == ["pause", "resume"])
        user.transport?.unregisterProducer()
        user.transport?.loseConnection()
        try await until { user.isLost }
        #expect(producer.calls == ["pause", "resume"])
    }

    @Test("a producer that is registered while too much waits is paused at once")
    func latePause() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        user.transport?.write([UInt8](repeating: 1, count: 1_000_000))
        let producer = Source()
        user.transport?.registerProducer(producer, streaming: true)
        #expect(producer.calls == ["pause"])
        peer.close()
        try await until { user.isLost }
        #expect(producer.calls == ["pause", "stop"])
    }

    @Test("a producer may write, unregister and close inside its callbacks")
    func producerReenters() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        let producer = Source()
        producer.onPause = { user.transport?.write("p") }
        producer.onResume = {
            user.transport?.write([UInt8](repeating: 2, count: 100_000))
            guard producer.calls.count > 5 else { return }
            user.transport?.unregisterProducer()
            user.transport?.loseConnection()
        }
        user.transport?.registerProducer(producer, streaming: true)
        user.transport?.write([UInt8](repeating: 1, count: 100_000))
        let (_, last) = try await peer.readToEnd()
        #expect(last == .end)
        try await until { user.isLost }
        #expect(producer.calls.prefix(3) == ["pause", "resume", "pause"])
        #expect(!producer.calls.contains("stop"))
    }

    @Test("a pull producer is asked whenever nothing waits, and no faster than the peer reads")
    func pullProducer() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        let producer = Source()
        var made = 0
        producer.onResume = {
            made += 1
            user.transport?.write([UInt8](repeating: UInt8(made & 255), count: 50_000))
            if made == 100 { user.transport?.unregisterProducer() }
        }
        user.transport?.registerProducer(producer, streaming: false)
        try await turns(50)
        #expect(made < 20, "the kernel's buffer is full, memory stays bounded")
        #expect((user.transport?.bufferedCount ?? .max) <= 50_000)
        let bytes = try await peer.read(exactly: 5_000_000)
        #expect(made == 100)
        #expect(bytes.last == 100)
    }

    @Test("loseConnection waits for the producer, and sends what it still makes")
    func closeWaitsForProducer() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        let producer = Source()
        var left = 3
        producer.onResume = {
            user.transport?.write("piece \(left) ")
            left -= 1
            if left == 0 { user.transport?.unregisterProducer() }
        }
        user.transport?.registerProducer(producer, streaming: false)
        user.transport?.loseConnection()
        let (bytes, last) = try await peer.readToEnd()
        #expect(String(decoding: bytes, as: UTF8.self) == "piece 3 piece 2 piece 1 ")
        #expect(last == .end)
        try await until { user.isLost }
    }

    @Test("a producer hears stop when the connection is lost, or is registered after that")
    func stopProducing() async throws {
        let user = Recorder()
        let peer = Pair.unix(user)
        let first = Source()
        user.transport?.registerProducer(first, streaming: true)
        let second = Source()
        user.transport?.registerProducer(second, streaming: true)
        #expect(first.calls == ["stop"], "the second one takes its place")
        peer.close()
        user.transport?.abortConnection()
        try await until { user.isLost }
        #expect(second.calls == ["stop"])
        let third = Source()
        user.transport?.registerProducer(third, streaming: false)
        #expect(third.calls == ["stop"])
    }

    @Test("a pull producer on a fast connection does not keep the loop from its timers")
    func pullProducerIsFair() async throws {
        let user = Recorder()
        let other = Recorder()
        let peer = Pair.unix(user)
        let otherPeer = Pair.unix(other)
        let producer = Source()
        // The peer takes everything at once: there is always room.
        producer.onResume = {
            _ = peer.readAll()
            user.transport?.write("x")
        }
        user.transport?.registerProducer(producer, streaming: false)
        otherPeer.send("hello")
        try await until { other.text == "hello" }
        try await turns(3)
        user.transport?.abortConnection()
        try await until { user.isLost }
    }
}

@Reactor
private final class Source: Producer {
    var calls: [String] = []
    var onPause: (@Reactor () -> Void)?
    var onResume: (@Reactor () -> Void)?

    nonisolated init() {}

    func pauseProducing() {
        calls.append("pause")
        onPause?()
    }

    func resumeProducing() {
        calls.append("resume")
        onResume?()
    }

    func stopProducing() { calls.append("stop") }
}
