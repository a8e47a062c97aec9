import Testing

@testable import TwineCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct TransportCloseTests {
    @Test("the end of input ends a plain protocol's connection, once its answer is sent")
    func plainHalfClose() async throws {
        let user = Recorder()
        user.onData = { $0.write("answer to \(user.text)") }
        let peer = try await Pair.tcp(user)
        peer.send("question")
        peer.endWriting()
        let (bytes, last) = try await peer.readToEnd()
        #expect(String(decoding: bytes, as: UTF8.self) == "answer to question")
        #expect(last == .end)
        try await until { user.isLost }
        #expect(user.events == ["made", "data", "lost"])
        #expect(user.reason == .done)
    }

    @Test("a protocol that can be half closed hears of the end of input and may still send")
    func halfCloseByPeer() async throws {
        let user = HalfRecorder()
        let peer = try await Pair.tcp(user)
        peer.endWriting()
        try await until { user.events.contains("read ended") }
        try await turns(5)
        #expect(user.events == ["made", "read ended"])
        user.transport?.write("late")
        #expect(try await peer.read(exactly: 4) == Array("late".utf8))
        user.transport?.loseConnection()
        try await until { user.isLost }
        #expect(user.events == ["made", "read ended", "lost"])
        #expect(user.reason == .done)
        #expect(peer.read() == .end)
    }

    @Test("loseWriteConnection sends all, then the end; receiving goes on until the peer's end")
    func halfCloseByThisSide() async throws {
        let user = HalfRecorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write([UInt8](repeating: 1, count: 300_000))
        user.transport?.loseWriteConnection()
        user.transport?.write("dropped")
        let (bytes, last) = try await peer.readToEnd()
        #expect(bytes.count == 300_000)
        #expect(last == .end)
        #expect(user.events == ["made", "write ended"])
        peer.send("more")
        try await until { user.text == "more" }
        peer.endWriting()
        try await until { user.isLost }
        #expect(user.events == ["made", "write ended", "data", "read ended", "lost"])
        #expect(user.reason == .done)
    }

    @Test("loseWriteConnection of a plain protocol leaves it reading")
    func plainLoseWrite() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.loseWriteConnection()
        user.transport?.loseWriteConnection()
        let (_, last) = try await peer.readToEnd()
        #expect(last == .end)
        peer.send("more")
        try await until { user.text == "more" }
        peer.close()
        try await until { user.isLost }
        #expect(user.reason == .done)
    }

    @Test("both ends half close: the connection is over on both sides")
    func bothHalves() async throws {
        let user = HalfRecorder()
        let peer = try await Pair.tcp(user)
        peer.endWriting()
        try await until { user.events.contains("read ended") }
        user.transport?.write("last words")
        user.transport?.loseWriteConnection()
        let (bytes, _) = try await peer.readToEnd()
        #expect(bytes == Array("last words".utf8))
        try await until { user.isLost }
        #expect(user.events == ["made", "read ended", "write ended", "lost"])
    }

    @Test("loseConnection sends four megabytes first, however slow the reader is")
    func flushesFirst() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write([UInt8](repeating: 7, count: 4 << 20))
        user.transport?.loseConnection()
        try await turns(20)
        #expect(!user.isLost)
        let (bytes, last) = try await peer.readToEnd()
        #expect(bytes.count == 4 << 20)
        #expect(last == .end)
        try await until { user.isLost }
        #expect(user.reason == .done)
    }

    @Test("abortConnection gives the peer a reset, and drops what was not sent")
    func abort() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write("never seen")
        user.transport?.abortConnection()
        #expect(!user.isLost, "not within the call")
        let (bytes, last) = try await peer.readToEnd()
        #expect(bytes.isEmpty)
        #expect(last == .failed(ECONNRESET))
        #expect(user.reason == .aborted)
    }

    @Test("abortConnection cuts a close short that waits for a slow reader")
    func abortWhileClosing() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write([UInt8](repeating: 7, count: 16 << 20))
        user.transport?.loseConnection()
        try await turns(3)
        user.transport?.abortConnection()
        try await until { user.isLost }
        #expect(user.reason == .aborted)
        let (bytes, last) = try await peer.readToEnd()
        #expect(bytes.count < 16 << 20)
        #expect(last == .failed(ECONNRESET))
    }

    @Test("what is written after the close is dropped, before and after connectionLost")
    func writeAfterClose() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        user.transport?.write("one")
        user.transport?.loseConnection()
        user.transport?.write("two")
        user.onLost = { user.transport?.write("three") }
        let (bytes, last) = try await peer.readToEnd()
        #expect(bytes == Array("one".utf8))
        #expect(last == .end)
        try await until { user.isLost }
        user.transport?.write("four")
        user.transport?.write([UInt8](repeating: 0, count: 100_000))
        user.transport?.loseConnection()
        user.transport?.abortConnection()
        user.transport?.loseWriteConnection()
        user.transport?.pauseReading()
        user.transport?.resumeReading()
        user.transport?.unregisterProducer()
        #expect(user.transport?.bufferedCount == 0)
        try await turns(3)
        #expect(user.events == ["made", "lost"])
    }

    @Test("nothing is received after loseConnection, even what was there already")
    func nothingAfterClose() async throws {
        let user = Recorder()
        user.onData = { $0.loseConnection() }
        let peer = Pair.unix(user)
        peer.send("one")
        try await until { user.text == "one" }
        peer.send("two")
        try await until { user.isLost }
        #expect(user.text == "one")
    }

    @Test("the peer's reset is connectionLost with ECONNRESET")
    func resetByPeer() async throws {
        let user = Recorder()
        let peer = try await Pair.tcp(user)
        peer.reset()
        try await until { user.isLost }
        #expect(user.reason == .lost(SystemError(errno: ECONNRESET)))
        #expect(user.events == ["made", "lost"])
    }

    @Test("a peer that is gone while this side writes is a lost connection, not a signal")
    func brokenPipe() async throws {
        let user = HalfRecorder()
        let peer = Pair.unix(user)
        peer.close()
        try await until { user.events.contains("read ended") }
        user.transport?.write("into the void")
        try await until { user.isLost }
        #expect(user.reason == .lost(SystemError(errno: EPIPE)))
    }

    @Test(
        "a connection may be closed inside any callback",
        arguments: ["made", "data", "read ended", "write ended"], ["lose", "abort"])
    func closeInside(callback: String, how: String) async throws {
        let user = Closer(callback, how)
        let peer = try await Pair.tcp(user)
        peer.send("x")
        peer.endWriting()
        user.transport?.loseWriteConnection()
        try await until { user.isLost }
        #expect(user.events.filter { $0 == "lost" }.count == 1)
        #expect(user.events.last == "lost")
    }
}

/// Closes its connection inside of one of its callbacks, twice.
@Reactor
private final class Closer: Recorder, HalfCloseableProtocol {
    private let callback: String
    private let how: String

    init(_ callback: String, _ how: String) {
        self.callback = callback
        self.how = how
        super.init()
        onMade = { [unowned self] _ in closeIf("made") }
        onData = { [unowned self] _ in closeIf("data") }
    }

    func readConnectionLost() {
        events.append("read ended")
        closeIf("read ended")
    }

    func writeConnectionLost() {
        events.append("write ended")
        closeIf("write ended")
    }

    private func closeIf(_ now: String) {
        guard now == callback else { return }
        for _ in 0..<2 {
            if how == "lose" { transport?.loseConnection() } else { transport?.abortConnection() }
        }
    }
}
