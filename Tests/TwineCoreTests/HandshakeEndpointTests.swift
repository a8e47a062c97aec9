import Testing
import TwineTesting

@testable import TwineCore

/// A place that gives transports without sockets.
@Reactor
private final class MemoryPlace: StreamClientEndpoint {
    var transport = MemoryTransport()
    nonisolated let description = "memory"

    func connect<User: StreamProtocol>(
        _ factory: @escaping @Reactor () throws -> User
    ) -> Deferred<User> {
        maybeDeferred {
            let user = try factory()
            self.transport.attach(user)
            return user
        }
    }
}

@Suite("An exchange before the connection is the user's", .timeLimit(.minutes(1)))
@Reactor
struct HandshakeEndpointTests {
    private let place = MemoryPlace()
    private let clock = ManualClock()

    private func connect(
        _ make: @escaping @Reactor () throws -> SOCKSHandshake = {
            try SOCKSHandshake(.v4, to: .name("a", port: 80))
        },
        _ factory: @escaping @Reactor () throws -> Recorder = { Recorder() }
    ) -> Deferred<Recorder> {
        HandshakeEndpoint(place, timeout: 9, clock: clock, make).connect(factory)
    }

    @Test("the user comes when it is over, with the transport itself and what came at once")
    func connects() throws {
        var user: Recorder?
        connect().addCallback { user = $0 }
        #expect(place.transport.takeWritten() == [4, 1, 0, 80, 0, 0, 0, 1, 0, 0x61, 0])
        place.transport.receive([0, 90, 0, 0, 0])
        #expect(user == nil)
        place.transport.receive([0, 0, 0, 7, 8])
        #expect(user?.received == [7, 8])
        #expect(user?.transport === place.transport)
        place.transport.receive([9])
        #expect(user?.received == [7, 8, 9])
        place.transport.lose()
        #expect(user?.reason == .done)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("a refusal fails the connection, and closes it")
    func refused() {
        var failure: (any Error)?
        connect().addErrback { error in
            failure = error
            return Recorder()
        }
        place.transport.receive([0, 91])
        #expect(failure as? SOCKSError == .refused(.rejected))
        #expect(place.transport.isAborted)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("each other end: closed in between, cut off, too late")
    func ends() {
        let lost = ConnectionLost.lost(SystemError(errno: 104))
        let late = ConnectError.timedOut(place.transport.peer, seconds: 9)
        for (number, expected) in ["\(SOCKSError.closed)", "\(lost)", "\(late)"].enumerated() {
            place.transport = MemoryTransport()
            var failure: (any Error)?
            connect().addErrback { error in
                failure = error
                return Recorder()
            }
            switch number {
            case 0: place.transport.lose()
            case 1: place.transport.lose(lost)
            default: clock.advance(9)
            }
            #expect(failure.map { "\($0)" } == expected)
            #expect(clock.delayedCalls.isEmpty)
        }
    }

    @Test("cancelled in between, it closes the connection")
    func cancelled() {
        var failure: (any Error)?
        let connecting = connect()
        connecting.addErrback { error in
            failure = error
            return Recorder()
        }
        connecting.cancel()
        #expect(failure is CancelledError)
        #expect(place.transport.isAborted)
        #expect(clock.delayedCalls.isEmpty)
    }

    @Test("a factory that throws, and a handshake that cannot begin, close the connection")
    func throwing() {
        struct Unwilling: Error {}
        var failures: [any Error] = []
        let note = { @Reactor (error: any Error) -> Recorder in
            failures.append(error)
            return Recorder()
        }
        connect({ try SOCKSHandshake(.v4, to: .name("", port: 80)) }).addErrback(note)
        let thrower = { @Reactor () throws -> Recorder in throw Unwilling() }
        connect({ try SOCKSHandshake(.v4, to: .name("a", port: 80)) }, thrower).addErrback(note)
        place.transport.receive([0, 90, 0, 0, 0, 0, 0, 0])
        #expect(failures.count == 2)
        #expect(failures.last is Unwilling)
        #expect(place.transport.isAborted)
    }
}
