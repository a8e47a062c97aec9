import Testing
import TwineTesting

@testable import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct PoliciesTests {
    private final class Source: Producer {
        var log: [String] = []
        func pauseProducing() { log.append("pause") }
        func resumeProducing() { log.append("resume") }
        func stopProducing() { log.append("stop") }
    }

    // MARK: Wrapping

    @Test("N188: a wrapper passes data, writes, producers, addresses and the end on")
    func wrapper() throws {
        let user = Recorder()
        let wrapper = ProtocolWrapper(user)
        let transport = MemoryTransport()
        transport.attach(wrapper)
        transport.receive("in")
        let above = try #require(user.transport)
        above.write("out")
        above.write([33])
        #expect(user.text == "in" && transport.takeText() == "out!")
        #expect(above.peer == transport.peer && above.host == transport.host)
        let source = Source()
        above.registerProducer(source, streaming: true)
        #expect(transport.producer === source)
        above.unregisterProducer()
        #expect(transport.producer == nil)
        above.pauseReading()
        #expect(transport.isReadingPaused)
        above.resumeReading()
        above.loseWriteConnection()
        #expect(!transport.isReadingPaused && transport.isWriteEnded)
        above.loseConnection()
        #expect(user.reason == .done && transport.isClosing)
        #expect(wrapper.wrapped == nil && wrapper.transport == nil, "it lets go of both")
    }

    @Test("N188, L156: half-close is there through a wrapper when the protocol has it, else not")
    func halfClose() {
        for isHalf in [true, false] {
            let user = isHalf ? HalfRecorder() : Recorder()
            let transport = MemoryTransport()
            transport.attach(ProtocolWrapper(ProtocolWrapper(user)))
            transport.receiveEnd()
            #expect(user.events == ["made", isHalf ? "read ended" : "lost"])
        }
    }

    @Test("N188: a wrapped protocol is freed with its connection")
    func wrapperIsFreed() {
        #expect(
            isFreed {
                let wrapper = TimeoutConnection(Recorder(), seconds: 5, clock: ManualClock())
                let transport = MemoryTransport()
                transport.attach(wrapper)
                transport.lose()
                return wrapper
            })
    }

    // MARK: Limits

    @Test("N189, N193: more connections than the limit are closed, a freed place is used again")
    func limit() {
        let limit = ConnectionLimit(2)
        let factory = limit.factory { _ in Recorder() }
        let peer = SocketAddress.unix(path: "")
        let transports = (0..<2).map { _ in MemoryTransport() }
        for transport in transports {
            if let user = factory(peer) { transport.attach(user) }
        }
        #expect(limit.count == 2 && factory(peer) == nil)
        transports[0].lose()
        #expect(limit.count == 1 && factory(peer) != nil && limit.count == 2)
    }

    @Test("N193: over the limit the overflow protocol is built, and not counted")
    func overflow() {
        let limit = ConnectionLimit(0)
        let factory = limit.factory({ _ in Recorder() }, overflow: { _ in HalfRecorder() })
        #expect(factory(.unix(path: "")) is HalfRecorder && limit.count == 0)
    }

    // MARK: Idle time

    @Test("N191: no octet in either direction for the time closes; each read and write begins anew")
    func idle() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(TimeoutConnection(user, seconds: 10, clock: clock))
        clock.advance(9)
        transport.receive("x")
        clock.advance(9)
        user.transport?.write("y")
        clock.advance(9)
        user.transport?.write([1])
        clock.advance(9.9)
        #expect(!user.isLost)
        clock.advance(0.2)
        #expect(user.reason == .done)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("N191: a connection that ends leaves no timer")
    func idleEnds() {
        let clock = ManualClock()
        let transport = MemoryTransport()
        transport.attach(TimeoutConnection(Recorder(), seconds: 10, clock: clock))
        #expect(clock.delayedCalls.count == 1)
        transport.lose()
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("N192: setting arms, reset begins anew, nil disarms, and twice is harmless")
    func mixin() {
        let clock = ManualClock()
        var count = 0
        let idle = IdleTimeout(clock: clock) { count += 1 }
        idle.reset()
        #expect(clock.delayedCalls.isEmpty)
        idle.seconds = 5
        clock.advance(4)
        idle.reset()
        clock.advance(4)
        #expect(count == 0)
        clock.advance(1)
        #expect(count == 1 && idle.seconds == nil)
        idle.reset()
        idle.seconds = 5
        idle.seconds = 20
        clock.advance(19)
        #expect(count == 1)
        idle.seconds = nil
        idle.seconds = nil
        clock.advance(100)
        #expect(count == 1 && clock.delayedCalls.isEmpty)
    }

    @Test("an idle time that is begun anew at each message costs nothing in the queue")
    func manyResets() {
        let clock = ManualClock()
        var count = 0
        let idles = (0..<1000).map { _ in IdleTimeout(clock: clock) { count += 1 } }
        for idle in idles { idle.seconds = 60 }
        for _ in 0..<100 {
            clock.advance(0.5)
            for idle in idles { idle.reset() }
        }
        #expect(clock.delayedCalls.count == 1000)
        clock.advance(59)
        #expect(count == 0)
        clock.advance(1)
        #expect(count == 1000)
    }

    // MARK: Rate

    @Test("N190: what comes too fast is handed on at the rate, in order, all of it")
    func readRate() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 1000, clock: clock))
        let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }
        transport.receive(bytes)
        #expect(transport.isReadingPaused && user.received.count == 50)
        clock.advance(1)
        #expect((900...1100).contains(user.received.count), "\(user.received.count)")
        clock.advance(1)
        #expect(user.received == bytes && !transport.isReadingPaused)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("N190: the peer's end waits for what is held", arguments: [true, false])
    func readEnd(isHalf: Bool) {
        let clock = ManualClock()
        let user = isHalf ? HalfRecorder() : Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 10, clock: clock))
        transport.receive("hello, world")
        transport.receiveEnd()
        #expect(user.events == ["made", "data"] && user.received.count == 1)
        clock.advance(5)
        #expect(user.text == "hello, world")
        #expect(user.events == ["made", "data", isHalf ? "read ended" : "lost"])
    }

    @Test("N190: pauseReading above stops what is held as well")
    func readPause() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 10, clock: clock))
        transport.receive("hello")
        user.transport?.pauseReading()
        clock.advance(5)
        #expect(user.received.count == 1)
        user.transport?.resumeReading()
        clock.advance(5)
        #expect(user.text == "hello")
    }

    @Test("N190: a producer is held to the rate")
    func writeRate() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 100, clock: clock))
        let source = Source()
        user.transport?.registerProducer(source, streaming: true)
        user.transport?.write([UInt8](repeating: 1, count: 205))
        #expect(source.log == ["pause"])
        clock.advance(1.9)
        #expect(source.log == ["pause"])
        clock.advance(0.2)
        #expect(source.log == ["pause", "resume"])
        user.transport?.unregisterProducer()
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("N190: what is written without a producer is held as well, and closing waits for it")
    func writeWithoutProducer() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 100, clock: clock))
        user.transport?.write("hello, world")
        user.transport?.write("!")
        user.transport?.loseConnection()
        user.transport?.write("late")
        #expect(transport.written.count == 5 && !transport.isClosing)
        #expect(user.transport?.bufferedCount == 8)
        clock.advance(0.2)
        #expect(transport.takeText() == "hello, world!" && transport.isClosing)
    }

    @Test("N190: a producer that waits to be asked is asked when all it made has gone")
    func pullProducer() {
        final class Pieces: Producer {
            var left = 3
            var transport: (any StreamTransport)?
            func resumeProducing() {
                guard left > 0 else { return transport?.unregisterProducer() ?? () }
                left -= 1
                transport?.write([UInt8](repeating: 7, count: 10))
            }
            func pauseProducing() {}
            func stopProducing() {}
        }
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 100, clock: clock))
        let pieces = Pieces()
        pieces.transport = user.transport
        user.transport?.registerProducer(pieces, streaming: false)
        user.transport?.loseConnection()
        #expect(pieces.left == 2 && transport.written.count == 5)
        clock.advance(0.1)
        #expect(pieces.left == 1)
        clock.advance(1)
        #expect(transport.written.count == 30 && transport.isClosing)
    }

    @Test("N190: a rate under one octet a tick still moves")
    func slowRate() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 0.5, clock: clock))
        transport.receive("abc")
        clock.advance(2.1)
        #expect(user.text == "ab")
        clock.advance(2.1)
        #expect(user.text == "abc")
    }

    @Test("N190: a connection that is lost leaves no timer")
    func throttledEnd() {
        let clock = ManualClock()
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(ThrottledConnection(user, rate: 1, clock: clock))
        transport.receive("abc")
        user.transport?.write("abc")
        transport.lose()
        #expect(user.isLost && clock.delayedCalls.isEmpty)
    }

    @Test("N194: what goes in and out is written down, in order")
    func log() {
        var lines: [String] = []
        let user = Recorder()
        let transport = MemoryTransport()
        transport.attach(
            LoggedConnection(user) { way, bytes in
                lines.append("\(way) \(String(decoding: bytes, as: UTF8.self))")
            })
        transport.receive("a")
        user.transport?.write("b")
        user.transport?.write([99])
        #expect(lines == ["received a", "sent b", "sent c"])
        #expect(user.text == "a" && transport.takeText() == "bc")
    }
}
