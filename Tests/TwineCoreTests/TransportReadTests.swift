import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TransportReadTests {
    @Test("while reading is paused nothing is delivered; resumed, all of it is")
    func pauseAndResume() async throws {
        let user = Recorder()
        user.onData = { $0.pauseReading() }
        let peer = Pair.unix(user)
        peer.send("one ")
        try await until { user.text == "one " }
        peer.send("two ")
        try await turns(5)
        #expect(user.text == "one ")
        user.transport?.resumeReading()
        try await until { user.text == "one two " }
        user.onData = nil
        user.transport?.resumeReading()
        peer.send("three")
        try await until { user.text == "one two three" }
    }

    @Test("a peer that sends without end to a paused reader is held back by the kernel")
    func heldBack() async throws {
        let user = Recorder()
        user.onMade = { $0.pauseReading() }
        let peer = Pair.unix(user)
        var sent = 0
        for _ in 0..<1000 where peer.send([UInt8](repeating: 1, count: 10_000)) > 0 {
            sent += 10_000
        }
        try await turns(5)
        #expect(sent < 5_000_000)
        #expect(user.received.isEmpty)
        user.transport?.resumeReading()
        try await until { user.received.count >= sent }
    }

    @Test("paused inside connectionMade, resumed by a timer, all arrives")
    func pausedFromTheStart() async throws {
        let user = Recorder()
        user.onMade = { transport in
            transport.pauseReading()
            Reactor.callLater(0) { transport.resumeReading() }
        }
        let peer = Pair.unix(user)
        peer.send("hello")
        try await until { user.text == "hello" }
    }

    @Test("a peer that hung up while reading is paused is found out at the resume, data first")
    func hangUpWhilePaused() async throws {
        let user = Recorder()
        user.onMade = { $0.pauseReading() }
        let peer = Pair.unix(user)
        peer.send("last words")
        peer.close()
        try await turns(5)
        #expect(user.events == ["made"])
        user.transport?.resumeReading()
        try await until { user.isLost }
        #expect(user.text == "last words")
        #expect(user.reason == .done)
    }

    @Test("a reset while reading is paused is found out at the resume")
    func resetWhilePaused() async throws {
        let user = Recorder()
        user.onMade = { $0.pauseReading() }
        let peer = try await Pair.tcp(user)
        peer.reset()
        try await turns(5)
        #expect(user.events == ["made"])
        user.transport?.resumeReading()
        try await until { user.isLost }
        #expect(user.reason == .lost(SystemError(errno: ECONNRESET)))
    }

    @Test("a hang-up that nobody reads does not make the loop spin")
    func hangUpDoesNotSpin() async throws {
        await #expect(processExitsWith: .success) {
            try await ignoredHangUps()
        }
    }

    @Test("two connections that read in turn see each its own bytes")
    func sharedBuffer() async throws {
        let users = (0..<20).map { _ in Recorder() }
        let peers = users.map { Pair.unix($0) }
        for round in 0..<10 {
            for (index, peer) in peers.enumerated() { peer.send("\(index):\(round);") }
            try await turns(1)
        }
        for (index, user) in users.enumerated() {
            let expected = (0..<10).map { "\(index):\($0);" }.joined()
            try await until { user.text.count >= expected.count }
            #expect(user.text == expected)
        }
    }

    @Test(
        "an event for a descriptor that was closed in the same batch reaches nobody, not even the next owner of its number"
    )
    func staleEvent() async throws {
        var users: [Recorder] = []
        var peers: [RawPeer] = []
        var newcomers: [Recorder] = []
        var newPeers: [RawPeer] = []
        for _ in 0..<8 {
            let user = Recorder()
            users.append(user)
            peers.append(Pair.unix(user))
        }
        for user in users {
            user.onData = { transport in
                // The first that is served closes all others at once and opens new ones, which get
                // the numbers that the kernel has free again.
                guard newcomers.isEmpty else { return }
                for other in users where other !== user {
                    (other.transport as? TCPConnection)?.close()
                }
                for _ in 0..<7 {
                    let newcomer = Recorder()
                    newcomers.append(newcomer)
                    newPeers.append(Pair.unix(newcomer))
                }
            }
        }
        for peer in peers { peer.send("x") }
        try await until { !newcomers.isEmpty }
        try await turns(3)
        #expect(users.filter { !$0.received.isEmpty }.count == 1)
        #expect(newcomers.allSatisfy { $0.events == ["made"] })
        for (index, peer) in newPeers.enumerated() { peer.send("\(index)") }
        try await until { newcomers.allSatisfy { !$0.received.isEmpty } }
        #expect(newcomers.map(\.text) == (0..<7).map { "\($0)" })
    }
}

/// Connections of every kind whose peer is gone, and that nobody reads: the loop sleeps.
@Reactor
private func ignoredHangUps() async throws {
    for index in 0..<6 {
        let user = index < 3 ? Recorder() : HalfRecorder()
        if index % 3 < 2 { user.onMade = { $0.pauseReading() } }
        let peer = try await Pair.tcp(user)
        if index % 3 == 0 { peer.reset() } else { peer.close() }
    }
    let before = Reactor.shared.loop.turnCount
    try await deferLater(0.05).value
    let spent = Reactor.shared.loop.turnCount - before
    precondition(spent < 20, "\(spent) turns in 0.05 seconds")
}
